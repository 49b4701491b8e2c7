using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.Analytics.Volatility;

namespace OrleansLeverage.Analytics.VolatilityIndex;

/// <summary>Why an own index is held against a feed's.</summary>
[Flags]
public enum TrackingAlert
{
    None = 0,

    /// <summary>Further from the feed than <see cref="IndexTracker.PointsMax"/>.</summary>
    Points = 1,

    /// <summary>
    /// Further from the window's median difference than <see cref="IndexTracker.DeviationsMax"/> times its median
    /// absolute deviation.
    /// </summary>
    Deviations = 2,
}

/// <summary>Own index against a feed's over a window, in points.</summary>
/// <param name="Difference">Own − feed, newest.</param>
/// <param name="TrackingError">Deviation of the differences around their mean, n − 1; null below two.</param>
/// <param name="MedianDeviation">Median |difference − median|, over the samples before the newest; null without.
/// </param>
public readonly record struct TrackingReading(
    int Samples, double Difference, double MeanDifference, double RootMeanSquare, double? TrackingError,
    double? MedianDeviation, TrackingAlert Alert);

/// <summary>
/// Compares an own index with a feed that publishes the same thing. Alarms where they differ by more than 1.5 points,
/// or by more than 3 median absolute deviations of the last hour. Source: quant reference §8.
/// </summary>
public sealed class IndexTracker(long windowMs = IndexTracker.HourMs)
{
    public const double PointsMax = 1.5;
    public const double DeviationsMax = 3.0;
    public const long HourMs = 3_600_000;

    /// <summary>Fewer differences say nothing about how they usually lie.</summary>
    public const int SamplesMin = 10;

    /// <summary>The oldest go first, so that a feed that ticks wildly takes no endless memory.</summary>
    public const int SamplesMax = 100_000;

    private readonly Queue<(long TimeMs, double Difference)> _window = new();
    private long _newestMs = long.MinValue;

    /// <param name="timeMs">Never before the last one.</param>
    /// <exception cref="VolatilityException">A value that is no number or not above 0.</exception>
    public TrackingReading Add(long timeMs, double own, double feed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeMs, _newestMs);
        var difference = VolatilityException.Positive(own, "own index") - VolatilityException.Positive(feed, "feed");
        _newestMs = timeMs;
        while (_window.TryPeek(out var oldest)
            && (oldest.TimeMs <= timeMs - windowMs || _window.Count >= SamplesMax))
        {
            _window.Dequeue();
        }
        var before = _window.Select(sample => sample.Difference).Order().ToArray();
        var usual = before.Length >= SamplesMin ? Median(before) : (double?)null;
        var deviation = usual is { } median
            ? Median([.. before.Select(value => Math.Abs(value - median)).Order()])
            : (double?)null;
        _window.Enqueue((timeMs, difference));
        var alert = (Math.Abs(difference) > PointsMax ? TrackingAlert.Points : 0)
            | (deviation is { } mad && Math.Abs(difference - usual!.Value) > DeviationsMax * mad && mad > 0.0
                ? TrackingAlert.Deviations
                : 0);
        return Reading(difference, deviation, alert);
    }

    private TrackingReading Reading(double difference, double? deviation, TrackingAlert alert)
    {
        var count = _window.Count;
        var mean = FixedOrderSum.Of(_window.Select(sample => sample.Difference)) / count;
        var squares = FixedOrderSum.Of(_window.Select(sample => sample.Difference * sample.Difference));
        var around = FixedOrderSum.Of(_window.Select(sample => Math.Pow(sample.Difference - mean, 2)));
        return new TrackingReading(count, difference, mean, Math.Sqrt(squares / count),
            count > 1 ? Math.Sqrt(around / (count - 1)) : null, deviation, alert);
    }

    private static double Median(double[] ordered)
    {
        var half = ordered.Length / 2;
        return ordered.Length % 2 == 1 ? ordered[half] : (ordered[half - 1] + ordered[half]) / 2.0;
    }
}
