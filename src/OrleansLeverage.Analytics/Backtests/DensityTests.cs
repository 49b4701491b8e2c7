using MathNet.Numerics.Distributions;
using OrleansLeverage.Analytics.Performance;

namespace OrleansLeverage.Analytics.Backtests;

/// <summary>
/// Is the whole forecast law right? Probability integral transforms u = F(r) of a right one are uniform and
/// independent. Source: Berkowitz 2001, JBES 19:465.
/// </summary>
public static class DensityTests
{
    // a transform of exactly 0 or 1 has no normal quantile
    private const double Edge = 1e-12;

    /// <summary>
    /// z = Φ⁻¹(u) against mean 0, variance 1 and no autocorrelation, by the likelihood of an AR(1) given its first
    /// value: χ²(3). Null for fewer than ten values, or where they do not vary.
    /// </summary>
    public static LikelihoodRatio? Berkowitz(ReadOnlySpan<double> transforms)
    {
        if (transforms.Length < 10)
        {
            return null;
        }
        var z = new double[transforms.Length];
        for (var i = 0; i < z.Length; i++)
        {
            z[i] = Normal.InvCDF(0.0, 1.0, Math.Clamp(Checked(transforms[i]), Edge, 1.0 - Edge));
        }
        var x = z.AsSpan(0, z.Length - 1);
        var y = z.AsSpan(1);
        var (meanX, meanY) = (SampleMoments.Of(x).Mean!.Value, SampleMoments.Of(y).Mean!.Value);
        var (covariance, variance) = (0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            covariance += (x[i] - meanX) * (y[i] - meanY);
            variance += (x[i] - meanX) * (x[i] - meanX);
        }
        if (variance <= 0.0)
        {
            return null;
        }
        var slope = covariance / variance;
        var constant = meanY - (slope * meanX);
        var (residuals, plain) = (0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            var residual = y[i] - constant - (slope * x[i]);
            residuals += residual * residual;
            plain += y[i] * y[i];
        }
        var n = x.Length;
        // −2·(ln L0 − ln L1) with σ² = Σ residual² / n
        return residuals <= 0.0 ? null : LikelihoodRatio.Of(plain - n - (n * Math.Log(residuals / n)), 3);
    }

    /// <summary>
    /// Largest distance of the transforms' distribution from the uniform one and its p-value by Kolmogorov's law, with
    /// Stephens' small-sample correction.
    /// </summary>
    public static (double Distance, double PValue)? KolmogorovSmirnov(ReadOnlySpan<double> transforms)
    {
        if (transforms.Length == 0)
        {
            return null;
        }
        var sorted = transforms.ToArray();
        Array.ForEach(sorted, value => Checked(value));
        Array.Sort(sorted);
        var (n, distance) = (sorted.Length, 0.0);
        for (var i = 0; i < n; i++)
        {
            distance = Math.Max(distance, Math.Max(((i + 1.0) / n) - sorted[i], sorted[i] - ((double)i / n)));
        }
        var root = Math.Sqrt(n);
        var scaled = (root + 0.12 + (0.11 / root)) * distance;
        var tail = 0.0;
        for (var k = 1; k <= 100; k++)
        {
            tail += (k % 2 == 1 ? 2.0 : -2.0) * Math.Exp(-2.0 * k * k * scaled * scaled);
        }
        return (distance, scaled < 0.2 ? 1.0 : Math.Clamp(tail, 0.0, 1.0));
    }

    private static double Checked(double transform) => transform is >= 0.0 and <= 1.0
        ? transform
        : throw new ArgumentOutOfRangeException(nameof(transform), transform, "a transform is in [0, 1]");
}
