using System.Text.Json;
using OrleansLeverage.Tests.Repository;
using Xunit;

namespace OrleansLeverage.Tests.App;

/// <summary><c>leverage rules</c> and <c>leverage calc --venue</c>: text, JSON, CSV, and every refusal.</summary>
public sealed class RulesVerbTests
{
    private static string Account => RepositoryFiles.File("src/OrleansLeverage.App/Calc/venue.json").Text;

    [Fact]
    public async Task ListNamesEveryVersionWithItsSource()
    {
        var json = await Cli.RunAsync("rules", "list", "--json");
        Assert.Equal(0, json.Code);
        using var document = JsonDocument.Parse(json.Output);
        var rows = document.RootElement.GetProperty("venues").EnumerateArray().ToArray();
        Assert.Equal(12, rows.Length);
        Assert.Equal(("binance-usdm", 1, 7, true), Row(rows[0]));
        Assert.Equal(("binance-usdm", 2, 349, true), Row(rows[1]));
        Assert.All(rows, row => Assert.Empty(row.GetProperty("notApplied").EnumerateArray()));
        var csv = await Cli.RunAsync("rules", "list", "--csv", "-");
        var lines = csv.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("venue,version,effective_from,markets,live,not_applied,source", lines[0]);
        Assert.StartsWith("binance-usdm,1,2021-01-01T00:00:00Z,7,true,,\"freqtrade", lines[1],
            StringComparison.Ordinal);
        Assert.Equal(13, lines.Length);
        using var folder = new TemporaryFolder();
        var both = await Cli.RunAsync("rules", "list", "--json", "--csv", folder["rules.csv"]);
        Assert.Equal(json.Output, both.Output);
        Assert.Equal(csv.Output, File.ReadAllText(folder["rules.csv"]));
        Assert.Contains("hyperliquid version 1", (await Cli.RunAsync("rules", "list")).Output,
            StringComparison.Ordinal);

        static (string?, int, int, bool) Row(JsonElement row) => (row.GetProperty("venue").GetString(),
            row.GetProperty("version").GetInt32(), row.GetProperty("markets").GetInt32(),
            row.GetProperty("live").GetBoolean());
    }

    [Fact]
    public async Task ShowAnswersForAnInstant()
    {
        var now = await Cli.RunAsync("rules", "show", "binance-usdm", "--market", "BTC/USDT:USDT", "--csv", "-");
        Assert.Contains("BTC/USDT:USDT,t53,brackets,600000,3000000,0.0065,950,75,", now.Output,
            StringComparison.Ordinal);
        var then = await Cli.RunAsync(
            "rules", "show", "binance-usdm", "--at", "2023-10-10T21:16:04Z", "--market", "BTC/USDT:USDT", "--json");
        using var document = JsonDocument.Parse(then.Output);
        var root = document.RootElement;
        Assert.Equal(1, root.GetProperty("rules").GetProperty("version").GetInt32());
        Assert.Equal("1300",
            root.GetProperty("markets")[0].GetProperty("tiers")[2].GetProperty("maintenanceAmount").GetString());
        Assert.Equal("bankruptcy",
            root.GetProperty("terms").GetProperty("liquidation").GetProperty("pricing").GetString());
        var text = await Cli.RunAsync("rules", "show", "drift-v2");
        Assert.Contains("1 markets, applied by the live grid", text.Output, StringComparison.Ordinal);
        Assert.Contains("SOL 0.8/0.9", text.Output, StringComparison.Ordinal);
        foreach (var venue in new[] { "generic", "deribit-linear", "okx", "binance-usdm" })
        {
            Assert.Equal(0, (await Cli.RunAsync("rules", "show", venue)).Code);
        }
    }

    [Theory]
    [InlineData("unknown_venue", "rules", "show", "mtgox")]
    [InlineData("not_in_force", "rules", "show", "binance-usdm", "--at", "2019-01-01")]
    [InlineData("unknown_market", "rules", "show", "bybit", "--market", "DOGEUSDT")]
    [InlineData("--at 'then' is not a time", "rules", "show", "bybit", "--at", "then")]
    public async Task WhatIsNotThereIsNamed(string words, params string[] args)
    {
        var cli = await Cli.RunAsync(args);
        Assert.Equal(2, cli.Code);
        Assert.Contains(words, cli.Error, StringComparison.Ordinal);
        Assert.Equal("", cli.Output);
    }

    [Fact]
    public async Task CheckNamesFilePlaceAndStatus()
    {
        using var folder = new TemporaryFolder();
        var worked = Domain.Rules.Worked.Rules;
        folder.Write("a.json", worked);
        folder.Write("b.json", worked.Replace("\"weight\": \"0.95\"", "\"weight\": \"1.5\"", StringComparison.Ordinal));
        var cli = await Cli.RunAsync("rules", "check", folder.Path, "--csv", "-");
        Assert.Equal(1, cli.Code);
        var lines = cli.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("file,status,path,reason,not_applied", lines[0]);
        Assert.Equal("a.json,ok,,,", lines[1]);
        Assert.StartsWith("b.json,negative_haircut,$.collateral[1].weight,", lines[2], StringComparison.Ordinal);
        // two versions of one name must follow each other
        folder.Write("b.json", worked);
        var both = await Cli.RunAsync("rules", "check", folder.Path, "--json");
        Assert.Equal(1, both.Code);
        Assert.Contains("\"version_order\"", both.Output, StringComparison.Ordinal);
        var one = await Cli.RunAsync("rules", "check", folder["a.json"]);
        Assert.Equal((0, "a.json: ok\n"), (one.Code, one.Output.ReplaceLineEndings("\n")));
        Assert.Equal(2, (await Cli.RunAsync("rules", "check", folder["none.json"])).Code);
    }

    [Fact]
    public async Task CalcUnderAVenueAtAnInstant()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("account.json", Account);
        var cli = await Cli.RunAsync("calc", "--venue", "binance-usdm", "--at", "2023-10-10T21:16:04Z", "--in", path);
        Assert.Equal(0, cli.Code);
        using var document = JsonDocument.Parse(cli.Output);
        Assert.Equal(1, document.RootElement.GetProperty("rulesVersion").GetInt32());
        var account = document.RootElement.GetProperty("accounts")[0];
        Assert.Equal("59333.333333333333",
            account.GetProperty("positions")[0].GetProperty("liquidationPrice").GetString());
        Assert.Equal(60.0, account.GetProperty("leverage").GetDouble());
        var wrong = folder.Write("wrong.json", Account.Replace("BTC/USDT:USDT", "BTC-PERP", StringComparison.Ordinal));
        var refused = await Cli.RunAsync("calc", "--venue", "binance-usdm", "--in", wrong);
        Assert.Equal(2, refused.Code);
        Assert.Contains("account a: binance-usdm has no market BTC-PERP (unknown_market)", refused.Error,
            StringComparison.Ordinal);
        Assert.Equal(2, (await Cli.RunAsync("calc", "--at", "2023-10-10", "--in", path)).Code);
    }
}
