using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Tests.Web.Security;
using OrleansLeverage.Web.Api.Jobs;
using Xunit;

namespace OrleansLeverage.Tests.Web.Jobs;

/// <summary>Jobs: asked for, watched, cancelled in the middle, refused when there are too many, and what comes of them.
/// </summary>
public sealed class JobApiTests
{
    /// <summary>alice is long 1 BTC against bob at 60,000, carl long 1 on 6,000 USD against dora.</summary>
    private static async Task<WebGrid> MarketAsync()
    {
        var web = await WebGrid.StartAsync();
        await web.Prices.DepositAsync("carl", 6_000m);
        await web.Prices.DepositAsync("dora", 600_000m);
        foreach (var (buyer, seller) in new[] { ("alice", "bob"), ("carl", "dora") })
        {
            var result = await web.Grid.ExecuteAsync(web.Prices.Fill(buyer, seller, 1m, 60_000m));
            Assert.Equal(CommandStatus.Applied, result.Status);
        }
        return web;
    }

    [Fact]
    public async Task AStressTestRepricesEveryAccount()
    {
        await using var web = await MarketAsync();
        var result = await DoneAsync(web.Port, """
            { "kind": "stress", "fund": "1000", "scenarios": ["2025-10-10 to low"],
              "custom": [ { "name": "tenth", "moves": { "BTC-USD": -0.1 } },
                { "name": "fifth", "moves": { "BTC-USD": -0.2 } } ] }
            """);
        var rows = result.GetProperty("result").GetProperty("scenarios").EnumerateArray().ToList();
        Assert.Equal(["2025-10-10 to low", "tenth", "fifth"], rows.Select(r => r.GetProperty("scenario").GetString()));
        // what one loses another gains: 1,000,000 twice, 6,000 and 600,000, at 54,000 a coin and four positions
        Assert.Equal(2_606_000.0, rows[1].GetProperty("equity").GetDouble(), 1e-6);
        Assert.Equal(216_000.0, rows[1].GetProperty("notional").GetDouble(), 1e-6);
        Assert.Equal(0L, rows[1].GetProperty("bankruptAccounts").GetInt64());
        // carl has 6,000 against a loss of 12,000
        Assert.Equal((1L, 6_000.0), (rows[2].GetProperty("bankruptAccounts").GetInt64(),
            rows[2].GetProperty("deficit").GetDouble()));
        Assert.Equal(1.0 / 6.0, rows[2].GetProperty("fundCoverage").GetDouble(), 1e-12);
        Assert.Equal(1L, rows[1].GetProperty("liquidatedAccounts").GetInt64());
        Assert.Equal(4, result.GetProperty("result").GetProperty("accounts").GetInt32());
    }

    [Fact]
    public async Task ReverseStressFindsTheMoveThatBreaksWhom()
    {
        await using var web = await MarketAsync();
        var result = await DoneAsync(web.Port, """
            { "kind": "reverse-stress", "accounts": ["carl"], "feeds": ["BTC-USD"], "fund": "3000" }
            """);
        var rows = result.GetProperty("result").GetProperty("breaks").EnumerateArray().ToDictionary(
            row => $"{row.GetProperty("who").GetString()} {row.GetProperty("moves").GetString()}");
        Assert.Equal(4, rows.Count);
        // carl is bankrupt at 54,000; the venue once the deficit is 3,000, at 51,000
        Assert.Equal(54_000.0, rows["carl BTC-USD"].GetProperty("price").GetDouble(), 1e-3);
        Assert.Equal(51_000.0, rows["venue BTC-USD"].GetProperty("price").GetDouble(), 1e-3);
    }

    [Fact]
    public async Task ACascadeIsTheSameForTheSameSeedAndSaysWhatItIsOf()
    {
        await using var web = await MarketAsync();
        const string Body = """
            { "kind": "cascade", "shock": -0.3, "ticks": 40, "rampTicks": 10, "counterfactuals": true, "seed": SEED }
            """;
        var one = await DoneAsync(web.Port, Body.Replace("SEED", "7"));
        var same = await DoneAsync(web.Port, Body.Replace("SEED", "7"));
        var other = await DoneAsync(web.Port, Body.Replace("SEED", "8"));
        Assert.Equal(Figures(one), Figures(same));
        Assert.NotEqual(Figures(one), Figures(other));
        var figures = one.GetProperty("result");
        Assert.Equal(-0.3, figures.GetProperty("assumptions").GetProperty("shock").GetDouble());
        Assert.Equal(40, figures.GetProperty("ticks").GetArrayLength());
        Assert.Equal(8, figures.GetProperty("policies").GetArrayLength());
        Assert.True(figures.GetProperty("totals").GetProperty("conservationError").GetDouble() <= 1e-9);
        Assert.Equal(1, figures.GetProperty("totals").GetProperty("liquidatedAccounts").GetInt32());
        // four positions of 60,000 over 2,606,000 of equity
        Assert.Equal(240_000.0 / 2_606_000.0, figures.GetProperty("leverageBefore").GetDouble(), 1e-12);
        Assert.NotEqual("", one.GetProperty("asOf").GetProperty("frame").GetString());
        Assert.DoesNotContain("NaN", Figures(one));
    }

