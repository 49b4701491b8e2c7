using System.Net;
using System.Text;
using System.Text.Json;
using OrleansLeverage.Web.Security;
using Xunit;

namespace OrleansLeverage.Tests.Web.Security;

/// <summary>
/// Who may call what, over the endpoints that the running server has: the table below says what each should need, and
/// every endpoint is asked by everybody.
/// </summary>
public sealed class ScopeMatrixTests
{
    private const string Known = "whoever is known";
    private const string Anybody = "anybody";

    /// <summary>The first row that fits decides; <c>*</c> stands for anything that follows.</summary>
    private static readonly (string Endpoint, string Needs)[] Table =
    [
        ("GET /v1/me", Known),
        ("GET /v1/audit", "admin"),
        ("GET /v1/triggers", "operate"),
        ("GET /v1/export/triggers", "operate"),
        ("GET /v1/*", "read"),
        ("GET /metrics", "read"),
        ("GET /*", Anybody),
        ("POST /v1/session", Anybody),
        ("DELETE /v1/session", Known),
        ("POST /v1/ticks", "oracle"),
        ("POST /v1/fills", "trade"),
        ("POST /v1/collateral", "trade"),
        ("POST /v1/accounts/import", "admin"),
        ("POST /v1/accounts/{id}/commands", "trade"),
        ("POST /v1/accounts/{id}/what-if", "read"),
        ("POST /v1/accounts/{id}/check", "read"),
        ("POST /v1/adl/{symbol}/rehearse", "read"),
        ("POST /v1/adl/*", "operate"),
        ("POST /v1/triggers/ack", "operate"),
        ("POST /v1/jobs", "operate"),
        ("DELETE /v1/jobs/{id}", "operate"),
        ("POST /v1/instruments/*", "admin"),
    ];

    [Fact]
    public async Task EveryEndpointNeedsWhatTheTableSaysAndTakesNobodyElse()
    {
        using var keys = new TestKeys();
        keys.Add("taken-back", key => key with
        {
            Scopes = [.. ScopeNames.All.Select(row => row.Name)], Source = WebGrid.Source,
            Revoked = DateTimeOffset.UnixEpoch,
        });
        await using var web = await WebGrid.StartAsync(
            new() { FailedAttemptsPerMinute = int.MaxValue - 1, StreamsPerClient = 1_000 }, keys.Access);
        using var http = new HttpClient { BaseAddress = web.Server.Address };
        var endpoints = Endpoints(web);
        Assert.True(endpoints.Count >= 15, $"{endpoints.Count} endpoints");
        foreach (var (method, route) in endpoints)
        {
            var name = $"{method} {route}";
            var needs = Table.FirstOrDefault(row => Fits(row.Endpoint, name)).Needs;
            Assert.True(needs is not null, $"{name}: the table does not say who may call it");
            Assert.Equal(needs == Anybody ? null : (401, "unauthenticated"),
                Closed(await AskAsync(http, method, route, null), name));
            Assert.Equal(needs == Anybody ? null : (401, "revoked"),
                Closed(await AskAsync(http, method, route, keys["taken-back"]), name));
            foreach (var (_, scope) in ScopeNames.All)
            {
                Assert.Equal(needs is Anybody or Known || needs == scope ? null : (403, "insufficient_scope"),
                    Closed(await AskAsync(http, method, route, keys[scope]), $"{name} by {scope}"));
            }
        }
    }

    [Fact]
    public async Task EveryEndpointSaysWhoMayCallIt()
    {
        await using var web = await WebGrid.StartAsync();
        Assert.All(RouteEndpoints(web), endpoint =>
            Assert.True(endpoint.Metadata.GetMetadata<EndpointAccess>() is not null, endpoint.DisplayName));
    }

