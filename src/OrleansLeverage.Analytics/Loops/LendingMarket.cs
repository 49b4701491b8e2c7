namespace OrleansLeverage.Analytics.Loops;

/// <summary>
/// A pool whose rates follow its utilisation, with a kink: up to it the first slope, beyond it the second on top.
/// <code>
/// borrow = base + slope1·u/kink                                 u at most kink
/// borrow = base + slope1 + slope2·(u − kink)/(1 − kink)         beyond
/// supply = borrow·u·(1 − reserve)
/// </code>
/// Rates per year as APY of the form given; the shape is that of Compound's and Aave's interest models.
/// </summary>
public sealed record LendingMarket
{
    public LendingMarket(double supplied, double borrowed)
    {
        if (!(supplied > 0.0) || !double.IsFinite(supplied) || !(borrowed >= 0.0 && borrowed <= supplied))
        {
            throw new ArgumentOutOfRangeException(nameof(borrowed), borrowed,
                $"a pool has supply above 0 and at most that lent; supplied {supplied}");
        }
        (Supplied, Borrowed) = (supplied, borrowed);
    }

    public double Supplied { get; }

    public double Borrowed { get; }

    public double BaseRate { get; init; }

    public double Slope1 { get; init; } = 0.04;

    public double Slope2 { get; init; } = 0.75;

    /// <summary>In (0, 1).</summary>
    public double Kink { get; init; } = 0.8;

    /// <summary>Share of interest that the pool keeps.</summary>
    public double ReserveShare { get; init; } = 0.1;

    public double Utilisation => Borrowed / Supplied;

    public double BorrowRate
    {
        get
        {
            if (!(Kink is > 0.0 and < 1.0))
            {
                throw new ArgumentOutOfRangeException(nameof(Kink), Kink, "a kink is in (0, 1)");
            }
            var u = Utilisation;
            return u <= Kink
                ? BaseRate + (Slope1 * u / Kink)
                : BaseRate + Slope1 + (Slope2 * (u - Kink) / (1.0 - Kink));
        }
    }

    public double SupplyRate => BorrowRate * Utilisation * (1.0 - ReserveShare);

    /// <summary>The pool after somebody borrows more; null where it has not so much left.</summary>
    public LendingMarket? Borrow(double amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        return Borrowed + amount > Supplied ? null : new LendingMarket(Supplied, Borrowed + amount)
        {
            BaseRate = BaseRate, Slope1 = Slope1, Slope2 = Slope2, Kink = Kink, ReserveShare = ReserveShare,
        };
    }
}
