namespace OrleansLeverage.Analytics.Models;

/// <summary>A specification with its parameters: what can be filtered, forecast and simulated.</summary>
public sealed class VolatilityModel
{
    private readonly double[] _parameters;

    public VolatilityModel(VolatilitySpec spec, IReadOnlyList<double> parameters)
    {
        spec.Check();
        if (parameters.Count != spec.Count)
        {
            throw new ArgumentException(
                $"{parameters.Count} parameters for {string.Join(", ", spec.ParameterNames)}", nameof(parameters));
        }
        (Spec, _parameters) = (spec, [.. parameters]);
        if (Array.Exists(_parameters, value => !double.IsFinite(value)))
        {
            throw new ArgumentException("parameters are finite", nameof(parameters));
        }
    }

    public VolatilitySpec Spec { get; }

    public ReadOnlySpan<double> Parameters => _parameters;

    public double Mean => _parameters[0];

    public double Omega => _parameters[Spec.Omega];

    public double Alpha => _parameters[Spec.Alpha];

    public double Gamma => Spec.HasAsymmetry ? _parameters[Spec.Gamma] : 0.0;

    public double Beta => _parameters[Spec.Beta];

    public double Delta => Spec.Variance == VarianceModel.Aparch ? _parameters[Spec.Delta] : Spec.Power;

    public double Nu => Spec.Innovation == Innovation.StudentT ? _parameters[Spec.Nu] : double.PositiveInfinity;

    /// <summary>
    /// By how much a shock to what the model is linear in survives one period: α + γ/2 + β for a symmetric z, β of
    /// Egarch. Of Tarch and Aparch by quadrature over z.
    /// </summary>
    public double Persistence => Spec.Variance switch
    {
        VarianceModel.Garch or VarianceModel.Gjr => Alpha + 0.5 * Gamma + Beta,
        VarianceModel.Egarch => Beta,
        _ => Beta + Innovations.Mean(this, z => News(z)),
    };

    /// <summary>Null where the model has none (persistence of 1 or above), and of Egarch, Tarch and Aparch, whose
    /// stationary variance has no closed form.</summary>
    public double? LongRunVariance => Spec.Variance is VarianceModel.Garch or VarianceModel.Gjr && Persistence < 1.0
        ? Omega / (1.0 - Persistence)
        : null;

    /// <summary>Periods until half of a shock is gone; null where it never is.</summary>
    public double? HalfLife => Persistence is > 0.0 and < 1.0 and var share ? Math.Log(0.5) / Math.Log(share) : null;

    /// <summary>The log-likelihood of these parameters; null where they give no positive variance.</summary>
    public double? LogLikelihood(ReturnSeries series)
    {
        var point = new LikelihoodPoint(Spec.Count);
        return new JetLikelihood(Spec, series.Values.ToArray()).Evaluate(_parameters, 0, point) ? point.Value : null;
    }

    /// <summary>The variance of every observation, and of the one after the last.</summary>
    public double[]? Filter(ReturnSeries series)
    {
        var (residuals, variances) = (new double[series.Count], new double[series.Count + 1]);
        return new JetLikelihood(Spec, series.Values.ToArray()).Filter(_parameters, residuals, variances)
            ? variances : null;
    }

    /// <summary>The variance that follows variance h and residual e.</summary>
    public double Next(double h, double e)
    {
        switch (Spec.Variance)
        {
            case VarianceModel.Garch or VarianceModel.Gjr:
                return Omega + (e < 0.0 ? Alpha + Gamma : Alpha) * e * e + Beta * h;
            case VarianceModel.Tarch:
                var deviation = Omega + (e < 0.0 ? Alpha + Gamma : Alpha) * Math.Abs(e) + Beta * Math.Sqrt(h);
                return deviation * deviation;
            case VarianceModel.Egarch:
                var z = e / Math.Sqrt(h);
                return Math.Exp(Omega + Alpha * z + Gamma * (Math.Abs(z) - Innovations.MeanAbsoluteNormal)
                    + Beta * Math.Log(h));
            default:
                var power = Omega + Alpha * Math.Pow(Math.Abs(e) - Gamma * e, Delta)
                    + Beta * Math.Pow(h, 0.5 * Delta);
                return Math.Pow(power, 2.0 / Delta);
        }
    }

    /// <summary>
    /// The news impact curve (Engle and Ng 1993): the variance that follows residual e when h stands at a level.
    /// </summary>
    public double NewsImpact(double e, double level) => Next(level, e);

    // what a standardised z adds to σ^δ per σ^δ
    private double News(double z) => Spec.Variance == VarianceModel.Tarch
        ? (z < 0.0 ? Alpha + Gamma : Alpha) * Math.Abs(z)
        : Alpha * Math.Pow(Math.Abs(z) - Gamma * z, Delta);
}
