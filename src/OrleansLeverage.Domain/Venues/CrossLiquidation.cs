namespace OrleansLeverage.Domain.Venues;

/// <summary>
/// A linear position beside the one whose price is sought; amounts in the quote. Side +1 long, −1 short.
/// </summary>
public readonly record struct OtherPosition(
    int Side, decimal Size, decimal Entry, decimal Mark, decimal MaintenanceRate, decimal MaintenanceAmount)
{
    public decimal UnrealisedProfit => Side * Size * (Mark - Entry);

    public decimal MaintenanceMargin => (Size * Mark * MaintenanceRate) - MaintenanceAmount;
}

/// <summary>
/// Cross accounts in which one asset moves and all else stands still. The tier is given by the caller; a solution that
/// lies in another tier belongs to that tier's rate and amount.
/// </summary>
public static class CrossLiquidation
{
    /// <summary>
    /// <c>(WB − TMM + UPNL + cum − s·q·E) / (q·r − s·q)</c>: wallet balance less the maintenance and plus the profit of
    /// all other positions. Source: Binance FAQ b3c689c1f50a44cabb3a84e663b81d93.
    /// </summary>
    public static decimal Linear(
        int side, decimal entry, decimal size, decimal walletBalance, decimal maintenanceRate, decimal amount,
        IEnumerable<OtherPosition> others)
    {
        var margin = walletBalance + amount;
        foreach (var other in others)
        {
            margin += other.UnrealisedProfit - other.MaintenanceMargin;
        }
        return LiquidationForms.Linear(side, entry, size, margin, maintenanceRate);
    }

    /// <summary>
    /// The same from the account's equity at a reference price and the maintenance of everything else.
    /// </summary>
    public static decimal LinearFromEquity(
        int side, decimal reference, decimal size, decimal equity, decimal maintenanceRate, decimal amount,
        decimal otherMaintenance) =>
        LiquidationForms.Linear(side, reference, size, equity - otherMaintenance + amount, maintenanceRate);

    /// <summary>
    /// Coin-margined: <c>U·(1/E − 1/P)·s = −(balance − order margin − U/E·r − U·fee/BP)</c>: maintenance at the entry
    /// value, the closing fee at the bankruptcy price. Null where no price liquidates. Source: Bybit help, inverse
    /// cross.
    /// </summary>
    public static decimal? Inverse(
        int side, decimal entry, decimal faceValue, decimal balance, decimal orderMargin, decimal maintenanceRate,
        decimal closeFeeRate, decimal bankruptcyPrice)
    {
        LiquidationForms.Check(side, entry, faceValue, maintenanceRate);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bankruptcyPrice);
        var maintenance = faceValue / entry * maintenanceRate;
        var fee = faceValue * closeFeeRate / bankruptcyPrice;
        return LiquidationForms.Inverse(side, entry, faceValue, balance - orderMargin - maintenance - fee, 0m);
    }

    /// <summary>
    /// <c>U·(1 + s·fee) / (U/E + s·(balance − order margin))</c>: the price at which the balance and the closing fee
    /// are just used up. Source: Bybit help, inverse cross bankruptcy price.
    /// </summary>
    public static decimal? InverseBankruptcy(
        int side, decimal entry, decimal faceValue, decimal balance, decimal orderMargin, decimal closeFeeRate) =>
        LiquidationForms.Inverse(side, entry, faceValue, balance - orderMargin, closeFeeRate);
}
