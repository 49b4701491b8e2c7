using System.Security.Cryptography;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Web;
using OrleansLeverage.Web.Security;
using Xunit;

namespace OrleansLeverage.Tests.Web.Security;

/// <summary>Keys at the door, and the file that they come from.</summary>
public sealed class KeyTests
{
    [Theory]
    [InlineData("X-Api-Key: {read}", 200, null)]
    [InlineData("Authorization: Bearer {read}", 200, null)]
    [InlineData("authorization: bearer {read}", 200, null)]
    [InlineData("X: y", 401, "unauthenticated")]
    [InlineData("X-Api-Key: ", 401, "unauthenticated")]
    [InlineData("X-Api-Key: x", 401, "unauthenticated")]
    [InlineData("X-Api-Key: lvg_0123456789ab_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 401, "unauthenticated")]
    [InlineData("X-Api-Key: {read}x", 401, "unauthenticated")]
    [InlineData("X-Api-Key: {wrong}", 401, "unauthenticated")]
    [InlineData("X-Api-Key: {read}\r\nX-Api-Key: {read}", 401, "unauthenticated")]
    [InlineData("X-Api-Key: {read}\r\nAuthorization: Bearer {read}", 401, "unauthenticated")]
    [InlineData("Authorization: Basic {read}", 401, "unauthenticated")]
    [InlineData("Authorization: {read}", 401, "unauthenticated")]
    [InlineData("Authorization: Bearer a.b.c", 401, "bad_token")]
    [InlineData("X-Api-Key: {revoked}", 401, "revoked")]
    [InlineData("X-Api-Key: {ended}", 401, "revoked")]
    [InlineData("X-Api-Key: {trade}", 403, "insufficient_scope")]
    public async Task TheDoor(string header, int status, string? code)
    {
        using var keys = new TestKeys();
        keys.Add("revoked", key => key with { Scopes = ["read"], Revoked = DateTimeOffset.UnixEpoch });
        keys.Add("ended", key => key with { Scopes = ["read"], Expires = DateTimeOffset.UnixEpoch });
        await using var web = await WebGrid.StartAsync(access: keys.Access);
        var read = keys["read"];
        // the last character of a secret holds two bits: one in the middle is surely another secret
        var wrong = read[..30] + (read[30] == 'A' ? 'B' : 'A') + read[31..];
        var sent = header.Replace("{wrong}", wrong).Replace("{read}", read).Replace("{trade}", keys["trade"])
            .Replace("{revoked}", keys["revoked"]).Replace("{ended}", keys["ended"]);
        var answer = await RawHttp.GetAsync(web.Port, "/v1/accounts/alice", sent);
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal(code == "unauthenticated", answer.Headers.ContainsKey("WWW-Authenticate"));
    }

    [Fact]
    public async Task ATakenBackKeyEndsWhatItHasOpen()
    {
        using var keys = new TestKeys();
        await using var web = await WebGrid.StartAsync(access: keys.Access);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("X-Api-Key", keys["read"]);
        await using var stream = await http.GetStreamAsync(new Uri(web.Server.Address, "/v1/stream"));
        Assert.True(await stream.ReadAsync(new byte[100]) > 0);
        keys.Change("read", key => key with { Revoked = DateTimeOffset.UnixEpoch });
        web.Server.Services.GetRequiredService<KeyRing>().Refresh();
        while (await stream.ReadAsync(new byte[4096]) > 0)
        {
        }
        Assert.Equal("revoked", (await RawHttp.GetAsync(web.Port, "/v1/system", keys.Header("read"))).Code);
        Assert.Contains(web.Audits, record => record.Action == "keys.changed"
            && record.Entry.Target == keys.Id("read"));
    }

    [Fact]
    public async Task TheFileIsReadAgainWhenItChangesAndABrokenOneChangesNothing()
    {
        using var keys = new TestKeys();
        await using var web = await WebGrid.StartAsync(access: keys.Access);
        keys.Add("late", key => key with { Scopes = ["read"] });
        await GridFixture.EventuallyAsync(
            async () => (await RawHttp.GetAsync(web.Port, "/v1/me", keys.Header("late"))).Status,
            status => status == 200, "a new key never came into force");
        await File.WriteAllTextAsync(keys.Path, "{}");
        var ring = web.Server.Services.GetRequiredService<KeyRing>();
        ring.Refresh();
        Assert.Equal(200, (await RawHttp.GetAsync(web.Port, "/v1/me", keys.Header("late"))).Status);
    }

    [Fact]
    public async Task AKeyHasItsOwnRate()
    {
        using var keys = new TestKeys();
        keys.Add("slow", key => key with { RequestsPerSecond = 1 });
        await using var web = await WebGrid.StartAsync(access: keys.Access);
        var codes = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            codes.Add((await RawHttp.GetAsync(web.Port, "/v1/me", keys.Header("slow"))).Status);
        }
        Assert.Equal([200, 200, 429], codes);
        Assert.Equal(200, (await RawHttp.GetAsync(web.Port, "/v1/me", keys.Header("read"))).Status);
    }

    [Fact]
    public async Task WhoeverGuessesIsStopped()
    {
        using var keys = new TestKeys();
        await using var web = await WebGrid.StartAsync(new() { FailedAttemptsPerMinute = 2 }, keys.Access);
        var codes = new List<string?>();
        for (var i = 0; i < 3; i++)
        {
            codes.Add((await RawHttp.GetAsync(web.Port, "/v1/me", "X-Api-Key: x")).Code);
        }
        Assert.Equal(["unauthenticated", "unauthenticated", "rate_limited"], codes);
        Assert.Equal(200, (await RawHttp.GetAsync(web.Port, "/v1/me", keys.Header("read"))).Status);
        web.Time.Advance(60_000);
        Assert.Equal("unauthenticated", (await RawHttp.GetAsync(web.Port, "/v1/me", "X-Api-Key: x")).Code);
    }

    [Fact]
    public async Task MeIsWhoeverAsks()
    {
        using var keys = new TestKeys();
        await using var web = await WebGrid.StartAsync(access: keys.Access);
        var me = (await RawHttp.GetAsync(web.Port, "/v1/me", keys.Header("oracle"))).Json;
        Assert.Equal(("oracle", "key", "DEMO", WebGrid.Source), (me.GetProperty("name").GetString(),
            me.GetProperty("kind").GetString(), me.GetProperty("mode").GetString(),
            me.GetProperty("source").GetString()));
        Assert.Equal("oracle", me.GetProperty("scopes")[0].GetString());
        await using var open = await WebGrid.StartAsync();
        Assert.Equal(5, (await RawHttp.GetAsync(open.Port, "/v1/me")).Json.GetProperty("scopes").GetArrayLength());
    }

    public static TheoryData<string, Func<KeyRecord, KeyRecord>> Faults() => new()
    {
        { "12 hexadecimal", key => key with { Id = "x" } },
        { "a name is", key => key with { Name = "Ann" } },
        { "64 hexadecimal", key => key with { Hash = "00" } },
        { "no scope", key => key with { Scopes = [] } },
        { "no scope 'root'", key => key with { Scopes = ["read", "root"] } },
        { "has a source", key => key with { Scopes = ["oracle"] } },
        { "goes with the scope oracle", key => key with { Source = "kraken" } },
        { "no id of a source", key => key with { Scopes = ["oracle"], Source = "Kraken" } },
        { "feeds go with", key => key with { Feeds = ["BTC-USD"] } },
        { "no feed", key => key with { Scopes = ["oracle"], Source = "kraken", Feeds = ["btc"] } },
        { "no account id", key => key with { Accounts = ["*"] } },
        { "no account id", key => key with { Accounts = ["A*"] } },
        { "P-256", key => key with { PublicKey = "x" } },
        { "P-256", key => key with { PublicKey = P384() } },
        { "1 to", key => key with { RequestsPerSecond = 0 } },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void AKeyThatMeansNothingIsRefused(string says, Func<KeyRecord, KeyRecord> change)
    {
        using var keys = new TestKeys();
        var before = File.ReadAllText(keys.Path);
        var fault = Assert.Throws<FormatException>(
            () => keys.Add("bad", key => change(key with { Scopes = ["read"] })));
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(keys.Path));
    }

    [Theory]
    [InlineData("""{"version":2,"keys":[]}""", "version 2")]
    [InlineData("""{"version":1,"keys":[],"more":1}""", "no file of keys")]
    [InlineData("""{"version":1}""", "no file of keys")]
    [InlineData("""{"version":1,"keys":[{"id":"0123456789ab"}]}""", "no file of keys")]
    [InlineData("[", "no file of keys")]
    public async Task AFileThatIsNoneStopsTheStart(string text, string says)
    {
        using var keys = new TestKeys();
        await File.WriteAllTextAsync(keys.Path, text);
        var fault = await Assert.ThrowsAsync<FormatException>(() => GridServer.StartAsync(
            new StubGrid(), new GridServerOptions { Port = 0, Access = keys.Access }));
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NothingInTheFileLetsAnybodyIn()
    {
        using var keys = new TestKeys();
        var text = File.ReadAllText(keys.Path);
        foreach (var (_, name) in ScopeNames.All)
        {
            Assert.DoesNotContain(keys[name][17..], text, StringComparison.Ordinal);
            Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(keys[name]))),
                text, StringComparison.Ordinal);
        }
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(keys.Path));
            File.SetUnixFileMode(keys.Path, File.GetUnixFileMode(keys.Path) | UnixFileMode.GroupWrite);
            Assert.Throws<FormatException>(() => KeyFile.Read(keys.Path));
        }
    }

    [Fact]
    public async Task AServerThatNobodyMayAskDoesNotStart()
    {
        var nobody = new GridServerOptions { Port = 0 };
        var fault = await Assert.ThrowsAsync<ArgumentException>(() => GridServer.StartAsync(new StubGrid(), nobody));
        Assert.Contains("nobody may ask", fault.Message, StringComparison.Ordinal);
        var wide = OpenServer.Options with { Bind = System.Net.IPAddress.Any };
        fault = await Assert.ThrowsAsync<ArgumentException>(() => GridServer.StartAsync(new StubGrid(), wide));
        Assert.Contains("needs keys", fault.Message, StringComparison.Ordinal);
        using var keys = new TestKeys();
        var both = OpenServer.Options with { Access = keys.Access with { IsOpen = true } };
        await Assert.ThrowsAsync<ArgumentException>(() => GridServer.StartAsync(new StubGrid(), both));
    }

    private static string P384()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        return key.ExportSubjectPublicKeyInfoPem();
    }
}
