namespace OrleansLeverage.Kernel;

/// <summary>Whose rows are summed.</summary>
public enum Population
{
    All,
    MarketMakers,
    WithoutMarketMakers,
}

/// <summary>
/// Both sides of a market, over accounts with positive equity, USD. Each position of notional n brings the share
/// E·n/G of its account's equity E, G being the account's gross notional.
/// </summary>
public readonly record struct SideTotals(double LongNotional, double ShortNotional, double LongEquity,
    double ShortEquity)
{
    public double GrossNotional => LongNotional + ShortNotional;

    /// <summary>Σ n / Σ E·n/G over both sides; null where nothing is held.</summary>
    public double? Leverage => Ratio(GrossNotional, LongEquity + ShortEquity);

    public double? LongLeverage => Ratio(LongNotional, LongEquity);

    public double? ShortLeverage => Ratio(ShortNotional, ShortEquity);

    /// <summary>(L+ − L−)/(L+ + L−) in [−1, 1]: positive, longs are more levered; null where a side is empty.</summary>
    public double? LeverageSkew => LongLeverage is { } longs && ShortLeverage is { } shorts
        ? Ratio(longs - shorts, longs + shorts)
        : null;

    /// <summary>(long − short)/(long + short) notional; null where nothing is held.</summary>
    public double? NotionalSkew => Ratio(LongNotional - ShortNotional, GrossNotional);

    public static SideTotals operator +(SideTotals left, SideTotals right) => new(
        left.LongNotional + right.LongNotional,
        left.ShortNotional + right.ShortNotional,
        left.LongEquity + right.LongEquity,
        left.ShortEquity + right.ShortEquity);

    private static double? Ratio(double part, double whole) => whole > 0d ? part / whole : null;
}

/// <summary>Accounts with positive equity by the sign of their net notional; flat includes those without any.</summary>
public readonly record struct SideCounts(long Long, long Short, long Flat)
{
    public long Count => Long + Short + Flat;

    /// <summary>(long − short)/(long + short) accounts; null where there are none.</summary>
    public double? Skew => Long + Short > 0 ? (double)(Long - Short) / (Long + Short) : null;

    public static SideCounts operator +(SideCounts left, SideCounts right) =>
        new(left.Long + right.Long, left.Short + right.Short, left.Flat + right.Flat);
}
