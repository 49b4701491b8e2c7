namespace OrleansLeverage.Domain.Venues;

/// <summary>
/// Value and profit of contracts as plain decimals, for figures that are not an account's own books (those are
/// <see cref="Position"/>, rounded to the settlement quantum). Size is unsigned, side +1 long, −1 short, m the
/// multiplier: base units, or face value in the quote, per contract.
/// <code>
///            value             profit
/// linear     q·m·P             s·q·m·(P − E)        quote
/// inverse    q·m/P             s·q·m·(1/E − 1/P)    coin, from the two values so that it equals their difference
/// </code>
/// </summary>
public static class ContractForms
{
    public static decimal Value(ContractStyle style, decimal size, decimal price, decimal multiplier = 1m)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(price);
        return style == ContractStyle.Linear ? size * multiplier * price : size * multiplier / price;
    }

    public static decimal Profit(
        ContractStyle style, int side, decimal size, decimal entry, decimal mark, decimal multiplier = 1m)
    {
        var gain = Value(style, size, mark, multiplier) - Value(style, size, entry, multiplier);
        return style == ContractStyle.Linear ? side * gain : -side * gain;
    }

    /// <summary>Between the two sides of a book: what stands in for a mark that was not seen.</summary>
    public static decimal Mid(decimal bid, decimal ask) => (bid + ask) / 2m;

    /// <summary>A linear position's equity with an amount of the quote beside it: balance + s·q·(P − E).</summary>
    public static decimal Equity(decimal balance, int side, decimal size, decimal entry, decimal mark) =>
        balance + Profit(ContractStyle.Linear, side, size, entry, mark);

    /// <summary>
    /// Price of a fill that moves the skew of a market by its size: the mean of the premiums before and after,
    /// P·(1 + (skew + size/2) / scale). Source: Synthetix v3 <c>AsyncOrder.sol</c>.
    /// </summary>
    public static decimal SkewedFill(decimal price, decimal skew, decimal size, decimal skewScale)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(skewScale);
        return price * (1m + (skew + (size / 2m)) / skewScale);
    }
}
