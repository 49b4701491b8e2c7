namespace OrleansLeverage.Analytics.Models;

/// <summary>
/// One parameter with three errors, which answer three questions: <see cref="HessianError"/> where the model is true,
/// <see cref="OpgError"/> the same from scores alone, <see cref="QmlError"/> where only the variance is right and the
/// innovation is not (Bollerslev and Wooldridge). On heavy tails they differ by factors. Null at a bound, where no
/// normal law holds.
/// </summary>
public sealed record Estimate(
    string Name, double Value, double? HessianError, double? OpgError, double? QmlError, bool IsAtBound);

/// <summary>What a reader of a fit must know before using it.</summary>
[Flags]
public enum FitFlags
{
    None = 0,

    /// <summary>The search did not end at a maximum; do not use the parameters.</summary>
    NotConverged = 1,

    /// <summary>A parameter lies at its bound: it has no error, and the model may be too rich for the data.</summary>
    AtBound = 2,

    /// <summary>Persistence is 1 or above: no long-run variance, forecasts do not return to anything.</summary>
    NotStationary = 4,

    /// <summary>The maximum lies on a kink of |z|, so errors that need the Hessian are approximate.</summary>
    AtKink = 8,

    /// <summary>The Hessian is not negative definite there, so its errors do not exist.</summary>
    NoHessianErrors = 16,
}

/// <summary>
/// A fitted model with its filtered variances. Variances are in the square of the series' unit, per period.
/// </summary>
public sealed class VolatilityFit
{
    private readonly double[] _residuals;
    private readonly double[] _variances;

    internal VolatilityFit(VolatilitySpec spec, ReturnSeries series, IReadOnlyList<Estimate> estimates,
        double logLikelihood, FitFlags flags, double[] residuals, double[] variances)
    {
        (Spec, Series, Estimates, LogLikelihood, Flags) = (spec, series, estimates, logLikelihood, flags);
        (_residuals, _variances) = (residuals, variances);
        Parameters = [.. estimates.Select(e => e.Value)];
        Model = new VolatilityModel(spec, Parameters);
    }

    public VolatilitySpec Spec { get; }

    public ReturnSeries Series { get; }

    public IReadOnlyList<Estimate> Estimates { get; }

    public IReadOnlyList<double> Parameters { get; }

    public VolatilityModel Model { get; }

    /// <summary>With −½·ln 2π per observation.</summary>
    public double LogLikelihood { get; }

    public FitFlags Flags { get; }

    /// <summary>Starts searched, and how many of them found this maximum.</summary>
    public required int Starts { get; init; }

    public required int StartsAgreeing { get; init; }

    public required int Iterations { get; init; }

    public int Observations => _residuals.Length;

    public double Aic => 2.0 * Estimates.Count - 2.0 * LogLikelihood;

    public double Bic => Estimates.Count * Math.Log(Observations) - 2.0 * LogLikelihood;

    public ReadOnlySpan<double> Residuals => _residuals;

    /// <summary>One for each observation, known before it.</summary>
    public ReadOnlySpan<double> Variances => _variances.AsSpan(0, Observations);

    /// <summary>Of the period after the last observation.</summary>
    public double NextVariance => _variances[^1];

    public Estimate this[string name] => Estimates.First(e => e.Name == name);

    public double[] StandardisedResiduals()
    {
        var z = new double[Observations];
        for (var t = 0; t < z.Length; t++)
        {
            z[t] = _residuals[t] / Math.Sqrt(_variances[t]);
        }
        return z;
    }

    /// <summary>The flags in words, each with what to do.</summary>
    public IEnumerable<string> Warnings()
    {
        if (Flags.HasFlag(FitFlags.NotConverged))
        {
            yield return "the search did not end at a maximum: do not use these parameters; try a simpler model or a "
                + "longer series";
        }
        if (Flags.HasFlag(FitFlags.AtBound))
        {
            yield return string.Join(" and ", Estimates.Where(e => e.IsAtBound).Select(e => e.Name))
                + " at the bound: no error is given there; compare with the model without it";
        }
        if (Flags.HasFlag(FitFlags.NotStationary))
        {
            yield return "persistence is 1 or above: there is no long-run variance and no half-life; use short "
                + "horizons or look for a break in the series";
        }
        if (Flags.HasFlag(FitFlags.AtKink))
        {
            yield return "the maximum lies on a kink of |z|: errors of the mean are approximate";
        }
        if (Flags.HasFlag(FitFlags.NoHessianErrors))
        {
            yield return "the likelihood is flat in some direction: Hessian and QML errors do not exist; fix or drop a "
                + "parameter";
        }
    }
}
