using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra;

namespace OrleansLeverage.Analytics.Models;

/// <summary>One statistic with the probability of its like under "no effect".</summary>
public readonly record struct EffectTest(double Statistic, double PValue);

/// <summary>
/// Whether an asset's falls raise its volatility: measured, never assumed. Equity indices show it strongly, BTC and ETH
/// hardly, and turned around at long lags. Source: quant reference §9; Bouchaud, Matacz and Potters (2001); Engle and
/// Ng (1993).
/// </summary>
public sealed class LeverageEffect
{
    private static readonly int[] Lags = [1, 2, 5, 10, 20, 50];

    private LeverageEffect(IReadOnlyList<(int, double)> correlation, (double, double)? decay)
    {
        (Correlation, Decay) = (correlation, decay);
    }

    /// <summary>L(τ) by lag; below 0 where falls are followed by larger moves.</summary>
    public IReadOnlyList<(int Lag, double Value)> Correlation { get; }

    /// <summary>A and T, in periods, of −A·exp(−τ/T) through L(1) to L(50); null where L is not negative.</summary>
    public (double Amplitude, double Periods)? Decay { get; }

    /// <summary>t of z² after a fall of any size; of the size of falls; of the size of rises.</summary>
    public required EffectTest SignBias { get; init; }

    public required EffectTest NegativeSizeBias { get; init; }

    public required EffectTest PositiveSizeBias { get; init; }

    /// <summary>All three at once, χ²(3).</summary>
    public required EffectTest Joint { get; init; }

    /// <summary>Twice the gain in log-likelihood of γ in Gjr, χ²(1).</summary>
    public required EffectTest Gjr { get; init; }

    public required VolatilityFit Symmetric { get; init; }

    public required VolatilityFit Asymmetric { get; init; }

    public required VolatilityFit Egarch { get; init; }

    /// <summary>
    /// γ over its QML error, squared, χ²(1): what is left of the ratio where residuals are not normal, which a few days
    /// of a heavy tail can make look certain. Null where there is no such error.
    /// </summary>
    public EffectTest? GjrRobust => Asymmetric["gamma"] is { QmlError: { } error } gamma
        ? new EffectTest(Math.Pow(gamma.Value / error, 2.0),
            1.0 - ChiSquared.CDF(1.0, Math.Pow(gamma.Value / error, 2.0)))
        : null;

    /// <summary>γ of Gjr is above 0, and significant at 5 % by both tests.</summary>
    public bool IsPresent => Gjr.PValue < 0.05 && GjrRobust?.PValue < 0.05 && Asymmetric["gamma"].Value > 0.0;

    public static LeverageEffect Of(ReturnSeries series, Presample presample = Presample.SampleMean)
    {
        var symmetric = VolatilityFitter.Fit(series, new VolatilitySpec(VarianceModel.Garch) { Presample = presample });
        var asymmetric = VolatilityFitter.Fit(series, new VolatilitySpec(VarianceModel.Gjr) { Presample = presample });
        var egarch = VolatilityFitter.Fit(series, new VolatilitySpec(VarianceModel.Egarch) { Presample = presample });
        var ratio = Math.Max(0.0, 2.0 * (asymmetric.LogLikelihood - symmetric.LogLikelihood));
        var (tests, joint) = SignBiasTests(symmetric.StandardisedResiduals());
        return new LeverageEffect([.. Lags.Where(lag => lag < series.Count / 2).Select(lag =>
            (lag, series.Scale * CorrelationAt(series.Values, lag)))], FitDecay(series))
        {
            SignBias = tests[0], NegativeSizeBias = tests[1], PositiveSizeBias = tests[2], Joint = joint,
            Gjr = new EffectTest(ratio, 1.0 - ChiSquared.CDF(1.0, ratio)),
            Symmetric = symmetric, Asymmetric = asymmetric, Egarch = egarch,
        };
    }

    /// <summary>L(τ) = ⟨dx(t)·dx(t+τ)²⟩ / ⟨dx²⟩², dx less its mean; dimensionless where dx are fractions.</summary>
    public static double CorrelationAt(ReadOnlySpan<double> returns, int lag)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lag, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(lag, returns.Length);
        var (mean, square, cross) = (0.0, 0.0, 0.0);
        foreach (var value in returns)
        {
            mean += value / returns.Length;
        }
        for (var t = 0; t < returns.Length; t++)
        {
            var now = returns[t] - mean;
            square += now * now / returns.Length;
            if (t + lag < returns.Length)
            {
                var later = returns[t + lag] - mean;
                cross += now * later * later;
            }
        }
        return cross / (returns.Length - lag) / (square * square);
    }

    // A is linear: for each T on a fine grid the best A, and the T with the least squares
    private static (double, double)? FitDecay(ReturnSeries series)
    {
        var lags = Math.Min(50, series.Count / 4);
        var values = new double[lags];
        for (var lag = 1; lag <= lags; lag++)
        {
            values[lag - 1] = series.Scale * CorrelationAt(series.Values, lag);
        }
        var best = (Error: double.PositiveInfinity, Amplitude: 0.0, Periods: 0.0);
        for (var periods = 0.5; periods < 400.0; periods *= 1.01)
        {
            var (product, weight) = (0.0, 0.0);
            for (var lag = 1; lag <= lags; lag++)
            {
                var shape = Math.Exp(-lag / periods);
                product -= values[lag - 1] * shape;
                weight += shape * shape;
            }
            var amplitude = product / weight;
            var error = 0.0;
            for (var lag = 1; lag <= lags; lag++)
            {
                var distance = values[lag - 1] + amplitude * Math.Exp(-lag / periods);
                error += distance * distance;
            }
            if (error < best.Error)
            {
                best = (error, amplitude, periods);
            }
        }
        return best.Amplitude > 0.0 ? (best.Amplitude, best.Periods) : null;
    }

    // z(t)² on 1, S⁻, S⁻·z(t−1), S⁺·z(t−1)
    private static (EffectTest[] Tests, EffectTest Joint) SignBiasTests(double[] z)
    {
        var count = z.Length - 1;
        var x = Matrix<double>.Build.Dense(count, 4, (t, j) => j switch
        {
            0 => 1.0,
            1 => z[t] < 0.0 ? 1.0 : 0.0,
            2 => Math.Min(z[t], 0.0),
            _ => Math.Max(z[t], 0.0),
        });
        var y = Vector<double>.Build.Dense(count, t => z[t + 1] * z[t + 1]);
        var b = x.QR().Solve(y);
        var residuals = y - x * b;
        var variance = residuals.DotProduct(residuals) / (count - 4);
        var spread = x.TransposeThisAndMultiply(x).Inverse().Diagonal();
        var centre = y.Average();
        var rSquared = 1.0 - residuals.DotProduct(residuals) / y.Sum(v => (v - centre) * (v - centre));
        var tests = new EffectTest[3];
        for (var i = 0; i < 3; i++)
        {
            var t = b[i + 1] / Math.Sqrt(variance * spread[i + 1]);
            tests[i] = new EffectTest(t, 2.0 * StudentT.CDF(0.0, 1.0, count - 4, -Math.Abs(t)));
        }
        var statistic = Math.Max(0.0, count * rSquared);
        return (tests, new EffectTest(statistic, 1.0 - ChiSquared.CDF(3.0, statistic)));
    }
}
