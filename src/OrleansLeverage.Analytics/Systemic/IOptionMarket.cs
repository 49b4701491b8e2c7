namespace OrleansLeverage.Analytics.Systemic;

/// <summary>
/// What a book of exposures cannot know of options by itself: their marks at any prices, and what scenarios ask of the
/// accounts that margin by them. Prices are by feed, with the price 1 of USD at the end.
/// </summary>
public interface IOptionMarket
{
    /// <summary>Feeds whose prices follow from those of other feeds.</summary>
    IReadOnlyList<int> Made { get; }

    /// <summary>Writes the marks of options that the other prices of the same array make.</summary>
    void Mark(double[] prices);

    /// <summary>
    /// By bucket what scenarios ask for at these prices, USD; infinite where no scenario can be valued at them. Null
    /// where nobody margins by scenarios.
    /// </summary>
    double[]? Required(double[] prices);

    /// <summary>The same as curves, for whoever asks at thousands of prices.</summary>
    RequirementCurves? Curves { get; }
}

/// <summary>
/// What scenarios ask of buckets, sampled at factors of an underlying's price at the beginning and linear in its
/// logarithm between them, constant outside. Several underlyings of a bucket add up.
/// </summary>
/// <param name="Factors">Ascending, above 0.</param>
/// <param name="Rows">By bucket; empty for those that margin otherwise.</param>
public sealed record RequirementCurves(
    IReadOnlyList<double> Factors, IReadOnlyList<IReadOnlyList<(int Feed, double[] Required)>> Rows)
{
    private readonly double[] _logarithms = [.. Factors.Select(static factor => Math.Log(factor))];

    /// <param name="start">Prices at the beginning.</param>
    public double At(int bucket, double[] start, double[] prices)
    {
        var sum = 0.0;
        foreach (var (feed, required) in Rows[bucket])
        {
            sum += At(required, Math.Log(prices[feed] / start[feed]));
        }
        return sum;
    }

    /// <summary>
    /// The most by which a fall, and a rise, can raise the requirement per relative move of the price, from where it
    /// is: the steepest chord to a sample, and a tenth more for what lies between two.
    /// </summary>
    public (double Down, double Up) Slopes(int bucket, double[] start, double[] prices)
    {
        var (down, up) = (0.0, 0.0);
        foreach (var (feed, required) in Rows[bucket])
        {
            var at = prices[feed] / start[feed];
            var now = At(required, Math.Log(at));
            var (falls, rises) = (0.0, 0.0);
            for (var k = 0; k < required.Length; k++)
            {
                var move = Factors[k] / at - 1.0;
                var slope = Math.Max(0.0, required[k] - now) / Math.Max(Math.Abs(move), 1e-9);
                falls = move < 0.0 ? Math.Max(falls, slope) : falls;
                rises = move > 0.0 ? Math.Max(rises, slope) : rises;
            }
            down += 1.1 * falls;
            up += 1.1 * rises;
        }
        return (down, up);
    }

    private double At(double[] required, double logarithm)
    {
        var right = Array.BinarySearch(_logarithms, logarithm);
        right = right < 0 ? ~right : right;
        if (right == 0 || right == required.Length)
        {
            return required[Math.Min(right, required.Length - 1)];
        }
        var share = (logarithm - _logarithms[right - 1]) / (_logarithms[right] - _logarithms[right - 1]);
        return required[right - 1] + share * (required[right] - required[right - 1]);
    }
}
