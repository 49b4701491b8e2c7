using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Tests.Web.Security;
using OrleansLeverage.Web;
using OrleansLeverage.Web.Edge;
using Xunit;

namespace OrleansLeverage.Tests.Web.Reads;

/// <summary>What every read has in common: parameters, versions, and what it says where there is nothing.</summary>
public sealed class ReadFormTests
{
    [Theory]
    [InlineData("/v1/accounts?sort=worst", 400, "bad_query", "sort")]
    [InlineData("/v1/accounts?sort=id&sort=risk", 400, "bad_query", "sort")]
    [InlineData("/v1/accounts?limit=0", 400, "bad_query", "limit")]
    [InlineData("/v1/accounts?limit=1001", 400, "bad_query", "limit")]
    [InlineData("/v1/accounts?limit=01", 400, "bad_query", "limit")]
    [InlineData("/v1/accounts?limit=", 400, "bad_query", "limit")]
    [InlineData("/v1/accounts?tier=SAD", 400, "bad_query", "tier")]
    [InlineData("/v1/accounts?tier=WARNING,", 400, "bad_query", "tier")]
    [InlineData("/v1/accounts?side=up", 400, "bad_query", "side")]
    [InlineData("/v1/accounts?minLeverage=-1", 400, "bad_query", "minLeverage")]
    [InlineData("/v1/accounts?minLeverage=NaN", 400, "bad_query", "minLeverage")]
    [InlineData("/v1/accounts?minNotional=1e5", 400, "bad_query", "minNotional")]
    [InlineData("/v1/accounts?symbol=btc", 422, "unknown_asset", "symbol")]
    [InlineData("/v1/accounts?symbol=NOPE-USD-PERP", 422, "unknown_asset", "symbol")]
    [InlineData("/v1/accounts?market=NOPE-USD", 422, "unknown_asset", "market")]
    [InlineData("/v1/accounts?maxLeverage=-1", 400, "bad_query", "maxLeverage")]
    [InlineData("/v1/accounts?maxEquity=many", 400, "bad_query", "maxEquity")]
    [InlineData("/v1/accounts?market=BTC-USD&moveFrom=-1.5&moveTo=0", 400, "bad_query", "moveFrom")]
    [InlineData("/v1/accounts?market=BTC-USD&moveFrom=-0.1", 400, "bad_query", "moveTo")]
    [InlineData("/v1/accounts?market=BTC-USD&moveTo=-0.1", 400, "bad_query", "moveFrom")]
    [InlineData("/v1/accounts?moveFrom=-0.1&moveTo=0", 400, "bad_query", "market")]
    [InlineData("/v1/accounts?cursor=%21", 400, "bad_cursor", "cursor")]
    [InlineData("/v1/accounts?cursor=bWFya2V0cwow", 400, "bad_cursor", "cursor")]
    [InlineData("/v1/accounts?format=xml", 400, "bad_query", "format")]
    [InlineData("/v1/accounts?page=2", 400, "bad_query", null)]
    [InlineData("/v1/at-risk?tier=WARNING", 400, "bad_query", null)]
    [InlineData("/v1/system?limit=3", 400, "bad_query", null)]
    [InlineData("/v1/accounts/Alice/orders", 400, "bad_account_id", null)]
    [InlineData("/v1/accounts/nobody/orders", 404, "not_found", null)]
    [InlineData("/v1/accounts/nobody/positions", 404, "not_found", null)]
    [InlineData("/v1/accounts/nobody/history", 404, "not_found", null)]
    [InlineData("/v1/accounts/nobody/triggers", 404, "not_found", null)]
    [InlineData("/v1/accounts/alice/history?cursor=AAAA", 400, "bad_cursor", "cursor")]
    [InlineData("/v1/accounts/alice?compat=ftx", 400, "bad_query", "compat")]
    [InlineData("/v1/markets/NOPE-USD", 404, "unknown_feed", null)]
    [InlineData("/v1/markets?kind=swap", 400, "bad_query", "kind")]
    [InlineData("/v1/markets?cursor=bWFya2V0cwo5OTk5", 400, "bad_cursor", "cursor")]
    [InlineData("/v1/liquidation-map/NOPE-USD", 404, "unknown_feed", null)]
    [InlineData("/v1/liquidation-map/NOPE-USD/history", 404, "unknown_feed", null)]
    [InlineData("/v1/liquidation-map/BTC-USD/history?points=0", 400, "bad_query", "points")]
    [InlineData("/v1/history?metrics=mood", 400, "bad_query", "metrics")]
    [InlineData("/v1/history?metrics=price", 400, "bad_query", "metrics")]
    [InlineData("/v1/history?feed=NOPE-USD", 404, "unknown_feed", "feed")]
    [InlineData("/v1/history?from=5&to=1", 400, "bad_query", "from")]
    [InlineData("/v1/events?kind=party", 400, "bad_query", "kind")]
    [InlineData("/v1/events?after=-1", 400, "bad_query", "after")]
    public async Task WhatIsNotTakenIsRefusedByName(string target, int status, string code, string? field)
    {
        await using var web = await WebGrid.StartAsync();
        var answer = await RawHttp.GetAsync(web.Port, target);
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal(field, answer.Json.TryGetProperty("field", out var at) ? at.GetString() : null);
    }

