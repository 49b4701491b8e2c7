namespace OrleansLeverage.Domain.Venues;

/// <summary>
/// The two closed forms behind the liquidation and bankruptcy prices of isolated positions, and of one moving position
/// of a cross account. Side s is +1 long, −1 short; M is the margin at the reference price R less everything that does
/// not move with the price (the maintenance of other positions, plus a tier's cumulative amount); r is what must be
/// kept per notional at the solution, maintenance rate plus closing fee.
/// <code>
/// linear    q·P·r = M + s·q·(P − R)            P = (R − s·M/q) / (1 − s·r)       M in the quote
/// inverse   U·r/P = M + s·U·(1/R − 1/P)        P = U·(1 + s·r) / (U/R + s·M)     M in the coin, U in the quote
/// </code>
/// r = 0 is bankruptcy. Divisions round at the 28th digit. Source: quant reference §2; Binance, OKX, Gate and
/// Hyperliquid publish the linear form with their own M and r, Bybit the inverse one.
/// </summary>
public static class LiquidationForms
{
    /// <summary>
    /// Price in the quote; 0 where the margin covers a fall to nothing, so that no price above 0 liquidates a long, or
    /// where a short has so little margin that every price does.
    /// </summary>
    public static decimal Linear(int side, decimal reference, decimal size, decimal margin, decimal rate)
    {
        Check(side, reference, size, rate);
        return Math.Max(0m, (reference - (side * margin / size)) / (1m - (side * rate)));
    }

    /// <summary>
    /// The linear form at any requirement per notional, also one above the notional itself (a slippage allowance): null
    /// where margin and requirement move together, so that no price changes anything. Source: Vega
    /// <c>risk/liquidation_calculation.go</c>.
    /// </summary>
    public static decimal? LinearAtAnyRate(int side, decimal reference, decimal size, decimal margin, decimal rate)
    {
        Check(side, reference, size, 0m);
        ArgumentOutOfRangeException.ThrowIfNegative(rate);
        var slope = 1m - (side * rate);
        return slope == 0m ? null : Math.Max(0m, (reference - (side * margin / size)) / slope);
    }

    /// <summary>What a linear position has above its requirement at a price: M + s·q·(P − R) − q·P·r.</summary>
    public static decimal SurplusAt(
        int side, decimal reference, decimal size, decimal margin, decimal rate, decimal price) =>
        margin + (side * size * (price - reference)) - (size * price * rate);

    /// <summary>
    /// Whether a price is where a position is liquidated: nothing above the requirement (to 15 digits of what it
    /// holds), or 0 where even there the margin is gone.
    /// </summary>
    public static bool IsLiquidationPrice(
        int side, decimal reference, decimal size, decimal margin, decimal rate, decimal price)
    {
        var surplus = SurplusAt(side, reference, size, margin, rate, price);
        var scale = Math.Abs(margin) + (size * Math.Max(reference, price) * (1m + rate));
        return Math.Abs(surplus) <= scale * 0.000000000000001m || (price == 0m && surplus < 0m);
    }

    /// <summary>
    /// Price in the quote; null where none exists: a short whose coins cover its face value at any price, or a long so
    /// far under water that no price helps.
    /// </summary>
    public static decimal? Inverse(int side, decimal reference, decimal faceValue, decimal margin, decimal rate)
    {
        Check(side, reference, faceValue, rate);
        var coins = (faceValue / reference) + (side * margin);
        return coins > 0m ? faceValue * (1m + (side * rate)) / coins : null;
    }

    /// <summary>
    /// The price a cautious trader acts at: nearer to the entry than the liquidation price by <paramref name="buffer"/>
    /// of the distance, never below 0. Source: freqtrade <c>get_liquidation_price</c>.
    /// </summary>
    public static decimal WithBuffer(int side, decimal entry, decimal liquidation, decimal buffer) =>
        Math.Max(0m, liquidation + (side * Math.Abs(entry - liquidation) * buffer));

    internal static void Check(int side, decimal reference, decimal size, decimal rate)
    {
        if (side is not (1 or -1))
        {
            throw new ArgumentOutOfRangeException(nameof(side), side, "a side is +1 or −1");
        }
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(reference);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        if (rate is < 0m or >= 1m)
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "what must be kept per notional is in [0, 1)");
        }
    }
}
