using System.Diagnostics;
using OrleansLeverage.Cluster.Tests.Processes;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.State;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>
/// kill -9 of real silos while accounts are liquidated whose losses the insurance fund pays, or those who gain: nothing
/// is closed or paid twice, and the books close, the fund's too.
/// </summary>
public sealed class LiquidationKillTests(ITestOutputHelper output)
{
    private const decimal Contracts = 0.6m;

    /// <summary>1,000 less 0.6 contracts × a fall of 3,000.</summary>
    private const decimal Deficit = 800m;

    private static readonly AccountId Desk = new("desk");
    private static readonly InstrumentId Market = new("BTC-USD-PERP");
    private static readonly FeedId Bitcoin = new("BTC-USD");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static long _ids;

    /// <summary>
    /// One silo, killed after each write of a liquidation in turn, or after every third unless <c>LEVERAGE_FAULTS</c>
    /// is <c>full</c>: the store has it, and the silo dies before it is told.
    /// </summary>
    [ProcessFact]
    public async Task Killed_after_any_write_of_a_liquidation_it_happens_once()
    {
        await using var azurite = await Azurite.StartAsync();
        await using var proxy = new FaultProxy(azurite.Port);
        await using var silos = new SiloProcesses(postgres: null, proxy.Port, silos: 1);
        silos.Settings["LiquidationDesk"] = Desk.Value;
        await silos.StartAsync();
        using var prices = new PricePublisher(silos, Bitcoin, 60_000m, Patience);
        await prices.SetAsync(60_000m);
        await AppliedAsync(silos, new Deposit(NextId(), Desk, AssetId.Usd, 50_000_000m));
        var kills = 0;
        var step = Environment.GetEnvironmentVariable("LEVERAGE_FAULTS") == "full" ? 1 : 3;
        for (var (round, write) = (1, 1); ; round++, write += step)
        {
            await prices.SetAsync(60_000m);
            var failing = await TradeAsync(silos, round, fund: 1_000m);
            var before = await StateAsync(silos, round * 4 + 1);
            var kill = new KillAtWrite(proxy, silos, silo: 0, write,
                line => line.Contains("account-account", StringComparison.Ordinal)
                    || line.Contains("insurance-fund", StringComparison.Ordinal)
                    || line.Contains("fill-journal", StringComparison.Ordinal));
            prices.Set(57_000m);
            await Task.Run(() => ClosedAsync(silos, failing)).WaitAsync(Patience);
            // the last writes are later than what is seen of the account: the books close when they are done
            await ProveAsync(silos, before, [failing], $"write {write}");
            var isKilled = await kill.EndAsync(Patience);
            await ProveAsync(silos, before, [failing], $"write {write}, after all");
            output.WriteLine($"write {write}: {(isKilled ? "killed" : "all written")}, done");
            if (!isKilled)
            {
                break;
            }
            kills++;
        }
        // gathered: two accounts, the fund, the record; closed: account, desk, fund, record
        Assert.True(kills >= 8 / step + 1, $"{kills} kills");
    }

    /// <summary>The same where four who gain share the loss, two at a time, and are read again after each kill.
    /// </summary>
    [ProcessFact]
    public async Task Killed_after_any_write_of_a_shared_loss_everybody_pays_once()
    {
        const int Payers = 4;
        await using var azurite = await Azurite.StartAsync();
        await using var proxy = new FaultProxy(azurite.Port);
        await using var silos = new SiloProcesses(postgres: null, proxy.Port, silos: 1);
        silos.Settings["LiquidationDesk"] = Desk.Value;
        silos.Settings["ShareLosses"] = "true";
        silos.Settings["SharesAtOnce"] = "2";
        await silos.StartAsync();
        using var prices = new PricePublisher(silos, Bitcoin, 60_000m, Patience);
        await prices.SetAsync(60_000m);
        await AppliedAsync(silos, new Deposit(NextId(), Desk, AssetId.Usd, 50_000_000m));
        var kills = 0;
        var step = Environment.GetEnvironmentVariable("LEVERAGE_FAULTS") == "full" ? 1 : 4;
        for (var (round, write) = (1, 1); ; round++, write += step)
        {
            await prices.SetAsync(60_000m);
            var (failing, payers) = await SellAsync(silos, round, Payers);
            var before = await StateAsync(silos, round * (1 + Payers) + 1);
            var kill = new KillAtWrite(proxy, silos, silo: 0, write,
                line => line.Contains("account-account", StringComparison.Ordinal)
                    || line.Contains("insurance-fund", StringComparison.Ordinal)
                    || line.Contains("fill-journal", StringComparison.Ordinal));
            prices.Set(57_000m);
            await Task.Run(() => ClosedAsync(silos, failing, isAtOnce: false)).WaitAsync(Patience);
            await ProveSharedAsync(silos, before, [failing], payers, $"write {write}");
            var isKilled = await kill.EndAsync(Patience);
            await ProveSharedAsync(silos, before, [failing], payers, $"write {write}, after all");
            output.WriteLine($"write {write}: {(isKilled ? "killed" : "all written")}, done");
            if (!isKilled)
            {
                break;
            }
            kills++;
            // who gained takes its gain and pays for no other's loss
            foreach (var payer in payers)
            {
                await AppliedAsync(silos, new ApplyFill(NextId(), Market, new Price(57_000m),
                    new FillLeg(payer, new Quantity(Contracts / Payers), 0m),
                    new FillLeg(Desk, new Quantity(-Contracts / Payers), 0m)));
            }
        }
        // kept; closed: account, desk, record; twice: two payers, account, fund, record
        Assert.True(kills >= 14 / step, $"{kills} kills");
    }

