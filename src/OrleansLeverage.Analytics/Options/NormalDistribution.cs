using MathNet.Numerics;

namespace OrleansLeverage.Analytics.Options;

/// <summary>The standard normal law.</summary>
public static class NormalDistribution
{
    private const double SqrtTwo = 1.4142135623730950488;
    private const double InverseSqrtTwoPi = 0.39894228040143267794;

    /// <summary>N(x) = erfc(−x/√2)/2, which keeps its relative accuracy far below the mean; never 1 − N(−x).</summary>
    public static double Cumulative(double x) => 0.5 * SpecialFunctions.Erfc(-x / SqrtTwo);

    public static double Density(double x) => InverseSqrtTwoPi * Math.Exp(-0.5 * x * x);
}
