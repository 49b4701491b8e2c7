using System.Text.Json;
using OrleansLeverage.Domain;
using Xunit;
using static OrleansLeverage.Tests.Web.FallenMarket;

namespace OrleansLeverage.Tests.Web.Acts;

/// <summary>What-if and the check before a trade: what they say, and that nothing is kept.</summary>
public sealed class WhatIfApiTests
{
    private const string Path = "/v1/accounts/carl/what-if";

    private static async Task<WebGrid> StartAsync()
    {
        var web = await WebGrid.StartAsync();
        await web.Prices.DepositAsync("carl", 6_000m);
        return web;
    }

    [Fact]
    public async Task CollateralMovesThenOrdersTradeThenPricesMove()
    {
        await using var web = await StartAsync();
        var before = await RawHttp.GetAsync(web.Port, "/v1/accounts/carl");
        var answer = await RawHttp.PostAsync(web.Port, Path, """
            { "collateral": [ { "asset": "USD", "amount": "-1000" } ],
              "orders": [ { "symbol": "BTC-USD-PERP", "side": "buy", "contracts": "1", "price": "60000" },
                { "symbol": "BTC-USD-PERP", "side": "short", "contracts": "0.5" } ],
              "shocks": { "BTC-USD": -0.05 } }
            """);
        Assert.True(answer.Status == 200, answer.Body);
        var (was, after) = (answer.Json.GetProperty("before"), answer.Json.GetProperty("after"));
        Assert.Equal(("6000", "0"), (Text(was, "equity"), Text(was, "notional")));
        // half a coin is left: 5,000 less 0.5 * 3,000, against 0.5 * 57,000
        Assert.Equal(("3500", "28500"), (Text(after, "equity"), Text(after, "notional")));
        Assert.Equal(28_500.0 / 3_500.0, after.GetProperty("leverage").GetDouble(), 1e-12);
        Assert.Equal("57000", Text(after.GetProperty("positions")[0], "markPrice"));
        var orders = answer.Json.GetProperty("orders").EnumerateArray().ToList();
        Assert.Equal(["buy 1 60000", "sell 0.5 60000"], orders.Select(order =>
            $"{Text(order, "side")} {Text(order, "contracts")} {Text(order, "price")}"));
        var now = await RawHttp.GetAsync(web.Port, "/v1/accounts/carl");
        Assert.Equal(("6000", before.Json.GetProperty("seq").GetInt64()), (Text(now.Json, "equity"),
            now.Json.GetProperty("seq").GetInt64()));
    }

    [Fact]
    public async Task WhatTheAccountCannotAffordIsShownAndSaidToBe()
    {
        await using var web = await StartAsync();
        var answer = await RawHttp.PostAsync(web.Port, Path, """
            { "orders": [ { "symbol": "BTC-USD-PERP", "side": "buy", "contracts": "10", "price": "60000" } ] }
            """);
        Assert.True(answer.Status == 200, answer.Body);
        Assert.Equal(100.0, answer.Json.GetProperty("after").GetProperty("leverage").GetDouble(), 1e-12);
        var order = answer.Json.GetProperty("orders")[0];
        Assert.Equal((false, "insufficient_collateral"), (order.GetProperty("allowed").GetBoolean(),
            Text(order, "reason")));
        // a shock alone: whoever holds nothing keeps what it has
        var idle = await RawHttp.PostAsync(web.Port, Path, """{ "shocks": { "BTC-USD": 10 } }""");
        Assert.Equal("6000", Text(idle.Json.GetProperty("after"), "equity"));
        Assert.Equal("6000", Text((await RawHttp.PostAsync(web.Port, Path, "{}")).Json.GetProperty("after"), "equity"));
    }

