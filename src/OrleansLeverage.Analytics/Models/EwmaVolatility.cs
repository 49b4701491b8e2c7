namespace OrleansLeverage.Analytics.Models;

/// <summary>
/// s²' = λ·s² + (1 − λ)·r², returns taken as they are (no mean). Before the first return s² is the mean square of the
/// first few; forecasts for these few are not given, since they would know what comes.
/// Source: RiskMetrics (1996), λ = 0.94 of daily data.
/// </summary>
public static class EwmaVolatility
{
    public const double DailyDecay = 0.94;

    /// <summary>
    /// Volatility forecasts: element t is made from the returns before t and is meant for return t; the last one is of
    /// the period after the series. Elements before the seed is complete are null.
    /// </summary>
    /// <exception cref="SeriesException">Fewer returns than the seed takes, or one that is not finite.</exception>
    public static double?[] Forecasts(ReadOnlySpan<double> returns, double decay, int seedLength)
    {
        if (!(decay is > 0.0 and < 1.0))
        {
            throw new ArgumentOutOfRangeException(nameof(decay), decay, "a decay is in (0, 1)");
        }
        ArgumentOutOfRangeException.ThrowIfLessThan(seedLength, 1);
        if (returns.Length < seedLength)
        {
            throw new SeriesException(SeriesProblem.TooShort,
                $"{returns.Length} returns, the seed alone takes {seedLength}: take a longer period");
        }
        var forecasts = new double?[returns.Length + 1];
        var variance = 0.0;
        foreach (var value in returns[..seedLength])
        {
            variance += value * value / seedLength;
        }
        for (var t = 0; t < returns.Length; t++)
        {
            if (!double.IsFinite(returns[t]))
            {
                throw new SeriesException(SeriesProblem.NotFinite,
                    $"value {t + 1} is {returns[t]}: leave the row out or repair it");
            }
            forecasts[t] = t >= seedLength ? Math.Sqrt(variance) : null;
            variance = decay * variance + (1.0 - decay) * returns[t] * returns[t];
        }
        forecasts[^1] = Math.Sqrt(variance);
        return forecasts;
    }
}
