using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Engine.Embedded;
using OrleansLeverage.Tests.Engine.Journal;
using OrleansLeverage.Tests.Engine.Triggers;
using SQLitePCL;
using Xunit;
using Xunit.Abstractions;

namespace OrleansLeverage.Tests.Engine.Deleveraging;

/// <summary>
/// A plan stopped after each of its steps, and a store that fails at each of its calls: in the end all contracts are
/// closed, each leg once, and the books close.
/// </summary>
public sealed class SagaRestartTests(ITestOutputHelper output)
{
    private static readonly InstrumentId Market = new("BTC-USD-PERP");
    private static readonly SourceId Source = new("history");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Stopped_after_any_step_the_plan_goes_on_where_it_was(int legsAtOnce)
    {
        var steps = new List<string>();
        for (var stop = 1; ; stop++)
        {
            var reached = 0;
            await using var bench = Bench(legsAtOnce, what =>
            {
                if (++reached == stop)
                {
                    steps.Add(what);
                    throw new OperationCanceledException(what);
                }
            });
            var order = await FallenAsync(bench);
            var ended = await RunAsync(bench, order);
            if (reached < stop)
            {
                Assert.Equal(DeleveragingStatus.Completed, ended);
                break;
            }
            await using (var killed = bench.OpenCopy())
            {
                await ResumeAsync(bench, killed, order);
                await ProveAsync(killed, order, $"stopped after step {stop}, {steps[^1]}");
            }
        }
        output.WriteLine(string.Join(", ", steps));
        Assert.Contains("sent", steps);
        Assert.True(steps.Count >= (legsAtOnce == 1 ? 9 : 7), string.Join(", ", steps));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whatever_call_of_the_store_fails_the_plan_ends_with_each_leg_once(bool after)
    {
        var failing = 1;
        for (var faults = 1; faults > 0; failing += 2)
        {
            await using var bench = Bench(legsAtOnce: 1, _ => { });
            var order = await FallenAsync(bench);
            var (calls, at) = (0, failing);
            faults = 0;
            int Fail(FileCall call, string name)
            {
                var isDue = ++calls == at;
                faults += isDue ? 1 : 0;
                return !isDue ? 0 : call == FileCall.Sync ? raw.SQLITE_IOERR_FSYNC : raw.SQLITE_IOERR_WRITE;
            }
            bench.Fault = after ? bench.Fault : Fail;
            bench.Files.After = after ? Fail : bench.Files.After;
            var armed = await bench.Grid.Deleveraging.ArmAsync(order);
            while (armed.Status == DeleveragingStatus.StorageUnavailable)
            {
                armed = await bench.Grid.Deleveraging.ArmAsync(order);
            }
            Assert.Equal(DeleveragingStatus.Armed, armed.Status);
            await ResumeAsync(bench, bench.Grid, order);
            await ProveAsync(bench.Grid, order, $"call {failing} {(after ? "after" : "before")}");
        }
        output.WriteLine($"{failing} calls");
        Assert.True(failing > 12, $"only {failing} calls");
    }

    [Fact]
    public async Task After_a_restart_the_record_is_there_from_the_journal_and_from_a_snapshot()
    {
        await using var bench = Bench(legsAtOnce: 1, _ => { });
        var order = await FallenAsync(bench);
        Assert.Equal(DeleveragingStatus.Completed, await RunAsync(bench, order));
        var (hash, audit) = (await bench.Grid.StateHashAsync(), await bench.Grid.Deleveraging.PlanAsync(order.Plan));
        await using (var killed = bench.OpenCopy())
        {
            Assert.Equal(hash, await killed.StateHashAsync());
            Same(audit!, (await killed.Deleveraging.PlanAsync(order.Plan))!);
        }
        await bench.Reopen();
        Assert.Equal(hash, await bench.Grid.StateHashAsync());
        Same(audit!, (await bench.Grid.Deleveraging.PlanAsync(order.Plan))!);
        Assert.Equal(DeleveragingStatus.AlreadyExecuted,
            (await bench.Grid.Deleveraging.ExecuteAsync(order.Plan, Market, "x")).Status);
    }

    [Fact]
    public async Task What_is_left_waits_for_a_fresh_price_and_is_planned_again_at_it()
    {
        var stop = 0;
        await using var bench = Bench(legsAtOnce: 1, what =>
        {
            // after the first leg everything stops, as a kill would
            if (what == "filled" && ++stop == 1)
            {
                throw new OperationCanceledException(what);
            }
        });
        var order = await FallenAsync(bench);
        await RunAsync(bench, order);
        await using var killed = bench.OpenCopy();
        bench.Time.Advance(60_000);
        killed.Step();
        await killed.DeleveragingIdleAsync();
        var waiting = (await killed.Deleveraging.PlanAsync(order.Plan))!;
        Assert.Equal((DeleveragingStatus.Active, 1), (waiting.State, waiting.Rounds.Count));
        Assert.Equal([LegState.Filled, LegState.Cancelled, LegState.Cancelled],
            waiting.Rounds[0].Legs.Select(l => l.State));

        await ResumeAsync(bench, killed, order, bitcoin: 56_500m);
        var done = (await killed.Deleveraging.PlanAsync(order.Plan))!;
        Assert.Equal((DeleveragingStatus.Completed, 2, 0m), (done.State, done.Rounds.Count, done.Residual));
        Assert.Equal(56_500m, done.Rounds[1].Mark);
        Assert.Equal(waiting.Residual, done.Rounds[1].Requested);
        Assert.True(done.Rounds[1].Frame.Epoch > done.Rounds[0].Frame.Epoch);
    }

    [Fact]
    public async Task An_account_that_recovers_in_between_ends_the_plan()
    {
        var stop = 0;
        await using var bench = Bench(legsAtOnce: 1, what =>
        {
            if (what == "filled" && ++stop == 1)
            {
                throw new OperationCanceledException(what);
            }
        });
        var order = await FallenAsync(bench);
        await RunAsync(bench, order);
        await using var killed = bench.OpenCopy();
        await ResumeAsync(bench, killed, order, bitcoin: 61_000m);
        var done = (await killed.Deleveraging.PlanAsync(order.Plan))!;
        Assert.Equal((DeleveragingStatus.Recovered, "solvent"), (done.State, done.Detail));
        Assert.True(done.Residual > 0m);
    }

    private static GridBench Bench(int legsAtOnce, Action<string> reached) => new(o => o with
    {
        Deleveraging = new DeleveragingLimits(LegsAtOnce: legsAtOnce),
        Reached = reached,
    });

    /// <summary>lou is long 0.6 against three who are short; at 57,000 it owes 800.</summary>
    private static async Task<DeleveragingOrder> FallenAsync(GridBench bench)
    {
        await bench.Publish(GridBench.StartMs + 1_000, Crowd.StartPrices);
        foreach (var (name, usd) in new[] { ("lou", 1_000m), ("ann", 10_000m), ("ben", 6_000m), ("cat", 4_000m) })
        {
            Assert.Equal(CommandStatus.Applied, (await bench.Execute(bench.Deposit(name, usd))).Status);
        }
        foreach (var (name, contracts) in new[] { ("ann", 0.1m), ("ben", 0.2m), ("cat", 0.3m) })
        {
            var fill = new ApplyFill(bench.NextId(), Market, new Price(60_000m),
                new FillLeg(new AccountId("lou"), new Quantity(contracts), 0m),
                new FillLeg(new AccountId(name), new Quantity(-contracts), 0m));
            Assert.Equal(CommandStatus.Applied, (await bench.Execute(fill)).Status);
        }
        await bench.Publish(bench.Time.NowMs + 1_000, At(57_000m));
        return new DeleveragingOrder(bench.NextId(), Market, new AccountId("lou"), new DeleveragingRule(), "day shift");
    }

    private static async Task<DeleveragingStatus?> RunAsync(GridBench bench, DeleveragingOrder order)
    {
        try
        {
            await bench.Grid.Deleveraging.ArmAsync(order);
            return (await bench.Grid.Deleveraging.ExecuteAsync(order.Plan, Market, "day shift")).Status;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Fresh prices, and frames until the plan has ended; executed where it was only armed.</summary>
    private static async Task ResumeAsync(GridBench bench, EmbeddedGrid grid, DeleveragingOrder order,
        decimal bitcoin = 57_000m)
    {
        for (var i = 0; i < 50; i++)
        {
            bench.Time.Advance(1_000);
            foreach (var (feed, price) in At(bitcoin))
            {
                await grid.PublishAsync(new PriceUpdate(feed, price.Value, Source, 2, bench.Time.NowMs,
                    bench.Time.NowMs));
            }
            grid.Step();
            await grid.DeleveragingIdleAsync();
            var plan = await grid.Deleveraging.PlanAsync(order.Plan);
            if (plan is null)
            {
                await grid.Deleveraging.ArmAsync(order);
            }
            else if (plan.State == DeleveragingStatus.Armed)
            {
                await grid.Deleveraging.ExecuteAsync(order.Plan, Market, "day shift");
            }
            else if (plan.State.IsEnd())
            {
                return;
            }
        }
        Assert.Fail($"the plan did not end: {await grid.Deleveraging.PlanAsync(order.Plan)}");
    }

    private static async Task ProveAsync(EmbeddedGrid grid, DeleveragingOrder order, string where)
    {
        var audit = (await grid.Deleveraging.PlanAsync(order.Plan))!;
        Assert.True((audit.State, audit.Filled, audit.Residual) == (DeleveragingStatus.Completed, 0.6m, 0m),
            $"{where}: {audit}");
        var contracts = 0m;
        foreach (var name in new[] { "lou", "ann", "ben", "cat" })
        {
            var account = (await grid.AccountAsync(new AccountId(name)))!;
            contracts += account.GrossNotional!.Value;
            Assert.True(account.Equity >= 0m, $"{where}: {name} is left with {account.Equity}");
        }
        Assert.True(contracts == 0m, $"{where}: {contracts} are still open");
        var commands = audit.Rounds.SelectMany(r => r.Legs).Select(l => l.Command).ToList();
        Assert.Equal(commands.Count, commands.Distinct().Count());
        var unbalanced = grid.Books().Unbalanced.ToList();
        Assert.True(unbalanced.Count == 0, $"{where}: {string.Join(", ", unbalanced)}");
        Assert.Equal(21_000m, await UsdAsync(grid));
    }

    private static async Task<decimal> UsdAsync(EmbeddedGrid grid)
    {
        var sum = 0m;
        foreach (var name in new[] { "lou", "ann", "ben", "cat" })
        {
            sum += (await grid.AccountAsync(new AccountId(name)))!.Balances.Sum(b => b.Amount);
        }
        return sum;
    }

    private static void Same(PlanAudit left, PlanAudit right)
    {
        Assert.Equal(left with { Rounds = [] }, right with { Rounds = [] });
        Assert.Equal(left.Rounds.Select(r => r with { Legs = [] }), right.Rounds.Select(r => r with { Legs = [] }));
        Assert.Equal(left.Rounds.SelectMany(r => r.Legs), right.Rounds.SelectMany(r => r.Legs));
    }

    private static IEnumerable<KeyValuePair<FeedId, Price>> At(decimal bitcoin) => Crowd.StartPrices.Select(p =>
        KeyValuePair.Create(p.Key, p.Key.Value == "BTC-USD" ? new Price(bitcoin) : p.Value));
}
