using System.Text.Json;
using System.Xml.Linq;
using Xunit;

namespace OrleansLeverage.Tests.App;

/// <summary>The verbs surface and vol-index: figures in every form, pictures, exit codes and refusals.</summary>
public sealed class VolatilityVerbTests
{
    private const string Pillars =
        """
        expiry,spot,rate,yield,put25,atm,call25,delta
        2005-10-03,1.205,0.037945,0.021396,0.0979,0.09375,0.0929,spot
        2006-07-01,1.205,0.037945,0.021396,0.1010,0.0960,0.0950,spot
        """;

    [Fact]
    public async Task PillarsBecomeASurface()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("EURUSD.csv", Pillars);
        var run = await Cli.RunAsync("surface", "--in", file, "--as-of", "2005-07-01", "--json", "--at", "2005-12-01",
            "--strike", "1.2", "--svg", folder["smiles.svg"], "--csv", folder["smiles.csv"]);
        Assert.Equal(0, run.Code);
        using var json = JsonDocument.Parse(run.Output);
        var root = json.RootElement;
        Assert.Equal(("leverage-surface/1", "EURUSD", "vanna-volga"), (root.GetProperty("schema").GetString(),
            root.GetProperty("underlying").GetString(), root.GetProperty("method").GetString()));
        Assert.All(root.GetProperty("expiries").EnumerateArray(),
            expiry => Assert.InRange(expiry.GetProperty("largestError").GetDouble(), 0.0, 1e-10));
        var asked = root.GetProperty("asked");
        Assert.InRange(asked.GetProperty("volatility").GetDouble(), 0.0925, 0.0985);
        Assert.Equal("between_expiries", asked.GetProperty("flags")[0].GetString());
        Assert.DoesNotContain("NaN", run.Output);
        Assert.StartsWith("expiry,forward,strike,quoted,volatility,totalVariance,delta,stickyStrikeDelta",
            await File.ReadAllTextAsync(folder["smiles.csv"]));
        Assert.Equal("svg", XDocument.Load(folder["smiles.svg"]).Root!.Name.LocalName);
    }

    [Fact]
    public async Task TheStoredSnapshotIsPlottedAndItsIndexRefused()
    {
        if (SharedData.Path("data/deribit_btc_options_2021-02-11.csv") is not { } path)
        {
            return;
        }
        using var folder = new TemporaryFolder();
        foreach (var method in (string[])["quotes", "marks", "vanna-volga", "svi"])
        {
            var surface = await Cli.RunAsync("surface", "--in", path, "--method", method, "--svg", folder[method]);
            Assert.Equal((0, $"written: {folder[method]}\n"), (surface.Code, surface.Error));
            Assert.DoesNotContain("NaN", await File.ReadAllTextAsync(folder[method]));
        }
        var index = await Cli.RunAsync("vol-index", "--in", path);
        Assert.Equal((1, ""), (index.Code, index.Error));
        Assert.Contains("no index (chain_incomplete)", index.Output);
        Assert.Contains("wide_gap", index.Output);
        var json = await Cli.RunAsync("vol-index", "--in", path, "--json");
        using var document = JsonDocument.Parse(json.Output);
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("published").ValueKind);
        Assert.Equal("chain_incomplete", document.RootElement.GetProperty("status").GetString());
    }

    [Fact]
    public async Task CboesStripsAreThePrintedIndices()
    {
        if (SharedData.Path("data/vix_whitepaper_2014_options.csv") is not { } later
            || SharedData.Path("data/vix_whitepaper_2009_options.csv") is not { } earlier)
        {
            return;
        }
        string[] terms = ["--minutes", "35924", "46394", "--rates", "0.000305", "0.000286"];
        var run = await Cli.RunAsync(["vol-index", "--in", later, .. terms]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.StartsWith("vix_whitepaper_2014_options, quotes: 13.6858\n", run.Output);
        var csv = await Cli.RunAsync(["vol-index", "--in", later, "--csv", "-", .. terms]);
        Assert.Equal(1 + 146 + 122, csv.Output.TrimEnd('\n').Split('\n').Length);
        var first = await Cli.RunAsync("vol-index", "--in", earlier, "--rate", "0.0038");
        Assert.StartsWith("vix_whitepaper_2009_options, quotes: 61.2180\n", first.Output);
        var unnamed = await Cli.RunAsync("vol-index", "--in", later);
        Assert.Equal(2, unnamed.Code);
        Assert.Contains("--minutes", unnamed.Error);
    }

    [Fact]
    public async Task AnOwnIndexIsHeldAgainstAFeed()
    {
        using var folder = new TemporaryFolder();
        var own = folder.Write("own.csv",
            "date,open,high,low,close\n2026-03-02,20,21,20,20.5\n2026-03-03,21,23,21,23\n");
        var feed = folder.Write("feed.csv",
            "date,open,high,low,close\n2026-03-02,20,20,20,20\n2026-03-03,21,21,21,21\n2026-03-04,1,1,1,1\n");
        var run = await Cli.RunAsync("vol-index", "--own", own, "--feed", feed, "--json");
        Assert.Equal((0, ""), (run.Code, run.Error));
        using var json = JsonDocument.Parse(run.Output);
        var root = json.RootElement;
        Assert.Equal((2, 1, 1), (root.GetProperty("samples").GetInt32(), root.GetProperty("feedOnly").GetInt32(),
            root.GetProperty("alerts").GetInt32()));
        Assert.Equal(1.25, root.GetProperty("meanDifference").GetDouble(), 1e-12);
        Assert.Equal(Math.Sqrt((0.25 + 4.0) / 2.0), root.GetProperty("rootMeanSquare").GetDouble(), 1e-12);
        Assert.Equal(1.5 / Math.Sqrt(2.0), root.GetProperty("trackingError").GetDouble(), 1e-12);
    }

    [Theory]
    [InlineData(2, "surface", "--in", "none.csv")]
    [InlineData(2, "vol-index", "--in", "none.csv")]
    [InlineData(2, "vol-index")]
    [InlineData(2, "surface", "--in", "none.csv", "--method", "guess")]
    [InlineData(2, "surface", "--in", "none.csv", "--strike", "5")]
    [InlineData(2, "vol-index", "--in", "none.csv", "--days", "0")]
    public async Task WhatCannotBeDoneIsSaidInALine(int code, params string[] args)
    {
        var run = await Cli.RunAsync(args);
        Assert.Equal(code, run.Code);
        Assert.NotEqual("", run.Error);
        Assert.DoesNotContain("   at ", run.Error);
    }
}