    [Theory]
    [InlineData("/v1/accounts", 501, "not_supported")]
    [InlineData("/v1/at-risk", 501, "not_supported")]
    [InlineData("/v1/accounts/alice/orders", 501, "not_supported")]
    [InlineData("/v1/accounts/alice/history", 501, "not_supported")]
    [InlineData("/v1/accounts/alice/triggers", 501, "not_supported")]
    [InlineData("/v1/accounts/alice", 404, "not_found")]
    [InlineData("/v1/accounts/alice/positions", 404, "not_found")]
    [InlineData("/v1/system", 503, "not_measured")]
    [InlineData("/v1/skew", 503, "not_measured")]
    [InlineData("/v1/histogram", 503, "not_measured")]
    [InlineData("/v1/report", 503, "not_measured")]
    [InlineData("/v1/liquidation-map/BTC-USD", 503, "not_measured")]
    public async Task WhatAnEngineHasNotIsSaidAndNotZero(string target, int status, string code)
    {
        await using var server = await GridServer.StartAsync(new StubGrid(), OpenServer.Options);
        var answer = await RawHttp.GetAsync(server.Address.Port, target);
        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("/v1/markets", "items", 9)]
    [InlineData("/v1/oracle", "items", 0)]
    [InlineData("/v1/events", "items", 0)]
    [InlineData("/v1/history", "times", 0)]
    [InlineData("/v1/liquidation-map/BTC-USD/history", "times", 0)]
    [InlineData("/v1/universe", "feeds", 10)]
    [InlineData("/v1/rules", "schedules", 10)]
    [InlineData("/v1/vol-index", "items", 10)]
    public async Task AnEmptyEngineHasEmptyLists(string target, string member, int count)
    {
        await using var server = await GridServer.StartAsync(new StubGrid(), OpenServer.Options);
        var answer = await RawHttp.GetAsync(server.Address.Port, target);
        Assert.Equal(200, answer.Status);
        Assert.Equal(count, answer.Json.GetProperty(member).GetArrayLength());
        Assert.Equal("1.1", answer.Json.GetProperty("asOf").GetProperty("frame").GetString());
        Assert.Equal("NOT_MEASURED", answer.Json.GetProperty("freshness").GetProperty("state").GetString());
    }

