using System.Net;
using System.Text.Json;
using OrleansLeverage.Cluster.Tests.Processes;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Engine;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>
/// One of three silos answers over HTTP for the accounts of all: jobs, exports, and what part of the accounts an answer
/// stands for while another silo does not answer. Alice is long a coin against bob at 60,000, carl on 6,000 USD against
/// dora; forty more have 1 USD each.
/// </summary>
public sealed class SiloHttpTests
{
    private const int Others = 40;
    private const int Accounts = Others + 4;
    private const int SaidMax = 30;
    private const int ReadMs = 3_000;
    private const string CoinglassMap = "/v1/liquidation-map/BTC-USD?compat=coinglass";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly FeedId Bitcoin = new("BTC-USD");

    [Fact]
    public async Task Jobs_and_exports_are_of_the_accounts_of_all_silos()
    {
        await using var silos = Silos(out var http);
        await OpenAsync(silos);
        using var _ = http;

        var stress = await DoneAsync(http, """
            { "kind": "stress", "fund": "1000", "custom": [ { "name": "tenth", "moves": { "BTC-USD": -0.1 } },
                { "name": "fifth", "moves": { "BTC-USD": -0.2 } } ] }
            """);
        var rows = stress.GetProperty("result").GetProperty("scenarios").EnumerateArray().ToList();
        // what one loses another gains: 1,000,000 twice, 6,000, 600,000 and forty; two coins on either side
        Assert.Equal(2_606_000.0 + Others, rows[0].GetProperty("equity").GetDouble(), 1e-6);
        Assert.Equal(4.0 * 54_000.0, rows[0].GetProperty("notional").GetDouble(), 1e-6);
        Assert.Equal(0L, rows[0].GetProperty("bankruptAccounts").GetInt64());
        // carl has 6,000 against a loss of 12,000
        Assert.Equal((1L, 6_000.0), (rows[1].GetProperty("bankruptAccounts").GetInt64(),
            rows[1].GetProperty("deficit").GetDouble()));
        AssertWhole(stress);

        var breaks = (await DoneAsync(http, """
            { "kind": "reverse-stress", "accounts": ["carl"], "feeds": ["BTC-USD"], "fund": "3000" }
            """)).GetProperty("result").GetProperty("breaks").EnumerateArray().ToDictionary(
            row => $"{row.GetProperty("who").GetString()} {row.GetProperty("moves").GetString()}");
        // carl is bankrupt at 54,000; the venue once the deficit is 3,000, at 51,000
        Assert.Equal(54_000.0, breaks["carl BTC-USD"].GetProperty("price").GetDouble(), 1e-3);
        Assert.Equal(51_000.0, breaks["venue BTC-USD"].GetProperty("price").GetDouble(), 1e-3);

        var cascade = await DoneAsync(http,
            """{ "kind": "cascade", "shock": -0.3, "ticks": 20, "rampTicks": 5, "seed": 7 }""");
        var figures = cascade.GetProperty("result");
        Assert.Equal(Accounts, figures.GetProperty("accounts").GetInt32());
        Assert.Equal(1, figures.GetProperty("totals").GetProperty("liquidatedAccounts").GetInt32());
        Assert.Equal(240_000.0 / (2_606_000.0 + Others), figures.GetProperty("leverageBefore").GetDouble(), 1e-12);
        AssertWhole(cascade);
        var jobs = await http.GetFromJsonAsync<JsonElement>("/v1/jobs");
        Assert.Equal(["cascade", "reverse-stress", "stress"],
            jobs.GetProperty("items").EnumerateArray().Select(job => job.GetProperty("kind").GetString()));

        foreach (var (target, lines) in new[] { ("accounts", Accounts), ("positions", 4) })
        {
            using var export = await http.GetAsync($"/v1/export/{target}?sort=id");
            Assert.Equal(HttpStatusCode.OK, export.StatusCode);
            var csv = await export.Content.ReadAsStringAsync();
            Assert.Equal(1 + lines, csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
            Assert.Equal(("1", $"{Accounts}", "none"), (Header(export, "Leverage-Coverage"),
                Header(export, "Leverage-Listed"), Header(export, "Leverage-Missing")));
        }
    }

    /// <summary>
    /// A frozen silo is alive for all that the others know, until they give it up, which takes long here: meanwhile
    /// answers go on without its accounts, name it and say how many they have; once it goes on they are whole again.
    /// </summary>
    [Fact]
    public async Task While_a_silo_does_not_answer_lists_name_it_and_say_what_part_they_are()
    {
        await using var silos = Silos(out var http);
        silos.Settings["ProbeTimeoutMs"] = "30000";
        await OpenAsync(silos);
        using var _ = http;
        AssertWhole(await EventuallyAsync(http, "accounts?sort=id", reach => Long(reach, "accounts") == Accounts));
        // a map is made anew every second: the first may be of those that were there while they were opened
        await GridFixture.EventuallyAsync(() => http.GetAsync(CoinglassMap), answer =>
            (Header(answer, "Leverage-Accounts"), Header(answer, "Leverage-Missing")) == ($"{Accounts}", "none"),
            "the map is not of everybody");

        silos.Signal(2, ChildProcess.Stop);
        var part = await EventuallyAsync(http, "accounts?sort=id&limit=100", reach =>
            reach.GetProperty("missing").GetArrayLength() > 0);
        var reached = part.GetProperty("reach");
        Assert.Contains($":{silos.SiloPort(2)}", reached.GetProperty("missing")[0].GetString());
        Assert.Equal(1, reached.GetProperty("missing").GetArrayLength());
        Assert.Equal(Accounts, Long(reached, "listed"));
        Assert.InRange(Long(reached, "accounts"), 1, Accounts - 1);
        Assert.Equal((double)Long(reached, "accounts") / Accounts, reached.GetProperty("coverage").GetDouble(), 12);
        Assert.Equal(Long(reached, "accounts"), part.GetProperty("items").GetArrayLength());

        var map = await GridFixture.EventuallyAsync(() => http.GetAsync(CoinglassMap), answer =>
            Header(answer, "Leverage-Missing") is not ("" or "none"), "the map names no silo");
        Assert.Contains($":{silos.SiloPort(2)}", Header(map, "Leverage-Missing"));
        Assert.Equal((reached.GetProperty("accounts").GetRawText(), $"{Accounts}"), (Header(map, "Leverage-Accounts"),
            Header(map, "Leverage-Listed")));

        // what must have everybody fails by name instead
        using var body = new StringContent("""{ "kind": "stress" }""", System.Text.Encoding.UTF8, "application/json");
        using var taken = await http.PostAsync("/v1/jobs", body);
        var id = JsonDocument.Parse(await taken.Content.ReadAsStringAsync()).RootElement.GetProperty("id").GetString();
        using var export = await http.GetAsync("/v1/export/accounts");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "not_reached"), (export.StatusCode,
            JsonDocument.Parse(await export.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString()));
        var job = await GridFixture.EventuallyAsync(() => http.GetFromJsonAsync<JsonElement>($"/v1/jobs/{id}"),
            at => at.GetProperty("state").GetString() is not ("QUEUED" or "RUNNING"), "the job does not end");
        Assert.Equal(("FAILED", "not_reached"), (job.GetProperty("state").GetString(),
            job.GetProperty("code").GetString()));

        silos.Signal(2, ChildProcess.Continue);
        AssertWhole(await EventuallyAsync(http, "accounts?sort=id&limit=100", reach =>
            reach.GetProperty("missing").GetArrayLength() == 0 && Long(reach, "accounts") == Accounts));
        AssertWhole(await EventuallyAsync(http, "system", reach => reach.GetProperty("coverage") is
            { ValueKind: JsonValueKind.Number } number && number.GetDouble() == 1.0));
    }

