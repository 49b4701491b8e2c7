namespace OrleansLeverage.Domain;

/// <summary>Collateral for sale: units, and what the market gives for one.</summary>
public readonly record struct SaleLot(decimal Amount, decimal Price);

/// <summary>What a sale brought, and what is still owed.</summary>
/// <param name="Sold">Units of each lot, in the order given.</param>
public readonly record struct CollateralSold(IReadOnlyList<decimal> Sold, decimal Proceeds, decimal StillOwed);

/// <summary>
/// A debt is paid from the account's own collateral before the fund is asked. Source: FLOX, the venues' order
/// (collateral, fund, deleveraging).
/// </summary>
public static class CollateralSale
{
    /// <summary>
    /// Sells in the order given until the debt is covered; the last lot only as far as needed, rounded up to
    /// <paramref name="quantum"/> units. What that brings too much is in the proceeds.
    /// </summary>
    public static CollateralSold Cover(decimal owed, IReadOnlyList<SaleLot> lots, decimal quantum)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(owed);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(quantum);
        var sold = new decimal[lots.Count];
        var proceeds = 0m;
        for (var i = 0; i < lots.Count && proceeds < owed; i++)
        {
            var (amount, price) = lots[i];
            ArgumentOutOfRangeException.ThrowIfNegative(amount);
            if (price > 0m)
            {
                sold[i] = Math.Min(amount, Decimals.CeilingTo((owed - proceeds) / price, quantum));
                proceeds += sold[i] * price;
            }
        }
        return new CollateralSold(sold, proceeds, Math.Max(0m, owed - proceeds));
    }
}
