namespace OrleansLeverage.Analytics.Models;

/// <summary>
/// How variance h moves, e the residual, z = e/√h:
/// <code>
/// Garch    h' = ω + α·e² + β·h
/// Gjr      h' = ω + (α + γ·1[e&lt;0])·e² + β·h
/// Tarch    σ' = ω + (α + γ·1[e&lt;0])·|e| + β·σ,   h = σ²
/// Egarch   ln h' = ω + α·z + γ·(|z| − √(2/π)) + β·ln h
/// Aparch   σ^δ' = ω + α·(|e| − γ·e)^δ + β·σ^δ
/// </code>
/// "Falls raise volatility" is γ &gt; 0 in Gjr, Tarch and Aparch, α &lt; 0 in Egarch. Source: quant reference §10.
/// </summary>
public enum VarianceModel
{
    Garch,
    Gjr,
    Tarch,
    Egarch,
    Aparch,
}

/// <summary>The law of z, of variance 1.</summary>
public enum Innovation
{
    Normal,

    /// <summary>Student t with ν &gt; 2 degrees of freedom, scaled to variance 1.</summary>
    StudentT,
}

/// <summary>What stands before the first observation; it moves a log-likelihood by one to three units.</summary>
public enum Presample
{
    /// <summary>
    /// e² and h are the mean of the residuals' squares, a function of the parameters; Egarch begins with z = 0.
    /// Fiorentini, Calzolari and Panattoni (1996).
    /// </summary>
    SampleMean,

    /// <summary>
    /// The mean of the first 75 |r − mean|^power with weights 0.94^i: what the Python package arch takes.
    /// </summary>
    Backcast,

    /// <summary>
    /// The mean of the residuals' squares for h as in <see cref="SampleMean"/>, and the mean of the residuals for e,
    /// under which TSP's EGARCH benchmark was published (C. Cummins, examples/bench/egarch.tsp, e(0) = mean).
    /// </summary>
    MeanResidual,
}

/// <summary>A model to fit: variance, an ARMA(p, q) around a constant mean, innovation, presample.</summary>
public sealed record VolatilitySpec(VarianceModel Variance)
{
    public Innovation Innovation { get; init; } = Innovation.Normal;

    public Presample Presample { get; init; } = Presample.SampleMean;

    /// <summary>0 to 5: y − μ on its own past.</summary>
    public int AutoRegression { get; init; }

    /// <summary>0 to 5: past residuals.</summary>
    public int MovingAverage { get; init; }

    public bool HasAsymmetry => Variance != VarianceModel.Garch;

    /// <summary>Places of the parameters: mean, variance, innovation.</summary>
    public int Omega => 1 + AutoRegression + MovingAverage;

    public int Alpha => Omega + 1;

    /// <summary>Only where <see cref="HasAsymmetry"/>.</summary>
    public int Gamma => Omega + 2;

    public int Beta => Omega + (HasAsymmetry ? 3 : 2);

    /// <summary>Only of Aparch.</summary>
    public int Delta => Beta + 1;

    public int Nu => Variance == VarianceModel.Aparch ? Beta + 2 : Beta + 1;

    public int Count => Nu + (Innovation == Innovation.StudentT ? 1 : 0);

    /// <summary>Power of |e| in the recursion where it is fixed.</summary>
    public int Power => Variance == VarianceModel.Tarch ? 1 : 2;

    /// <summary>In the order of every parameter vector of this spec.</summary>
    public IReadOnlyList<string> ParameterNames
    {
        get
        {
            var names = new List<string> { "mu" };
            names.AddRange(Enumerable.Range(1, AutoRegression).Select(i => $"ar{i}"));
            names.AddRange(Enumerable.Range(1, MovingAverage).Select(i => $"ma{i}"));
            names.AddRange(HasAsymmetry ? ["omega", "alpha", "gamma", "beta"] : (string[])["omega", "alpha", "beta"]);
            if (Variance == VarianceModel.Aparch)
            {
                names.Add("delta");
            }
            if (Innovation == Innovation.StudentT)
            {
                names.Add("nu");
            }
            return names;
        }
    }

    internal void Check()
    {
        if (AutoRegression is < 0 or > 5 || MovingAverage is < 0 or > 5)
        {
            throw new ArgumentOutOfRangeException(nameof(AutoRegression),
                $"ARMA({AutoRegression}, {MovingAverage}): orders are 0 to 5");
        }
    }
}
