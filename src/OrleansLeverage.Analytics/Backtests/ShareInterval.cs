using MathNet.Numerics.Distributions;

namespace OrleansLeverage.Analytics.Backtests;

/// <summary>Where the probability of something lies that was seen so often. Source: Wilson 1927, JASA 22:209.</summary>
/// <param name="Share">Seen / observations, 0 to 1.</param>
public readonly record struct ShareInterval(int Seen, int Observations, double Share, double Low, double High)
{
    /// <summary>The score interval: it holds where nothing or everything was seen, and never leaves 0 to 1.</summary>
    /// <param name="confidence">Such as 0.95.</param>
    public static ShareInterval Wilson(int seen, int observations, double confidence)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(observations, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(seen);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(seen, observations);
        if (!(confidence is > 0.0 and < 1.0))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "a confidence is in (0, 1)");
        }
        var z = Normal.InvCDF(0.0, 1.0, 0.5 + (confidence / 2.0));
        double n = observations;
        var share = seen / n;
        var middle = share + (z * z / (2.0 * n));
        var half = z * Math.Sqrt((share * (1.0 - share) / n) + (z * z / (4.0 * n * n)));
        var scale = 1.0 + (z * z / n);
        // at the ends the square root is exact in theory and not in doubles
        return new ShareInterval(seen, observations, share, seen == 0 ? 0.0 : (middle - half) / scale,
            seen == observations ? 1.0 : (middle + half) / scale);
    }

    public bool Holds(double probability) => probability >= Low && probability <= High;
}
