using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Domain;
using OrleansLeverage.Tests.Engine.Model;
using OrleansLeverage.Tests.Engine.Triggers;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Embedded;

/// <summary>Many callers on few accounts, with frames, questions and snapshots all the while.</summary>
public sealed class ConcurrencyTests
{
    private const int Callers = 64;
    private const int CommandsEach = 60;
    private const int Accounts = 20;

    [Fact]
    public async Task What_many_callers_leave_is_what_the_journal_tells_in_its_order()
    {
        await using var bench = new GridBench(o => o with { MakesFrames = true, FrameIntervalMs = 5, Workers = 2 });
        foreach (var (feed, price) in Crowd.StartPrices)
        {
            await bench.Grid.PublishAsync(new PriceUpdate(feed, price.Value, new SourceId("history"), 1, 1,
                GridBench.StartMs));
        }
        await GridBench.Until(() => bench.Grid.Frame.Prices.All(p => p.State == PriceState.Fresh), "no prices");
        using var stop = new CancellationTokenSource();
        var asking = Enumerable.Range(0, 3).Select(n => Task.Run(() => Ask(bench.Grid, n, stop.Token))).ToArray();
        var snapshots = Task.Run(async () =>
        {
            for (var i = 0; i < 5; i++)
            {
                await bench.Grid.SnapshotAsync();
                await Task.Delay(20);
            }
        });
        // callers of a pair send the same commands
        var results = await Task.WhenAll(Enumerable.Range(0, Callers)
            .Select(n => Task.Run(() => Call(bench.Grid, 80 + n / 2))));
        await snapshots;
        await stop.CancelAsync();
        await Task.WhenAll(asking);
        var hash = await bench.Grid.StateHashAsync();
        await bench.Grid.DisposeAsync();

        var records = bench.Journaled<JournalRecord>();
        var state = new GridState(Books.Universe, 100_000);
        records.ForEach(state.Recover);
        Assert.Equal(hash, state.Hash());
        Assert.Equal(GridCondition.Stopped, bench.Grid.Health.Condition);
        var applied = records.OfType<AppliedRecord>().ToDictionary(r => r.Id, r => r.Sequence);
        var answers = results.SelectMany(r => r).ToList();
        Assert.True(applied.Count > 500, $"{applied.Count} applied");
        Assert.All(answers.GroupBy(a => a.Id), of =>
        {
            // one of the two callers applied it, or none did; both know the same
            Assert.True(of.Count(a => a.Status == CommandStatus.Applied) == (applied.ContainsKey(of.Key) ? 1 : 0),
                string.Join(' ', of));
            Assert.All(of.Where(a => a.IsApplied), a => Assert.Equal(applied[of.Key], a.Sequence));
        });
    }

