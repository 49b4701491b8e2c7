using System.Security.Cryptography;
using System.Text;
using OrleansLeverage.Tests.Web.BadInputs;
using OrleansLeverage.Web.Security;
using Xunit;

namespace OrleansLeverage.Tests.Web.Security;

/// <summary>Prices and requests that are signed by a key whose private half no server has.</summary>
public sealed class SignatureTests : IDisposable
{
    /// <summary>Signed with <c>openssl dgst -sha256 -sign</c>, over the line of the first test.</summary>
    private const string OpenSslKey = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEjf9YmYpaVsvNK63cZwFC0o/BSUtW
        hVnJNAf7GPexHPlTbbNI4cgTVvfqucP3YNPeI6oA2ug5a9bmFi0fYvyDEw==
        -----END PUBLIC KEY-----
        """;

    private const string OpenSslSignature =
        "MEYCIQDOgiIgNNS+LyyZOZNWs4b+IpChYtv6IyuyWZPwoCt/sgIhAKZr6MZOycjuHZmKEm5J+0JoS/hncOSAHLk5L0gXwq/U";

    private readonly AuthFixture _auth = new();

    private TestKeys Keys => _auth.Keys;

    public SignatureTests() => Keys.Change("signer", key => key with { Scopes = ["oracle", "trade"] });

    public void Dispose() => _auth.Dispose();

    [Theory]
    [InlineData("v1|test-source|2|1|BTC-USD|60000||1750000000000", true)]
    [InlineData("v1|test-source|2|1|BTC-USD|60001||1750000000000", false)]
    public void WhatOpenSslSignedIsVerified(string line, bool isGood) => Assert.Equal(isGood, Signing.IsGood(
        KeyFile.P256(OpenSslKey)!, Encoding.UTF8.GetBytes(line), OpenSslSignature));

    [Theory]
    [InlineData("price", "\"60001\"")]
    [InlineData("seq", "2")]
    [InlineData("session", "3")]
    [InlineData("timestamp", "1749999999999")]
    [InlineData("confidence", "\"1\"")]
    [InlineData("bid", "\"59999\"")]
    [InlineData("signature", "\"\"")]
    [InlineData("signature", "\"AAAA\"")]
    [InlineData("signature", "\"not base64!\"")]
    [InlineData("signature", null)]
    [InlineData("price", "\"1e5\"")]
    public async Task AChangedPriceIsNotTheSources(string field, string? token)
    {
        await using var web = await WebGrid.StartAsync(access: _auth.Access);
        var good = _auth.Signed(ValidRequest.Tick(web));
        var changed = good.With(field, token);
        var answer = await PostAsync(web, changed);
        Assert.Equal((401, "bad_signature"), (answer.Status, answer.Code));
        Assert.Equal("bad_signature", web.Audits[0].Outcome);
        Assert.Equal("applied", (await PostAsync(web, good)).Code);
    }

    [Fact]
    public async Task ASignedPriceIsTakenOnceAndInEitherForm()
    {
        await using var web = await WebGrid.StartAsync(access: _auth.Access);
        var tick = _auth.Signed(ValidRequest.Tick(web).With("confidence", "\"2.5\""));
        Assert.Equal("applied", (await PostAsync(web, tick)).Code);
        Assert.Equal("duplicate", (await PostAsync(web, tick)).Code);
        var next = _auth.Signed(ValidRequest.Tick(web, seq: 2), DSASignatureFormat.Rfc3279DerSequence);
        Assert.Equal("applied", (await PostAsync(web, next)).Code);
        web.Time.Advance(31_000);
        Assert.Equal("ignored_stale", (await PostAsync(web, next)).Code);
    }

    [Fact]
    public async Task InABatchOnlyTheForgedOneIsRefused()
    {
        await using var web = await WebGrid.StartAsync(access: _auth.Access);
        var (good, forged) = (_auth.Signed(ValidRequest.Tick(web, seq: 2)),
            _auth.Signed(ValidRequest.Tick(web)).With("price", "\"1\""));
        var answer = await RawHttp.PostAsync(web.Port, "/v1/ticks", $$"""{"ticks":[{{forged}},{{good}}]}""",
            Keys.Header("signer"));
        Assert.Equal(["bad_signature", "applied"], answer.Json.GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("signer", "ETH-USD", "test-source")]
    [InlineData("signer", "BTC-USD", "source-1")]
    [InlineData("oracle", "BTC-USD", "source-1")]
    public async Task ASourceSpeaksForItselfAndForItsFeeds(string name, string asset, string source)
    {
        await using var web = await WebGrid.StartAsync(access: _auth.Access);
        var tick = ValidRequest.Tick(web, asset, source);
        var answer = await RawHttp.PostAsync(web.Port, "/v1/ticks",
            (name == "signer" ? _auth.Signed(tick) : tick).ToString(), Keys.Header(name));
        Assert.Equal((403, "not_entitled"), (answer.Status, answer.Code));
        Assert.Contains(web.Audits, record => record is { Outcome: "not_entitled" } && record.Entry.Principal == name);
    }

    [Fact]
    public async Task WhoHasNoKeyToSignWithDoesNotSign()
    {
        await using var web = await WebGrid.StartAsync(access: _auth.Access);
        var answer = await RawHttp.PostAsync(web.Port, "/v1/ticks", _auth.Signed(ValidRequest.Tick(web)).ToString(),
            Keys.Header("oracle"));
        Assert.Equal((401, "bad_signature"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData(0, "applied")]
    [InlineData(5_000, "applied")]
    [InlineData(-5_000, "applied")]
    [InlineData(5_001, "timestamp_window")]
    [InlineData(-5_001, "timestamp_window")]
    public async Task ASignedRequestHasAWindow(long offsetMs, string code)
    {
        await using var web = await WebGrid.StartAsync(access: _auth.Access);
        var body = ValidRequest.Collateral(web).ToString();
        var headers = _auth.SignedHeaders("POST", "/v1/collateral", body, web.Time.NowMs + offsetMs, "n1");
        Assert.Equal(code, (await RawHttp.PostAsync(web.Port, "/v1/collateral", body, headers)).Code);
    }

    [Fact]
    public async Task ASignedRequestIsWholeAndCountsOnce()
    {
        await using var web = await WebGrid.StartAsync(access: _auth.Access);
        var body = ValidRequest.Collateral(web).ToString();
        var headers = _auth.SignedHeaders("POST", "/v1/collateral", body, web.Time.NowMs, "n1");
        var other = body.Replace("\"10\"", "\"99\"");
        Assert.Equal("bad_signature", (await RawHttp.PostAsync(web.Port, "/v1/collateral", other, headers)).Code);
        Assert.Equal("bad_signature", (await RawHttp.PostAsync(web.Port, "/v1/fills", body, headers)).Code);
        Assert.Equal("bad_signature",
            (await RawHttp.PostAsync(web.Port, "/v1/collateral?a=1", body, headers)).Code);
        Assert.Equal("unauthenticated", (await RawHttp.PostAsync(
            web.Port, "/v1/collateral", body, [.. headers, Keys.Header("signer")])).Code);
        Assert.Equal("applied", (await RawHttp.PostAsync(web.Port, "/v1/collateral", body, headers)).Code);
        Assert.Equal("bad_signature", (await RawHttp.PostAsync(web.Port, "/v1/collateral", body, headers)).Code);
        var sorted = _auth.SignedHeaders("GET", "/v1/me?a=2&b=1", "", web.Time.NowMs, "n2");
        Assert.Equal(200, (await RawHttp.GetAsync(web.Port, "/v1/me?b=1&a=2", sorted)).Status);
    }

    private Task<RawAnswer> PostAsync(WebGrid web, ValidRequest tick) =>
        RawHttp.PostAsync(web.Port, "/v1/ticks", tick.ToString(), Keys.Header("signer"));
}
