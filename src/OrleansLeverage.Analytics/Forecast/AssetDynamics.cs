using OrleansLeverage.Analytics.Models;

namespace OrleansLeverage.Analytics.Forecast;

/// <summary>How one feed's log-returns move, from now on.</summary>
/// <param name="NextVariance">Of the next step, in the model's units.</param>
/// <param name="Scale">What a return of 100 % is in the model's units.</param>
public sealed record AssetDynamics(string Name, VolatilityModel Model, double NextVariance, double Scale)
{
    /// <summary>Filtered residuals by step of the history, for resampling; empty where none are known.</summary>
    public IReadOnlyList<double> Residuals { get; init; } = [];

    public static AssetDynamics Of(string name, VolatilityFit fit)
    {
        var z = fit.StandardisedResiduals();
        var (mean, square) = (z.Average(), z.Average(v => v * v));
        var width = Math.Sqrt(square - mean * mean);
        // resampled residuals have mean 0 and variance 1 exactly, so that the model's variance is the path's
        return new AssetDynamics(name, fit.Model, fit.NextVariance, fit.Series.Scale)
        {
            Residuals = [.. z.Select(v => (v - mean) / width)],
        };
    }

    /// <summary>A constant volatility per step: geometric Brownian motion.</summary>
    public static AssetDynamics Constant(string name, double volatility) => new(name,
        new VolatilityModel(new VolatilitySpec(VarianceModel.Garch), [0.0, volatility * volatility, 0.0, 0.0]),
        volatility * volatility, 1.0);
}

/// <summary>
/// Jumps that hit all feeds in one step: Poisson in number, normal in the logarithm. Compensated, so that they add no
/// drift (Merton 1976).
/// </summary>
/// <param name="Intensity">Expected jumps per step.</param>
/// <param name="Mean">Of the logarithm: −0.1 is about a tenth down.</param>
public readonly record struct JumpLaw(double Intensity, double Mean, double Deviation)
{
    /// <summary>What a step's drift pays back.</summary>
    public double Compensation => Intensity * (Math.Exp(Mean + 0.5 * Deviation * Deviation) - 1.0);

    internal double Draw(ref PathRandom random)
    {
        var jumps = random.NextPoisson(Intensity);
        return jumps == 0 ? 0.0 : jumps * Mean + Math.Sqrt(jumps) * Deviation * random.NextGaussian();
    }
}
