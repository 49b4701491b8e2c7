namespace OrleansLeverage.Analytics.Limits;

/// <summary>
/// Margin for what cannot be sold in a day at no cost, added to the margin for price moves. Fractions of notional.
/// </summary>
public static class MarketAddOns
{
    /// <summary>
    /// What selling a position costs and risks beyond the first day: y·σ·√(N/V) of impact by the square-root law, and
    /// z·σ·(√(d/3) − 1) for a position that takes d = N / (share·V) days to sell in equal parts, where d is above 3.
    /// </summary>
    /// <param name="notional">Of the position.</param>
    /// <param name="dailyVolume">Of the market, in the same unit, above 0.</param>
    /// <param name="volatility">Of a day.</param>
    /// <param name="share">Of the volume that a seller may be.</param>
    public static double Liquidity(double notional, double dailyVolume, double volatility, double z = 2.3263,
        double impact = 1.0, double share = 0.2)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(notional);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dailyVolume);
        ArgumentOutOfRangeException.ThrowIfNegative(volatility);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(share);
        var days = notional / (share * dailyVolume);
        return impact * volatility * Math.Sqrt(notional / dailyVolume)
            + z * volatility * Math.Max(0.0, Math.Sqrt(days / 3.0) - 1.0);
    }

    /// <summary>
    /// Rises in a straight line from nothing at the first share of the open interest to the maximum at the second.
    /// </summary>
    public static double Concentration(double notional, double openInterest, double from, double to, double most)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(notional);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(openInterest);
        if (!(from >= 0.0 && to > from && to <= 1.0 && most >= 0.0))
        {
            throw new ArgumentOutOfRangeException(nameof(from), from, "0 ≤ from < to ≤ 1");
        }
        return most * Math.Clamp((notional / openInterest - from) / (to - from), 0.0, 1.0);
    }
}
