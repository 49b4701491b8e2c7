using System.Diagnostics;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Replay;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Benchmarks;

/// <summary>
/// A failing account's loss shared by those who gain in its market: the frame in which it happens beside the one
/// before, which sweeps the same accounts. With few holders among many accounts, and with half of them; medians of
/// seven losses.
/// </summary>
internal static class ShareLossSpeed
{
    private const long FrameMs = 1_000;
    private const int Losses = 7;
    private static readonly InstrumentId Market = new("BTC-USD-PERP");
    private static readonly AccountId Desk = new("desk");

    public static Task RunAsync(bool tiny, TextWriter output)
    {
        var accounts = tiny ? 500 : 100_000;
        foreach (var holders in (int[])[accounts / 100, accounts / 2])
        {
            var (before, with, payers) = Run(accounts, holders);
            output.WriteLine($"{accounts:N0} accounts, {holders:N0} hold the market, {payers:N0} pay: frame before "
                + $"{before:F1} ms, frame with the loss shared {with:F1} ms; load {Machine.Load()}");
        }
        return Task.CompletedTask;
    }

    private static (double BeforeMs, double WithMs, long Payers) Run(int accounts, int holders)
    {
        var universe = StandardRules.Universe();
        using var grid = new LockstepGrid(universe,
            [.. universe.Feeds.Select(f => OracleProfile.Replay(f.Id, f.TickSize, FrameMs))], 2,
            new LiveLiquidation { Desk = Desk, Residual = ResidualLoss.ShareByGain });
        var (timeMs, ids) = (1_767_225_600_000L, 0UL);
        CommandId Next() => CommandId.Create(1_767_225_600_000L, ++ids);
        double Publish(decimal bitcoin)
        {
            timeMs += FrameMs;
            var from = Stopwatch.GetTimestamp();
            grid.Publish(timeMs, universe.Feeds.Where(f => !f.Id.IsMade).Select(f => KeyValuePair.Create(f.Id,
                new Price(f.Id.Value.StartsWith("BTC", StringComparison.Ordinal) ? bitcoin : 1m))), static _ => { });
            return Stopwatch.GetElapsedTime(from).TotalMilliseconds;
        }
        Publish(60_000m);
        void Import(string id, decimal usd, InstrumentId? market, decimal contracts)
        {
            var result = grid.Execute(new ImportAccount(Next(), new AccountId(id),
                [new ImportedBalance(AssetId.Usd, usd)], market is null ? []
                    : [new ImportedPosition(market.Value, new Quantity(contracts), new Price(60_000m))]));
            if (!result.IsApplied)
            {
                throw new InvalidOperationException($"{id}: {result}");
            }
        }
        Import("desk", 900_000_000m, null, 0m);
        for (var i = 0; i < accounts; i++)
        {
            Import($"a{i:D6}", 10_000m, i < holders ? Market : null, -0.01m);
        }
        // the next fails 3,000 further down, and loses 2,000 more than it has
        for (var i = 0; i < Losses; i++)
        {
            Import($"fails{i}", 1_000m + 3_000m * i, Market, 1m);
        }
        Publish(60_000m);
        var (before, with) = (new List<double>(), new List<double>());
        for (var i = 0; i < Losses; i++)
        {
            before.Add(Publish(59_990m - 3_000m * i));
            with.Add(Publish(57_000m - 3_000m * i));
        }
        before.Sort();
        with.Sort();
        return (Machine.Percentile(before, 50), Machine.Percentile(with, 50), grid.Liquidations.Shared / Losses);
    }
}
