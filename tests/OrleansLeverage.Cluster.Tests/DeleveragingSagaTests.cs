using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Grains;
using OrleansLeverage.Tests.Engine;
using Xunit;
using Xunit.Abstractions;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>
/// A plan interrupted after each of its durable steps: the silo ends and takes every activation with it, or the desk is
/// deactivated in the middle. In the end all contracts are closed, each leg once, and the books close.
/// </summary>
public sealed class DeleveragingSagaTests(ITestOutputHelper output)
{
    private static readonly InstrumentId Market = GridFixture.Perpetual;
    private static readonly string[] Names = ["lou", "ann", "ben", "cat"];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stopped_after_any_step_the_plan_goes_on_where_it_was(bool kills)
    {
        var stopped = new List<string>();
        for (var stop = 1; ; stop++)
        {
            var steps = new Steps(stop);
            var time = new ManualTime(1_700_000_000_000);
            await using var cluster = await GridCluster.StartAsync(new GridOptions
            {
                Universe = GridFixture.Universe, Oracle = GridFixture.Profiles, Time = time, FrameIntervalMs = 10,
                ReportEveryFrames = 2, Workers = 1, RecoverAfterMs = 100,
                Deleveraging = new DeleveragingLimits(PriceAgeMaxMs: 3_600_000, LegsAtOnce: 1),
                Reached = steps.ReachedAsync,
            }, responseMs: 2_000);
            var fixture = new GridFixture(cluster.Grid, time, directory: null);
            var order = await FallenAsync(fixture);
            var run = Task.Run(() => RunAsync(cluster.Grid, order));
            if (await Task.WhenAny(run, steps.Hit) == run)
            {
                Assert.Equal(DeleveragingStatus.Completed, await run);
                break;
            }
            stopped.Add(await steps.Hit);
            var where = $"stopped after step {stop}, {stopped[^1]}";
            await EndAsync(cluster, steps, kills);
            await PricedAsync(fixture);
            // and once more in the middle of what it does when it comes back
            steps.StopAfter(1 + (stop % 3));
            var ended = Task.Run(() => EndedAsync(cluster.Grid, order));
            if (await Task.WhenAny(ended, steps.Hit) != ended)
            {
                where += $" and again after {await steps.Hit}";
                await EndAsync(cluster, steps, kills);
                await PricedAsync(fixture);
            }
            await ended.WaitAsync(TimeSpan.FromMinutes(2));
            await ProveAsync(cluster, order, where);
            output.WriteLine(where);
        }
        Assert.Contains("sent", stopped);
        Assert.True(stopped.Count >= 9, string.Join(", ", stopped));
    }

    [Fact]
    public async Task What_has_ended_is_in_the_log_and_stays_there()
    {
        var time = new ManualTime(1_700_000_000_000);
        await using var cluster = await GridCluster.StartAsync(new GridOptions
        {
            Universe = GridFixture.Universe, Oracle = GridFixture.Profiles, Time = time, FrameIntervalMs = 10,
            Workers = 1,
        });
        var fixture = new GridFixture(cluster.Grid, time, directory: null);
        var order = await FallenAsync(fixture);
        var plans = new List<CommandId>();
        // more than a page
        for (var i = 0; i < 40; i++)
        {
            var next = order with { Plan = fixture.NextId() };
            Assert.Equal(DeleveragingStatus.Armed, (await cluster.Grid.Deleveraging.ArmAsync(next)).Status);
            Assert.Equal(DeleveragingStatus.Disarmed,
                (await cluster.Grid.Deleveraging.DisarmAsync(next.Plan, "day shift")).Status);
            plans.Add(next.Plan);
        }
        Assert.Equal(DeleveragingStatus.Completed, await RunAsync(cluster.Grid, order));
        plans.Add(order.Plan);
        var before = await cluster.Grid.Deleveraging.LogAsync(100);
        var plain = await PlansAsync(cluster);
        await GridFixture.EventuallyAsync(async () => (await LoggedAsync(0)).Length + (await LoggedAsync(1)).Length,
            count => count == plans.Count, "the log is not complete");

        await cluster.Cluster.DeactivateAsync(cluster.Grains.GetGrain<IDeleveragingGrain>(0));

        var after = await cluster.Grid.Deleveraging.LogAsync(100);
        Assert.Equal(plans, after.Select(a => a.Order.Plan));
        Assert.Equal(before.Select(a => a with { Rounds = [] }), after.Select(a => a with { Rounds = [] }));
        Assert.Equal(before.SelectMany(a => a.Rounds).SelectMany(r => r.Legs),
            after.SelectMany(a => a.Rounds).SelectMany(r => r.Legs));
        Assert.Equal(plain, await PlansAsync(cluster));
        Assert.Equal(DeleveragingStatus.AlreadyExecuted,
            (await cluster.Grid.Deleveraging.ExecuteAsync(order.Plan, Market, "x")).Status);

        async Task<ArchivedPlan[]> LoggedAsync(long page) =>
            await cluster.Grains.GetGrain<IDeleveragingLogGrain>(page).ReadAsync();
    }

