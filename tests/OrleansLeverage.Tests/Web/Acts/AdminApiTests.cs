using System.Globalization;
using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Tests.Web.Security;
using Xunit;

namespace OrleansLeverage.Tests.Web.Acts;

/// <summary>Accounts brought in, and instruments that end.</summary>
public sealed class AdminApiTests
{
    private const long StartMs = 1_750_000_000_000;
    private static readonly InstrumentId Future = new("BTC-USD-20250615");

    [Fact]
    public async Task AccountsAreBroughtInAsAWholeOrNotAtAll()
    {
        await using var web = await WebGrid.StartAsync();
        var (first, second) = (web.Prices.NextId(), web.Prices.NextId());
        var batch = $$"""
            { "accounts": [
              { "commandId": "{{first}}", "account": "new-1", "balances": [ { "asset": "USD", "amount": "10000" } ],
                "positions": [ { "instrument": "BTC-USD-PERP", "qty": "0.5", "entryPrice": "58000.123" } ] },
              { "commandId": "{{second}}", "account": "new-2", "balances": [ { "asset": "USD", "amount": "1000" } ],
                "positions": [ { "instrument": "BTC-USD-PERP", "qty": "-0.01", "entryPrice": "60000",
                  "isolatedMargin": "200" } ] } ] }
            """;
        var broken = batch.Replace("\"200\"", "\"2000\"");
        FallenMarket.Refused(422, "insufficient_collateral", await ImportAsync(web, broken));
        Assert.Equal(404, (await RawHttp.GetAsync(web.Port, "/v1/accounts/new-1")).Status);

        var answer = await ImportAsync(web, batch);
        Assert.True((200, "per_item") == (answer.Status, answer.Code), answer.Body);
        var one = (await RawHttp.GetAsync(web.Port, "/v1/accounts/new-1")).Json;
        Assert.Equal("10999.9385", one.GetProperty("equity").GetString());
        var two = (await RawHttp.GetAsync(web.Port, "/v1/accounts/new-2")).Json;
        Assert.Equal("isolated", two.GetProperty("positions")[0].GetProperty("marginMode").GetString());
        var again = await ImportAsync(web, batch);
        Assert.All(again.Json.GetProperty("items").EnumerateArray(),
            item => Assert.Equal("duplicate", item.GetProperty("code").GetString()));
        Assert.Equal("10999.9385", (await RawHttp.GetAsync(web.Port, "/v1/accounts/new-1")).Json
            .GetProperty("equity").GetString());
    }

    [Theory]
    [InlineData("""{ "commandId": "ID", "account": "x" }""", 422, "nothing_to_do")]
    [InlineData("""{ "account": "x" }""", 400, "bad_command_id")]
    [InlineData("""{ "commandId": "ID", "account": "X" }""", 400, "bad_account_id")]
    [InlineData("""{ "commandId": "ID", "account": "x", "balances": [ { "asset": "GOLD", "amount": "1" } ] }""", 422,
        "unknown_asset")]
    [InlineData("""{ "commandId": "ID", "account": "x", "balances": [ { "asset": "USD", "amount": 1 } ] }""", 400,
        "bad_type")]
    [InlineData("""{ "commandId": "ID", "account": "x", "balances": [ { "asset": "USD", "amount": "1", "of": 1 } ] }""",
        400, "unknown_field")]
    [InlineData("""{ "commandId": "ID", "account": "x", "positions": [ { "instrument": "BTC-USD-PERP" } ] }""", 400,
        "missing_field")]
    [InlineData("""{ "accounts": [ ONE, ONE ] }""", 422, "dup_in_batch")]
    [InlineData("""{ "accounts": [] }""", 400, "empty_body")]
    public async Task WhatCannotBeBroughtInIsRefused(string body, int status, string code)
    {
        await using var web = await WebGrid.StartAsync();
        body = body.Replace("ONE",
            """{ "commandId": "ID", "account": "x", "balances": [ { "asset": "USD", "amount": "1" } ] }""");
        FallenMarket.Refused(status, code, await ImportAsync(web, body.Replace("ID", web.Prices.NextId().ToString())));
        Assert.Equal(404, (await RawHttp.GetAsync(web.Port, "/v1/accounts/x")).Status);
    }