    [Fact]
    public async Task Nobody_sees_half_of_what_was_done_to_an_account()
    {
        await using var bench = new GridBench(o => o with { MakesFrames = true, FrameIntervalMs = 5 });
        foreach (var (feed, price) in Crowd.StartPrices)
        {
            await bench.Grid.PublishAsync(new PriceUpdate(feed, price.Value, new SourceId("history"), 1, 1,
                GridBench.StartMs));
        }
        using var stop = new CancellationTokenSource();
        var reads = 0;
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                for (var i = 0; i < 40; i++)
                {
                    if (await bench.Grid.AccountAsync(new AccountId($"p-{i}")) is { } account)
                    {
                        var (usd, coin) = (Held(account, "USD"), Held(account, "USDC"));
                        Assert.True(usd == coin && account.Sequence == (long)usd * 2,
                            $"{account.Account}: {usd} USD, {coin} USDC, sequence {account.Sequence}");
                        Interlocked.Increment(ref reads);
                    }
                }
            }
        })).ToArray();
        // accounts come into being under the readers' eyes, block after block of the store
        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(async () =>
        {
            for (var i = 0; i < 700; i++)
            {
                var id = new AccountId(i % 3 == 0 ? $"p-{(i + n) % 40}" : $"new-{n}-{i}");
                var pair = new AccountCommand[]
                {
                    new Deposit(bench.NextId(), id, AssetId.Usd, 1m),
                        new Deposit(bench.NextId(), id, new AssetId("USDC"), 1m),
                };
                Assert.All(await bench.Grid.ExecuteAllAsync(pair), r => Assert.Equal(CommandStatus.Applied, r.Status));
            }
        })));
        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.True(reads > 100, $"{reads} reads");
        await GridBench.Until(() =>
            bench.Grid.System?.Accounts == bench.Grid.Health.Accounts, "rows and accounts differ");
    }

    [Fact]
    public async Task Two_that_subscribe_at_once_under_one_name_miss_nothing_that_came_between()
    {
        await using var bench = new GridBench();
        await bench.Publish(GridBench.StartMs + 1_000, Crowd.StartPrices);
        await bench.Execute(bench.Deposit("poor", 1_000m));
        await bench.Execute(bench.Deposit("rich", 1_000_000m));
        await bench.Execute(new ApplyFill(bench.NextId(), new InstrumentId("BTC-USD-PERP"), new Price(60_000m),
            new FillLeg(new AccountId("poor"), new Quantity(1m), 0m),
                new FillLeg(new AccountId("rich"), new Quantity(-1m), 0m)));
        bench.Time.Advance(1_000);
        await bench.Grid.PublishAsync(new PriceUpdate(new FeedId("BTC-USD"), 58_000m, new SourceId("history"), 1, 10,
            bench.Time.NowMs));
        Task<IReadOnlyList<Trigger>> first;
        Task<IReadOnlyList<Trigger>> second;
        using (await bench.HoldCommits())
        {
            first = bench.Grid.TriggersAsync("engine", 10).AsTask();
            bench.Grid.Step();
            second = bench.Grid.TriggersAsync("engine", 10).AsTask();
        }
        await GridBench.Soon(first);
        await GridBench.Soon(second);
        Assert.NotEmpty(await bench.Grid.TriggersAsync("engine", 10));
    }

    private static async Task<List<CommandResult>> Call(ILeverageGrid grid, int seed)
    {
        var commands = new RandomCommands(seed, Accounts);
        var results = new List<CommandResult>();
        for (var i = 0; i < CommandsEach; i++)
        {
            // a frame of its own gives both callers of a pair the same commands, and every pair its own ids
            var frame = Books.Frame(timeMs: GridBench.StartMs - 1_000 + seed);
            var result = await GridBench.Soon(grid.ExecuteAsync(commands.Next(frame, _ => [])).AsTask());
            if (result.Status.IsRecorded() || result.Original is not null)
            {
                results.Add(result);
            }
        }
        return results;
    }

    private static async Task Ask(ILeverageGrid grid, int number, CancellationToken stop)
    {
        var random = new Random(number);
        while (!stop.IsCancellationRequested)
        {
            var account = new AccountId($"a-{random.Next(Accounts)}");
            var instrument = Books.Universe.Instruments[random.Next(Books.Universe.Instruments.Count)];
            await grid.CheckAsync(new PreTradeQuestion(account, instrument.Id, new Quantity(random.Next(-5, 6)),
                new Price(random.Next(1, 100_000))), stop);
            if (await grid.AccountAsync(account, stop) is { Equity: { } equity } snapshot)
            {
                Assert.Equal(snapshot.LongNotional + snapshot.ShortNotional, snapshot.GrossNotional);
                Assert.True(snapshot.LeverageReason != NoLeverageReason.None || equity > 0m);
            }
            if (grid.System is { } system)
            {
                Assert.Equal(system.Accounts, system.Tiers.Sum(t => t.Accounts));
            }
        }
    }

    private static decimal Held(LeverageSnapshot account, string asset) =>
        account.Balances.Where(b => b.Asset.Id.Value == asset).Sum(b => b.Amount);
}
