namespace OrleansLeverage.Analytics.Performance;

/// <summary>
/// Leverage as an answer to risk. Drift is the excess return per period, volatility of the same period; null where the
/// volatility says nothing (zero or below, or not finite). Source: quant reference §12.
/// </summary>
public static class TargetLeverage
{
    /// <summary>
    /// Full Kelly μ/σ²: the leverage with the fastest growth of the median. Other authors' "Kelly ratio" is half of it.
    /// </summary>
    public static double? Kelly(double excessDrift, double volatility) =>
        IsUsable(volatility) && double.IsFinite(excessDrift) ? excessDrift / (volatility * volatility) : null;

    /// <summary>Growth rate f·μ − f²·σ²/2 of a constant leverage f: largest at Kelly, 0 at twice Kelly.</summary>
    public static double Growth(double leverage, double excessDrift, double volatility) =>
        leverage * (excessDrift - (leverage * volatility * volatility / 2.0));

    /// <summary>Growth rate at a fraction of full Kelly: ½ keeps ¾ of the growth at half the leverage.</summary>
    public static double? KellyGrowth(double fraction, double excessDrift, double volatility) =>
        Kelly(excessDrift, volatility) is { } full ? Growth(fraction * full, excessDrift, volatility) : null;

    /// <summary>min(cap, target / forecast).</summary>
    public static double? VolatilityTarget(double targetVolatility, double forecastVolatility, double cap)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(targetVolatility);
        ArgumentOutOfRangeException.ThrowIfNegative(cap);
        return IsUsable(forecastVolatility) ? Math.Min(cap, targetVolatility / forecastVolatility) : null;
    }

    private static bool IsUsable(double volatility) => double.IsFinite(volatility) && volatility > 0.0;
}
