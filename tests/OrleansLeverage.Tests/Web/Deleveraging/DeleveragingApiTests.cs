using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Tests.Engine;
using Xunit;
using static OrleansLeverage.Tests.Web.FallenMarket;

namespace OrleansLeverage.Tests.Web.Deleveraging;

/// <summary>Deleveraging over HTTP, from how far it is to the log of what was done.</summary>
public sealed class DeleveragingApiTests
{
    private const string Adl = "/v1/adl/" + Perpetual;

    [Fact]
    public async Task ThePlanIsRehearsedArmedAndExecutedOnceAndTheBooksClose()
    {
        await using var web = await FallenAsync();
        var before = await EquitiesAsync(web);
        var rehearsed = await PostAsync(web, Adl + "/rehearse", new { bankruptAccount = "lou" });
        Assert.True((200, "planned") == (rehearsed.Status, rehearsed.Code), rehearsed.Body);
        var preview = rehearsed.Json.GetProperty("preview");
        Assert.Equal(("58000", "1", "0", "1000"), (Text(preview, "price"), Text(preview, "contracts"),
            Text(preview, "residual"), Text(preview, "shortfall")));
        Assert.Equal(["ben 0.5 500", "cat 0.1 100", "ann 0.4 400"], preview.GetProperty("legs").EnumerateArray()
            .Select(leg => $"{Text(leg, "counterparty")} {Text(leg, "contracts")} {Text(leg, "forgone")}"));
        var ben = preview.GetProperty("legs")[0];
        Assert.Equal(("6500", "6000"), (Text(ben.GetProperty("before"), "equity"),
            Text(ben.GetProperty("after"), "equity")));
        // entry/mark x notional/equity, each apart: 60/57 and 28,500/6,500
        Assert.Equal(60.0 / 57.0, ben.GetProperty("pnlTerm").GetDouble(), 1e-12);
        Assert.Equal(28_500.0 / 6_500.0, ben.GetProperty("leverageTerm").GetDouble(), 1e-12);
        Assert.Equal(before, await EquitiesAsync(web));

        var plan = web.Prices.NextId();
        var armed = await ArmAsync(web, plan);
        Assert.True((200, "armed") == (armed.Status, armed.Code), armed.Body);
        Assert.Equal("armed", Text(armed.Json.GetProperty("plan"), "state"));
        Assert.Equal(("duplicate", "armed"), Duplicate(await ArmAsync(web, plan)));
        var board = await BoardAsync(web);
        Assert.Equal(("ARMED", plan.ToString()), (Text(board, "state"), Text(board, "openPlan")));

        Refused(409, "wrong_market", await ExecuteAsync(web, plan, "ETH-USD-PERP"));
        Assert.Equal(before, await EquitiesAsync(web));
        var executed = await ExecuteAsync(web, plan);
        Assert.True((200, "completed") == (executed.Status, executed.Code), executed.Body);
        Assert.Equal([("lou", 0m), ("ann", 10_800m), ("ben", 6_000m), ("cat", 2_200m)], await EquitiesAsync(web));
        Assert.Equal(before.Sum(row => row.Equity), (await EquitiesAsync(web)).Sum(row => row.Equity));
        BooksClose(web);

        var (applied, after) = (web.Grid.Health.CommandsApplied, await EquitiesAsync(web));
        Assert.Equal(("duplicate", "completed"), Duplicate(await ExecuteAsync(web, plan)));
        Assert.Equal(("duplicate", "completed"), Duplicate(await ArmAsync(web, plan)));
        Refused(409, "plan_id_reused", await ArmAsync(web, plan, by: "another"));
        Refused(409, "already_executed", await DisarmAsync(web, plan));
        Assert.Equal(applied, web.Grid.Health.CommandsApplied);
        Assert.Equal(after, await EquitiesAsync(web));
        var kept = (await RawHttp.GetAsync(web.Port, $"/v1/adl/plans/{plan}")).Json.GetProperty("plan");
        Assert.Equal(("completed", "night shift", "1", "0"), (Text(kept, "state"), Text(kept, "executedBy"),
            Text(kept, "filled"), Text(kept, "residual")));
    }

