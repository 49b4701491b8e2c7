using System.Text.Json;
using OrleansLeverage.Tests.Repository;
using Xunit;

namespace OrleansLeverage.Tests.App;

/// <summary>
/// <c>leverage calc</c> on the worked accounts. The expected prices are anchors of the quantitative reference (§2):
/// entry 60000, 0.5 BTC, 10x, maintenance 1 %: long liquidation (60000 - 6000) / 0.99 = 54545.4545, bankruptcy 54000;
/// inverse long of 30000 USD with 0.05 BTC: 30000·1.01 / 0.55 = 55090.9091 and 30000 / 0.55 = 54545.4545.
/// </summary>
public sealed class CalcTests
{
    private static string Worked => RepositoryFiles.File("src/OrleansLeverage.App/Calc/worked.json").Text;

    [Fact]
    public async Task TheWorkedAccountsMatchTheReference()
    {
        var accounts = await CalcAsync(Worked);
        var linear = accounts[0];
        Assert.Equal("3000", linear.GetProperty("equity").GetString());
        Assert.Equal("30000", linear.GetProperty("notional").GetString());
        Assert.Equal(10.0, linear.GetProperty("leverage").GetDouble());
        Assert.Equal("300", linear.GetProperty("maintenanceMargin").GetString());
        Assert.Equal(0.1, linear.GetProperty("marginRatio").GetDouble());
        Assert.Equal("HEALTHY", linear.GetProperty("tier").GetString());
        var position = linear.GetProperty("positions")[0];
        Assert.Equal("54545.454545454545", position.GetProperty("liquidationPrice").GetString());
        Assert.Equal("54000", position.GetProperty("bankruptcyPrice").GetString());
        Assert.Equal("10", position.GetProperty("leverageSetting").GetString());
        // ln(54545.4545 / 60000) / 0.03
        Assert.Equal(-3.177, position.GetProperty("distanceSigmas").GetDouble(), 3);
        var inverse = accounts[1].GetProperty("positions")[0];
        Assert.Equal("55090.909090909091", inverse.GetProperty("liquidationPrice").GetString());
        Assert.Equal("54545.454545454545", inverse.GetProperty("bankruptcyPrice").GetString());
        Assert.Equal("BTC", inverse.GetProperty("settlement").GetProperty("asset").GetString());
    }

    [Fact]
    public async Task WhatIsUnknownIsNullWithAReasonAndNeverZero()
    {
        var text = Worked.Replace(
            "\"prices\": [ { \"feed\": \"BTC-USD\", \"price\": \"60000\", \"dailyVolatility\": \"0.03\" } ]",
            "\"prices\": []", StringComparison.Ordinal);
        var account = (await CalcAsync(text))[0];
        Assert.Equal("UNKNOWN", account.GetProperty("tier").GetString());
        Assert.Equal(JsonValueKind.Null, account.GetProperty("equity").ValueKind);
        Assert.Equal(JsonValueKind.Null, account.GetProperty("leverage").ValueKind);
        Assert.Equal("price_unknown", account.GetProperty("leverageReason").GetString());
        Assert.Equal("BTC-USD", account.GetProperty("freshness").GetProperty("missingFeed").GetString());
    }

    [Fact]
    public async Task WithoutEquityThereIsNoLeverage()
    {
        // 30000 − 3000 = 27000 is what 0.5 BTC are worth at 54000: below it nothing is left
        var account = (await CalcAsync(At("53999.99")))[0];
        Assert.Equal("-0.005", account.GetProperty("equity").GetString());
        Assert.Equal("BANKRUPT", account.GetProperty("tier").GetString());
        Assert.Equal(JsonValueKind.Null, account.GetProperty("leverage").ValueKind);
        Assert.Equal("no_equity", account.GetProperty("leverageReason").GetString());
    }

    [Theory]
    [InlineData("54545.46", "MARGIN_CALL")]
    [InlineData("54545.45", "LIQUIDATION")]
    public async Task TheTierTurnsAtTheLiquidationPrice(string price, string tier) =>
        Assert.Equal(tier, (await CalcAsync(At(price)))[0].GetProperty("tier").GetString());

