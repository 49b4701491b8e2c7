using System.Diagnostics;
using System.Globalization;
using OrleansLeverage.Cluster.Tests.Processes;
using OrleansLeverage.Domain;
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
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i <= count; i = Interlocked.Increment(ref next))
            {
                await AppliedAsync(silos, new ImportAccount(NextId(), new AccountId($"lou-{i}"),
                    [new ImportedBalance(AssetId.Usd, 1_000m)],
                    [new ImportedPosition(Market, new Quantity(Contracts), new Price(60_000m))]));
            }
        })));
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
        output.WriteLine($"{(isAzurite ? "Azurite" : "memory")}, {Environment.ProcessorCount} processors: {count} liquidations that the fund pays in "
            + $"{seconds:0.00} s, {count / seconds:0}/s, all {all:0.00} s after the price, load "
            + File.ReadAllText("/proc/loadavg").Split(' ')[0]);
    }

    private static async Task AppliedAsync(SiloProcesses silos, AccountCommand command)
    {
        var result = await silos.Grid.ExecuteAsync(command);
        Assert.True(result.IsApplied, $"{command}: {result}");
    }

    private static CommandId NextId() => CommandId.Series(
        TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 61, Interlocked.Increment(ref _ids));
}
