using MathNet.Numerics.Distributions;
using OrleansLeverage.Analytics.Performance;

namespace OrleansLeverage.Analytics.Anomalies;

public enum OutlierSide
{
    Both,
    Upper,
    Lower,
}

/// <summary>
/// Grubbs' test for one outlier in a normal sample: the farthest value's distance in deviations against what chance
/// gives. Null where the sample does not vary. NIST e-Handbook 1.3.5.17.1; quant reference §21.
/// </summary>
public sealed record Grubbs(int Index, double Value, double Distance, double Critical)
{
    public bool IsOutlier => Distance > Critical;

    public static Grubbs? Test(ReadOnlySpan<double> values, double significance, OutlierSide side = OutlierSide.Both)
    {
        var critical = CriticalValue(values.Length, significance, side == OutlierSide.Both);
        var moments = SampleMoments.Of(values);
        if (moments.Deviation is not > 0.0)
        {
            return null;
        }
        var (index, distance) = (0, double.NegativeInfinity);
        for (var i = 0; i < values.Length; i++)
        {
            var z = (values[i] - moments.Mean!.Value) / moments.Deviation.Value;
            var far = side switch { OutlierSide.Both => Math.Abs(z), OutlierSide.Upper => z, _ => -z };
            if (far > distance)
            {
                (index, distance) = (i, far);
            }
        }
        return new Grubbs(index, values[index], distance, critical);
    }

    /// <summary>(n − 1)/√n·√(t²/(n − 2 + t²)), t at α/(2n) two-sided, α/n one-sided, with n − 2 degrees.</summary>
    public static double CriticalValue(int count, double significance, bool twoSided)
    {
        if (count < 3)
        {
            throw new ArgumentException($"{count} values, the test needs at least 3", nameof(count));
        }
        var n = (double)count;
        var t = StudentT.InvCDF(0.0, 1.0, n - 2.0, 1.0 - (Significance.Check(significance) / (twoSided ? 2.0 * n : n)));
        return (n - 1.0) / Math.Sqrt(n) * Math.Sqrt(t * t / (n - 2.0 + (t * t)));
    }
}