    [Fact]
    public async Task TheShippedRulesServeWhereNoneAreGiven()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("short.json", """
            { "prices": [ { "feed": "BTC-USD", "price": "60000" } ],
              "accounts": [ { "account": "a", "balances": [ { "asset": "USD", "amount": "10000" } ], "positions":
                [ { "symbol": "BTC-USD-PERP", "side": "short", "contracts": "0.5", "entryPrice": "61234.5678" } ] } ] }
            """);
        var run = await Cli.RunAsync("calc", "--in", file);
        Assert.Equal("", run.Error);
        var account = JsonDocument.Parse(run.Output).RootElement.GetProperty("accounts")[0];
        // 10000 + 0.5·(61234.5678 − 60000)
        Assert.Equal("10617.2839", account.GetProperty("equity").GetString());
        Assert.Equal("short", account.GetProperty("positions")[0].GetProperty("side").GetString());
        Assert.Equal("-30000", account.GetProperty("netNotional").GetString());
    }

    [Theory]
    [InlineData("\"0.5\"", "\"0.50005\"",
        "$.accounts[0].positions[0].contracts: 0.50005 is not a multiple of the lot 0.0001")]
    [InlineData("\"0.5\"", "0.5", "$.accounts[0].positions[0].contracts: Number where a String is expected")]
    [InlineData("\"0.5\"", "\"1e3\"", "$.accounts[0].positions[0].contracts: '1e3' is not a decimal")]
    [InlineData("\"long\"", "\"up\"", "$.accounts[0].positions[0].side: 'up' is none of long, short")]
    [InlineData("\"amount\": \"3000\"", "\"amount\": \"9999999999999\"",
        "'9999999999999' is not a decimal of at most 12")]
    [InlineData("\"price\": \"60000\"", "\"price\": \"0\"",
        "$.prices[0].price: 0 is not above 0 and at most 1000000000000")]
    [InlineData("\"feed\": \"BTC-USD\", \"price\"", "\"feed\": \"ETH-USD\", \"price\"",
        "$.prices[0].feed: ETH-USD is no feed")]
    [InlineData("\"inverse-10x\"", "\"long-10x\"", "$.accounts: account long-10x is listed twice")]
    [InlineData("\"leverageSetting\"", "\"leverage\"", "$.accounts[0].positions[0].leverage: the member is unknown")]
    [InlineData("\"isolatedMargin\": \"0.05\",", "",
        "$.accounts[1].positions[0].isolatedMargin: the member is missing")]
    [InlineData("\"maintenance\": \"0.01\"", "\"maintenance\": \"0\"", "$.rules.schedules[0]")]
    public async Task ABadInputIsUsageWithItsPlaceValueAndBound(string good, string bad, string expected)
    {
        Assert.Contains(good, Worked, StringComparison.Ordinal);
        using var folder = new TemporaryFolder();
        var place = Worked.IndexOf(good, StringComparison.Ordinal);
        var run = await Cli.RunAsync("calc", "--in",
            folder.Write("bad.json", Worked.Remove(place, good.Length).Insert(place, bad)));
        Assert.Equal(2, run.Code);
        Assert.Equal("", run.Output);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Contains("bad.json", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMissingFileIsUsage()
    {
        var run = await Cli.RunAsync("calc", "--in", "no-such-file.json");
        Assert.Equal((2, "leverage calc: no-such-file.json does not exist"), (run.Code, run.Error.Trim()));
    }

    private static string At(string price) =>
        Worked.Replace("\"price\": \"60000\"", $"\"price\": \"{price}\"", StringComparison.Ordinal);

    private static async Task<JsonElement[]> CalcAsync(string text)
    {
        using var folder = new TemporaryFolder();
        var run = await Cli.RunAsync("calc", "--in", folder.Write("in.json", text));
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.Code);
        return [.. JsonDocument.Parse(run.Output).RootElement.GetProperty("accounts").EnumerateArray()];
    }
}
