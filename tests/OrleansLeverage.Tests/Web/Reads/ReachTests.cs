using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Tests.Engine;
using Xunit;

namespace OrleansLeverage.Tests.Web.Reads;

/// <summary>
/// What part of the accounts an answer stands for is said in the same words everywhere: in JSON by reach, beside rows
/// by header fields. The market has five accounts.
/// </summary>
public sealed class ReachTests
{
    private const string Silo = "S10.0.0.7:11111:141";
    private const string Asked =
        """{ "kind": "stress", "custom": [ { "name": "w", "moves": { "BTC-USD": -0.3 } } ] }""";

    private static readonly string[] Figures =
    [
        "accounts", "at-risk", "markets", "markets/BTC-USD", "system", "skew", "histogram", "liquidation-map/BTC-USD",
    ];

    [Fact]
    public async Task InOneProcessEveryAnswerStandsForAll()
    {
        await using var web = await SmallMarket.StartAsync();
        ((EmbeddedGrid)web.Grid).Report();
        var job = await JobAsync(web.Port);
        foreach (var target in (string[])[.. Figures, "report", $"jobs/{job}", $"jobs/{job}/result"])
        {
            var answer = await SmallMarket.EventuallyAsync(web, "/v1/" + target, json => json.TryGetProperty("reach",
                out var there) && there.ValueKind == JsonValueKind.Object);
            Assert.Equal((target, 1.0, 5L, 5L, 0), (target, Coverage(answer), Long(answer, "accounts"),
                Long(answer, "listed"), Missing(answer).Length));
            if (target is "accounts" or "at-risk" or "system" or "histogram" or "report")
            {
                // all of the frame that the answer is of
                Assert.Equal(answer.GetProperty("asOf").GetProperty("frame").GetString(), Oldest(answer));
            }
        }
        foreach (var target in new[]
        {
            "accounts?format=csv&limit=1", "at-risk?format=ndjson", "markets?format=csv",
            "export/accounts?tier=WARNING", "export/positions", $"jobs/{job}/result?format=csv",
        })
        {
            var rows = await RawHttp.GetAsync(web.Port, "/v1/" + target);
            Assert.Equal((target, "1", "5", "5", "none"), (target, rows.Headers["Leverage-Coverage"],
                rows.Headers["Leverage-Accounts"], rows.Headers["Leverage-Listed"], rows.Headers["Leverage-Missing"]));
            Assert.Matches("^1\\.[0-9]+$", rows.Headers["Leverage-Oldest-Frame"]);
        }
        Assert.False((await RawHttp.GetAsync(web.Port, "/v1/accounts")).Headers.ContainsKey("Leverage-Coverage"));
    }

    [Fact]
    public async Task WhereASiloGaveNothingItIsNamedAndTheRestIsCounted()
    {
        await using var web = await SmallMarket.StartAsync();
        var part = new PartGrid(web.Grid) { Listed = 20, Missing = [Silo], Coverage = 0.2 };
        await using var server = await StubServer.StartAsync(part);
        foreach (var target in Figures)
        {
            var answer = await GetAsync(server.Port, target);
            // the market's sums say less of themselves than they hold
            var expected = target is "accounts" or "at-risk" or "liquidation-map/BTC-USD" ? 0.25 : 0.2;
            Assert.Equal((target, expected, 5L, 20L), (target, Coverage(answer), Long(answer, "accounts"),
                Long(answer, "listed")));
            Assert.Equal([Silo], Missing(answer));
            Assert.True(target == "liquidation-map/BTC-USD" || Oldest(answer) == "1.1", $"{target}: {Oldest(answer)}");
        }
        var greeks = (await GetAsync(server.Port, "system")).GetProperty("greeks");
        Assert.Equal((0.2, 4L, 20L, "1.1"), (Coverage(greeks), Long(greeks, "accounts"), Long(greeks, "listed"),
            Oldest(greeks)));
        Assert.Equal([Silo], Missing(greeks));
        var rows = await RawHttp.GetAsync(server.Port, "/v1/accounts?format=csv");
        Assert.Equal(("0.25", "5", "20", "1.1", Silo), (rows.Headers["Leverage-Coverage"],
            rows.Headers["Leverage-Accounts"], rows.Headers["Leverage-Listed"], rows.Headers["Leverage-Oldest-Frame"],
            rows.Headers["Leverage-Missing"]));
    }

