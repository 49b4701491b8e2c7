using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Deleveraging.Study;

/// <summary>What one of the product's own policies takes in one wave, USD.</summary>
/// <param name="ResidualUsd">Needed and not to be had.</param>
/// <param name="LargestShare">Of what an account has, at most, in [0, 1].</param>
public sealed record OwnFigures(string Policy, decimal TakenUsd, decimal ResidualUsd, decimal LargestShare);

/// <summary>
/// The product's own policies over the study's accounts: in each wave what was needed, to the millionth of a dollar,
/// of the closed profits that the waves before have left. That is another base than the study's, whose positions per
/// wave are not published: who could have been asked here is who was deleveraged at any time of the episode.
/// </summary>
internal static class OwnAllocation
{
    /// <summary>Lots of a millionth of a dollar, in which shares are whole numbers.</summary>
    private const decimal Lot = 0.000001m;

    /// <summary>Largest share of its profit that an account gives under the capped policy.</summary>
    private const decimal ProfitShareMax = 0.5m;

    /// <summary>The names of the policies, in their order.</summary>
    public static readonly IReadOnlyList<string> Policies =
        ["queue", "pro-rata-profit", "pro-rata-equity", "capped-pro-rata"];

    /// <summary>A row per wave, a figure per policy.</summary>
    public static IReadOnlyList<IReadOnlyList<OwnFigures>> Of(CsvTable users, IReadOnlyList<decimal> needed)
    {
        var rows = users.Rows.Select(r => (Profit: Math.Max(0m, r.Decimal("closed_pnl")),
            Equity: Math.Max(0m, r.Decimal("account_value_realtime")),
            Score: r.Decimal("leverage_realtime") * r.Decimal("pnl_percent"))).ToArray();
        // the venue's index: leverage times profit per cent, the highest first, equals in the order of the rows
        int[] queue = [.. Enumerable.Range(0, rows.Length).OrderByDescending(i => rows[i].Score).ThenBy(i => i)];
        var waves = needed.Select(_ => new List<OwnFigures>()).ToArray();
        foreach (var policy in Policies)
        {
            var left = rows.Select(r => Lots(policy == "capped-pro-rata" ? r.Profit * ProfitShareMax : r.Profit))
                .ToArray();
            for (var wave = 0; wave < waves.Length; wave++)
            {
                waves[wave].Add(Take(policy, Lots(needed[wave]), left, queue, rows));
            }
        }
        return waves;
    }

    private static OwnFigures Take(string policy, long lots, long[] left, int[] queue,
        (decimal Profit, decimal Equity, decimal Score)[] rows)
    {
        long[] shares;
        if (policy == "queue")
        {
            var inOrder = LotShares.InOrder(lots, [.. queue.Select(i => left[i])]);
            shares = new long[left.Length];
            for (var rank = 0; rank < queue.Length; rank++)
            {
                shares[queue[rank]] = inOrder[rank];
            }
        }
        else
        {
            shares = LotShares.ByWeight(lots,
                [.. rows.Select(r => policy == "pro-rata-equity" ? r.Equity : r.Profit)], left);
        }
        var (taken, largest) = (0L, 0m);
        for (var i = 0; i < shares.Length; i++)
        {
            taken += shares[i];
            left[i] -= shares[i];
            largest = shares[i] > 0 ? Math.Max(largest, shares[i] * Lot / rows[i].Profit) : largest;
        }
        return new OwnFigures(policy, taken * Lot, (lots - taken) * Lot, largest);
    }

    private static long Lots(decimal usd) => decimal.ToInt64(Decimals.FloorTo(usd, Lot) / Lot);
}