    [Fact]
    public async Task TheLogHasEveryLegAndIsReadInPagesAndAsATable()
    {
        await using var web = await FallenAsync();
        var plan = web.Prices.NextId();
        await ArmAsync(web, plan);
        await ExecuteAsync(web, plan);
        var all = (await RawHttp.GetAsync(web.Port, "/v1/adl/log")).Json.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["ann 0.4", "cat 0.1", "ben 0.5"],
            all.Select(row => $"{Text(row, "counterparty")} {Text(row, "size")}"));
        Assert.All(all, row => Assert.Equal(("lou", "58000", "FILLED", "night shift"), (Text(row, "bankruptAccount"),
            Text(row, "price"), Text(row, "state"), Text(row, "operator"))));
        Assert.All(all, row => Assert.InRange(row.GetProperty("priceAgeMs").GetInt64(), 0, 10_000));

        var seen = new List<string>();
        var cursor = "";
        while (true)
        {
            var page = (await RawHttp.GetAsync(web.Port, $"/v1/adl/log?limit=2{cursor}")).Json;
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(row => row.GetRawText()));
            if (page.GetProperty("nextCursor").GetString() is not { } next)
            {
                break;
            }
            cursor = $"&cursor={next}";
        }
        Assert.Equal(all.Select(row => row.GetRawText()), seen);
        Refused(410, "cursor_gone", await RawHttp.GetAsync(web.Port, "/v1/adl/log?cursor=YWRsLWxvZwpub3RoaW5nCjE"));
        Assert.Equal("[]", (await RawHttp.GetAsync(web.Port, "/v1/adl/log?market=ETH-USD-PERP")).Json
            .GetProperty("items").GetRawText());
        var csv = await RawHttp.GetAsync(web.Port, "/v1/adl/log?format=csv&limit=1");
        Assert.StartsWith("text/csv", csv.Headers["Content-Type"]);
        var lines = csv.Body.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("timestamp,datetime,market,bankruptAccount,counterparty,side,size,price", lines[0]);
        Assert.Equal(2, lines.Length);
        Assert.Contains(",lou,ann,short,0.4,58000,", lines[1]);
        Assert.True(csv.Headers.ContainsKey("Next-Cursor"));
    }

    [Fact]
    public async Task TheBoardTellsHowFarTheTriggerAndTheStopAre()
    {
        await using var web = await TradedAsync();
        var before = await BoardAsync(web);
        Assert.Equal(("DISARMED", "0", false, true, 0), (Text(before, "state"),
            Text(before.GetProperty("trigger"), "distance"), Met(before, "trigger"), Met(before, "stop"),
            before.GetProperty("insolventAccounts").GetInt32()));
        Assert.Equal(JsonValueKind.Null, before.GetProperty("inhibited").ValueKind);

        await web.Prices.PriceAsync(GridFixture.Bitcoin, 57_000m);
        var due = await GridFixture.EventuallyAsync(() => BoardAsync(web), row => Met(row, "trigger"), "never due");
        Assert.Equal(("-1000", "1000", false), (Text(due.GetProperty("trigger"), "distance"),
            Text(due.GetProperty("stop"), "distance"), Met(due, "stop")));
        var owing = Assert.Single(due.GetProperty("insolvent").EnumerateArray());
        Assert.Equal(("lou", "long", "1", "1000"), (Text(owing, "account"), Text(owing, "side"),
            Text(owing, "contracts"), Text(owing, "shortfall")));
        // every market in which something can be owed, and no spot
        var all = (await RawHttp.GetAsync(web.Port, "/v1/adl")).Json.GetProperty("items").EnumerateArray()
            .Select(row => Text(row, "market")).ToList();
        Assert.Equal(web.Grid.Universe.Instruments.Where(i => i.Kind != InstrumentKind.Spot).Select(i => i.Id.Value),
            all);
        var csv = (await RawHttp.GetAsync(web.Port, "/v1/adl?format=csv")).Body.Split("\r\n");
        Assert.Equal(all.Count + 2, csv.Length);
    }

    [Fact]
    public async Task AStalePriceInhibits()
    {
        await using var web = await FallenAsync();
        var plan = web.Prices.NextId();
        await ArmAsync(web, plan);
        web.Time.Advance(10_001);
        var board = await GridFixture.EventuallyAsync(() => BoardAsync(web),
            row => row.GetProperty("inhibited").ValueKind == JsonValueKind.String, "still fresh");
        Assert.StartsWith("BTC-USD is ", Text(board, "inhibited"));
        var refused = await PostAsync(web, Adl + "/rehearse", new { bankruptAccount = "lou" });
        Refused(422, "oracle_stale", refused);
        Assert.StartsWith("BTC-USD is ", Text(refused.Json, "detail"));
        Refused(422, "oracle_stale", await ArmAsync(web, web.Prices.NextId()));
        var equities = await EquitiesAsync(web);
        Refused(409, "plan_expired", await ExecuteAsync(web, plan));
        Refused(409, "plan_expired", await ExecuteAsync(web, plan));
        Assert.Equal(equities, await EquitiesAsync(web));
    }

    [Fact]
    public async Task TheQueueIsReadInPagesOfOneFrame()
    {
        await using var web = await FallenAsync();
        var first = (await RawHttp.GetAsync(web.Port, Adl + "/queue?side=short&limit=2")).Json;
        Assert.Equal(["1 ben", "2 cat"], Ranks(first));
        Assert.Equal((1, 3), (first.GetProperty("rankedLongs").GetInt32() + 1, first.GetProperty("rankedShorts")
            .GetInt32()));
        await web.Prices.PriceAsync(GridFixture.Bitcoin, 59_000m);
        var second = (await RawHttp.GetAsync(web.Port,
            $"{Adl}/queue?side=short&limit=2&cursor={Text(first, "nextCursor")}")).Json;
        Assert.Equal(["3 ann"], Ranks(second));
        Assert.Equal(first.GetProperty("asOf").GetRawText(), second.GetProperty("asOf").GetRawText());
        Assert.Equal(JsonValueKind.Null, second.GetProperty("nextCursor").ValueKind);
        var row = first.GetProperty("items")[0];
        Assert.Equal(row.GetProperty("pnlTerm").GetDouble() * row.GetProperty("leverageTerm").GetDouble(),
            row.GetProperty("score").GetDouble(), 1e-12);
        Assert.Equal(("0.5", "28500", "1500"), (Text(row, "contracts"), Text(row, "notional"),
            Text(row, "unrealizedPnl")));
        // by equity ann is first: 11,200
        Assert.Equal("1 ann", Ranks((await RawHttp.GetAsync(web.Port,
            Adl + "/queue?side=short&policy=pro-rata-equity")).Json)[0]);
        Refused(410, "cursor_gone", await RawHttp.GetAsync(web.Port,
            $"/v1/adl/ETH-USD-PERP/queue?cursor={Text(first, "nextCursor")}"));
        var lines = (await RawHttp.GetAsync(web.Port, Adl + "/queue?format=ndjson")).Body.Split('\n');
        Assert.Equal(5, lines.Length);
        Assert.Equal("lou", Text(JsonDocument.Parse(lines[0]).RootElement, "account"));
    }

    [Theory]
    [InlineData("/v1/adl/BTC-USD-PERP/queue?side=up", 400, "bad_query")]
    [InlineData("/v1/adl/BTC-USD-PERP/queue?policy=best", 400, "bad_query")]
    [InlineData("/v1/adl/BTC-USD-PERP/queue?score=none", 400, "bad_query")]
    [InlineData("/v1/adl/BTC-USD-PERP/queue?sides=long", 400, "bad_query")]
    [InlineData("/v1/adl/BTC-USD-PERP/queue?limit=0", 400, "bad_query")]
    [InlineData("/v1/adl/BTC-USD-PERP/queue?limit=1001", 400, "bad_query")]
    [InlineData("/v1/adl/BTC-USD-PERP/queue?limit=1&limit=2", 400, "bad_query")]
    [InlineData("/v1/adl/BTC-USD-PERP/queue?format=xml", 400, "bad_query")]
    [InlineData("/v1/adl/BTC-USD-PERP/queue?cursor=", 400, "bad_cursor")]
    [InlineData("/v1/adl/BTC-USD-PERP/queue?cursor=x", 400, "bad_cursor")]
    [InlineData("/v1/adl/BTC-USD-PERP/queue?cursor=YWRsLXF1ZXVlCjkKMQ", 410, "cursor_gone")]
    [InlineData("/v1/adl/NO-USD-PERP/queue", 404, "not_found")]
    [InlineData("/v1/adl/nothing/queue", 404, "not_found")]
    [InlineData("/v1/adl?cursor=1", 400, "bad_query")]
    [InlineData("/v1/adl?market=BTC-USD-PERP", 400, "bad_query")]
    [InlineData("/v1/adl/plans/x", 400, "bad_command_id")]
    [InlineData("/v1/adl/plans/01JZ8Q6Z7V5N3K2M4P6R8T0WXY", 404, "unknown_plan")]
    public async Task WhatCannotBeReadIsRefusedByName(string path, int status, string code)
    {
        await using var web = await WebGrid.StartAsync();
        Refused(status, code, await RawHttp.GetAsync(web.Port, path));
    }

    [Fact]
    public async Task WhatCannotBeDoneIsRefusedByNameAndChangesNothing()
    {
        await using var web = await TradedAsync();
        Refused(422, "solvent", await ArmAsync(web, web.Prices.NextId()));
        await web.Prices.PriceAsync(GridFixture.Bitcoin, 57_000m);
        await web.Prices.DepositAsync("dan", 100m);
        var before = await EquitiesAsync(web);
        async Task Both(int status, string code, object asked, string path = Adl)
        {
            Refused(status, code, await PostAsync(web, path + "/rehearse", asked));
            var arming = JsonSerializer.SerializeToNode(asked)!.AsObject();
            arming["planId"] = web.Prices.NextId().ToString();
            arming["operator"] = "night shift";
            Refused(status, code, await PostAsync(web, path + "/arm", arming));
        }
        await Both(404, "not_found", new { bankruptAccount = "lou" }, "/v1/adl/NO-USD-PERP");
        await Both(404, "not_found", new { bankruptAccount = "lou" }, "/v1/adl/nothing");
        await Both(404, "not_found", new { bankruptAccount = "nobody" });
        await Both(422, "market_closed", new { bankruptAccount = "lou" }, $"/v1/adl/{WebGrid.Closed}");
        await Both(422, "nothing_to_close", new { bankruptAccount = "dan" });
        await Both(422, "qty_out_of_range", new { bankruptAccount = "lou", contracts = "1.1" });
        await Both(422, "qty_out_of_range", new { bankruptAccount = "lou", contracts = "0.00000001" });
        await Both(422, "qty_zero", new { bankruptAccount = "lou", contracts = "-1" });
        await Both(422, "infeasible",
            new { bankruptAccount = "lou", policy = "capped-pro-rata", profitShareMax = "0.1" });
        await Both(422, "no_candidates",
            new { bankruptAccount = "lou", policy = "capped-pro-rata", profitShareMax = "0.00000001" });
        await Both(400, "bad_text", new { bankruptAccount = "lou", policy = "best" });
        await Both(400, "bad_text", new { bankruptAccount = "lou", score = "Hyperliquid" });
        await Both(400, "bad_text", new { bankruptAccount = "lou", rule = "" });
        await Both(400, "bad_type", new { bankruptAccount = "lou", hedgeAware = "yes" });
        await Both(400, "bad_type", new { bankruptAccount = "lou", contracts = 1 });
        await Both(400, "bad_account_id", new { bankruptAccount = "LOU" });
        await Both(400, "missing_field", new { policy = "queue" });
        await Both(400, "unknown_field", new { bankruptAccount = "lou", price = "58000" });
        await Both(422, "amount_out_of_range", new { bankruptAccount = "lou", profitShareMax = "1.1" });
        Refused(400, "bad_text", await ArmAsync(web, web.Prices.NextId(), by: ""));
        Refused(400, "bad_command_id", await PostAsync(web, Adl + "/arm",
            new { planId = "1", @operator = "x", bankruptAccount = "lou" }));
        Assert.Equal(before, await EquitiesAsync(web));
        Assert.Empty((await RawHttp.GetAsync(web.Port, "/v1/adl/log")).Json.GetProperty("items").EnumerateArray());

        var plan = web.Prices.NextId();
        Refused(404, "unknown_plan", await ExecuteAsync(web, plan));
        Refused(404, "unknown_plan", await DisarmAsync(web, plan));
        Refused(400, "bad_command_id", await PostAsync(web, "/v1/adl/plans/x/execute",
            new { market = Perpetual, @operator = "x" }));
        await ArmAsync(web, plan);
        Refused(409, "plan_conflict", await ArmAsync(web, web.Prices.NextId()));
        Refused(409, "wrong_market", await ExecuteAsync(web, plan, "btc"));
        Refused(400, "missing_field", await PostAsync(web, $"/v1/adl/plans/{plan}/execute", new { @operator = "x" }));
        Assert.Equal("disarmed", (await DisarmAsync(web, plan)).Code);
        Assert.Equal(("duplicate", "disarmed"), Duplicate(await DisarmAsync(web, plan)));
        Refused(409, "adl_not_armed", await ExecuteAsync(web, plan));
        Assert.Equal(before, await EquitiesAsync(web));
    }

    [Fact]
    public async Task WhatTheFundPaysNeedsNobody()
    {
        await using var web = await FallenAsync();
        var paid = await web.Grid.ExecuteAsync(new InsuranceTransfer(web.Prices.NextId(), new AccountId("alice"),
            AssetId.Usd, 1_500m));
        Assert.Equal(CommandStatus.Applied, paid.Status);
        var refused = await ArmAsync(web, web.Prices.NextId());
        Refused(422, "fund_covers", refused);
        Assert.Contains("1500", Text(refused.Json, "detail"));
        var board = await GridFixture.EventuallyAsync(() => BoardAsync(web),
            row => Text(row, "insuranceBalance") == "1500", "no fund");
        Assert.Equal(("500", false), (Text(board.GetProperty("trigger"), "distance"), Met(board, "trigger")));
    }

    [Fact]
    public async Task AnEngineThatDoesNotDeleverageSaysSo()
    {
        await using var server = await StubServer.StartAsync(new StubGrid());
        foreach (var path in new[] { "", "/BTC-USD-PERP/queue", "/log", "/plans/01JZ8Q6Z7V5N3K2M4P6R8T0WXY" })
        {
            Refused(501, "not_supported", await RawHttp.GetAsync(server.Port, "/v1/adl" + path));
        }
        Refused(501, "not_supported", await RawHttp.PostAsync(server.Port, Adl + "/rehearse",
            """{ "bankruptAccount": "lou" }"""));
    }

    private static Task<RawAnswer> ArmAsync(WebGrid web, CommandId plan, string by = "day shift") =>
        PostAsync(web, Adl + "/arm", new { planId = plan.ToString(), @operator = by, bankruptAccount = "lou" });

    private static Task<RawAnswer> ExecuteAsync(WebGrid web, CommandId plan, string market = Perpetual) =>
        PostAsync(web, $"/v1/adl/plans/{plan}/execute", new { market, @operator = "night shift" });

    private static Task<RawAnswer> DisarmAsync(WebGrid web, CommandId plan) =>
        PostAsync(web, $"/v1/adl/plans/{plan}/disarm", new { @operator = "night shift" });

    private static async Task<JsonElement> BoardAsync(WebGrid web) =>
        (await RawHttp.GetAsync(web.Port, "/v1/adl")).Json.GetProperty("items").EnumerateArray()
            .Single(row => Text(row, "market") == Perpetual);

    private static (string?, string?) Duplicate(RawAnswer answer) =>
        (answer.Code, answer.Json.GetProperty("original").GetString());

    private static List<string> Ranks(JsonElement page) => [.. page.GetProperty("items").EnumerateArray()
        .Select(row => $"{row.GetProperty("rank").GetInt32()} {Text(row, "account")}")];

    private static bool Met(JsonElement row, string which) => row.GetProperty(which).GetProperty("met").GetBoolean();

    private static string? Text(JsonElement row, string name) => row.GetProperty(name).GetString();
}