    /// <summary>lou is long 0.6 against three who are short; at 57,000 it owes 800.</summary>
    private static async Task<DeleveragingOrder> FallenAsync(GridFixture fixture)
    {
        await fixture.StandardPricesAsync();
        foreach (var (name, usd) in new[] { ("lou", 1_000m), ("ann", 10_000m), ("ben", 6_000m), ("cat", 4_000m) })
        {
            Assert.Equal(CommandStatus.Applied, (await fixture.DepositAsync(name, usd)).Status);
        }
        foreach (var (name, contracts) in new[] { ("ann", 0.1m), ("ben", 0.2m), ("cat", 0.3m) })
        {
            Assert.Equal(CommandStatus.Applied,
                (await fixture.Grid.ExecuteAsync(fixture.Fill("lou", name, contracts, 60_000m))).Status);
        }
        await fixture.PriceAsync(GridFixture.Bitcoin, 57_000m);
        return new DeleveragingOrder(fixture.NextId(), Market, GridFixture.Account("lou"), new DeleveragingRule(),
            "day shift");
    }

    private static async Task<DeleveragingStatus> RunAsync(ILeverageGrid grid, DeleveragingOrder order)
    {
        await grid.Deleveraging.ArmAsync(order);
        return (await grid.Deleveraging.ExecuteAsync(order.Plan, Market, "day shift")).Status;
    }

    /// <summary>The plans' part of what the state's hash is over.</summary>
    private static async Task<byte[]> PlansAsync(GridCluster cluster)
    {
        var sink = new ByteSink();
        GridSnapshot.WritePlans(sink, await cluster.Grid.StateAsync(default), isOutcome: true);
        return sink.ToArray();
    }

    private static async Task EndAsync(GridCluster cluster, Steps steps, bool kills)
    {
        if (kills)
        {
            await cluster.Cluster.KillSiloAsync(cluster.Cluster.Silos[0]);
            await cluster.Cluster.StartAdditionalSiloAsync();
        }
        else
        {
            var ending = cluster.Cluster.DeactivateAsync(cluster.Grains.GetGrain<IDeleveragingGrain>(0));
            steps.Break();
            await ending;
        }
    }

    /// <summary>A fresh price again, once the cluster takes one.</summary>
    private static Task PricedAsync(GridFixture fixture) => GridFixture.EventuallyAsync(async () =>
    {
        try
        {
            await fixture.PriceAsync(GridFixture.Bitcoin, 57_000m);
            return true;
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException)
        {
            return false;
        }
    }, isFresh => isFresh, "no fresh price");

    /// <summary>Until the plan has ended; executed where it was only armed, armed where it was lost.</summary>
    private static async Task EndedAsync(ILeverageGrid grid, DeleveragingOrder order)
    {
        while (true)
        {
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
            await Task.Delay(20);
        }
    }

    private static async Task ProveAsync(GridCluster cluster, DeleveragingOrder order, string where)
    {
        var audit = (await cluster.Grid.Deleveraging.PlanAsync(order.Plan))!;
        Assert.True((audit.State, audit.Filled, audit.Residual) == (DeleveragingStatus.Completed, 0.6m, 0m),
            $"{where}: {audit}");
        var commands = audit.Rounds.SelectMany(r => r.Legs).Select(l => l.Command).ToList();
        Assert.Equal(commands.Count, commands.Distinct().Count());
        var usd = 0m;
        foreach (var name in Names)
        {
            var account = (await cluster.Grid.AccountAsync(GridFixture.Account(name)))!;
            Assert.True(account.GrossNotional == 0m && account.Equity >= 0m, $"{where}: {name} {account}");
            usd += account.Balances.Sum(b => b.Amount);
        }
        Assert.Equal(21_000m, usd);
        var unbalanced = Conservation.Check(await cluster.Grid.StateAsync(default)).Unbalanced.ToList();
        Assert.True(unbalanced.Count == 0, $"{where}: {string.Join(", ", unbalanced)}");
    }

    /// <summary>Steps as they become durable; the one that is to be the last never returns.</summary>
    private sealed class Steps(int stop)
    {
        private readonly Lock _lock = new();
        private TaskCompletionSource<string> _hit = New();
        private TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left = stop;

        public Task<string> Hit => _hit.Task;

        public void StopAfter(int steps)
        {
            lock (_lock)
            {
                _hit = New();
                _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _left = steps;
            }
        }

        /// <summary>What waits fails.</summary>
        public void Break() => _held.TrySetException(new OperationCanceledException("stopped"));

        public Task ReachedAsync(string step)
        {
            lock (_lock)
            {
                if (--_left != 0)
                {
                    return Task.CompletedTask;
                }
                _hit.TrySetResult(step);
                return _held.Task;
            }
        }

        private static TaskCompletionSource<string> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
