using OrleansLeverage.Web.Security;
using Xunit;

namespace OrleansLeverage.Tests.Web.Security;

/// <summary>Logging a browser in, by the printed link or by a key, and what its cookie can and cannot do.</summary>
public sealed class SessionTests
{
    [Fact]
    public async Task TheLinkLogsInOnce()
    {
        using var keys = new TestKeys();
        await using var web = await WebGrid.StartAsync(access: keys.Access);
        var link = web.Server.LoginLink!;
        Assert.StartsWith("#/login/", link.Fragment, StringComparison.Ordinal);
        var login = await LogInAsync(web, "token", link.Fragment["#/login/".Length..]);
        Assert.Equal(200, login.Status);
        Assert.Equal(["read", "operate"],
            login.Json.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()));
        var cookie = login.Headers["Set-Cookie"];
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(200, (await RawHttp.GetAsync(web.Port, "/v1/accounts/alice", Cookie(login))).Status);
        var again = await LogInAsync(web, "token", link.Fragment["#/login/".Length..]);
        Assert.Equal((401, "unauthenticated"), (again.Status, again.Code));
    }

    [Fact]
    public async Task TheLinkEnds()
    {
        using var keys = new TestKeys();
        await using var web = await WebGrid.StartAsync(access: keys.Access);
        web.Time.Advance((long)Sessions.LinkLifetime.TotalMilliseconds);
        var login = await LogInAsync(web, "token", web.Server.LoginLink!.Fragment["#/login/".Length..]);
        Assert.Equal((401, "unauthenticated"), (login.Status, login.Code));
    }

    [Fact]
    public async Task ASessionIsItsKeyAndEndsWithIt()
    {
        using var keys = new TestKeys();
        await using var web = await WebGrid.StartAsync(access: keys.Access);
        var login = await LogInAsync(web, "key", keys["trade"]);
        Assert.Equal(("trade", "session"), (login.Json.GetProperty("name").GetString(),
            login.Json.GetProperty("kind").GetString()));
        Assert.Equal("insufficient_scope",
            (await RawHttp.GetAsync(web.Port, "/v1/accounts/alice", Cookie(login))).Code);
        keys.Change("trade", key => key with { Revoked = DateTimeOffset.UnixEpoch });
        web.Server.Services.GetRequiredService<KeyRing>().Refresh();
        Assert.Equal("unauthenticated", (await RawHttp.GetAsync(web.Port, "/v1/me", Cookie(login))).Code);
        Assert.Equal("revoked", (await LogInAsync(web, "key", keys["trade"])).Code);
    }

    [Fact]
    public async Task ACookieAloneChangesNothing()
    {
        using var keys = new TestKeys();
        await using var web = await WebGrid.StartAsync(access: keys.Access);
        var login = await LogInAsync(web, "key", keys["trade"]);
        var body = BadInputs.ValidRequest.Collateral(web).ToString();
        var forged = await RawHttp.PostAsync(web.Port, "/v1/collateral", body, Cookie(login));
        Assert.Equal((403, "bad_csrf"), (forged.Status, forged.Code));
        var wrong = await RawHttp.PostAsync(web.Port, "/v1/collateral", body, Cookie(login), "X-CSRF-Token: x");
        Assert.Equal((403, "bad_csrf"), (wrong.Status, wrong.Code));
        var csrf = login.Json.GetProperty("csrf").GetString();
        Assert.Equal(csrf, (await RawHttp.GetAsync(web.Port, "/v1/me", Cookie(login))).Json
            .GetProperty("csrf").GetString());
        var own = await RawHttp.PostAsync(
            web.Port, "/v1/collateral", body, Cookie(login), $"X-CSRF-Token: {csrf}");
        Assert.Equal("applied", own.Code);
        // a key beside the cookie is who asks, and needs no token
        Assert.Equal("duplicate",
            (await RawHttp.PostAsync(web.Port, "/v1/collateral", body, Cookie(login), keys.Header("trade"))).Code);
    }

    [Fact]
    public async Task LoggingOutEndsTheSession()
    {
        using var keys = new TestKeys();
        await using var web = await WebGrid.StartAsync(access: keys.Access);
        var login = await LogInAsync(web, "key", keys["read"]);
        var csrf = login.Json.GetProperty("csrf").GetString();
        var left = await RawHttp.SendAsync(web.Port,
            RawHttp.Head("DELETE", "/v1/session", null, Cookie(login), $"X-CSRF-Token: {csrf}"));
        Assert.Equal(200, left.Status);
        Assert.Equal("unauthenticated", (await RawHttp.GetAsync(web.Port, "/v1/me", Cookie(login))).Code);
    }

    [Fact]
    public async Task ASessionEndsByItself()
    {
        using var keys = new TestKeys();
        await using var web = await WebGrid.StartAsync(access: keys.Access);
        var login = await LogInAsync(web, "key", keys["read"]);
        web.Time.Advance((long)Sessions.Lifetime.TotalMilliseconds);
        Assert.Equal("unauthenticated", (await RawHttp.GetAsync(web.Port, "/v1/me", Cookie(login))).Code);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"token":"a","key":"b"}""")]
    public async Task OneOfTheTwoIsGiven(string body)
    {
        await using var web = await WebGrid.StartAsync();
        Assert.Equal("missing_field", (await RawHttp.PostAsync(web.Port, "/v1/session", body)).Code);
    }

    private static Task<RawAnswer> LogInAsync(WebGrid web, string name, string value) =>
        RawHttp.PostAsync(web.Port, "/v1/session", $$"""{"{{name}}":"{{value}}"}""");

    private static string Cookie(RawAnswer login) => "Cookie: " + login.Headers["Set-Cookie"].Split(';')[0];
}
