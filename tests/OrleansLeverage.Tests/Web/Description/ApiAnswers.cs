using System.Text.Json.Nodes;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Market.Simulation;
using OrleansLeverage.Tests.App;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Tests.Engine.ScenarioAccounts;
using OrleansLeverage.Tests.Web.BadInputs;
using OrleansLeverage.Tests.Web.Reads;
using OrleansLeverage.Tests.Web.Security;
using Xunit;

namespace OrleansLeverage.Tests.Web.Description;

/// <summary>
/// One good answer of every operation, by its id, as servers over small markets give it. Lists are cut to what shows
/// their shape.
/// </summary>
internal sealed class ApiAnswers
{
    private const int RowsShown = 2;

    private readonly Dictionary<string, JsonNode> _answers = [];

    public IReadOnlyDictionary<string, JsonNode> ByOperation => _answers;

    public static async Task<ApiAnswers> AskAsync()
    {
        var answers = new ApiAnswers();
        await answers.FallenMarketAsync();
        await answers.SmallMarketAsync();
        await answers.OptionsAsync();
        await answers.LoginAsync();
        return answers;
    }

    /// <summary>Deleveraging, jobs, triggers, and whatever moves money.</summary>
    private async Task FallenMarketAsync()
    {
        await using var web = await FallenMarket.FallenAsync();
        var port = web.Port;
        await PostAsync("publishPrices", port, "/v1/ticks",
            ValidRequest.Tick(web).With("price", "\"57000\"").ToString());
        await GetAsync("triggers", port, "/v1/triggers?subscriber=desk");
        await SaidAsync("deleveraging", port, "/v1/adl");
        await SaidAsync("deleveragingQueue", port, "/v1/adl/BTC-USD-PERP/queue?side=short");
        const string Asked = """ "bankruptAccount": "lou" """;
        await PostAsync("rehearseDeleveraging", port, "/v1/adl/BTC-USD-PERP/rehearse", $"{{{Asked}}}");
        var (first, second) = (web.Prices.NextId(), web.Prices.NextId());
        await PostAsync("armDeleveraging", port, "/v1/adl/BTC-USD-PERP/arm",
            $$"""{ "planId": "{{first}}", "operator": "day shift", {{Asked}} }""");
        await PostAsync("disarmDeleveraging", port, $"/v1/adl/plans/{first}/disarm", """{ "operator": "day shift" }""");
        await RawHttp.PostAsync(port, "/v1/adl/BTC-USD-PERP/arm",
            $$"""{ "planId": "{{second}}", "operator": "day shift", {{Asked}} }""");
        await PostAsync("executeDeleveraging", port, $"/v1/adl/plans/{second}/execute",
            """{ "market": "BTC-USD-PERP", "operator": "night shift" }""");
        await GetAsync("deleveragingPlan", port, $"/v1/adl/plans/{second}");
        await GetAsync("deleveragingLog", port, "/v1/adl/log");
        await GetAsync("exportDeleveragingLog", port, "/v1/export/adl-log");
        await GetAsync("exportTriggers", port, "/v1/export/triggers?subscriber=desk");
        await PostAsync("acknowledgeTriggers", port, "/v1/triggers/ack", """{ "subscriber": "desk", "sequence": 1 }""");
        await PostAsync("importAccounts", port, "/v1/accounts/import", $$"""
            { "commandId": {{ValidRequest.Id(web)}}, "account": "new-1",
              "balances": [ { "asset": "USD", "amount": "10000" } ] }
            """);
        await PostAsync("startJob", port, "/v1/jobs",
            """{ "kind": "stress", "custom": [ { "name": "weekend", "moves": { "BTC-USD": -0.3 } } ] }""", 202);
        var job = _answers["startJob"]["id"]!.GetValue<string>();
        await GridFixture.EventuallyAsync(async () => (await RawHttp.GetAsync(port, $"/v1/jobs/{job}/result")).Status,
            status => status == 200, "the job does not end");
        await GetAsync("jobResult", port, $"/v1/jobs/{job}/result");
        await GetAsync("job", port, $"/v1/jobs/{job}");
        await GetAsync("jobs", port, "/v1/jobs");
        Add("cancelJob", await RawHttp.SendAsync(port, RawHttp.Head("DELETE", $"/v1/jobs/{job}")));
        await GetAsync("scenarios", port, "/v1/stress/scenarios");
        await GetAsync("audit", port, "/v1/audit");
    }

