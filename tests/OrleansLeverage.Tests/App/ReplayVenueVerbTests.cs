using System.Text.Json;
using Xunit;

namespace OrleansLeverage.Tests.App;

/// <summary><c>leverage replay --liquidate</c> over the two days that everybody remembers.</summary>
public sealed class ReplayVenueVerbTests
{
    [Fact]
    public async Task The12thOfMarch2020OnABridgeIsTheSameOnAnyNumberOfWorkers()
    {
        if (SharedData.Path("data/btc_usd_daily.csv") is not { } btc
            || SharedData.Path("data/eth_usd_daily.csv") is not { } eth)
        {
            return;
        }
        using var folder = new TemporaryFolder();
        string[] days = ["--prices", btc, eth, "--from", "2020-03-11", "--to", "2020-03-14", "--path", "bridge",
            "--steps", "16", "--fund", "20000", "--attribution"];
        var one = await ReplayAsync(folder, "one", [.. days, "--workers", "1"]);
        var two = await ReplayAsync(folder, "two", [.. days, "--workers", "2"]);
        foreach (var name in (string[])["triggers.csv", "liquidations.csv", "system.csv", "attribution.csv"])
        {
            Assert.Equal(File.ReadAllBytes(folder[$"one/{name}"]), File.ReadAllBytes(folder[$"two/{name}"]));
        }
        Assert.Equal(one.GetProperty("stateHash").GetString(), two.GetProperty("stateHash").GetString());
        Assert.StartsWith("bridge of 16 steps per bar, simulated",
            one.GetProperty("inputs").GetProperty("path").GetString());
        var venue = one.GetProperty("venue");
        Assert.Equal(venue.GetProperty("fillHash").GetString(),
            two.GetProperty("venue").GetProperty("fillHash").GetString());
        Assert.True(venue.GetProperty("liquidations").GetInt64() > 50);
        Assert.True(venue.GetProperty("deleveraged").GetInt64() > 0);
        Assert.True(venue.GetProperty("booksChecked").GetInt64() > 3);
        Assert.Equal(1 + venue.GetProperty("fills").GetInt64(),
            File.ReadAllLines(folder["one/liquidations.csv"]).Length);
        var rows = File.ReadAllLines(folder["one/attribution.csv"]).Skip(1).Select(row => row.Split(',')).ToList();
        Assert.Equal(48, rows.Count);
        // from the second on there is a frame before, whose end is this one's beginning; the parts are the whole
        Assert.All(rows.Skip(1), row => Assert.Equal(Number(row[4]) - Number(row[3]),
            Number(row[5]) + Number(row[6]) + Number(row[7]) + Number(row[8])));
        Assert.All(rows.Skip(1).Zip(rows.Skip(2)), pair => Assert.Equal(pair.First[4], pair.Second[3]));
    }

    /// <summary>Where nobody trades all of the change is the price's.</summary>
    [Fact]
    public async Task WithoutTradesLeverageChangesByThePriceAlone()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("btc_usd_daily.csv", "date,open,high,low,close\n2020-03-11,10000,10400,9800,10200\n"
            + "2020-03-12,10200,10300,8000,8500\n2020-03-13,8500,9500,8400,9000\n");
        var run = await Cli.RunAsync("replay", "--out", folder["plain"], "--accounts", "200", "--prices", file,
            "--path", "bridge", "--attribution");
        Assert.True(run.Code == 0, run.Error);
        var rows = File.ReadAllLines(folder["plain/attribution.csv"]).Skip(2).Select(row => row.Split(',')).ToList();
        Assert.All(rows, row =>
            Assert.Equal((0m, 0m, 0m), (Number(row[6]), Number(row[7]), Number(row[8]))));
        Assert.Contains(rows, row => Number(row[5]) != 0m);
    }

    [Fact]
    public async Task TheMinutesOf4September2017()
    {
        if (SharedData.Path("data/lean") is not { } lean)
        {
            return;
        }
        using var folder = new TemporaryFolder();
        string[] files = [.. ((string[])["btcusd", "ethusd"]).Select(s =>
            Path.Combine(lean, $"crypto_coinbase_minute_{s}_20170904_trade.csv"))];
        var day = await ReplayAsync(folder, "day", ["--prices", .. files, "--fund", "100000", "--deleveraging",
            "pro-rata-profit"]);
        var venue = day.GetProperty("venue");
        Assert.Equal("close", day.GetProperty("inputs").GetProperty("path").GetString());
        Assert.True(venue.GetProperty("liquidations").GetInt64() > 10);
        Assert.Equal(0m, venue.GetProperty("badDebt").GetDecimal());
    }

    [Theory]
    [InlineData("--from", "yesterday", "--from yesterday is no day")]
    [InlineData("--fund", "-5", "--fund -5 is not within")]
    [InlineData("--from", "2031-01-01", "no bar begins between")]
    public async Task WhatCannotBeIsRefusedByName(string option, string value, string words)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("btc_usd_daily.csv", "date,open,high,low,close\n2020-03-12,10,12,9,11\n");
        var run = await Cli.RunAsync("replay", "--prices", file, "--out", folder["out"], "--liquidate", "--accounts",
            "50", option, value);
        Assert.Equal(2, run.Code);
        Assert.Contains(words, run.Error);
    }

    private static decimal Number(string text) =>
        decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<JsonElement> ReplayAsync(TemporaryFolder folder, string name, string[] args)
    {
        var run = await Cli.RunAsync(["replay", "--out", folder[name], "--accounts", "600", "--liquidate", .. args]);
        Assert.True(run.Code == 0, run.Error);
        using var json = JsonDocument.Parse(File.ReadAllBytes(folder[$"{name}/summary.json"]));
        return json.RootElement.Clone();
    }
}
