namespace OrleansLeverage.Market.Oracle;

/// <summary>
/// Order statistics of sorted prices. With n ≥ 2f + 1 sources of which f say anything they like, the f + 1-th from
/// either end lies between two honest prices, so the lower and the upper median do: that is why the index is a median,
/// and why whatever else is done to it ends between these two.
/// </summary>
internal static class PriceMedian
{
    public static decimal Lower(ReadOnlySpan<decimal> sorted) => sorted[(sorted.Length - 1) / 2];

    public static decimal Upper(ReadOnlySpan<decimal> sorted) => sorted[sorted.Length / 2];

    /// <summary>Mean of the lower and the upper median.</summary>
    public static decimal Of(ReadOnlySpan<decimal> sorted)
    {
        var (lower, upper) = (Lower(sorted), Upper(sorted));
        return lower + ((upper - lower) / 2m);
    }

    /// <summary>
    /// Whether a price lies farther from the reference than a share of the reference. At the share is not.
    /// </summary>
    public static bool IsOff(decimal price, decimal reference, decimal share) =>
        Math.Abs(price - reference) > share * reference;
}