    [Fact]
    public async Task AResultIsTakenOnceAndAsATable()
    {
        await using var web = await MarketAsync();
        var job = await StartAsync(web.Port, """{ "kind": "cascade", "ticks": 20, "rampTicks": 5 }""");
        await EndAsync(web.Port, job, "DONE");
        var answer = await RawHttp.GetAsync(web.Port, $"/v1/jobs/{job}/result");
        var tag = answer.Headers["ETag"];
        Assert.Equal(304, (await RawHttp.GetAsync(web.Port, $"/v1/jobs/{job}/result",
            $"If-None-Match: {tag}")).Status);
        var lines = (await RawHttp.GetAsync(web.Port, $"/v1/jobs/{job}/result?format=csv")).Body.Split("\r\n",
            StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(21, lines.Length);
        Assert.StartsWith("tick,rounds,liquidations,", lines[0]);
        Assert.Equal(lines[0].Split(',').Length, lines[20].Split(',').Length);
        var view = (await RawHttp.GetAsync(web.Port, $"/v1/jobs/{job}")).Json;
        Assert.Equal(1.0, view.GetProperty("progress").GetDouble());
        Assert.Equal(20, view.GetProperty("parameters").GetProperty("ticks").GetInt32());
        Assert.Equal(job, (await RawHttp.GetAsync(web.Port, "/v1/jobs?limit=1")).Json.GetProperty("items")[0]
            .GetProperty("id").GetString());
    }

    [Fact]
    public async Task AJobIsCancelledInTheMiddleAndTheNextOneRuns()
    {
        await using var web = await MarketAsync();
        using var held = new HeldCut((await web.Grid.CutAsync())!);
        var stub = new StubGrid { Cut = _ => ValueTask.FromResult<IMarketCut?>(held) };
        await using var server = await StubServer.StartAsync(stub);
        var job = await StartAsync(server.Port, """{ "kind": "cascade" }""");
        await held.ReadingAsync();
        var running = (await RawHttp.GetAsync(server.Port, $"/v1/jobs/{job}")).Json;
        Assert.Equal("RUNNING", running.GetProperty("state").GetString());
        Assert.Equal(held.Frame.Number.ToString(), running.GetProperty("asOf").GetProperty("frame").GetString());
        FallenMarket.Refused(409, "job_not_done", await RawHttp.GetAsync(server.Port, $"/v1/jobs/{job}/result"));

        var cancelled = (await DeleteAsync(server.Port, job)).Json;
        Assert.True(cancelled.GetProperty("isCancelling").GetBoolean());
        held.LetGo();
        await EndAsync(server.Port, job, "CANCELLED");
        FallenMarket.Refused(409, "job_cancelled", await RawHttp.GetAsync(server.Port, $"/v1/jobs/{job}/result"));
        Assert.Equal("CANCELLED", (await DeleteAsync(server.Port, job)).Json.GetProperty("state").GetString());
        await DoneAsync(server.Port, """{ "kind": "stress" }""");
    }

    [Fact]
    public async Task TheQueueIsBoundedAndWhatWaitsIsCancelledAtOnce()
    {
        await using var web = await MarketAsync();
        using var held = new HeldCut((await web.Grid.CutAsync())!);
        var stub = new StubGrid { Cut = _ => ValueTask.FromResult<IMarketCut?>(held) };
        await using var server = await StubServer.StartAsync(stub,
            OpenServer.Options with { Jobs = new JobLimits { Queued = 1, Kept = 2 } });
        const string Body = """{ "kind": "stress", "custom": [ { "name": "x", "moves": { "BTC-USD": -0.1 } } ] }""";
        var working = await StartAsync(server.Port, Body);
        await held.ReadingAsync();
        var waiting = await StartAsync(server.Port, Body);
        FallenMarket.Refused(429, "jobs_full", await RawHttp.PostAsync(server.Port, "/v1/jobs", Body));
        var view = (await RawHttp.GetAsync(server.Port, $"/v1/jobs/{waiting}")).Json;
        Assert.Equal(("QUEUED", JsonValueKind.Null), (view.GetProperty("state").GetString(),
            view.GetProperty("asOf").ValueKind));
        Assert.Equal("CANCELLED", (await DeleteAsync(server.Port, waiting)).Json.GetProperty("state").GetString());
        var after = await StartAsync(server.Port, Body);
        held.LetGo();
        await EndAsync(server.Port, after, "DONE");
        // two that have ended are kept: the one that was cancelled, first, is gone
        await EndAsync(server.Port, working, "DONE");
        FallenMarket.Refused(404, "not_found", await RawHttp.GetAsync(server.Port, $"/v1/jobs/{waiting}"));
    }

    [Fact]
    public async Task TheSameIdIsTheSameJob()
    {
        await using var web = await MarketAsync();
        var id = web.Prices.NextId();
        var body = $$"""{ "kind": "stress", "commandId": "{{id}}", "fund": "5" }""";
        var first = await RawHttp.PostAsync(web.Port, "/v1/jobs", body);
        Assert.Equal((202, id.ToString()), (first.Status, first.Json.GetProperty("id").GetString()));
        Assert.Equal($"/v1/jobs/{id}", first.Headers["Location"]);
        await EndAsync(web.Port, id.ToString(), "DONE");
        var again = await RawHttp.PostAsync(web.Port, "/v1/jobs", body);
        Assert.Equal((200, "DONE"), (again.Status, again.Json.GetProperty("state").GetString()));
        FallenMarket.Refused(409, "command_id_reused", await RawHttp.PostAsync(web.Port, "/v1/jobs",
            body.Replace("\"5\"", "\"6\"")));
    }

    [Fact]
    public async Task AJobThatFailsSaysWhy()
    {
        await using var web = await MarketAsync();
        var job = await StartAsync(web.Port, """{ "kind": "reverse-stress", "accounts": ["nobody"] }""");
        var view = await EndAsync(web.Port, job, "FAILED");
        Assert.Equal("bad_parameters", view.GetProperty("code").GetString());
        FallenMarket.Refused(409, "job_failed", await RawHttp.GetAsync(web.Port, $"/v1/jobs/{job}/result"));

        await using var without = await StubServer.StartAsync(new StubGrid());
        var none = await StartAsync(without.Port, """{ "kind": "stress" }""");
        Assert.Equal("not_supported", (await EndAsync(without.Port, none, "FAILED")).GetProperty("code").GetString());
    }

    [Fact]
    public async Task AJobThatTakesTooLongIsGivenUp()
    {
        await using var web = await MarketAsync();
        using var held = new HeldCut((await web.Grid.CutAsync())!);
        var (clock, limits) = (new FiringClock(), new JobLimits { TimeMax = TimeSpan.FromHours(3) });
        await using var server = await StubServer.StartAsync(
            new StubGrid { Cut = _ => ValueTask.FromResult<IMarketCut?>(held) },
            OpenServer.Options with { Clock = clock, Jobs = limits });
        var job = await StartAsync(server.Port, """{ "kind": "stress" }""");
        await held.ReadingAsync();
        clock.Fire(limits.TimeMax);
        held.LetGo();
        var view = await EndAsync(server.Port, job, "FAILED");
        Assert.Equal("job_timeout", view.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("""{ "kind": "guess" }""", 400, "bad_text")]
    [InlineData("""{ "shock": -0.1 }""", 400, "missing_field")]
    [InlineData("""{ "kind": "stress", "shock": -0.1 }""", 400, "unknown_field")]
    [InlineData("""{ "kind": "cascade", "shock": "-0.1" }""", 400, "bad_type")]
    [InlineData("""{ "kind": "cascade", "shock": -1 }""", 422, "number_out_of_range")]
    [InlineData("""{ "kind": "cascade", "shock": 1e999 }""", 400, "bad_decimal")]
    [InlineData("""{ "kind": "cascade", "noise": 1e-999 }""", 400, "bad_decimal")]
    [InlineData("""{ "kind": "cascade", "ticks": 3601 }""", 422, "number_out_of_range")]
    [InlineData("""{ "kind": "cascade", "ticks": 2.5 }""", 400, "bad_integer")]
    [InlineData("""{ "kind": "cascade", "ticks": 10, "rampTicks": 10 }""", 422, "number_out_of_range")]
    [InlineData("""{ "kind": "cascade", "impact": "cubic" }""", 400, "bad_text")]
    [InlineData("""{ "kind": "cascade", "counterfactuals": 1 }""", 400, "bad_type")]
    [InlineData("""{ "kind": "cascade", "fund": 5 }""", 400, "bad_type")]
    [InlineData("""{ "kind": "cascade", "fund": "-5" }""", 422, "amount_out_of_range")]
    [InlineData("""{ "kind": "cascade", "seed": -1 }""", 422, "number_out_of_range")]
    [InlineData("""{ "kind": "cascade", "commandId": "x" }""", 400, "bad_command_id")]
    [InlineData("""{ "kind": "stress", "scenarios": ["doom"] }""", 422, "unknown_scenario")]
    [InlineData("""{ "kind": "stress", "scenarios": "doom" }""", 400, "bad_type")]
    [InlineData("""{ "kind": "stress", "scenarios": ["doom", "doom"] }""", 422, "dup_in_batch")]
    [InlineData("""{ "kind": "stress", "custom": [ { "name": "x", "moves": { "GOLD-USD": -0.1 } } ] }""", 422,
        "unknown_asset")]
    [InlineData("""{ "kind": "stress", "custom": [ { "name": "x", "moves": { "BTC-USD": -2 } } ] }""", 422,
        "number_out_of_range")]
    [InlineData("""{ "kind": "stress", "custom": [ { "name": "x", "moves": { "BTC-USD": 0, "btc-usd": 0 } } ] }""",
        400, "duplicate_key")]
    [InlineData("""{ "kind": "stress", "custom": [ { "name": "x" } ] }""", 400, "missing_field")]
    [InlineData("""{ "kind": "reverse-stress", "feeds": ["GOLD-USD"] }""", 422, "unknown_asset")]
    [InlineData("""{ "kind": "reverse-stress", "accounts": ["A"] }""", 400, "bad_account_id")]
    public async Task WhatIsNoJobIsRefusedByName(string body, int status, string code)
    {
        await using var server = await StubServer.StartAsync(new StubGrid());
        FallenMarket.Refused(status, code, await RawHttp.PostAsync(server.Port, "/v1/jobs", body));
        Assert.Empty((await RawHttp.GetAsync(server.Port, "/v1/jobs")).Json.GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("/v1/jobs/x", 404, "not_found")]
    [InlineData("/v1/jobs/01JZ8Q6Z7V5N3K2M4P6R8T0WXY", 404, "not_found")]
    [InlineData("/v1/jobs/01JZ8Q6Z7V5N3K2M4P6R8T0WXY/result", 404, "not_found")]
    [InlineData("/v1/jobs/x/result?format=xml", 400, "bad_query")]
    [InlineData("/v1/jobs?cursor=%21", 400, "bad_cursor")]
    [InlineData("/v1/jobs?cursor=am9icwpY", 410, "cursor_gone")]
    [InlineData("/v1/jobs?state=DONE", 400, "bad_query")]
    [InlineData("/v1/stress/scenarios?cursor=1", 400, "bad_query")]
    public async Task WhatIsNotThereIsNotFound(string path, int status, string code)
    {
        await using var server = await StubServer.StartAsync(new StubGrid());
        FallenMarket.Refused(status, code, await RawHttp.GetAsync(server.Port, path));
    }

    [Fact]
    public async Task TheLibraryNamesTheDaysThatWereAskedFor()
    {
        await using var server = await StubServer.StartAsync(new StubGrid());
        var items = (await RawHttp.GetAsync(server.Port, "/v1/stress/scenarios")).Json.GetProperty("items")
            .EnumerateArray().ToDictionary(row => row.GetProperty("name").GetString()!);
        Assert.Equal(-0.3717, items["2020-03-12 to close"].GetProperty("moves").GetProperty("BTC-USD").GetDouble(),
            1e-4);
        Assert.Contains("2022-11-09 to low", items.Keys);
        Assert.Equal(-0.15, items["2025-10-10 to low"].GetProperty("moves").GetProperty("BTC-USD").GetDouble());
        Assert.Contains(items.Values, row => row.GetProperty("kind").GetString() == "ORACLE_FREEZE"
            && row.GetProperty("seenMoves").ValueKind == JsonValueKind.Object);
    }

    private static string Figures(JsonElement result) => result.GetProperty("result").GetRawText();

    private static async Task<string> StartAsync(int port, string body)
    {
        var answer = await RawHttp.PostAsync(port, "/v1/jobs", body);
        Assert.True(answer.Status == 202, answer.Body);
        return answer.Json.GetProperty("id").GetString()!;
    }

    private static async Task<JsonElement> EndAsync(int port, string job, string state)
    {
        var view = await GridFixture.EventuallyAsync(
            async () => (await RawHttp.GetAsync(port, $"/v1/jobs/{job}")).Json,
            view => view.GetProperty("endedMs").ValueKind == JsonValueKind.Number, "it does not end");
        Assert.True(view.GetProperty("state").GetString() == state, view.GetRawText());
        return view;
    }

    private static async Task<JsonElement> DoneAsync(int port, string body)
    {
        var job = await StartAsync(port, body);
        await EndAsync(port, job, "DONE");
        return (await RawHttp.GetAsync(port, $"/v1/jobs/{job}/result")).Json;
    }

    private static Task<RawAnswer> DeleteAsync(int port, string job) =>
        RawHttp.SendAsync(port, RawHttp.Head("DELETE", $"/v1/jobs/{job}"));
}