    [Fact]
    public async Task AnInstrumentThatEndedIsClosedOnceForEverybody()
    {
        var time = new ManualTime(StartMs);
        await using var fixture = new GridFixture(EmbeddedGrid.Open(new EmbeddedOptions
        {
            Universe = WithFuture(), Oracle = GridFixture.Profiles, Time = time, FrameIntervalMs = 5, Workers = 1,
        }), time, null);
        await using var server = await StubServer.StartAsync(fixture.Grid, OpenServer.Options with { Clock = time });
        await fixture.PriceAsync(GridFixture.Bitcoin, 60_000m);
        foreach (var name in new[] { "lou", "ann", "ben" })
        {
            await fixture.DepositAsync(name, 100_000m);
        }
        foreach (var seller in new[] { "ann", "ben" })
        {
            var filled = await fixture.Grid.ExecuteAsync(fixture.Fill("lou", seller, 1m, 60_000m) with
            {
                Instrument = Future,
            });
            Assert.Equal(CommandStatus.Applied, filled.Status);
        }
        var body = JsonSerializer.Serialize(new
        {
            commandId = fixture.NextId().ToString(), settlementPrice = "61000",
        });
        var path = $"/v1/instruments/{Future}/expire";
        FallenMarket.Refused(409, "market_open", await RawHttp.PostAsync(server.Port, path, body));
        time.Advance(3_600_000);
        await GridFixture.EventuallyAsync(() => Task.FromResult(fixture.Grid.Frame.TimeMs),
            at => at >= StartMs + 3_600_000, "no frame");

        var closed = await RawHttp.PostAsync(server.Port, path, body);
        Assert.True(closed.Status == 200, closed.Body);
        Assert.Equal((3, 3), (closed.Json.GetProperty("holders").GetInt32(),
            closed.Json.GetProperty("closed").GetInt32()));
        Assert.Equal(["102000", "99000", "99000"], await EquitiesAsync(fixture, "lou", "ann", "ben"));
        var again = await RawHttp.PostAsync(server.Port, path, body);
        Assert.Equal((200, 0), (again.Status, again.Json.GetProperty("holders").GetInt32()));
        Assert.Equal(["102000", "99000", "99000"], await EquitiesAsync(fixture, "lou", "ann", "ben"));
        Assert.Empty(((EmbeddedGrid)fixture.Grid).Books().Unbalanced);
    }

    [Theory]
    [InlineData("BTC-USD-PERP", """{ "commandId": "ID", "settlementPrice": "1" }""", 409, "market_open")]
    [InlineData("NO-USD-PERP", """{ "commandId": "ID", "settlementPrice": "1" }""", 404, "not_found")]
    [InlineData("x", """{ "commandId": "ID", "settlementPrice": "1" }""", 404, "not_found")]
    [InlineData("LTC-USD-PERP", """{ "commandId": "ID", "settlementPrice": "0" }""", 422, "price_not_positive")]
    [InlineData("LTC-USD-PERP", """{ "settlementPrice": "1" }""", 400, "bad_command_id")]
    public async Task WhatDidNotEndIsNotClosed(string instrument, string body, int status, string code)
    {
        await using var web = await WebGrid.StartAsync();
        FallenMarket.Refused(status, code, await RawHttp.PostAsync(web.Port, $"/v1/instruments/{instrument}/expire",
            body.Replace("ID", web.Prices.NextId().ToString())));
    }

    private static Task<RawAnswer> ImportAsync(WebGrid web, string body) =>
        RawHttp.PostAsync(web.Port, "/v1/accounts/import", body);

    private static async Task<List<string>> EquitiesAsync(GridFixture fixture, params string[] names)
    {
        var rows = new List<string>();
        foreach (var name in names)
        {
            rows.Add((await fixture.Grid.AccountAsync(new AccountId(name)))!.Equity!.Value
                .ToString("0.##", CultureInfo.InvariantCulture));
        }
        return rows;
    }

    private static Universe WithFuture()
    {
        var standard = StandardRules.Universe();
        var future = standard.Instrument(GridFixture.Perpetual)! with
        {
            Id = Future, Kind = InstrumentKind.Future, Index = standard.Instruments.Count,
            Expiry = DateTimeOffset.FromUnixTimeMilliseconds(StartMs + 3_600_000),
        };
        return new Universe(standard.Version, standard.Rules, standard.Feeds, standard.Assets,
            [.. standard.Instruments, future]);
    }
}