    /// <summary>Three silos, of which two die one after the other while all of them liquidate, and each loss is shared
    /// by all who gain.</summary>
    [ProcessFact]
    public async Task Silos_that_die_while_many_losses_are_shared_leave_each_paid_once()
    {
        const int Many = 12;
        await using var postgres = await Postgres.StartAsync();
        await using var azurite = await Azurite.StartAsync();
        await using var silos = new SiloProcesses(postgres, azurite.Port, silos: 3);
        silos.Settings["LiquidationDesk"] = Desk.Value;
        silos.Settings["ShareLosses"] = "true";
        silos.Settings["SharesAtOnce"] = "5";
        await silos.StartAsync();
        using var prices = new PricePublisher(silos, Bitcoin, 60_000m, Patience);
        await prices.SetAsync(60_000m);
        await AppliedAsync(silos, new Deposit(NextId(), Desk, AssetId.Usd, 50_000_000m));
        var (failing, payers) = (new List<AccountId>(), new List<AccountId>());
        for (var i = 1; i <= Many; i++)
        {
            var (one, sellers) = await SellAsync(silos, i, sellers: 1);
            failing.Add(one);
            payers.AddRange(sellers);
        }
        var before = await StateAsync(silos, Many * 2 + 1);
        prices.Set(57_000m);
        await KilledWhileAsync(silos, before, failing, isAtOnce: false);
        await ProveSharedAsync(silos, before, failing, payers, "in the end");
    }

    /// <summary>Three silos, of which two die one after the other while all of them liquidate.</summary>
    [ProcessFact]
    public async Task Silos_that_die_while_many_are_liquidated_leave_each_closed_once()
    {
        const int Many = 24;
        await using var postgres = await Postgres.StartAsync();
        await using var azurite = await Azurite.StartAsync();
        await using var silos = new SiloProcesses(postgres, azurite.Port, silos: 3);
        silos.Settings["LiquidationDesk"] = Desk.Value;
        await silos.StartAsync();
        using var prices = new PricePublisher(silos, Bitcoin, 60_000m, Patience);
        await prices.SetAsync(60_000m);
        await AppliedAsync(silos, new Deposit(NextId(), Desk, AssetId.Usd, 50_000_000m));
        var failing = new List<AccountId>();
        for (var i = 1; i <= Many; i++)
        {
            failing.Add(await TradeAsync(silos, i, fund: 1_000m));
        }
        var before = await StateAsync(silos, Many * 4 + 1);
        prices.Set(57_000m);
        await KilledWhileAsync(silos, before, failing, isAtOnce: true);
        await ProveAsync(silos, before, failing, "in the end");
    }

    /// <summary>Kills two silos, one after the other, until all have been closed.</summary>
    private async Task KilledWhileAsync(SiloProcesses silos, GridState before, List<AccountId> failing, bool isAtOnce)
    {
        var closed = Task.Run(async () =>
        {
            foreach (var account in failing)
            {
                await ClosedAsync(silos, account, isAtOnce);
            }
        });
        foreach (var victim in new[] { 1, 2 })
        {
            var started = Stopwatch.GetTimestamp();
            // once some have been closed, and not all
            while (Stopwatch.GetElapsedTime(started) < Patience
                && (await PositionNowAsync(silos) ?? Position(before)) == Position(before)
                && !closed.IsCompleted)
            {
                await Task.Delay(20);
            }
            silos.Signal(victim, ChildProcess.Kill);
            await silos.EndsAsync(victim);
            output.WriteLine($"silo {victim} killed, {(closed.IsCompleted ? "all" : "not all")} closed");
            await silos.StartAsync(victim);
        }
        await closed.WaitAsync(Patience);
    }

    /// <summary>The same long, of which as many sell equal parts; who, and to whom.</summary>
    private static async Task<(AccountId Failing, AccountId[] Sellers)> SellAsync(SiloProcesses silos, int number,
        int sellers)
    {
        var failing = new AccountId($"lou-{number}");
        AccountId[] names = [.. Enumerable.Range(0, sellers).Select(i => new AccountId($"ann-{number}-{i}"))];
        await AppliedAsync(silos, new Deposit(NextId(), failing, AssetId.Usd, 1_000m));
        foreach (var name in names)
        {
            await AppliedAsync(silos, new Deposit(NextId(), name, AssetId.Usd, 30_000m));
            await AppliedAsync(silos, new ApplyFill(NextId(), Market, new Price(60_000m),
                new FillLeg(failing, new Quantity(Contracts / sellers), 0m),
                new FillLeg(name, new Quantity(-Contracts / sellers), 0m)));
        }
        return (failing, names);
    }

