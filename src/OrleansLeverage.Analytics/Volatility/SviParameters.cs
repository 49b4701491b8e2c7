namespace OrleansLeverage.Analytics.Volatility;

/// <summary>
/// Total variance by log-moneyness, raw form of stochastic volatility inspired:
/// <code>
/// w(k) = a + b·(ρ(k − m) + √((k − m)² + s²))
/// </code>
/// a level, b ≥ 0 slope of the wings, −1 ≤ ρ ≤ 1 tilt, m centre, s > 0 roundness. Source: Gatheral 2004; Gatheral and
/// Jacquier, Quantitative Finance 2014, 14:59.
/// </summary>
public sealed record SviParameters
{
    /// <exception cref="VolatilityException">Outside the ranges above, or no numbers.</exception>
    public SviParameters(double a, double b, double rho, double m, double s)
    {
        A = VolatilityException.Finite(a, "a");
        B = VolatilityException.Finite(b, "b");
        Rho = VolatilityException.Finite(rho, "rho");
        M = VolatilityException.Finite(m, "m");
        S = VolatilityException.Positive(s, "s");
        if (b < 0.0 || Math.Abs(rho) > 1.0)
        {
            throw new VolatilityException(VolatilityFault.ArbitrageBounds, $"b {b} is below 0 or rho {rho} beyond 1");
        }
    }

    public double A { get; }

    public double B { get; }

    public double Rho { get; }

    public double M { get; }

    public double S { get; }

    /// <summary>a + b·s·√(1 − ρ²): the smallest total variance; below 0 the smile is none.</summary>
    public double LeastVariance => A + (B * S * Math.Sqrt(1.0 - (Rho * Rho)));

    /// <summary>b(1 − ρ) and b(1 + ρ): slopes of the wings, at most 2 without arbitrage (Lee 2004).</summary>
    public (double Left, double Right) WingSlopes => (B * (1.0 - Rho), B * (1.0 + Rho));

    public VarianceJet At(double moneyness)
    {
        var away = moneyness - M;
        var root = Math.Sqrt((away * away) + (S * S));
        return new VarianceJet(A + (B * ((Rho * away) + root)), B * (Rho + (away / root)),
            B * S * S / (root * root * root));
    }
}

/// <summary>A smile of SVI form, with the strikes between which it was fitted.</summary>
public sealed class SviSmile : VolatilitySmile
{
    private const double LeeSlope = 2.0;

    private readonly double _from;
    private readonly double _to;

    /// <exception cref="VolatilityException">A total variance that falls to 0 or below.</exception>
    public SviSmile(ForwardMarket market, SviParameters parameters, double from, double to) : base(market)
    {
        if (!(parameters.LeastVariance > 0.0))
        {
            throw new VolatilityException(VolatilityFault.NegativeVariance,
                $"total variance comes down to {parameters.LeastVariance}");
        }
        (Parameters, _from, _to) = (parameters, from, to);
    }

    public SviParameters Parameters { get; }

    /// <summary>Whether the wings stay below what moments allow, on all strikes.</summary>
    public bool WingsAreFree => Math.Max(Parameters.WingSlopes.Left, Parameters.WingSlopes.Right) <= LeeSlope;

    public override VarianceJet TotalVariance(double moneyness) => Parameters.At(moneyness);

    public override double Slope(double strike)
    {
        var variance = Parameters.At(Math.Log(strike / Market.Forward));
        return variance.First / (2.0 * Math.Sqrt(variance.Variance * Market.Years) * strike);
    }

    protected override SmilePoint Evaluate(double strike) => new(
        Math.Sqrt(Parameters.At(Math.Log(strike / Market.Forward)).Variance / Market.Years),
        strike < _from || strike > _to ? SmileFlags.Extrapolated : SmileFlags.None);
}
