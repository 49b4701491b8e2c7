using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>
/// A row of one table. The slot is used again after the row is removed, with another generation: a handle that outlived
/// its row is recognised. The default value is no row.
/// </summary>
public readonly record struct RowHandle(int Slot, int Generation);

[Flags]
public enum RowFlags : byte
{
    None = 0,

    /// <summary>Quotes both sides by trade: summed apart, so that skew is shown with and without.</summary>
    MarketMaker = 1,

    /// <summary>Of a universe with margin by the terms of a venue: <see cref="Domain.Universe.HasTerms"/>.</summary>
    ByTerms = 2,
}

/// <summary>
/// A row's figures at the marks of the last sweep, USD, within the bound of <see cref="ScreeningBound"/> of the exact
/// ones. Initial margin is not rounded up to the quantum, and within 10^-14 below a bracket's edge is that of the upper
/// bracket. The margin ratio is maintenance / margin balance of the worst bucket, null where a bucket has no balance.
/// The tier is the screening tier: never better than the exact one.
/// </summary>
public readonly record struct RowFigures(double Equity, double MarginBalance, double LongNotional, double ShortNotional,
    double MaintenanceMargin, double InitialMargin, double? MarginRatio, RiskTier Tier)
{
    public double GrossNotional => LongNotional + ShortNotional;

    public double NetNotional => LongNotional - ShortNotional;

    /// <summary>Gross notional / equity; null without positive equity.</summary>
    public double? Leverage => Equity > 0d && Tier != RiskTier.Bankrupt ? GrossNotional / Equity : null;
}
