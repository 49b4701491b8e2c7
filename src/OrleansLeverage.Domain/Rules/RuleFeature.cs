namespace OrleansLeverage.Domain;

/// <summary>
/// What a rule file may ask for beyond what the live grid applies. Account valuation and the kernel's columns must
/// agree, so a rule that only one of them knew would be a rule nobody can trust: such files are refused by the grid by
/// name, and answered by <see cref="Venues.VenueMargin"/>.
/// </summary>
public enum RuleFeature
{
    /// <summary>A collateral weight that falls with what the whole venue holds.</summary>
    DepositCap,

    /// <summary>Interest on borrowed assets.</summary>
    BorrowInterest,
}