    /// <summary>Of every kind of restricted key: only its own accounts, and nothing that would name others.</summary>
    [Fact]
    public async Task ARestrictedKeySeesItsAccountsAndNothingElse()
    {
        using var keys = new TestKeys();
        string[] all = ["read", "trade", "operate", "admin"];
        keys.Add("venue", key => key with { Scopes = all, Accounts = ["ali*", "carol"] });
        await using var web = await WebGrid.StartAsync(access: keys.Access);
        using var http = new HttpClient { BaseAddress = web.Server.Address };
        foreach (var (method, route) in Endpoints(web))
        {
            var name = $"{method} {route}";
            var isFree = RouteEndpoints(web).Single(row => Method(row) == method && row.RoutePattern.RawText == route)
                .Metadata.GetMetadata<AccountFree>() is not null;
            if (route.Contains("/accounts/{id}", StringComparison.Ordinal))
            {
                Assert.Null(Closed(await AskAsync(http, method, route, keys["venue"]), name));
                Assert.Equal((404, "not_found"),
                    Closed(await AskAsync(http, method, route.Replace("{id}", "bob"), keys["venue"]), name));
            }
            else if (!isFree && Table.First(row => Fits(row.Endpoint, name)).Needs is not (Anybody or "oracle"))
            {
                Assert.Equal((403, "not_entitled"), Closed(await AskAsync(http, method, route, keys["venue"]), name));
            }
        }
        var foreign = BadInputs.ValidRequest.Fill(web);
        var answer = await RawHttp.PostAsync(web.Port, "/v1/fills", foreign.ToString(), keys.Header("venue"));
        Assert.Equal((404, "not_found"), (answer.Status, answer.Code));
        var own = BadInputs.ValidRequest.Collateral(web);
        Assert.Equal("applied",
            (await RawHttp.PostAsync(web.Port, "/v1/collateral", own.ToString(), keys.Header("venue"))).Code);
        var others = BadInputs.ValidRequest.Collateral(web).With("account", "\"bob\"");
        Assert.Equal("not_found",
            (await RawHttp.PostAsync(web.Port, "/v1/collateral", others.ToString(), keys.Header("venue"))).Code);
        Assert.Contains(web.Audits, record => record is { Outcome: "not_found", Entry.Principal: "venue" });
    }

    private static bool Fits(string pattern, string name) => pattern.EndsWith('*')
        ? name.StartsWith(pattern[..^1], StringComparison.Ordinal)
        : pattern == name;

    private static IEnumerable<RouteEndpoint> RouteEndpoints(WebGrid web) =>
        web.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private static string Method(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Single() ?? "GET";

    private static List<(string Method, string Route)> Endpoints(WebGrid web) =>
        [.. RouteEndpoints(web).Select(endpoint => (Method(endpoint), endpoint.RoutePattern.RawText!))];

    /// <summary>The status and the code where the door was closed; null where somebody was let in.</summary>
    private static (int, string)? Closed((int Status, string? Code) answer, string name)
    {
        Assert.True(answer.Status != 500, name);
        return answer is (401 or 403 or 404, { } code) && code is not "not_measured" ? (answer.Status, code) : null;
    }

    private static async Task<(int Status, string? Code)> AskAsync(
        HttpClient http, string method, string route, string? key)
    {
        var target = route.Replace("{id}", "alice").Replace("{documentName}", "v1").Replace("{symbol}", "BTC-USD-PERP")
            .Replace("{feed}", "BTC-USD").Replace("{**path}", "x").Replace("{name}", "x");
        using var request = new HttpRequestMessage(new HttpMethod(method), target);
        if (key is not null)
        {
            request.Headers.Add("X-Api-Key", key);
        }
        if (method == "POST")
        {
            request.Content = new StringContent("""{"none":1}""", Encoding.UTF8, "application/json");
        }
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var isProblem = answer.Content.Headers.ContentType?.MediaType == "application/problem+json";
        var code = isProblem ? JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement
            .GetProperty("code").GetString() : null;
        // absent is no closed door: only that of another's account is looked at, and by its own name
        return answer.StatusCode == HttpStatusCode.NotFound && !target.Contains("/bob", StringComparison.Ordinal)
            ? (404, null)
            : ((int)answer.StatusCode, code);
    }
}