    [Theory]
    [InlineData("""{ "shocks": { "BTC-USD": -1 } }""", 422, "number_out_of_range", null)]
    [InlineData("""{ "shocks": { "BTC-USD": -1.5 } }""", 422, "number_out_of_range", null)]
    [InlineData("""{ "shocks": { "GOLD-USD": -0.5 } }""", 422, "unknown_asset", null)]
    [InlineData("""{ "shocks": { "BTC-USD": "-0.5" } }""", 400, "bad_type", null)]
    [InlineData("""{ "shocks": { "BTC-USD": -0.1, "BTC-usd": -0.1 } }""", 400, "duplicate_key", null)]
    [InlineData("""{ "orders": [ ORDER, { "symbol": "X-USD-PERP", "side": "buy", "contracts": "1" } ] }""", 422,
        "unknown_asset", 1)]
    [InlineData("""{ "orders": [ { "symbol": "LTC-USD-PERP", "side": "buy", "contracts": "1", "price": "80" } ] }""",
        422, "market_closed", 0)]
    [InlineData("""{ "orders": [ { "symbol": "ETH-USD-PERP", "side": "buy", "contracts": "1" } ] }""", 422,
        "oracle_stale", 0)]
    [InlineData("""{ "orders": [ { "symbol": "BTC-USD-PERP", "side": "buy", "contracts": "0.0000000001" } ] }""", 422,
        "qty_step", 0)]
    [InlineData("""{ "orders": [ { "symbol": "BTC-USD-PERP", "side": "up", "contracts": "1" } ] }""", 400, "bad_text",
        null)]
    [InlineData("""{ "orders": [ { "symbol": "BTC-USD-PERP", "side": "buy", "contracts": "-1" } ] }""", 422,
        "qty_zero", null)]
    [InlineData("""{ "orders": [ { "symbol": "BTC-USD-PERP", "side": "buy" } ] }""", 400, "missing_field", null)]
    [InlineData("""{ "collateral": [ { "asset": "GOLD", "amount": "1" } ] }""", 422, "unknown_asset", 0)]
    [InlineData("""{ "collateral": [ { "asset": "USD", "amount": "0.00000000001" } ] }""", 422, "amount_step", 0)]
    [InlineData("""{ "collateral": [ { "asset": "USD", "amount": "1", "note": "x" } ] }""", 400, "unknown_field", null)]
    public async Task WhatCannotBeIsRefusedByNameAndPlace(string body, int status, string code, int? item)
    {
        await using var web = await StartAsync();
        var answer = await RawHttp.PostAsync(web.Port, Path, body.Replace("ORDER",
            """{ "symbol": "BTC-USD-PERP", "side": "buy", "contracts": "0.01" }"""));
        Refused(status, code, answer);
        Assert.Equal(item, answer.Json.TryGetProperty("item", out var place) ? place.GetInt32() : null);
    }

    [Fact]
    public async Task ACheckSaysWhetherAndWhyNotAndWhatIsLeft()
    {
        await using var web = await StartAsync();
        var yes = (await CheckAsync(web, "carl", "0.1", "60000")).Json;
        Assert.True(yes.GetProperty("allowed").GetBoolean());
        Assert.Equal(JsonValueKind.Null, yes.GetProperty("reason").ValueKind);
        Assert.Equal(6_000m, Amount(yes, "marginBalance"));
        Assert.Equal(6_000m - Amount(yes, "initialMarginAfter"), Amount(yes, "remaining"));
        Assert.Equal(1.0, yes.GetProperty("leverageAfter").GetDouble(), 1e-12);
        var no = (await CheckAsync(web, "carl", "100", "60000")).Json;
        Assert.Equal((false, "insufficient_collateral"), (no.GetProperty("allowed").GetBoolean(), Text(no, "reason")));
        Assert.True(Amount(no, "remaining") < 0m);
        var off = (await CheckAsync(web, "carl", "0.1", "60000.000001")).Json;
        Assert.Equal((false, "price_tick"), (off.GetProperty("allowed").GetBoolean(), Text(off, "reason")));
        Assert.Empty((await web.Grid.AccountAsync(new AccountId("carl")))!.Positions);
        Refused(404, "not_found", await CheckAsync(web, "nobody", "1", "60000"));
        Refused(422, "price_not_positive", await CheckAsync(web, "carl", "1", "0"));
        Refused(400, "missing_field", await RawHttp.PostAsync(web.Port, "/v1/accounts/carl/check",
            """{ "symbol": "BTC-USD-PERP", "side": "buy", "contracts": "1" }"""));
        Refused(404, "not_found", await RawHttp.PostAsync(web.Port, "/v1/accounts/nobody/what-if", "{}"));
        Refused(400, "bad_account_id", await RawHttp.PostAsync(web.Port, "/v1/accounts/CARL/what-if", "{}"));
    }

    [Fact]
    public async Task AnEngineThatAnswersNoneSaysSo()
    {
        await using var server = await StubServer.StartAsync(new StubGrid());
        Refused(501, "not_supported", await RawHttp.PostAsync(server.Port, Path, "{}"));
        Refused(501, "not_supported", await RawHttp.PostAsync(server.Port, "/v1/accounts/carl/check",
            """{ "symbol": "BTC-USD-PERP", "side": "buy", "contracts": "1", "price": "1" }"""));
    }

    private static Task<RawAnswer> CheckAsync(WebGrid web, string account, string contracts, string price) =>
        PostAsync(web, $"/v1/accounts/{account}/check",
            new { symbol = Perpetual, side = "buy", contracts, price });

    private static decimal Amount(JsonElement row, string name) =>
        decimal.Parse(Text(row, name)!, System.Globalization.CultureInfo.InvariantCulture);

    private static string? Text(JsonElement row, string name) => row.GetProperty(name).GetString();
}
