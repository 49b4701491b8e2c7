using MathNet.Numerics;

namespace OrleansLeverage.Analytics.Models;

/// <summary>
/// The log-density of Student's t with variance 1: c(ν) − ½·ln h − ½·(ν+1)·ln(1 + q/(ν−2)), q = e²/h.
/// </summary>
internal readonly ref struct TailDensity
{
    private readonly Jet _jet;
    private readonly int _place;
    private readonly double _nu;
    private readonly double[] _constant;
    private readonly double[] _inverse;
    private readonly double[] _power;

    public TailDensity(VolatilitySpec spec, Jet jet, ReadOnlySpan<double> parameters)
    {
        (_jet, _place) = (jet, spec.Nu);
        if (spec.Innovation != Innovation.StudentT)
        {
            (_constant, _inverse, _power) = ([], [], []);
            return;
        }
        _nu = parameters[spec.Nu];
        var excess = _nu - 2.0;
        (_constant, _inverse, _power) = (new double[jet.Size], new double[jet.Size], new double[jet.Size]);
        Of(_constant,
            SpecialFunctions.GammaLn((_nu + 1.0) / 2.0) - SpecialFunctions.GammaLn(_nu / 2.0)
                - 0.5 * Math.Log(Math.PI * excess),
            0.5 * (SpecialFunctions.DiGamma((_nu + 1.0) / 2.0) - SpecialFunctions.DiGamma(_nu / 2.0) - 1.0 / excess),
            0.25 * (Trigamma((_nu + 1.0) / 2.0) - Trigamma(_nu / 2.0)) + 0.5 / (excess * excess));
        Of(_inverse, 1.0 / excess, -1.0 / (excess * excess), 2.0 / (excess * excess * excess));
        Of(_power, -0.5 * (_nu + 1.0), -0.5, 0.0);
    }

    public void Of(Span<double> to, ReadOnlySpan<double> logVariance, ReadOnlySpan<double> q)
    {
        _jet.Multiply(to, q, _inverse);
        var inner = 1.0 + to[0];
        _jet.Apply(to, to, Math.Log(inner), 1.0 / inner, -1.0 / (inner * inner));
        _jet.Multiply(to, to, _power);
        _jet.Add(to, logVariance, -0.5);
        _jet.Add(to, _constant, 1.0);
    }

    /// <summary>ψ'(x) by recurrence to 20 and its asymptotic series; relative error below 1e-15.</summary>
    internal static double Trigamma(double x)
    {
        var sum = 0.0;
        for (; x < 20.0; x += 1.0)
        {
            sum += 1.0 / (x * x);
        }
        var r = 1.0 / (x * x);
        return sum + 1.0 / x + 0.5 * r
            + r / x * (1.0 / 6.0 - r * (1.0 / 30.0 - r * (1.0 / 42.0 - r * (1.0 / 30.0 - r * 5.0 / 66.0))));
    }

    private void Of(Span<double> to, double f, double first, double second)
    {
        _jet.Parameter(to, _place, _nu);
        _jet.Apply(to, to, f, first, second);
    }
}
