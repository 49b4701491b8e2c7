using System.Diagnostics;
using System.Globalization;
using OrleansLeverage.Cluster.Tests.Processes;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.State;
using Xunit;
using Xunit.Abstractions;

namespace OrleansLeverage.Cluster.Tests.Figures;

/// <summary>
/// A crash that many accounts do not survive, all of them with one desk and one insurance fund, which pays what each
/// cannot: how many a second a silo of its own liquidates. <c>LEVERAGE_FIGURES=2000</c> accounts, of which the emulator
/// is given a quarter.
/// </summary>
public sealed class LiquidationFigures(ITestOutputHelper output)
{
    private const decimal Contracts = 0.6m;

    /// <summary>1,000 less 0.6 contracts × a fall of 3,000.</summary>
    private const decimal Deficit = 800m;

    private static readonly AccountId Desk = new("desk");
    private static readonly InstrumentId Market = new("BTC-USD-PERP");
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(9);
    private static readonly int? Asked = int.TryParse(Environment.GetEnvironmentVariable("LEVERAGE_FIGURES"),
        NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;

    private static long _ids;

    [ProcessTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Liquidations_that_the_fund_pays(bool isAzurite)
    {
        var count = Asked is not { } asked ? 8 : isAzurite ? asked / 4 : asked;
        await using var azurite = isAzurite ? await Azurite.StartAsync(inMemory: true) : null;
        await using var silos = new SiloProcesses(postgres: null, azurite?.Port, silos: 1);
        silos.Settings["LiquidationDesk"] = Desk.Value;
        await silos.StartAsync();
        using var prices = new PricePublisher(silos, new FeedId("BTC-USD"), 60_000m, Patience);
        await prices.SetAsync(60_000m);
        await AppliedAsync(silos, new Deposit(NextId(), Desk, AssetId.Usd, 800_000_000m));
        await AppliedAsync(silos, new InsuranceTransfer(NextId(), Desk, AssetId.Usd, Deficit * count));
        await EachAsync(count, i => OpenAsync(silos, new AccountId($"lou-{i}"), Contracts));
        prices.Set(57_000m);
        var (start, first) = (Stopwatch.GetTimestamp(), 0L);
        for (var done = 0m; done < Contracts * count;)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"{done / Contracts} of {count} liquidated");
            await Task.Delay(10);
            var desk = await silos.Grid.AccountAsync(Desk);
            done = desk!.Positions.Sum(p => p.Position.Quantity.Value);
            first = first == 0L && done > 0m ? Stopwatch.GetTimestamp() : first;
        }
        var seconds = Stopwatch.GetElapsedTime(first).TotalSeconds;
        var all = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var state = await silos.Grid.StateAsync(default);
        Assert.Equal(0m, state.House[HouseAccount.Insurance, AssetId.Usd]);
        Say(isAzurite, $"{count} liquidations that the fund pays in {seconds:0.00} s, {count / seconds:0}/s, all "
            + $"{all:0.00} s after the price");
    }

    /// <summary>One account fails, and many who gain share its loss; from the price until the last has paid.</summary>
    [ProcessTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_loss_that_many_share(bool isAzurite)
    {
        var payers = Asked is not { } asked ? 300 : isAzurite ? asked / 4 : asked;
        await using var azurite = isAzurite ? await Azurite.StartAsync(inMemory: true) : null;
        await using var silos = new SiloProcesses(postgres: null, azurite?.Port, silos: 1);
        (silos.Settings["LiquidationDesk"], silos.Settings["ShareLosses"]) = (Desk.Value, "true");
        await silos.StartAsync();
        using var prices = new PricePublisher(silos, new FeedId("BTC-USD"), 60_000m, Patience);
        await prices.SetAsync(60_000m);
        await AppliedAsync(silos, new Deposit(NextId(), Desk, AssetId.Usd, 50_000_000m));
        var failing = new AccountId("lou");
        await OpenAsync(silos, failing, Contracts);
        await EachAsync(payers, i => OpenAsync(silos, new AccountId($"ann-{i}"), -0.01m));
        var before = (await silos.Grid.StateAsync(default)).Accounts;
        prices.Set(57_000m);
        var start = Stopwatch.GetTimestamp();
        while (await silos.Grid.AccountAsync(failing) is not { Positions.Count: 0 } lou
            || lou.Balances.Any(b => b.Amount != 0m))
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, "not shared");
            await Task.Delay(10);
        }
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var after = (await silos.Grid.StateAsync(default)).Accounts;
        decimal Usd(AccountStore of, int i) => of.Read(new AccountId($"ann-{i}"))!.Balances.Single().Amount;
        Assert.Equal(Deficit, Enumerable.Range(1, payers).Sum(i => Usd(before, i) - Usd(after, i)));
        Say(isAzurite, $"a loss that {payers} share, {seconds:0.00} s after the price, {payers / seconds:0} payers/s");
    }

    private static Task OpenAsync(SiloProcesses silos, AccountId account, decimal contracts) => AppliedAsync(silos,
        new ImportAccount(NextId(), account, [new ImportedBalance(AssetId.Usd, 1_000m)],
            [new ImportedPosition(Market, new Quantity(contracts), new Price(60_000m))]));

    private static Task EachAsync(int count, Func<int, Task> body)
    {
        var next = 0;
        return Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i <= count; i = Interlocked.Increment(ref next))
            {
                await body(i);
            }
        })));
    }

    private void Say(bool isAzurite, string what) => output.WriteLine($"{(isAzurite ? "Azurite" : "memory")}, "
        + $"{Environment.ProcessorCount} processors: {what}, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");

    private static async Task AppliedAsync(SiloProcesses silos, AccountCommand command)
    {
        var result = await silos.Grid.ExecuteAsync(command);
        Assert.True(result.IsApplied, $"{command}: {result}");
    }

    private static CommandId NextId() => CommandId.Series(
        TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 61, Interlocked.Increment(ref _ids));
}