    /// <summary>A shape of others has no room for it: header fields say it, of an answer that is not sent again too.
    /// </summary>
    [Fact]
    public async Task AShapeOfOthersSaysItInHeaderFields()
    {
        await using var web = await SmallMarket.StartAsync();
        var part = new PartGrid(web.Grid) { Listed = 20, Missing = [Silo] };
        await using var server = await StubServer.StartAsync(part);
        const string Target = "/v1/liquidation-map/BTC-USD?compat=coinglass";
        await GetAsync(server.Port, "liquidation-map/BTC-USD");
        // maps go on being made: two answers of one
        var (map, ours) = await GridFixture.EventuallyAsync(async () => (await RawHttp.GetAsync(server.Port, Target),
            await GetAsync(server.Port, "liquidation-map/BTC-USD")), both => both.Item1.Headers["Leverage-Frame"]
                == both.Item2.GetProperty("asOf").GetProperty("frame").GetString(), "no two of one frame");
        Assert.Equal(["code", "data", "msg"], map.Json.EnumerateObject().Select(p => p.Name).Order());
        Assert.Equal((ours.GetProperty("asOf").GetProperty("datetime").GetString(),
            ours.GetProperty("freshness").GetProperty("state").GetString()), (map.Headers["Leverage-As-Of"],
            map.Headers["Leverage-Freshness"]));
        var known = await GridFixture.EventuallyAsync(async () => await RawHttp.GetAsync(server.Port, Target,
            $"If-None-Match: {(await RawHttp.GetAsync(server.Port, Target)).Headers["ETag"]}"),
            answer => answer.Status == 304, "each is another");
        foreach (var answer in new[] { map, known })
        {
            Assert.Equal(("0.25", "5", "20", Silo), (answer.Headers["Leverage-Coverage"],
                answer.Headers["Leverage-Accounts"], answer.Headers["Leverage-Listed"],
                answer.Headers["Leverage-Missing"]));
        }
        Assert.False((await RawHttp.GetAsync(server.Port, "/v1/liquidation-map/BTC-USD")).Headers
            .ContainsKey("Leverage-Coverage"));
    }

    [Theory]
    [InlineData(null, null, "unknown")]
    // seen where fewer are: some are in two places
    [InlineData(4L, null, "unknown")]
    [InlineData(5L, 1.0, "1")]
    public async Task WhatNobodyKnowsIsNotANumber(long? listed, double? coverage, string header)
    {
        await using var web = await SmallMarket.StartAsync();
        await using var server = await StubServer.StartAsync(new PartGrid(web.Grid) { Listed = listed });
        Assert.Equal(coverage, Coverage(await GetAsync(server.Port, "accounts")));
        Assert.Equal(header, (await RawHttp.GetAsync(server.Port, "/v1/accounts?format=csv"))
            .Headers["Leverage-Coverage"]);
        // figures that need both are known as far as either is
        Assert.Null(Coverage(await GetAsync(server.Port, "skew")));
    }

    [Fact]
    public async Task NobodyIsNoPartOfNobody()
    {
        var grid = new StubGrid();
        grid.Cut = _ => ValueTask.FromResult<IMarketCut?>(new EmptyCut(grid.Frame));
        await using var server = await StubServer.StartAsync(grid);
        Assert.Equal("none", (await RawHttp.GetAsync(server.Port, "/v1/export/accounts")).Headers["Leverage-Coverage"]);
    }

