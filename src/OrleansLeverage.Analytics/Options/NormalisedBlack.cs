using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.Options;

/// <summary>
/// Black's formula of an out-of-the-money option without its scale. With x = −|ln(F/K)|, s = σ√T, a = −x/s, t = s/2
/// and M Mills' ratio, the undiscounted value is
/// <code>
/// √(F·K)·n(a)·e^(−t²/2)·Y(a, t),    Y(a, t) = M(a − t) − M(a + t)
/// </code>
/// Y is a difference of neighbours where t is small beside a + 1. There it is the integral of D = −M' over
/// [a − t, a + t] by Gauss and Legendre, all of whose terms are positive: at most 1e-15 relative is lost anywhere.
/// Source: Jäckel, Let's be rational (Wilmott, 2015), which uses expansions instead of the integral.
/// </summary>
public static class NormalisedBlack
{
    internal const double SqrtTwoPi = 2.5066282746310005024;
    internal const double LogSqrtTwoPi = 0.91893853320467274178;

    // Gauss and Legendre on [−1, 1] with 3, 5 and 7 points: the middle's weight, then node and weight of each pair
    private static ReadOnlySpan<double> Three =>
        [0.88888888888888888889, 0.77459666924148337704, 0.55555555555555555556];

    private static ReadOnlySpan<double> Five =>
    [
        0.56888888888888888889, 0.53846931010568309104, 0.47862867049936646804,
        0.90617984593866399280, 0.23692688505618908751,
    ];

    private static ReadOnlySpan<double> Seven =>
    [
        0.41795918367346938776, 0.40584515137739716691, 0.38183005050511894495, 0.74153118559939443986,
        0.27970539148927666790, 0.94910791234275852453, 0.12948496616886969327,
    ];

    /// <summary>
    /// Undiscounted value over √(F·K) of an option of log-moneyness x = ln(F/K) and s = σ√T > 0: for a call
    /// e^(x/2)N(x/s + s/2) − e^(−x/2)N(x/s − s/2).
    /// </summary>
    public static double Value(OptionRight right, double x, double s)
    {
        var (a, t) = (Math.Abs(x) / s, s / 2.0);
        // far beyond the maximum's reach the density underflows and what is lacking does not
        var outside = t - a > 30.0
            ? Math.Exp(-Math.Abs(x) / 2.0) * (1.0 - (NormalDistribution.Density(t - a) * Lack(a, t)))
            : Vega(x, s) * Spread(a, t);
        return (right == OptionRight.Call ? x : -x) <= 0.0 ? outside : (2.0 * Math.Sinh(Math.Abs(x) / 2.0)) + outside;
    }

    /// <summary>Derivative of the value with respect to s: n(x/s)·e^(−s²/8).</summary>
    public static double Vega(double x, double s)
    {
        var (h, t) = (x / s, s / 2.0);
        return Math.Exp(-0.5 * ((h * h) + (t * t))) / SqrtTwoPi;
    }

    /// <summary>True where Y is a difference of neighbours.</summary>
    internal static bool IsNarrow(double a, double t) => t <= (0.1 * a) + 0.3;

    /// <summary>Y(a, t) for a ≥ 0, t ≥ 0; infinite where t − a is above 38, where the complement says more.</summary>
    internal static double Spread(double a, double t)
    {
        // the number of points by which what they leave out is below 1e-17 of the integral
        if (IsNarrow(a, t))
        {
            return Integral(a, t, t <= 0.004 * (a + 1.25) ? Three : t <= (0.05 * a) + 0.1 ? Five : Seven);
        }
        return t <= a
            ? MillsRatio.Of(a - t) - MillsRatio.Of(a + t)
            : (SqrtTwoPi * Math.Exp(0.5 * (t - a) * (t - a))) - MillsRatio.Of(t - a) - MillsRatio.Of(a + t);
    }

    /// <summary>
    /// The share of its greatest value, √(F·K)·e^(x/2), that the option lacks, over n(t − a): M(t − a) + M(t + a) where
    /// t ≥ a.
    /// </summary>
    internal static double Lack(double a, double t) => MillsRatio.Of(t - a) + MillsRatio.Of(t + a);

    private static double Integral(double a, double t, ReadOnlySpan<double> rule)
    {
        var sum = rule[0] * Slope(a);
        for (var i = 1; i < rule.Length; i += 2)
        {
            var away = rule[i] * t;
            sum += rule[i + 1] * (Slope(a - away) + Slope(a + away));
        }
        return t * sum;
    }

    // on the other side of 0 by M(−z) = √2π·e^(z²/2) − M(z)
    private static double Slope(double z) => z >= 0.0
        ? MillsRatio.Slope(z)
        : 1.0 - (z * ((SqrtTwoPi * Math.Exp(0.5 * z * z)) - MillsRatio.Of(-z)));
}
