namespace OrleansLeverage.Domain;

/// <summary>
/// What a rule file may ask for beyond what the live grid applies. Account valuation and the kernel's columns must
/// agree to the bit, so a rule that only one of them knew would be a rule nobody can trust: such files are refused by
/// the grid by name, and answered by <see cref="Venues.VenueMargin"/>.
/// </summary>
public enum RuleFeature
{
    /// <summary>Collateral weights that fall with the amount, or by tiers of value.</summary>
    SizeDependentWeight,

    /// <summary>A collateral weight that falls with what the whole venue holds.</summary>
    DepositCap,

    /// <summary>Debts that count for more than they are.</summary>
    LiabilityWeight,

    /// <summary>Other weights for maintenance than for initial margin.</summary>
    MaintenanceWeight,

    /// <summary>Unrealised profit that counts in part.</summary>
    ProfitDiscount,

    /// <summary>A fixed reserve per open order.</summary>
    OrderReserve,

    /// <summary>Margin rates that grow with the size itself.</summary>
    SizeDependentRate,

    /// <summary>Brackets whose rate is on the whole notional, so that margin jumps at their edges.</summary>
    FlatTiers,

    /// <summary>A least margin, or a fixed margin per position.</summary>
    LeastMargin,

    /// <summary>A closing fee or liquidation reward kept as part of the margin.</summary>
    CloseRate,

    /// <summary>Interest on borrowed assets.</summary>
    BorrowInterest,

    /// <summary>Positions that are always isolated, or never.</summary>
    Isolation,

    /// <summary>Isolated positions whose maintenance margin stays that of their entry.</summary>
    EntryBasis,
}
