using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using OrleansLeverage.Tests.Web;
using Xunit;

namespace OrleansLeverage.Tests.App.Strategies;

/// <summary>Insurance of an account of a running grid, over HTTP; and options sold for yield.</summary>
public sealed class LiveStrategyTests
{
    /// <summary>1,000,000 of equity at a floor of 0.8 and a multiplier of 3: 600,000 is ten coins at 60,000.</summary>
    [Fact]
    public async Task AnAccountIsFollowedAndItsFloorOutlivesTheRun()
    {
        await using var web = await WebGrid.StartAsync();
        using var folder = new TemporaryFolder();
        await web.Grid.ExecuteAsync(web.Prices.Fill("alice", "bob", 0.001m, 60_000m));
        string[] verb =
        [
            "cppi", "account", "--url", $"http://127.0.0.1:{web.Port}/", "--account", "alice", "--multiplier", "3",
            "--floor", "0.8", "--looks", "1", "--state", folder["floor.json"],
        ];
        var first = await Cli.RunAsync([.. verb, "--json"]);
        Assert.True(first.Code == 0, first.Error);
        using var look = JsonDocument.Parse(first.Output);
        Assert.Equal(800_000.0, look.RootElement.GetProperty("floor").GetDouble(), 1e-6);
        Assert.Equal(600_000.0, look.RootElement.GetProperty("target").GetDouble(), 1e-6);
        // 0.001 coin is held already
        Assert.Equal("9.999", look.RootElement.GetProperty("order").GetString());
        // half of the equity goes: a run that goes on from the file is locked, one that begins anew is not
        await web.Prices.Grid.ExecuteAsync(new OrleansLeverage.Domain.Withdraw(web.Prices.NextId(), new("alice"),
            OrleansLeverage.Domain.AssetId.Usd, 500_000m));
        var locked = await Cli.RunAsync(verb);
        Assert.Contains(",CashLock,-0.001,None", locked.Output);
        var anew = await Cli.RunAsync([.. verb[..^2], "--json"]);
        Assert.Contains("\"state\":\"Invested\"", anew.Output);
        var other = await Cli.RunAsync([.. verb[..5], "bob", .. verb[6..]]);
        Assert.Equal(2, other.Code);
        Assert.Contains("keeps the floor of alice", other.Error);
    }

    [Fact]
    public async Task WhatCannotBeFollowedIsRefusedByName()
    {
        await using var web = await WebGrid.StartAsync();
        string[] verb = ["cppi", "account", "--url", $"http://127.0.0.1:{web.Port}/", "--looks", "1"];
        var none = await Cli.RunAsync([.. verb, "--account", "nobody"]);
        Assert.Equal((2, true), (none.Code, none.Error.Contains("no account nobody", StringComparison.Ordinal)));
        var inverse = await Cli.RunAsync([.. verb, "--account", "alice", "--instrument", "BTC-USDI-PERP"]);
        Assert.Equal((2, true), (inverse.Code, inverse.Error.Contains("is inverse", StringComparison.Ordinal)));
        Assert.Equal(2, (await Cli.RunAsync([.. verb, "--account", "alice", "--instrument", "X-Y-Z"])).Code);
        Assert.Equal(2, (await Cli.RunAsync([.. verb, "--account", "alice", "--multiplier", "0.5"])).Code);
        Assert.Equal(2, (await Cli.RunAsync([.. verb[..3], "nowhere", "--account", "alice"])).Code);
        var away = await Cli.RunAsync("cppi", "account", "--url", "http://127.0.0.1:1/", "--account", "alice");
        Assert.Equal((1, true), (away.Code, away.Error.Contains("does not answer", StringComparison.Ordinal)));
        // without a position and without the page of a market there is no price to order at
        var priceless = await Cli.RunAsync([.. verb, "--account", "alice", "--json"]);
        using var look = JsonDocument.Parse(priceless.Output);
        var reason = look.RootElement.GetProperty("reason").GetString();
        Assert.True(reason is "PriceUnknown" or "None", reason);
    }

    /// <summary>
    /// A covered call lent against: one coin at 60,000, a debt of 40,000. By hand below: the call is worth nothing at a
    /// low price, so equity S − 40,000 meets 5 % of S at 42,105.26.
    /// </summary>
    [Fact]
    public async Task OptionsForYieldHaveTheirLiquidationOnEitherSide()
    {
        using var folder = new TemporaryFolder();
        string[] verb =
        [
            "loop", "options", "--right", "call", "--spot", "60000", "--strike", "90000", "--days", "7", "--vol", "0.3",
            "--coins", "1", "--cash", "-40000",
        ];
        var run = await Cli.RunAsync([.. verb, "--json", "--svg", folder["yield.svg"]]);
        Assert.True(run.Code == 0, run.Error);
        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal(40_000.0 / 0.95, json.RootElement.GetProperty("liquidationBelow").GetDouble(), 0.01);
        var distance = json.RootElement.GetProperty("distanceBelow").GetDouble();
        Assert.Equal((40_000.0 / 0.95 / 60_000.0) - 1.0, distance, 1e-6);
        // covered: no rise ends it
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("liquidationAbove").ValueKind);
        XDocument.Load(folder["yield.svg"]);
        var naked = await Cli.RunAsync([.. verb[..^4], "--cash", "60000", "--csv", "-"]);
        var above = naked.Output.Split('\n').First(l => l.StartsWith("liquidationAbove,", StringComparison.Ordinal));
        Assert.True(double.Parse(above.Split(',')[1], CultureInfo.InvariantCulture) > 90_000.0);
        Assert.Equal(2, (await Cli.RunAsync([.. verb, "--contracts", "0"])).Code);
        Assert.Equal(2, (await Cli.RunAsync([.. verb, "--mmr", "1.5"])).Code);
        Assert.Equal(2, (await Cli.RunAsync("loop", "options", "--forward", "1", "--strike", "1", "--days", "1")).Code);
    }
}
