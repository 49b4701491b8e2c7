namespace OrleansLeverage.Domain;

/// <summary>
/// Who pays what neither the account nor the fund could: the winners of the cycle, or every contract.
/// </summary>
public static class SocialisedLoss
{
    /// <summary>
    /// Shares in proportion to the gains, in whole quantums, never above a gain; they sum to the deficit, or to all
    /// gains where these are less. Rounded down; the quantums that are left go one each to the largest remainders, ties
    /// to the first. Source: Vega loss socialisation, which gives the rest to one party.
    /// </summary>
    /// <param name="deficit">From 0, a multiple of the quantum.</param>
    /// <param name="gains">From 0 each, multiples of the quantum.</param>
    public static decimal[] ByGain(decimal deficit, IReadOnlyList<decimal> gains, decimal quantum)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(deficit);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(quantum);
        var total = 0m;
        foreach (var gain in gains)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(gain);
            total += gain;
        }
        var shares = new decimal[gains.Count];
        if (total == 0m)
        {
            return shares;
        }
        var budget = Math.Min(deficit, total);
        var left = budget;
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] = ExactProduct.FloorQuotient(budget, gains[i], total, 1m, quantum);
            left -= shares[i];
        }
        // a remainder is budget·gain − share·total: the same denominator for all, so it orders them exactly
        var order = Enumerable.Range(0, shares.Length).Where(i => shares[i] < gains[i]).ToArray();
        Array.Sort(order, (x, y) =>
        {
            var byRemainder = CompareRemainders(budget, total, gains[y], shares[y], gains[x], shares[x]);
            return byRemainder != 0 ? byRemainder : x.CompareTo(y);
        });
        for (var i = 0; i < order.Length && left >= quantum; i++, left -= quantum)
        {
            shares[order[i]] += quantum;
        }
        return shares;
    }

    /// <summary>
    /// Loss per contract held on either side, rounded up to the quantum so that it is covered. Null where nobody holds
    /// any: the loss cannot be shared. Source: Drift v2 <c>math/liquidation.rs</c>.
    /// </summary>
    public static decimal? PerContract(decimal loss, decimal longs, decimal shorts, decimal quantum)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(loss);
        var held = Math.Abs(longs) + Math.Abs(shorts);
        return held == 0m ? null : -ExactProduct.FloorQuotient(-loss, 1m, held, 1m, quantum);
    }

    /// <summary>Sign of (budget·gain − share·total) of one less that of another.</summary>
    private static int CompareRemainders(decimal budget, decimal total, decimal gain, decimal share, decimal otherGain,
        decimal otherShare) => ExactProduct.Compare(budget, gain - otherGain, share - otherShare, total);
}
