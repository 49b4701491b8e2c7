using MathNet.Numerics.Distributions;
using OrleansLeverage.Analytics.Performance;

namespace OrleansLeverage.Analytics.Anomalies;

/// <summary>
/// One step of the test: the value farthest from the mean once i − 1 are gone, its distance in deviations, and what
/// that distance may be.
/// </summary>
/// <param name="Index">Place of the value in the series.</param>
public readonly record struct ExtremeStep(int Step, int Index, double Value, double Distance, double Critical);

/// <summary>
/// Generalised extreme studentized deviate (Rosner 1983): how many outliers, up to a maximum, in a sample that is
/// otherwise normal. The count is the largest step whose distance exceeds its critical value: stopping at the first
/// that does not would miss outliers that hide each other. NIST e-Handbook 1.3.5.17.3; quant reference §21.
/// </summary>
/// <param name="Flat">True where what was left did not vary, so that the test stopped there.</param>
public sealed record ExtremeStudentized(IReadOnlyList<ExtremeStep> Steps, int Count, bool Flat)
{
    public IReadOnlyList<ExtremeStep> Outliers => [.. Steps.Take(Count)];

    /// <param name="maximum">At most n − 3: the critical value needs a degree of freedom.</param>
    public static ExtremeStudentized Test(ReadOnlySpan<double> values, double significance, int maximum)
    {
        Significance.Check(significance);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximum, 1);
        if (values.Length < 4)
        {
            throw new ArgumentException($"{values.Length} values, the test needs at least 4", nameof(values));
        }
        var left = Enumerable.Range(0, values.Length).ToList();
        var data = values.ToArray();
        var steps = new List<ExtremeStep>();
        var flat = false;
        var n = data.Length;
        for (var i = 1; i <= Math.Min(maximum, n - 3); i++)
        {
            var moments = SampleMoments.Of([.. left.Select(at => data[at])]);
            if (moments.Deviation is not > 0.0)
            {
                flat = true;
                break;
            }
            var mean = moments.Mean!.Value;
            var farthest = left.MaxBy(at => Math.Abs(data[at] - mean));
            var t = StudentT.InvCDF(0.0, 1.0, n - i - 1.0, 1.0 - (significance / (2.0 * (n - i + 1.0))));
            var critical = t * (n - i) / Math.Sqrt((n - i - 1.0 + (t * t)) * (n - i + 1.0));
            steps.Add(new ExtremeStep(i, farthest, data[farthest],
                Math.Abs(data[farthest] - mean) / moments.Deviation.Value, critical));
            left.Remove(farthest);
        }
        return new ExtremeStudentized(steps, steps.FindLastIndex(step => step.Distance > step.Critical) + 1, flat);
    }
}
