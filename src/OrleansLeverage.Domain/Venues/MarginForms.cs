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

    /// <summary>
    /// Requirement with a floor: max(least, notional·rate). Source: GMX v2 (min collateral USD and factor), Synthetix
    /// v3.
    /// </summary>
    public static decimal AtLeast(decimal notional, decimal rate, decimal least) => Math.Max(least, notional * rate);

    /// <summary>
    /// An amount that counts in full up to a threshold and a multiple of itself above. Source: OKX portfolio margin,
    /// MR7.
    /// </summary>
    public static decimal Stepped(decimal amount, decimal threshold, decimal multiple) =>
        Math.Min(amount, threshold) + (Math.Max(0m, amount - threshold) * multiple);

    /// <summary>
    /// Requirement of the worse side of a position and its open orders: per side, what is held there at a rate that
    /// grows with it, and the orders' value at the side's rate. Source: Vega <c>risk/margins_calculation.go</c>.
    /// </summary>
    /// <param name="held">Signed size; market orders that will fill are part of it.</param>
    /// <param name="price">Mark.</param>
    /// <param name="longs">Rate and open orders' value of the long side.</param>
    /// <param name="shorts">The same of the short side.</param>
    /// <param name="baseRate">Added to both rates on what is held.</param>
    /// <param name="slope">Rate per unit held.</param>
    public static decimal WorseSide(decimal held, decimal price, (decimal Rate, decimal Orders) longs,
        (decimal Rate, decimal Orders) shorts, decimal baseRate, decimal slope)
    {
        decimal Side(decimal size, (decimal Rate, decimal Orders) side) =>
            AtRate(size * price, SizeRate(size, baseRate + side.Rate, slope)) + AtRate(side.Orders, side.Rate);
        return Math.Max(Side(Math.Max(0m, held), longs), Side(Math.Max(0m, -held), shorts));
    }

    /// <summary>
    /// Whether an account is warned (what is left is at most a share of its value) and whether positions are sold (more
    /// margin is used than its value and a buffer). Source: LEAN <c>DefaultMarginCallModel.cs</c>, 5 % and 10 %.
    /// </summary>
    public static (bool IsWarned, bool IsCalled) Call(decimal value, decimal used, decimal warningShare, decimal buffer)
        => (value - used <= value * warningShare, used > value * (1m + buffer));
}