    /// <summary>What nobody answers for is told so by name: it is neither absent nor a fault of this server.</summary>
    [Fact]
    public async Task WhatIsNotReachedIsSaidToBeThat()
    {
        static Exception Silent() => new GridUnreachableException("a silo is silent", new TimeoutException());
        await using var server = await StubServer.StartAsync(new StubGrid
        {
            Account = _ => throw Silent(), Cut = _ => ValueTask.FromException<IMarketCut?>(Silent()),
        });
        foreach (var target in new[] { "accounts/alice", "export/accounts" })
        {
            var answer = await RawHttp.GetAsync(server.Port, "/v1/" + target);
            Assert.Equal((target, 503, "not_reached"), (target, answer.Status, answer.Code));
        }
        var job = (await RawHttp.PostAsync(server.Port, "/v1/jobs", Asked)).Json.GetProperty("id").GetString();
        var view = await GridFixture.EventuallyAsync(
            async () => (await RawHttp.GetAsync(server.Port, $"/v1/jobs/{job}")).Json,
            view => view.GetProperty("state").GetString() == "FAILED", "the job does not end");
        Assert.Equal(("not_reached", "a silo is silent", JsonValueKind.Null), (view.GetProperty("code").GetString(),
            view.GetProperty("detail").GetString(), view.GetProperty("reach").ValueKind));
    }

    /// <summary>Of one frame there may be two answers, where a silo that gave nothing gives its part later.</summary>
    [Fact]
    public async Task ALaterAnswerOfTheSameFrameThatReachesFurtherIsAnother()
    {
        await using var web = await SmallMarket.StartAsync();
        var part = new PartGrid(web.Grid) { Listed = 20, Missing = [Silo] };
        await using var server = await StubServer.StartAsync(part);
        foreach (var target in new[] { "/v1/accounts", "/v1/liquidation-map/BTC-USD" })
        {
            (part.Listed, part.Missing) = (20, [Silo]);
            // frames go on meanwhile: two answers of one
            await GridFixture.EventuallyAsync(async () =>
            {
                var before = await RawHttp.GetAsync(server.Port, target);
                (part.Listed, part.Missing) = (5, []);
                var after = await RawHttp.GetAsync(server.Port, target);
                (part.Listed, part.Missing) = (20, [Silo]);
                return (Before: before, After: after);
            }, both =>
            {
                if (both.Before.Status != 200 || Frame(both.Before) != Frame(both.After))
                {
                    return false;
                }
                Assert.NotEqual(both.Before.Headers["ETag"], both.After.Headers["ETag"]);
                Assert.Equal((0.25, 1.0), (Coverage(both.Before.Json), Coverage(both.After.Json)));
                return true;
            }, "no two answers of one frame");
        }
    }

    private sealed record EmptyCut(PriceFrame Frame) : IMarketCut
    {
        public decimal FundUsd => 0m;

        public int Count => 0;

        public Account Read(int number) => throw new ArgumentOutOfRangeException(nameof(number));
    }

    private static async Task<string> JobAsync(int port)
    {
        var job = (await RawHttp.PostAsync(port, "/v1/jobs", Asked)).Json.GetProperty("id").GetString()!;
        await GridFixture.EventuallyAsync(async () => (await RawHttp.GetAsync(port, $"/v1/jobs/{job}/result")).Status,
            status => status == 200, "the job does not end");
        return job;
    }

    private static async Task<JsonElement> GetAsync(int port, string target)
    {
        var answer = await GridFixture.EventuallyAsync(() => RawHttp.GetAsync(port, "/v1/" + target),
            answer => answer.Status == 200, target);
        return answer.Json;
    }

    private static string? Frame(RawAnswer answer) =>
        answer.Json.GetProperty("asOf").GetProperty("frame").GetString();

    private static JsonElement Reach(JsonElement answer) => answer.GetProperty("reach");

    private static double? Coverage(JsonElement answer) =>
        Reach(answer).GetProperty("coverage") is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

    private static long Long(JsonElement answer, string name) => Reach(answer).GetProperty(name).GetInt64();

    private static string? Oldest(JsonElement answer) => Reach(answer).GetProperty("oldestFrame").GetString();

    private static string[] Missing(JsonElement answer) =>
        [.. Reach(answer).GetProperty("missing").EnumerateArray().Select(silo => silo.GetString()!)];
}