    /// <summary>What is looked up, and orders.</summary>
    private async Task SmallMarketAsync()
    {
        await using var web = await SmallMarket.StartAsync();
        var port = web.Port;
        await PostAsync("whatIf", port, "/v1/accounts/carol/what-if", """{ "shocks": { "BTC-USD": 0.05 } }""");
        await PostAsync("check", port, "/v1/accounts/dave/check",
            """{ "symbol": "BTC-USD-PERP", "side": "buy", "contracts": "0.1", "price": "50250" }""");
        await PostAsync("command", port, "/v1/accounts/dave/commands", $$"""
            { "type": "reserveOrder", "commandId": {{ValidRequest.Id(web)}}, "instrument": "BTC-USD-PERP", "qty": "-2",
              "price": "51000" }
            """);
        await PostAsync("changeCollateral", port, "/v1/collateral", ValidRequest.Collateral(web).ToString());
        await PostAsync("applyFills", port, "/v1/fills",
            ValidRequest.Fill(web).With("price", "\"50250\"").With("qty", "\"0.1\"").ToString());
        ((EmbeddedGrid)web.Grid).Report();
        foreach (var (operation, target) in new[]
        {
            ("accounts", "accounts?limit=2"), ("account", "accounts/carol"), ("positions", "accounts/carol/positions"),
            ("orders", "accounts/dave/orders"), ("accountHistory", "accounts/carol/history"),
            ("accountTriggers", "accounts/carol/triggers"), ("atRisk", "at-risk"), ("markets", "markets?limit=2"),
            ("market", "markets/BTC-USD"), ("liquidationMap", "liquidation-map/BTC-USD"),
            ("liquidationMapHistory", "liquidation-map/BTC-USD/history"), ("system", "system"), ("skew", "skew"),
            ("histogram", "histogram"), ("report", "report"), ("universe", "universe"), ("rules", "rules"),
            ("history", "history?feed=BTC-USD&metrics=price,openInterestNotional"), ("oracle", "oracle"),
            ("events", "events"), ("status", "status"), ("me", "me"),
        })
        {
            await SaidAsync(operation, port, "/v1/" + target);
        }
        foreach (var probe in new[] { "startup", "ready", "live" })
        {
            await GetAsync(probe, port, "/healthz/" + probe);
        }
        await GetAsync("exportAccounts", port, "/v1/export/accounts");
        await GetAsync("exportPositions", port, "/v1/export/positions");
        _answers["watch"] = await EventAsync(port);
        _answers["socket"] = await MessageAsync(port);
        await CalibrationAsync(web);
    }

    private async Task CalibrationAsync(WebGrid web)
    {
        using var folder = new TemporaryFolder();
        folder.Write("btc.json", """{ "schema": "leverage-calibration/1", "feed": "BTC-USD", "model": "garch" }""");
        await using var server = await StubServer.StartAsync(web.Grid, OpenServer.Options with
        {
            Reports = folder.Path,
        });
        await GetAsync("calibrations", server.Port, "/v1/calibration");
        await GetAsync("calibration", server.Port, "/v1/calibration/btc");
    }

    /// <summary>An underlying with options and market makers, and an option that ended.</summary>
    private async Task OptionsAsync()
    {
        var universe = PortfolioGrid.Market("deribit-pm-usdc-btc");
        var time = new ManualTime(PortfolioGrid.Begins.ToUnixTimeMilliseconds());
        await using var grid = EmbeddedGrid.Open(new EmbeddedOptions
        {
            Universe = universe, Time = time, Workers = 1, FrameIntervalMs = 5,
            Oracle = [.. universe.Feeds.Select(f => OracleProfile.Replay(f.Id, f.TickSize, 86_400_000))],
        });
        await using var server = await StubServer.StartAsync(grid, OpenServer.Options with { Clock = time });
        var fixture = new GridFixture(grid, time, null);
        var sequence = 0L;
        await GridFixture.EventuallyAsync(async () =>
        {
            time.Advance(100);
            await grid.PublishAsync(new PriceUpdate(new FeedId("BTC-USD"), 60_000m, new SourceId("history"), 1,
                ++sequence, time.NowMs));
            return grid.Frame[universe.Feed(new FeedId("BTC-USD"))!].Price;
        }, price => price is not null, "no price");
        var maker = Population.MarketMakerPrefix + "1";
        foreach (var account in new[] { maker, "ann" })
        {
            Assert.True((await fixture.DepositAsync(account, 10_000_000m)).IsApplied);
        }
        var call = new InstrumentId(PortfolioGrid.Option("20260201", 60_000, isCall: true));
        Assert.True((await grid.ExecuteAsync(fixture.Fill("ann", maker, 10m, 900m) with { Instrument = call }))
            .IsApplied);
        await GridFixture.EventuallyAsync(async () =>
        {
            // sensitivities are made anew every few seconds of the grid's time
            time.Advance(1_000);
            return (await RawHttp.GetAsync(server.Port, "/v1/greeks")).Body;
        }, body => body.Contains("\"delta\"", StringComparison.Ordinal), "no greeks");
        await GetAsync("greeks", server.Port, "/v1/greeks");
        await GetAsync("volatility", server.Port, "/v1/vol-index");
        time.Advance((long)TimeSpan.FromDays(120).TotalMilliseconds);
        await GridFixture.EventuallyAsync(() => Task.FromResult(grid.Frame.TimeMs), at => at >= time.NowMs, "no frame");
        await PostAsync("expireInstrument", server.Port, $"/v1/instruments/{call}/expire",
            $$"""{ "commandId": "{{fixture.NextId()}}", "settlementPrice": "61000" }""");
    }

