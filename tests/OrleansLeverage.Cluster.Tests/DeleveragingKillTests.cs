using OrleansLeverage.Cluster.Tests.Processes;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Deleveraging;
using Xunit;
using Xunit.Abstractions;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>
/// kill -9 of a real silo after each of a plan's writes: the store has it, and the silo dies before it is told. Every
/// contract is closed in the end, each leg once, and no money is made or lost.
/// </summary>
public sealed class DeleveragingKillTests(ITestOutputHelper output)
{
    private const string Desk = "deleveraging-deleveraging";
    private static readonly InstrumentId Market = new("BTC-USD-PERP");
    private static readonly FeedId Bitcoin = new("BTC-USD");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static long _ids;

    /// <summary>The desk's writes: armed, began, sent, filled, ended.</summary>
    [ProcessFact]
    public Task Killed_after_any_write_of_a_plan_it_goes_on_and_each_leg_happens_once() =>
        KilledAsync(Desk, writes: int.MaxValue, killsMin: 5);

    /// <summary>
    /// The journals' writes, two for a leg, its record and that it is done with: the leg has happened, and the desk
    /// that sent it was never told.
    /// </summary>
    [ProcessFact]
    public Task Killed_after_a_leg_happened_and_before_the_desk_knows_it_is_not_sent_again() =>
        KilledAsync("fill-journal", writes: 3, killsMin: 3);

    private async Task KilledAsync(string blob, int writes, int killsMin)
    {
        await using var azurite = await Azurite.StartAsync();
        await using var proxy = new FaultProxy(azurite.Port);
        await using var silos = new SiloProcesses(postgres: null, proxy.Port, silos: 1);
        await silos.StartAsync();
        using var prices = new PricePublisher(silos, Bitcoin, 60_000m, Patience);
        var kills = 0;
        for (var write = 1; write <= writes; write++)
        {
            await prices.SetAsync(60_000m);
            var names = new[] { "lou", "ann", "ben", "cat" }.Select(n => $"{n}-{write}").ToArray();
            await TradeAsync(silos, names);
            await prices.SetAsync(57_000m);
            var kill = new KillAtWrite(proxy, silos, silo: 0, write,
                line => line.Contains(blob, StringComparison.Ordinal));
            var order = new DeleveragingOrder(NextId(), Market, new AccountId(names[0]), new DeleveragingRule(),
                "day shift");
            await Task.Run(() => EndedAsync(silos, order)).WaitAsync(Patience);
            var isKilled = await kill.EndAsync(Patience);
            await ProveAsync(silos, order, names, $"write {write}");
            output.WriteLine($"write {write}: {(isKilled ? "killed" : "all written")}, done");
            if (!isKilled)
            {
                break;
            }
            kills++;
        }
        Assert.True(kills >= killsMin, $"{kills} kills");
    }

    private static async Task EndedAsync(SiloProcesses silos, DeleveragingOrder order)
    {
        var port = silos.Grid.Deleveraging;
        while (true)
        {
            try
            {
                var plan = await port.PlanAsync(order.Plan);
                if (plan is null)
                {
                    await port.ArmAsync(order);
                }
                else if (plan.State == DeleveragingStatus.Armed)
                {
                    await port.ExecuteAsync(order.Plan, Market, "day shift");
                }
                else if (plan.State.IsEnd())
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is OrleansException or TimeoutException)
            {
                // the silo is gone for now
            }
            await Task.Delay(50);
        }
    }

    private static async Task ProveAsync(SiloProcesses silos, DeleveragingOrder order, string[] names, string where)
    {
        var audit = (await silos.Grid.Deleveraging.PlanAsync(order.Plan))!;
        Assert.True((audit.State, audit.Filled, audit.Residual) == (DeleveragingStatus.Completed, 0.6m, 0m),
            $"{where}: {audit}");
        var usd = 0m;
        foreach (var name in names)
        {
            var account = (await silos.Grid.AccountAsync(new AccountId(name)))!;
            Assert.True(account.Positions.Count == 0 && account.Equity >= 0m, $"{where}: {account}");
            usd += account.Balances.Sum(b => b.Amount);
        }
        Assert.Equal(21_000m, usd);
    }

    private static async Task TradeAsync(SiloProcesses silos, string[] names)
    {
        foreach (var (name, usd) in names.Zip([1_000m, 10_000m, 6_000m, 4_000m]))
        {
            await AppliedAsync(silos, new Deposit(NextId(), new AccountId(name), AssetId.Usd, usd));
        }
        foreach (var (name, contracts) in names.Skip(1).Zip([0.1m, 0.2m, 0.3m]))
        {
            await AppliedAsync(silos, new ApplyFill(NextId(), Market, new Price(60_000m),
                new FillLeg(new AccountId(names[0]), new Quantity(contracts), 0m),
                new FillLeg(new AccountId(name), new Quantity(-contracts), 0m)));
        }
    }

    private static async Task AppliedAsync(SiloProcesses silos, AccountCommand command)
    {
        var result = await silos.Grid.ExecuteAsync(command);
        Assert.True(result.IsApplied, $"{command}: {result}");
    }

    private static CommandId NextId() => CommandId.Series(NowMs(), 31, Interlocked.Increment(ref _ids));

    private static long NowMs() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
}
