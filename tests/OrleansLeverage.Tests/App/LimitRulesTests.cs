using System.Globalization;
using System.Text;
using OrleansLeverage.Analytics.Models;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Tests.Engine;
using Xunit;

namespace OrleansLeverage.Tests.App;

/// <summary>From a price file to a refusal: what <c>limits</c> writes is what a running grid decides by.</summary>
public sealed class LimitRulesTests
{
    [Fact]
    public async Task TheGridHoldsOrdersTradesAndWithdrawalsToTheLimitOfTheDay()
    {
        using var folder = new TemporaryFolder();
        var written = await Cli.RunAsync("limits", "--prices", $"BTC-USD={Prices(folder)}", "--policy", "survivor",
            "--rules-out", folder["limits.json"]);
        Assert.True(written.Code == 0, written.Error);
        var rules = RuleFile.Parse(await File.ReadAllTextAsync(folder["limits.json"]), "limits.json");
        var cap = rules.Rules.Leverage!.Assets[new AssetId("BTC")].MaxLeverage!.Value;
        await using var fixture = Open(StandardRules.Instruments.Build(rules, version: 2));
        await fixture.StandardPricesAsync();
        await fixture.DepositAsync("ann", 10_000m);
        await fixture.DepositAsync("ben", 1_000_000m);

        // 10,000 at the cap, in lots of a thousandth of a coin at 60,000
        var most = Decimals.FloorTo(cap * 10_000m / 60_000m, 0.001m);
        Assert.Equal((true, CommandStatus.Applied), await CheckAsync(fixture, most));
        Assert.Equal((false, CommandStatus.LeverageCap), await CheckAsync(fixture, most + 0.001m));
        Assert.Equal(CommandStatus.LeverageCap,
            (await fixture.Grid.ExecuteAsync(fixture.Fill("ann", "ben", most + 0.001m, 60_000m))).Status);
        Assert.Equal(CommandStatus.Applied,
            (await fixture.Grid.ExecuteAsync(fixture.Fill("ann", "ben", most, 60_000m))).Status);
        // a lot's worth of room is left and no more
        Assert.Equal(CommandStatus.LeverageCap, (await fixture.Grid.ExecuteAsync(
            new Withdraw(fixture.NextId(), new AccountId("ann"), AssetId.Usd, 60m))).Status);
        // the price falls: above the cap now, ann may come down and not up
        await fixture.PriceAsync(GridFixture.Bitcoin, 57_000m);
        Assert.Equal(CommandStatus.LeverageCap,
            (await fixture.Grid.ExecuteAsync(fixture.Fill("ann", "ben", 0.001m, 57_000m))).Status);
        Assert.Equal(CommandStatus.Applied,
            (await fixture.Grid.ExecuteAsync(fixture.Fill("ben", "ann", 0.001m, 57_000m))).Status);
    }

    private static async Task<(bool, CommandStatus)> CheckAsync(GridFixture fixture, decimal contracts)
    {
        var answer = await fixture.Grid.CheckAsync(new PreTradeQuestion(new AccountId("ann"), GridFixture.Perpetual,
            new Quantity(contracts), new Price(60_000m)));
        return (answer.MayOpen, answer.LimitingRule);
    }

    private static GridFixture Open(Universe universe)
    {
        var time = new ManualTime(1_750_000_000_000);
        return new GridFixture(EmbeddedGrid.Open(new EmbeddedOptions
        {
            Universe = universe, Oracle = GridFixture.Profiles, Time = time, FrameIntervalMs = 5, Workers = 1,
            WindowCapacity = 100_000,
        }), time, null);
    }

    private static string Prices(TemporaryFolder folder)
    {
        var random = new PathRandom(12, 0);
        var (text, close) = (new StringBuilder("date,open,high,low,close\n"), 50_000.0);
        for (var i = 0; i < 300; i++)
        {
            var open = close;
            close *= Math.Exp(0.04 * random.NextGaussian());
            text.Append(CultureInfo.InvariantCulture, $"{new DateOnly(2020, 1, 1).AddDays(i):yyyy-MM-dd},{open:F2},");
            text.Append(CultureInfo.InvariantCulture,
                $"{Math.Max(open, close) * 1.01:F2},{Math.Min(open, close) * 0.99:F2},{close:F2}\n");
        }
        return folder.Write("prices.csv", text.ToString());
    }
}
