namespace OrleansLeverage.Domain.Venues;

/// <summary>
/// Requirements per position as venues state them, from a notional in any currency (the margin is in the same).
/// </summary>
public static class MarginForms
{
    /// <summary>Notional / leverage. Source: Binance, Bybit, Hyperliquid, LEAN.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Leverage is not above 0.</exception>
    public static decimal AtLeverage(decimal notional, decimal leverage) => AtLeverage(notional, leverage, 1m);

    /// <summary>
    /// Notional / leverage · rate: initial and maintenance margin both fall with leverage. Source: NautilusTrader,
    /// leveraged model; its standard model is <see cref="AtRate"/>.
    /// </summary>
    public static decimal AtLeverage(decimal notional, decimal leverage, decimal rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(leverage);
        return notional * rate / leverage;
    }

    /// <summary>Notional · rate − amount.</summary>
    public static decimal AtRate(decimal notional, decimal rate, decimal amount = 0m) => (notional * rate) - amount;

    /// <summary>Rate that grows with the size itself: base + slope·|size|. Source: Deribit standard margin.</summary>
    public static decimal SizeRate(decimal size, decimal baseRate, decimal slope) =>
        baseRate + (slope * Math.Abs(size));

    /// <summary>
    /// Fee kept aside to close at the bankruptcy price, notional·(1 − s/leverage)·fee: a short's bankruptcy lies above
    /// its mark. Source: Bybit help, initial margin (unified account).
    /// </summary>
    public static decimal CloseFee(int side, decimal notional, decimal leverage, decimal feeRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(leverage);
        return notional * feeRate * (leverage - side) / leverage;
    }

    /// <summary>
    /// Notional / equity; null where nothing is left (equity ≤ 0): such an account is bankrupt, not leveraged.
    /// </summary>
    public static decimal? Leverage(decimal notional, decimal equity) =>
        equity > 0m ? Math.Abs(notional) / equity : null;

    /// <summary>
    /// |mark value| / (mark value − bankrupt value): leverage left to bankruptcy; null at or beyond it. Source: BitMEX
    /// deleveraging.
    /// </summary>
    public static decimal? LeverageToBankruptcy(decimal markValue, decimal bankruptValue) =>
        Leverage(markValue, markValue - bankruptValue);
}