    /// <summary>
    /// An account whose silo stands still is read from the store, as it was acknowledged; where the store does not
    /// answer either that is said by name, within the time that reads are given, and a command's outcome is unknown.
    /// </summary>
    [Fact]
    public async Task An_account_of_a_frozen_silo_is_read_from_the_store_or_said_to_be_out_of_reach_in_time()
    {
        await using var store = await BlobServer.StartAsync();
        await using var proxy = new FaultProxy(store.Port);
        await using var silos = Silos(out var http, proxy.Port);
        silos.Settings["ProbeTimeoutMs"] = "30000";
        silos.Settings["ReadDeadlineMs"] = $"{ReadMs}";
        await OpenAsync(silos);
        using var _ = http;
        var before = new Dictionary<string, string>();
        var whole = await EventuallyAsync(http, "accounts?sort=id&limit=100", reach =>
            Long(reach, "accounts") == Accounts);
        var all = whole.GetProperty("items").EnumerateArray().Select(row => row.GetProperty("account").GetString()!)
            .ToArray();
        foreach (var id in all)
        {
            before[id] = Held(await http.GetFromJsonAsync<JsonElement>($"/v1/accounts/{id}"));
        }

        silos.Signal(2, ChildProcess.Stop);
        var part = await EventuallyAsync(http, "accounts?sort=id&limit=100", reach =>
            reach.GetProperty("missing").GetArrayLength() > 0);
        var lost = all.Except(part.GetProperty("items").EnumerateArray().Select(row =>
            row.GetProperty("account").GetString()!)).ToArray();
        Assert.NotEmpty(lost);
        foreach (var id in lost)
        {
            Assert.Equal((id, before[id]), (id, Held(await http.GetFromJsonAsync<JsonElement>(
                $"/v1/accounts/{id}"))));
        }

        proxy.Fault = StorageFault.Busy;
        foreach (var target in new[] { $"accounts/{lost[0]}", $"accounts/{lost[0]}/history" })
        {
            var began = TimeProvider.System.GetTimestamp();
            using var answer = await http.GetAsync($"/v1/{target}");
            var took = TimeProvider.System.GetElapsedTime(began);
            Assert.Equal((target, HttpStatusCode.ServiceUnavailable, "not_reached", "1"), (target, answer.StatusCode,
                JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("code")
                    .GetString(), Header(answer, "Retry-After")));
            // a silo is given up after a minute here, and a command after ten seconds
            Assert.InRange(took, TimeSpan.FromMilliseconds(ReadMs / 2), TimeSpan.FromMilliseconds(ReadMs * 3));
        }
        await using var hasty = new ClusterGrid(silos.Grains, new ClusterGridOptions
        {
            Universe = SiloProcesses.Universe, CommandDeadlineMs = ReadMs,
        }, TimeProvider.System);
        Assert.Equal(CommandStatus.OutcomeUnknown, (await hasty.ExecuteAsync(new Deposit(CommandId.Series(
            TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 9, 1), new AccountId(lost[0]), AssetId.Usd,
            1m))).Status);

        proxy.Fault = StorageFault.None;
        silos.Signal(2, ChildProcess.Continue);
        await EventuallyAsync(http, "accounts?sort=id&limit=100", reach => Long(reach, "accounts") == Accounts);
    }