    [Fact]
    public async Task AnAnswerThatIsKnownIsNotSentAgain()
    {
        var grid = new StubGrid();
        await using var server = await GridServer.StartAsync(grid, OpenServer.Options);
        var port = server.Address.Port;
        var first = await RawHttp.GetAsync(port, "/v1/markets");
        var tag = first.Headers["ETag"];
        Assert.Matches("^\"[!-~]+\"$", tag);
        Assert.Equal("no-cache, private", first.Headers["Cache-Control"]);
        foreach (var known in new[] { tag, $"W/{tag}", $"\"other\", {tag}", "*" })
        {
            var again = await RawHttp.GetAsync(port, "/v1/markets", $"If-None-Match: {known}");
            Assert.Equal((304, "", tag), (again.Status, again.Body, again.Headers["ETag"]));
        }
        Assert.Equal(200, (await RawHttp.GetAsync(port, "/v1/markets", "If-None-Match: \"other\"")).Status);
        // the same frame in another format is another thing
        Assert.Equal(200, (await RawHttp.GetAsync(port, "/v1/markets?format=csv", $"If-None-Match: {tag}")).Status);
        grid.Frame = new PriceFrame(new FrameNumber(1, 2), 5, grid.Universe,
            new FramePrice[grid.Universe.Feeds.Count]);
        var moved = await RawHttp.GetAsync(port, "/v1/markets", $"If-None-Match: {tag}");
        Assert.Equal(200, moved.Status);
        Assert.NotEqual(tag, moved.Headers["ETag"]);
        var rules = await RawHttp.GetAsync(port, "/v1/rules");
        Assert.Equal(304,
            (await RawHttp.GetAsync(port, "/v1/rules", $"If-None-Match: {rules.Headers["ETag"]}")).Status);
    }

    [Fact]
    public async Task ACellIsQuotedAndIsNoFormula()
    {
        await using var server = await GridServer.StartAsync(new StubGrid(), OpenServer.Options);
        var csv = await RawHttp.GetAsync(server.Address.Port, "/v1/markets?format=csv&limit=1");
        var lines = csv.Body.Split("\r\n");
        Assert.StartsWith("asset,symbols,price,state,", lines[0]);
        // parts of a row stand in one cell as JSON
        Assert.StartsWith("BTC-USD,\"[{\"\"symbol\"\":\"\"BTC-USD-PERP\"\",", lines[1]);
        var text = RowText.Of([new Cell("=1+1", "-5", "a,b"), new Cell("@x", "+x", "\"q\"\r\n")],
            ListFormat.Csv);
        Assert.Equal("one,two,three\r\n", RowText.Of<object>([], ListFormat.Csv, typeof(Cell)));
        Assert.Equal("one,two,three\r\n'=1+1,-5,\"a,b\"\r\n'@x,'+x,\"\"\"q\"\"\r\n\"\r\n", text);
    }

    [Fact]
    public async Task EveryReadIsDescribedWithItsParameters()
    {
        await using var server = await GridServer.StartAsync(new StubGrid(), OpenServer.Options);
        var paths = (await RawHttp.GetAsync(server.Address.Port, "/openapi/v1.json")).Json.GetProperty("paths");
        var parameters = paths.GetProperty("/v1/accounts").GetProperty("get").GetProperty("parameters");
        Assert.Equal(
            ["cursor", "format", "limit", "market", "maxEquity", "maxLeverage", "minEquity", "minLeverage",
                "minNotional", "moveFrom", "moveTo", "side", "sort", "symbol", "tier"],
            parameters.EnumerateArray().Where(p => p.GetProperty("in").GetString() == "query")
                .Select(p => p.GetProperty("name").GetString()!).Order(StringComparer.Ordinal));
        Assert.Contains(paths.GetProperty("/v1/markets/{feed}").GetProperty("get").GetProperty("parameters")
            .EnumerateArray(), p => p.GetProperty("name").GetString() == "feed"
                && p.GetProperty("in").GetString() == "path");
        var ids = paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject())
            .Where(verb => verb.Value.ValueKind == JsonValueKind.Object)
            .Select(verb => verb.Value.GetProperty("operationId").GetString()).ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    private sealed record Cell(string One, string Two, string Three);
}