    private async Task LoginAsync()
    {
        using var keys = new TestKeys();
        await using var web = await WebGrid.StartAsync(access: keys.Access);
        var answer = await RawHttp.PostAsync(web.Port, "/v1/session", $$"""{ "key": "{{keys["read"]}}" }""");
        Add("logIn", answer);
        // the token is of a server that is gone, and need not be anybody's
        _answers["logIn"]["csrf"] = "Zr0uV2mB8nQ1xYpL5tKc7w";
        Add("logOut", await RawHttp.SendAsync(web.Port, RawHttp.Head("DELETE", "/v1/session", null,
            "Cookie: " + answer.Headers["Set-Cookie"].Split(';')[0],
            "X-CSRF-Token: " + answer.Json.GetProperty("csrf").GetString())));
    }

    private static async Task<JsonNode> EventAsync(int port)
    {
        using var http = new HttpClient();
        await using var stream = await http.GetStreamAsync($"http://127.0.0.1:{port}/v1/stream?channels=oracle");
        using var reader = new StreamReader(stream);
        var lines = new List<string>();
        while (await reader.ReadLineAsync() is { } line
            && !(line.Length == 0 && lines.Exists(one => one.StartsWith("data:", StringComparison.Ordinal))))
        {
            if (line.Length > 0 && !line.StartsWith("retry", StringComparison.Ordinal))
            {
                lines.Add(line);
            }
        }
        var data = Cut(JsonNode.Parse(lines[^1]["data: ".Length..])!);
        return string.Join('\n', [.. lines[..^1], "data: " + data.ToJsonString(), "", ""]);
    }

    private static async Task<JsonNode> MessageAsync(int port)
    {
        using var socket = new System.Net.WebSockets.ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/v1/ws"), CancellationToken.None);
        var buffer = new byte[4096];
        var read = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
        return JsonNode.Parse(buffer.AsSpan(0, read.Count))!;
    }

    private async Task PostAsync(string operation, int port, string target, string body, int status = 200) =>
        Add(operation, await RawHttp.PostAsync(port, target, body), status);

    private async Task GetAsync(string operation, int port, string target) =>
        Add(operation, await RawHttp.GetAsync(port, target));

    /// <summary>What is made beside the frames: as soon as it is there.</summary>
    private async Task SaidAsync(string operation, int port, string target) =>
        Add(operation, await GridFixture.EventuallyAsync(() => RawHttp.GetAsync(port, target),
            answer => answer.Status == 200, $"no {target}"));

    private void Add(string operation, RawAnswer answer, int status = 200)
    {
        Assert.True(answer.Status == status, $"{operation}: {answer.Status} {answer.Body}");
        _answers.Add(operation, answer.Headers["Content-Type"].StartsWith("text/csv", StringComparison.Ordinal)
            ? string.Join("\r\n", [.. answer.Body.Split("\r\n").Take(1 + RowsShown), ""])
            : Cut(JsonNode.Parse(answer.Body)!));
    }

    /// <summary>The same with the first rows of each list, and the first members of each map of feeds.</summary>
    private static JsonNode Cut(JsonNode node)
    {
        switch (node)
        {
            case JsonArray array:
                return new JsonArray([.. array.Take(RowsShown).Select(row => row is null ? null : Cut(row))]);
            case JsonObject members:
                return new JsonObject(members.Select(member =>
                    KeyValuePair.Create(member.Key, member.Value is null ? null : Cut(member.Value))));
            default:
                return node.DeepClone();
        }
    }
}
