using System.Diagnostics;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Engine.Replay;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Benchmarks;

/// <summary>
/// The load of 10 October 2025 on one venue: 437,723 accounts in 162 assets, and one frame at which 22,558 of them
/// cross the line of liquidation. From the frame to the last trigger confirmed exactly and durable.
/// </summary>
internal static class CrashBurst
{
    private const int Assets = 162;
    private const string Subscriber = "bench";
    private static readonly SourceId Source = new("bench");

    public static async Task RunAsync(bool tiny, TextWriter output)
    {
        var (accounts, crossing) = tiny ? (2_000, 103) : (437_723, 22_558);
        var universe = MakeUniverse();
        if (!tiny)
        {
            // as a server does when it starts
            CrashRehearsal.Start();
        }
        var directory = Directory.CreateTempSubdirectory("leverage-bench-").FullName;
        var clock = new BurstClock();
        await using (var grid = EmbeddedGrid.Open(new EmbeddedOptions
        {
            Universe = universe, Directory = directory, Time = clock, MakesFrames = false, QueueCapacity = 200_000,
            Oracle = [.. universe.Feeds.Select(f => OracleProfile.Replay(f.Id, f.TickSize, 60_000))],
        }))
        {
            await PublishAsync(grid, universe, clock, 1, 100m);
            grid.Step();
            await ImportAsync(grid, universe, clock, accounts, crossing);
            await grid.TriggersAsync(Subscriber, 1);
            grid.Step();
            // a market that has been open for a while: rows lie as they are held
            await CalmAsync(grid, universe, clock, 2);
            for (var run = 1; run <= (tiny ? 1 : 5); run++)
            {
                await MeasureAsync(grid, universe, clock, run, crossing, output);
            }
        }
        Directory.Delete(directory, recursive: true);
    }

    private static async Task MeasureAsync(EmbeddedGrid grid, Universe universe, BurstClock clock, int run,
        int crossing, TextWriter output)
    {
        // down by 12 %, and back up until every episode is over
        await PublishAsync(grid, universe, clock, 10 * run + 2, 88m);
        var before = grid.JournalStatistics!.Commits;
        var last = grid.LastTrigger;
        var from = Stopwatch.GetTimestamp();
        grid.Step();
        var frame = Stopwatch.GetElapsedTime(from).TotalMilliseconds;
        while (grid.LastTrigger < last + crossing && Stopwatch.GetElapsedTime(from).TotalSeconds < 30)
        {
            await Task.Delay(1);
        }
        var all = Stopwatch.GetElapsedTime(from).TotalMilliseconds;
        var told = await AcknowledgeAsync(grid);
        if (told != crossing)
        {
            throw new InvalidOperationException($"{told} accounts were told, {crossing} crossed");
        }
        output.WriteLine($"run {run}: frame {frame:F1} ms, {Machine.Number(told)} triggers exact and durable after "
            + $"{all:F0} ms in {grid.JournalStatistics!.Commits - before} commits; load {Machine.Load()}");
        await CalmAsync(grid, universe, clock, 10 * run + 3);
    }

    private static async Task CalmAsync(EmbeddedGrid grid, Universe universe, BurstClock clock, int sequence)
    {
        for (var step = 0; step < 6; step++)
        {
            await PublishAsync(grid, universe, clock, sequence + step, 100m + step * 0.01m);
            grid.Step();
            await Task.Delay(300);
        }
    }

    /// <summary>Reads all triggers; how many of them are of liquidation.</summary>
    private static async Task<int> AcknowledgeAsync(EmbeddedGrid grid)
    {
        var told = 0;
        while (await grid.TriggersAsync(Subscriber, 10_000) is { Count: > 0 } triggers)
        {
            told += triggers.Count(t => t.Tier == RiskTier.Liquidation);
            await grid.AcknowledgeAsync(Subscriber, triggers[^1].Sequence);
        }
        return told;
    }

    private static async Task PublishAsync(EmbeddedGrid grid, Universe universe, BurstClock clock, long sequence,
        decimal price)
    {
        clock.Advance(1_000);
        foreach (var feed in universe.Feeds)
        {
            await grid.PublishAsync(new PriceUpdate(feed.Id, price, Source, 1, sequence, clock.NowMs));
        }
    }

    private static async Task ImportAsync(EmbeddedGrid grid, Universe universe, BurstClock clock, int accounts,
        int crossing)
    {
        await Parallel.ForAsync(0, accounts, new ParallelOptions { MaxDegreeOfParallelism = 512 }, async (i, _) =>
        {
            // every so many-th account is long at eight times its equity, the others at one and a half
            var isRisky = (long)i * crossing % accounts < crossing;
            var positions = Enumerable.Range(0, 1 + i % 5)
                .Select(p => new ImportedPosition(universe.Instruments[(i * 31 + p * 37) % Assets].Id,
                    new Quantity(10m + p), new Price(100m))).ToArray();
            var notional = positions.Sum(p => p.Quantity.Value * 100m);
            var equity = Math.Round(notional / (isRisky ? 8m : 1.5m), 8);
            var result = await grid.ExecuteAsync(new ImportAccount(CommandId.Series(clock.NowMs, 3, i + 1),
                new AccountId($"acct-{i}"), [new ImportedBalance(AssetId.Usd, equity)], positions));
            if (!result.IsApplied)
            {
                throw new InvalidOperationException(result.ToString());
            }
        });
    }

    private static Universe MakeUniverse()
    {
        var feeds = Enumerable.Range(0, Assets)
            .Select(i => new Feed { Id = new FeedId($"B{i}-USD"), TickSize = 0.01m, Index = i }).ToArray();
        var usd = new Asset { Id = AssetId.Usd, Quantum = 0.00000001m, Index = 0 };
        var coins = feeds.Select(f => new Asset
        {
            Id = new AssetId($"B{f.Index}"), Quantum = 0.00000001m, PriceFeed = f, Index = f.Index + 1,
        }).ToArray();
        var margin = MarginSchedule.Fraction("burst", 0.02m, 0.01m);
        var instruments = coins.Select((coin, i) => new Instrument
        {
            Id = new InstrumentId($"B{i}-USD-PERP"), Kind = InstrumentKind.Perpetual, Base = coin, Quote = usd,
            Settlement = usd, MarkFeed = feeds[i], TickSize = 0.01m, LotSize = 0.001m, PositionLimit = 10_000_000m,
            PriceMax = 100_000m, Margin = margin, Index = i,
        }).ToArray();
        var rules = new RiskRules { Name = "burst", Version = 1, EffectiveFrom = DateTimeOffset.UnixEpoch };
        return new Universe(1, rules, feeds, [usd, .. coins], instruments);
    }

    /// <summary>Time that passes when the benchmark says so, so that no price grows old meanwhile.</summary>
    private sealed class BurstClock : TimeProvider
    {
        private long _nowMs = DateTimeOffset.UnixEpoch.AddYears(56).ToUnixTimeMilliseconds();

        public long NowMs => Volatile.Read(ref _nowMs);

        public void Advance(long ms) => Interlocked.Add(ref _nowMs, ms);

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);
    }
}
