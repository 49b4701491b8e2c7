using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Xunit;

namespace OrleansLeverage.Tests.App;

/// <summary>The verbs price, iv and greeks: what they answer, and how they refuse and flag.</summary>
public sealed class OptionVerbTests
{
    private static readonly string[] AtTheMoney = ["--spot", "60000", "--strike", "60000", "--days", "30"];

    /// <summary>The anchor of the quant reference, section 6: 60 % volatility, 30 days, no rate.</summary>
    [Fact]
    public async Task PriceAndGreeksOfTheAnchor()
    {
        var run = await Cli.RunAsync(["greeks", .. AtTheMoney, "--vol", "0.6", "--json"]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        using var json = JsonDocument.Parse(run.Output);
        var option = json.RootElement.GetProperty("options")[0];
        Assert.Equal(4112.364431, option.GetProperty("price").GetDouble(), 1e-6);
        Assert.Equal(7.795073, option.GetProperty("elasticity").GetDouble(), 1e-6);
        Assert.Equal(0.997537, option.GetProperty("vegaElasticity").GetDouble(), 1e-6);
        // without a rate the premium-adjusted delta is delta less premium over spot
        Assert.Equal(option.GetProperty("delta").GetDouble() - (4112.364431 / 60000.0),
            option.GetProperty("deltaPremiumAdjustedSpot").GetDouble(), 1e-9);
        Assert.Equal(4112.364431 / 60000.0, option.GetProperty("coinPrice").GetDouble(), 1e-10);
        var price = await Cli.RunAsync(["price", .. AtTheMoney, "--vol", "0.6"]);
        Assert.Contains("4112.364431", price.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("vanna", price.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheVolatilityOfAPrice()
    {
        var run = await Cli.RunAsync(["iv", .. AtTheMoney, "--price", "4112.364431", "--json"]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        using var json = JsonDocument.Parse(run.Output);
        var row = json.RootElement.GetProperty("options")[0];
        Assert.Equal("solved", row.GetProperty("status").GetString());
        Assert.Equal(0.6, row.GetProperty("volatility").GetDouble(), 1e-9);
        Assert.Equal("call", row.GetProperty("request").GetProperty("right").GetString());
    }

    [Theory]
    [InlineData("below_intrinsic", "iv", "--forward", "100", "--strike", "90", "--years", "1", "--price", "9.99")]
    [InlineData("above_maximum", "iv", "--forward", "100", "--strike", "90", "--years", "1", "--price", "101")]
    [InlineData("expired", "iv", "--forward", "100", "--strike", "90", "--years", "0", "--price", "11")]
    [InlineData("strike_not_positive", "iv", "--forward", "100", "--strike", "0", "--years", "1", "--price", "11")]
    [InlineData("--price is needed", "iv", "--forward", "100", "--strike", "90", "--years", "1")]
    [InlineData("spot_not_positive", "price", "--spot", "0", "--strike", "90", "--years", "1", "--vol", "1")]
    [InlineData("volatility_negative", "price", "--spot", "1", "--strike", "90", "--years", "1", "--vol", "-1")]
    [InlineData("expired", "greeks", "--spot", "1", "--strike", "90", "--years", "-1", "--vol", "1")]
    [InlineData("not_finite", "price", "--spot", "NaN", "--strike", "90", "--years", "1", "--vol", "1")]
    [InlineData("volatility_missing", "greeks", "--spot", "1", "--strike", "90", "--years", "1")]
    [InlineData("one of --spot and --forward", "price", "--strike", "90", "--years", "1", "--vol", "1")]
    [InlineData("--strike is needed", "price", "--spot", "90", "--years", "1", "--vol", "1")]
    [InlineData("neither call nor put", "price", "--right", "straddle", "--spot", "9", "--strike", "9", "--years", "1")]
    [InlineData("does not exist", "price", "--in", "no-such.csv")]
    [InlineData("does not exist", "greeks", "--file", "no-such.csv")]
    public async Task WhatCannotBeIsNamed(string words, params string[] args)
    {
        var run = await Cli.RunAsync(args);
        Assert.Equal(2, run.Code);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABadRowIsFlaggedAndTheOthersAreValued()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("options.csv", "right,spot,strike,years,volatility,rate\n"
            + "call,100,100,1,0.2,0.05\nput,100,0,1,0.2,0\ncall,100,100,-1,0.2,0\ncall,100,100,1,x,0\n"
            + "call,100,100,1,0,0\ncall,100,100,0,0.2,0\n");
        var run = await Cli.RunAsync("price", "--in", file, "--csv", "-");
        Assert.Equal(0, run.Code);
        var lines = run.Output.TrimEnd('\n').Split('\n');
        Assert.Equal(7, lines.Length);
        Assert.Equal(10.450583572185566, Cell(lines[1], 6), 1e-12);    // quant reference, section 4
        Assert.Equal(0.0, Cell(lines[2], 6));
        Assert.EndsWith(",expired", lines[3], StringComparison.Ordinal);
        Assert.Contains("unreadable: volatility 'x'", lines[4], StringComparison.Ordinal);
        Assert.Equal((0.0, 0.0), (Cell(lines[5], 6), Cell(lines[6], 6)));
        Assert.DoesNotContain("NaN", run.Output, StringComparison.Ordinal);
        Assert.Contains("2 of 6 rows", run.Error, StringComparison.Ordinal);
        var json = folder.Write("options.json",
            "[{\"right\":\"C\",\"F\":100,\"K\":110,\"T\":1,\"price\":0},{\"right\":\"P\",\"F\":100,\"K\":90}]");
        var iv = await Cli.RunAsync("iv", "--in", json, "--csv", "-");
        Assert.Contains(",at_intrinsic", iv.Output, StringComparison.Ordinal);
        Assert.Contains("unreadable: years or days is missing", iv.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deribit_btc_options_2021-02-11.csv", 976)]
    [InlineData("deribit_eth_options_2021-02-11.csv", 996)]
    public async Task TheExchangesGreeksAreReproduced(string name, int series)
    {
        if (SharedData.Path($"data/{name}") is not { } path)
        {
            return;
        }
        using var folder = new TemporaryFolder();
        var run = await Cli.RunAsync("greeks", "--file", path, "--svg", folder["delta.svg"], "--json");
        Assert.Equal(0, run.Code);
        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal(series, json.RootElement.GetProperty("series").GetInt32());
        Assert.True(json.RootElement.GetProperty("compared").GetInt32() > 700);
        var distances = json.RootElement.GetProperty("distances").EnumerateArray()
            .ToDictionary(d => d.GetProperty("figure").GetString()!);
        // the exchange prints five decimals; quant reference, section 4, gives the distances of an honest Black 1976
        Assert.InRange(distances["delta"].GetProperty("median").GetDouble(), 0.0, 1e-5);
        Assert.InRange(distances["delta"].GetProperty("largest").GetDouble(), 0.0, 3e-5);
        Assert.InRange(distances["gamma"].GetProperty("largest").GetDouble(), 0.0, 5.01e-6);
        Assert.InRange(distances["markPrice"].GetProperty("median").GetDouble(), 0.0, 1e-5);
        Assert.Equal("svg", XDocument.Load(folder["delta.svg"]).Root!.Name.LocalName);
        var table = await Cli.RunAsync("greeks", "--file", path, "--csv", "-");
        Assert.Equal(series + 1, table.Output.TrimEnd('\n').Split('\n').Length);
    }

    [Fact]
    public async Task AForeignFileIsNoSnapshot()
    {
        using var folder = new TemporaryFolder();
        var run = await Cli.RunAsync("greeks", "--file", folder.Write("x.csv", "a,b\n1,2\n"));
        Assert.Equal(2, run.Code);
        Assert.Contains("instrument_name is missing", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OneOptionIsDrawn()
    {
        using var folder = new TemporaryFolder();
        var run = await Cli.RunAsync(["greeks", .. AtTheMoney, "--vol", "0.6", "--svg", folder["greeks.svg"]]);
        Assert.Equal(0, run.Code);
        var text = File.ReadAllText(folder["greeks.svg"]);
        Assert.Equal(6, XDocument.Parse(text).Root!.Elements().Count(e => e.Name.LocalName == "g"));
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
    }

    /// <summary>
    /// The worked accounts: who bought the at-the-money call with all it has is levered by its elasticity, 7.795; who
    /// wrote it and holds half a coin is nearly flat; a premium paid in coin is a coin short.
    /// </summary>
    [Fact]
    public async Task GreeksOfAccountsAndTheirMarket()
    {
        var file = Path.Combine(OrleansLeverage.Tests.Repository.RepositoryFiles.Root, "src", "OrleansLeverage.App",
            "Options", "accounts.json");
        var run = await Cli.RunAsync("greeks", "--accounts", file, "--dealers", "mm-", "--impact", "1e-9", "--json");
        Assert.Equal((0, ""), (run.Code, run.Error));
        using var json = JsonDocument.Parse(run.Output);
        var accounts = json.RootElement.GetProperty("accounts");
        JsonElement Btc(int account) => accounts[account].GetProperty("underlyings")[0];
        // 0.5342697036 (the call's delta) · 60,000
        Assert.Equal(32_056.182, Btc(0).GetProperty("dollarDelta").GetDouble(), 1e-3);
        Assert.Equal(7.79508, accounts[0].GetProperty("leverage").GetProperty("leverage").GetDouble(), 1e-5);
        Assert.Equal(68.3706, Btc(0).GetProperty("vegaByExpiry")[1].GetProperty("vegaPerPoint").GetDouble(), 1e-4);
        Assert.Equal(30_000.0 - 32_056.182, Btc(1).GetProperty("dollarDelta").GetDouble(), 1e-3);
        // 1 − 0.02 coins, and the put's delta in USD
        var put = Btc(2).GetProperty("dollarDelta").GetDouble() - (0.98 * 60_000.0);
        Assert.InRange(put, -60_000.0 * 0.2, -60_000.0 * 0.1);
        Assert.Equal(60_000.0 * 0.98, accounts[2].GetProperty("equity").GetDouble() - (60_000.0 * 0.01805792), 1e-6);
        var dealer = json.RootElement.GetProperty("dealers")[0];
        var writer = Btc(1).GetProperty("gammaPerPercent").GetDouble();
        Assert.True(writer < 0.0);
        Assert.Equal(-writer, dealer.GetProperty("flowPerPercent").GetDouble(), 1e-9);
        Assert.Equal(-1e-9 * 100.0 * writer, dealer.GetProperty("feedback").GetDouble(), 1e-15);
        Assert.Equal("observed", dealer.GetProperty("dealers").GetString());
        // three accounts; the market's delta is their sum
        var market = json.RootElement.GetProperty("market");
        Assert.Equal(3, market.GetProperty("accounts").GetInt32());
        Assert.Equal(Enumerable.Range(0, 3).Sum(i => Btc(i).GetProperty("dollarDelta").GetDouble()),
            market.GetProperty("underlyings")[0].GetProperty("dollarDelta").GetDouble(), 1e-6);
        var unsigned = await Cli.RunAsync("greeks", "--accounts", file, "--json");
        using var other = JsonDocument.Parse(unsigned.Output);
        Assert.Equal(JsonValueKind.Null, other.RootElement.GetProperty("dealers")[0]
            .GetProperty("netGammaPerPercent").ValueKind);
        Assert.Equal(2, (await Cli.RunAsync("greeks", "--accounts", file, "--move", "-1")).Code);
    }

    private static double Cell(string line, int column) =>
        double.Parse(line.Split(',')[column], CultureInfo.InvariantCulture);
}
