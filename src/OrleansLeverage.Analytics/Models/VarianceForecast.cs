namespace OrleansLeverage.Analytics.Models;

/// <summary>
/// Expected variances of the periods ahead, from what is known now. Garch and Gjr in closed form:
/// E h(t+k) = lr + p^(k−1)·(h(t+1) − lr), p the persistence; with p ≥ 1, where no lr exists, step by step. The others
/// by seeded simulation, since the expectation of a power is not the power of the expectation.
/// </summary>
public sealed class VarianceForecast
{
    private const int Paths = 20_000;

    private readonly double[] _variances;

    private VarianceForecast(double[] variances, bool isSimulated) =>
        (_variances, IsSimulated) = (variances, isSimulated);

    /// <summary>Variance of period k = 1, 2, ... at place k − 1.</summary>
    public IReadOnlyList<double> Variances => _variances;

    public bool IsSimulated { get; }

    /// <summary>Variance of the sum of the first periods: what a horizon of that many has.</summary>
    public double Cumulative(int periods) => _variances.AsSpan(0, periods).ToArray().Sum();

    /// <param name="next">Variance of the next period.</param>
    public static VarianceForecast Of(VolatilityModel model, double next, int horizon, ulong seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        if (!(next > 0.0 && double.IsFinite(next)))
        {
            throw new ArgumentOutOfRangeException(nameof(next), next, "a variance is above 0");
        }
        var variances = new double[horizon];
        variances[0] = next;
        if (model.Spec.Variance is VarianceModel.Garch or VarianceModel.Gjr)
        {
            for (var k = 1; k < horizon; k++)
            {
                variances[k] = model.Omega + model.Persistence * variances[k - 1];
            }
            return new VarianceForecast(variances, false);
        }
        var sums = new double[horizon];
        for (var path = 0; path < Paths; path++)
        {
            var random = new PathRandom(seed, (ulong)path);
            var h = next;
            for (var k = 1; k < horizon; k++)
            {
                h = model.Next(h, Math.Sqrt(h) * random.NextStudent(model.Nu));
                sums[k] += h;
            }
        }
        for (var k = 1; k < horizon; k++)
        {
            variances[k] = sums[k] / Paths;
        }
        return new VarianceForecast(variances, true);
    }
}

/// <summary>Seeded series of a model.</summary>
public static class VolatilitySimulation
{
    /// <summary>
    /// Returns after a burn-in that makes them forget the start, which is the long-run variance, or ω where it has
    /// none. Series of one seed and several paths are independent.
    /// </summary>
    public static double[] Of(VolatilityModel model, int count, ulong seed, int burnIn = 500, ulong path = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (model.Spec.AutoRegression + model.Spec.MovingAverage > 0)
        {
            throw new ArgumentException("a simulated mean is constant", nameof(model));
        }
        var random = new PathRandom(seed, path);
        var h = model.LongRunVariance ?? Start(model);
        var values = new double[count];
        for (var t = -burnIn; t < count; t++)
        {
            var e = Math.Sqrt(h) * random.NextStudent(model.Nu);
            if (t >= 0)
            {
                values[t] = model.Mean + e;
            }
            h = model.Next(h, e);
        }
        return values;
    }

    private static double Start(VolatilityModel model)
    {
        var rest = Math.Max(1.0 - model.Persistence, 1e-3);
        return model.Spec.Variance == VarianceModel.Egarch
            ? Math.Exp(model.Omega / rest)
            : Math.Pow(model.Omega / rest, 2.0 / model.Delta);
    }
}
