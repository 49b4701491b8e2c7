using System.Text.Json;
using Xunit;

namespace OrleansLeverage.Tests.App;

/// <summary>
/// The verbs cascade, stress and liquidation-map: what they write, that it adds up, and how they refuse.
/// </summary>
public sealed class RiskVerbTests
{
    private static readonly string[] Small = ["--accounts", "400", "--seed", "7"];

    [Fact]
    public async Task TheMapAddsUpToTheMarket()
    {
        var run = await Cli.RunAsync(["liquidation-map", .. Small, "--json"]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        using var json = JsonDocument.Parse(run.Output);
        var feeds = json.RootElement.GetProperty("feeds");
        Assert.True(feeds.GetArrayLength() >= 5);
        foreach (var feed in feeds.EnumerateArray())
        {
            var buckets = feed.GetProperty("buckets").EnumerateArray().ToList();
            Assert.Equal(100, buckets.Count);
            Assert.Equal(-0.5, buckets[0].GetProperty("fromMove").GetDouble());
            Assert.All(buckets, b => Assert.Equal(Sum(b, "longNotional", "shortNotional"),
                b.GetProperty("notionalByBand").EnumerateArray().Sum(x => x.GetDouble()), 1e-6));
        }
        var csv = await Cli.RunAsync(["liquidation-map", .. Small, "--csv", "-"]);
        var lines = csv.Output.TrimEnd('\n').Split('\n');
        Assert.Equal(1 + 100 * feeds.GetArrayLength(), lines.Length);
        Assert.StartsWith("feed,fromMove,toMove,fromPrice,toPrice,longAccounts,longNotional", lines[0]);
        var text = await Cli.RunAsync(["liquidation-map", .. Small, "--feed", "BTC-USD"]);
        Assert.Contains("BTC-USD at 88000: at-risk skew", text.Output);
    }

    [Fact]
    public async Task StressNamesEveryKindAndTheBreakingMove()
    {
        var run = await Cli.RunAsync(["stress", .. Small, "--account", "acct-00000002", "--json"]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        using var json = JsonDocument.Parse(run.Output);
        var root = json.RootElement;
        var kinds = root.GetProperty("scenarios").EnumerateArray().Select(s => s.GetProperty("kind").GetString())
            .Distinct().ToList();
        Assert.Equal(8, kinds.Count);
        Assert.Contains("CORRELATION_ONE", kinds);
        Assert.Contains(root.GetProperty("reverseStress").EnumerateArray(),
            b => b.GetProperty("who").GetString() == "acct-00000002");
        Assert.Equal(101, root.GetProperty("runway").GetProperty("points").GetArrayLength());
        Assert.True(root.GetProperty("environment").GetProperty("marketLeverage").GetDouble() > 1.0);
        Assert.DoesNotContain("NaN", run.Output);
        Assert.DoesNotContain("Infinity", run.Output);
    }

    [Fact]
    public async Task APassedThresholdIsItsOwnExitCode()
    {
        Assert.Equal(3, (await Cli.RunAsync(["stress", .. Small, "--deficit-max", "1"])).Code);
        Assert.Equal(0, (await Cli.RunAsync(["stress", .. Small, "--deficit-max", "1e12"])).Code);
    }

    /// <summary>The same bytes on any number of threads, in every form.</summary>
    [Fact]
    public async Task WorkersDoNotMatter()
    {
        foreach (var verb in (string[][])[["stress"], ["liquidation-map"],
            ["cascade", "--ticks", "60", "--ramp", "20", "--counterfactuals", "--runs", "2"]])
        {
            var one = await Cli.RunAsync([.. verb, .. Small, "--json", "--workers", "1"]);
            var four = await Cli.RunAsync([.. verb, .. Small, "--json", "--workers", "4"]);
            Assert.Equal(0, one.Code);
            Assert.Equal(one.Output, four.Output);
        }
    }

    [Fact]
    public async Task ACascadeSaysWhatItAssumesAndConserves()
    {
        using var folder = new TemporaryFolder();
        var run = await Cli.RunAsync(["cascade", .. Small, "--shock", "-0.3", "--ticks", "40", "--ramp", "10", "--json",
            "--counterfactuals", "--csv", folder["ticks.csv"]]);
        Assert.Equal(0, run.Code);
        using var json = JsonDocument.Parse(run.Output);
        var root = json.RootElement;
        Assert.Equal(-0.3, root.GetProperty("assumptions").GetProperty("shock").GetDouble());
        var totals = root.GetProperty("totals");
        Assert.True(totals.GetProperty("liquidatedAccounts").GetInt32() > 20);
        Assert.True(totals.GetProperty("conservationError").GetDouble() <= 1e-9);
        Assert.Equal(64, totals.GetProperty("triggerHash").GetString()!.Length);
        Assert.Equal(8, root.GetProperty("policies").GetArrayLength());
        Assert.Equal(40, root.GetProperty("ticks").GetArrayLength());
        Assert.Equal(41, File.ReadAllLines(folder["ticks.csv"]).Length);
        // who continuous rules take from is another matter than how much: budget error 0
        foreach (var policy in root.GetProperty("policies").EnumerateArray())
        {
            var name = policy.GetProperty("policy").GetString()!;
            var of = policy.GetProperty("totals");
            if (name is "as asked" or "deleveraging queue")
            {
                Assert.Equal(0.0, of.GetProperty("overshoot").GetDouble());
            }
        }
    }

    /// <summary>Accounts of a file, the same that calc reads.</summary>
    [Fact]
    public async Task AccountsComeFromAFileToo()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("book.json", """
            { "time": "2026-01-01T00:00:00Z",
              "prices": [ { "feed": "BTC-USD", "price": "60000", "dailyVolatility": "0.03" } ],
              "accounts": [ { "account": "one", "balances": [ { "asset": "USD", "amount": "6000" } ],
                "positions": [ { "symbol": "BTC-USD-PERP", "side": "long", "contracts": "1", "entryPrice": "60000" } ]
              } ] }
            """);
        var run = await Cli.RunAsync("stress", "--in", file, "--fund", "3000", "--account", "one", "--json");
        Assert.Equal((0, ""), (run.Code, run.Error));
        using var json = JsonDocument.Parse(run.Output);
        var breaks = json.RootElement.GetProperty("reverseStress").EnumerateArray().ToList();
        var venue = breaks.Single(b => b.GetProperty("who").GetString() == "venue"
            && b.GetProperty("moves").GetString() == "BTC-USD");
        Assert.Equal(51_000.0, venue.GetProperty("price").GetDouble(), 1e-3);
        Assert.Equal(Math.Log(0.85) / 0.03, venue.GetProperty("sigmas").GetDouble(), 1e-6);
        var one = breaks.Single(b => b.GetProperty("who").GetString() == "one"
            && b.GetProperty("moves").GetString() == "BTC-USD");
        Assert.Equal(-0.10, one.GetProperty("move").GetDouble(), 1e-9);
    }

    [Theory]
    [InlineData("liquidation-map", "--step", "0.03", "whole number")]
    [InlineData("liquidation-map", "--feed", "GOLD", "--feed GOLD is none of")]
    [InlineData("liquidation-map", "--in", "absent.json", "absent.json does not exist")]
    [InlineData("stress", "--account", "nobody", "--account nobody is none of")]
    [InlineData("stress", "--fund", "-1", "--fund -1 is not within")]
    [InlineData("stress", "--depth", "0", "--depth 0 is not within")]
    [InlineData("cascade", "--shock", "-1", "is no path")]
    [InlineData("cascade", "--ramp", "900", "is no path")]
    [InlineData("cascade", "--depth", "-3", "is no market")]
    public async Task WhatCannotBeIsRefusedByName(string verb, string option, string value, string words)
    {
        var run = await Cli.RunAsync([verb, .. Small, option, value]);
        Assert.Equal(2, run.Code);
        Assert.Contains(words, run.Error);
        Assert.Equal("", run.Output);
    }

    [Theory]
    [InlineData("--shock", "deep")]
    [InlineData("--impact", "cubic")]
    [InlineData("--ticks", "1")]
    public async Task WhatIsNoOptionIsUsage(string option, string value) =>
        Assert.Equal(2, (await Cli.RunAsync(["cascade", .. Small, option, value])).Code);

    private static double Sum(JsonElement row, params string[] names) => names.Sum(n => row.GetProperty(n).GetDouble());
}