    /// <summary>
    /// A long that a fall of 3,000 leaves 800 short, whoever sold to it, and two that paid into the insurance fund.
    /// </summary>
    private static async Task<AccountId> TradeAsync(SiloProcesses silos, int number, decimal fund)
    {
        AccountId[] names = [.. new[] { "lou", "ann", "pay", "pat" }.Select(n => new AccountId($"{n}-{number}"))];
        foreach (var (name, usd) in names.Zip([1_000m, 30_000m, fund, fund]))
        {
            await AppliedAsync(silos, new Deposit(NextId(), name, AssetId.Usd, usd));
        }
        foreach (var payer in names[2..])
        {
            await AppliedAsync(silos, new InsuranceTransfer(NextId(), payer, AssetId.Usd, fund / 2m));
        }
        await AppliedAsync(silos, new ApplyFill(NextId(), Market, new Price(60_000m),
            new FillLeg(names[0], new Quantity(Contracts), 0m), new FillLeg(names[1], new Quantity(-Contracts), 0m)));
        return names[0];
    }

    /// <summary>Until the account holds and owes nothing; where it is paid at once, in the same moment.</summary>
    private static async Task ClosedAsync(SiloProcesses silos, AccountId account, bool isAtOnce = true)
    {
        while (true)
        {
            try
            {
                if (await silos.Grid.AccountAsync(account) is { Positions.Count: 0 } snapshot
                    && (isAtOnce || snapshot.Balances.All(b => b.Amount == 0m)))
                {
                    Assert.Equal((account, 0m), (account, snapshot.Balances.Sum(b => Math.Abs(b.Amount))));
                    return;
                }
            }
            catch (Exception exception) when (exception is not XunitException)
            {
                // a silo is gone for now
            }
            await Task.Delay(20);
        }
    }

    /// <summary>All who gain, and gain the same, have paid the same, up to a unit of each loss.</summary>
    private static async Task ProveSharedAsync(SiloProcesses silos, GridState before, IReadOnlyList<AccountId> failing,
        IReadOnlyList<AccountId> payers, string where)
    {
        var state = await ProveAsync(silos, before, failing, where, deficit: 0m);
        decimal Usd(GridState of, AccountId account) => of.Accounts.Read(account)!.Balances.Single().Amount;
        decimal[] paid = [.. payers.Select(p => Usd(before, p) - Usd(state, p))];
        Assert.Equal((where, Deficit * failing.Count), (where, paid.Sum()));
        Assert.True(paid.Max() - paid.Min() <= 0.00000001m * failing.Count, $"{where}: {string.Join(' ', paid)}");
    }

    private static async Task<GridState> ProveAsync(SiloProcesses silos, GridState before,
        IReadOnlyList<AccountId> failing, string where, decimal deficit = Deficit)
    {
        var state = await StateAsync(silos, before.Accounts.Count);
        Assert.Equal((where, Fund(before) - deficit * failing.Count), (where, Fund(state)));
        var (had, has) = (Position(before), Position(state));
        Assert.Equal((where, had + Contracts * failing.Count), (where, has));
        foreach (var account in failing)
        {
            var closed = state.Accounts.Read(account)!;
            Assert.True(!closed.HasExposure && closed.Balances.All(b => b.Amount == 0m), $"{where}: {account}");
        }
        return state;
    }

    /// <summary>All accounts with everything settled: until then what one party has done another has yet to.</summary>
    private static async Task<GridState> StateAsync(SiloProcesses silos, int accounts)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                var state = await silos.Grid.StateAsync(default);
                var report = Conservation.Check(state);
                if (state.Accounts.Count >= accounts && !report.Unbalanced.Any()
                    && report.Contracts.All(c => c.Long == c.Short))
                {
                    return state;
                }
                Assert.True(Stopwatch.GetElapsedTime(started) < Patience,
                    $"the books do not close: {state.Accounts.Count} accounts, "
                    + string.Join(", ", report.Unbalanced) + string.Join(", ", report.Contracts));
            }
            catch (Exception exception) when (exception is not XunitException
                && Stopwatch.GetElapsedTime(started) < Patience)
            {
                // a silo is gone for now
            }
            await Task.Delay(50);
        }
    }

    private static async Task<decimal?> PositionNowAsync(SiloProcesses silos)
    {
        try
        {
            return Position(await silos.Grid.StateAsync(default));
        }
        catch (Exception exception) when (exception is not XunitException)
        {
            // a silo is gone for now
            return null;
        }
    }

    private static decimal Fund(GridState state) => state.House[HouseAccount.Insurance, AssetId.Usd];

    private static decimal Position(GridState state) => state.Accounts.Read(Desk)!
        .Position(SiloProcesses.Universe.Instrument(Market)!).Quantity.Value;

    private static async Task AppliedAsync(SiloProcesses silos, AccountCommand command)
    {
        var result = await silos.Grid.ExecuteAsync(command);
        Assert.True(result.IsApplied, $"{command}: {result}");
    }

    private static CommandId NextId() => CommandId.Series(
        TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 32, Interlocked.Increment(ref _ids));
}
