namespace OrleansLeverage.Analytics.Volatility;

/// <summary>
/// Whether the prices of one smile admit a density: Durrleman's function
/// <code>
/// g(k) = (1 − k·w'/(2w))² − (w'²/4)(1/w + 1/4) + w''/2 ≥ 0
/// </code>
/// on a grid of log-moneyness, w total variance. Source: Gatheral and Jacquier, Quantitative Finance 2014, 14:59.
/// </summary>
/// <param name="WorstDensity">Smallest g.</param>
/// <param name="WorstStrike">Where it is.</param>
/// <param name="From">The lowest strike looked at.</param>
public readonly record struct SmileArbitrage(double WorstDensity, double WorstStrike, double From, double To)
{
    /// <summary>What differences of a sound smile can come to by rounding.</summary>
    public const double Tolerance = 1e-6;

    private const int Points = 200;

    // beyond the last quotes smiles are held flat: a corner, and not the quotes' doing
    private const double Inset = 0.002;

    public bool IsFree => WorstDensity >= -Tolerance;

    /// <summary>Between two strikes, from strike to strike in equal logarithms.</summary>
    public static SmileArbitrage Check(VolatilitySmile smile, double from, double to)
    {
        var forward = smile.Market.Forward;
        var (low, high) = (Math.Log(VolatilityException.Positive(from, "strike") / forward) + Inset,
            Math.Log(VolatilityException.Positive(to, "strike") / forward) - Inset);
        var (worst, at) = (double.PositiveInfinity, low);
        for (var i = 0; i <= Points; i++)
        {
            var k = low + ((high - low) * i / Points);
            if (Density(smile.TotalVariance(k), k) is var g && g < worst)
            {
                (worst, at) = (g, k);
            }
        }
        return new SmileArbitrage(worst, forward * Math.Exp(at), from, to);
    }

    /// <summary>g(k).</summary>
    public static double Density(VarianceJet w, double k)
    {
        var slope = 1.0 - (k * w.First / (2.0 * w.Variance));
        return (slope * slope) - (w.First * w.First / 4.0 * ((1.0 / w.Variance) + 0.25)) + (w.Second / 2.0);
    }
}