    /// <summary>What of an account no price changes.</summary>
    private static string Held(JsonElement account) => $"{account.GetProperty("seq")} "
        + account.GetProperty("balances").GetRawText() + string.Join(' ', account.GetProperty("positions")
            .EnumerateArray().Select(p => $"{p.GetProperty("symbol")} {p.GetProperty("contracts")}"));

    private static SiloProcesses Silos(out HttpClient http, int? storagePort = null)
    {
        var port = Servers.FreePort();
        http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Patience };
        return new SiloProcesses(postgres: null, storagePort, silos: 3)
        {
            SettingsOf = silo => silo == 1
                ? new Dictionary<string, string> { ["HttpPort"] = $"{port}", ["HttpInsecureLocal"] = "true" } : [],
        };
    }

    private static async Task OpenAsync(SiloProcesses silos)
    {
        await silos.StartAsync();
        var sequence = 0L;
        await GridFixture.EventuallyAsync(async () =>
        {
            var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            await silos.Grid.PublishAsync(new PriceUpdate(Bitcoin, 60_000m, new SourceId("test"), 1, ++sequence, now));
            return silos.Grid.Frame[silos.Grid.Universe.Feed(Bitcoin)!];
        }, price => price is { State: PriceState.Fresh, Price: not null }, "no price");
        var ids = 0;
        CommandId Next() => CommandId.Series(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 1, ++ids);
        foreach (var (account, amount) in new[] { ("alice", 1_000_000m), ("bob", 1_000_000m), ("carl", 6_000m),
            ("dora", 600_000m) }.Concat(Enumerable.Range(0, Others).Select(i => ($"other-{i:00}", 1m))))
        {
            Assert.True((await silos.Grid.ExecuteAsync(
                new Deposit(Next(), new AccountId(account), AssetId.Usd, amount))).IsApplied);
        }
        foreach (var (buyer, seller) in new[] { ("alice", "bob"), ("carl", "dora") })
        {
            var result = await silos.Grid.ExecuteAsync(new ApplyFill(Next(), new InstrumentId("BTC-USD-PERP"),
                new Price(60_000m), new FillLeg(new AccountId(buyer), new Quantity(1m), 0m),
                new FillLeg(new AccountId(seller), new Quantity(-1m), 0m)));
            Assert.True(result.IsApplied, result.ToString());
        }
        await silos.CoveredAsync(Patience);
    }

    /// <summary>A job's result, as soon as there is one.</summary>
    private static async Task<JsonElement> DoneAsync(HttpClient http, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var taken = await http.PostAsync("/v1/jobs", content);
        var said = await taken.Content.ReadAsStringAsync();
        Assert.True(taken.StatusCode == HttpStatusCode.Accepted, said);
        var id = JsonDocument.Parse(said).RootElement.GetProperty("id").GetString();
        var job = await GridFixture.EventuallyAsync(() => http.GetFromJsonAsync<JsonElement>($"/v1/jobs/{id}"),
            at => at.GetProperty("state").GetString() is "DONE" or "FAILED" or "CANCELLED", "the job does not end");
        Assert.True(job.GetProperty("state").GetString() == "DONE", job.ToString());
        return await http.GetFromJsonAsync<JsonElement>($"/v1/jobs/{id}/result");
    }

    /// <summary>An answer whose reach is such.</summary>
    private static async Task<JsonElement> EventuallyAsync(HttpClient http, string target,
        Func<JsonElement, bool> holds)
    {
        var began = TimeProvider.System.GetTimestamp();
        var said = new Queue<string>();
        while (TimeProvider.System.GetElapsedTime(began) < Patience)
        {
            using var answer = await http.GetAsync($"/v1/{target}");
            var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
            if (answer.IsSuccessStatusCode && holds(json.GetProperty("reach")))
            {
                return json;
            }
            said.Enqueue($"{TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s: {answer.StatusCode} "
                + (answer.IsSuccessStatusCode ? json.GetProperty("reach") : json));
            if (said.Count > SaidMax)
            {
                said.Dequeue();
            }
            await Task.Delay(20);
        }
        throw new TimeoutException($"{target}: {string.Join('\n', said)}");
    }

    private static void AssertWhole(JsonElement answer)
    {
        var reach = answer.GetProperty("reach");
        Assert.Equal((1.0, Accounts, Accounts, 0), (reach.GetProperty("coverage").GetDouble(),
            Long(reach, "accounts"), Long(reach, "listed"), reach.GetProperty("missing").GetArrayLength()));
    }

    private static long Long(JsonElement reach, string name) => reach.GetProperty(name).GetInt64();

    /// <summary>Empty where the answer has none.</summary>
    private static string Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(' ', values) : "";
}
