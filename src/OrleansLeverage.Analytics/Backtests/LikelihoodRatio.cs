using MathNet.Numerics;

namespace OrleansLeverage.Analytics.Backtests;

/// <summary>
/// A likelihood-ratio statistic, at least 0, and the probability of a larger one under the hypothesis: χ² with
/// <paramref name="Degrees"/> degrees of freedom.
/// </summary>
public readonly record struct LikelihoodRatio(double Statistic, int Degrees)
{
    public double PValue => Degrees switch
    {
        1 => SpecialFunctions.Erfc(Math.Sqrt(Statistic / 2.0)),
        2 => Math.Exp(-Statistic / 2.0),
        _ => SpecialFunctions.GammaUpperRegularized(Degrees / 2.0, Statistic / 2.0),
    };

    public bool Rejects(double significance) => PValue < significance;

    public static LikelihoodRatio operator +(LikelihoodRatio left, LikelihoodRatio right) =>
        new(left.Statistic + right.Statistic, left.Degrees + right.Degrees);

    /// <summary>2·ln of a ratio whose rounding may leave it a little below 0.</summary>
    internal static LikelihoodRatio Of(double statistic, int degrees = 1) => new(Math.Max(0.0, statistic), degrees);
}
