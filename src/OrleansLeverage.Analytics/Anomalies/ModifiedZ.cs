using OrleansLeverage.Analytics.Performance;

namespace OrleansLeverage.Analytics.Anomalies;

/// <summary>
/// Distance from the median in median absolute deviations, scaled to the normal law: 0.6745·(x − median)/MAD, an
/// outlier beyond 3.5 (Iglewicz and Hoaglin 1993). Robust: half the sample may be wild.
/// </summary>
public sealed record ModifiedZ(double Median, double Deviation, IReadOnlyList<double> Scores)
{
    public const double ThresholdDefault = 3.5;

    // Φ⁻¹(0.75), as the source rounds it
    private const double Scale = 0.6745;

    /// <summary>Null without values, or where more than half of them are equal and a MAD of 0 says nothing.</summary>
    public static ModifiedZ? Of(ReadOnlySpan<double> values)
    {
        if (values.Length == 0)
        {
            return null;
        }
        var data = values.ToArray();
        var median = SampleMoments.Quantile(data, 0.5)!.Value;
        var deviation = SampleMoments.Quantile([.. data.Select(x => Math.Abs(x - median))], 0.5)!.Value;
        return deviation > 0.0
            ? new ModifiedZ(median, deviation, [.. data.Select(x => Scale * (x - median) / deviation)])
            : null;
    }

    /// <summary>Places beyond the threshold, two-sided.</summary>
    public IReadOnlyList<int> Outliers(double threshold = ThresholdDefault) =>
        [.. Enumerable.Range(0, Scores.Count).Where(i => Math.Abs(Scores[i]) > threshold)];
}
