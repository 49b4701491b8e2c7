using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using OrleansLeverage.Web.Security;
using Xunit;

namespace OrleansLeverage.Tests.Web.Security;

public sealed class TokenTests
{
    [Theory]
    [InlineData("ec")]
    [InlineData("rsa")]
    public async Task AGoodTokenIsWhoeverItSays(string kid)
    {
        using var tokens = new TestTokens();
        await using var web = await WebGrid.StartAsync(access: tokens.Access);
        var token = tokens.Good(web.Time.NowMs, "read else trade", kid);
        var me = (await RawHttp.GetAsync(web.Port, "/v1/me", $"Authorization: Bearer {token}")).Json;
        Assert.Equal(("desk", "token"), (me.GetProperty("name").GetString(), me.GetProperty("kind").GetString()));
        Assert.Equal(["read", "trade"], me.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()));
        Assert.Equal(200, (await RawHttp.GetAsync(web.Port, "/v1/accounts/alice", $"Authorization: Bearer {token}"))
            .Status);
        Assert.Equal("unauthenticated", (await RawHttp.GetAsync(web.Port, "/v1/me", $"X-Api-Key: {token}")).Code);
        web.Time.Advance(604_000);
        Assert.Equal(200, (await RawHttp.GetAsync(web.Port, "/v1/me", $"Authorization: Bearer {token}")).Status);
        web.Time.Advance(2_000);
        Assert.Equal("bad_token", (await RawHttp.GetAsync(web.Port, "/v1/me", $"Authorization: Bearer {token}")).Code);
    }

    [Theory]
    [InlineData("alg=none")]
    [InlineData("alg=None")]
    [InlineData("alg=HS256-with-public-key")]
    [InlineData("alg=RS256-named-hmac")]
    [InlineData("alg-swapped")]
    [InlineData("alg-lower-case")]
    [InlineData("empty-signature")]
    [InlineData("zero-signature")]
    [InlineData("two-dots-only")]
    [InlineData("no-dots")]
    [InlineData("four-parts")]
    [InlineData("other-key")]
    [InlineData("exp")]
    [InlineData("no-exp")]
    [InlineData("exp-far")]
    [InlineData("exp-text")]
    [InlineData("nbf")]
    [InlineData("aud")]
    [InlineData("no-aud")]
    [InlineData("iss")]
    [InlineData("sub-strange")]
    [InlineData("kid-path")]
    [InlineData("kid-url")]
    [InlineData("no-kid")]
    [InlineData("crit")]
    [InlineData("alg-twice")]
    public async Task ABadTokenIsNobody(string variant)
    {
        using var tokens = new TestTokens();
        await using var web = await WebGrid.StartAsync(access: tokens.Access);
        var token = tokens.Variant(variant, web.Time.NowMs)!;
        var answer = await RawHttp.GetAsync(web.Port, "/v1/me", $"Authorization: Bearer {token}");
        Assert.Equal((401, "bad_token"), (answer.Status, answer.Code));
        Assert.Equal("bad_token", web.Audits[0].Outcome);
        await using var open = await WebGrid.StartAsync();
        Assert.Equal("bad_token",
            (await RawHttp.GetAsync(open.Port, "/v1/me", $"Authorization: Bearer {token}")).Code);
    }

    /// <summary>No change of one character of a good token leaves it good.</summary>
    [Fact]
    public void EveryCharacterCounts()
    {
        using var tokens = new TestTokens();
        var time = new OrleansLeverage.Tests.Engine.ManualTime(1_750_000_000_000);
        var check = new TokenCheck(new() { Access = tokens.Access, Clock = time });
        var good = tokens.Good(time.NowMs);
        Assert.NotNull(check.Check(good));
        // the last character of a part holds bits that belong to no byte, which only one spelling may have
        for (var at = 0; at < good.Length; at++)
        {
            var other = good[at] == '.' ? 'A' : good[at] == 'A' ? 'B' : 'A';
            Assert.Null(check.Check($"{good[..at]}{other}{good[(at + 1)..]}"));
        }
    }

    /// <summary>RFC 7515, appendix A.3: the key, the token and its signature as they are printed there.</summary>
    [Fact]
    public void TheExampleOfTheStandardIsVerified()
    {
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint
            {
                X = Base64Url.DecodeFromChars("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
                Y = Base64Url.DecodeFromChars("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"),
            },
        });
        var verifier = TokenVerifier.Of(new TokenKey("a", key.ExportSubjectPublicKeyInfoPem()))!;
        Assert.Equal("ES256", verifier.Algorithm);
        var content = Encoding.ASCII.GetBytes("eyJhbGciOiJFUzI1NiJ9."
            + "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ");
        var signature = Base64Url.DecodeFromChars(
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
        Assert.True(verifier.IsSignedBy(content, signature));
        signature[0]++;
        Assert.False(verifier.IsSignedBy(content, signature));
    }

    [Theory]
    [InlineData("""{"issuer":"i","audience":"a","keys":[]}""", "no key")]
    [InlineData("""{"issuer":"","audience":"a","keys":[]}""", "not empty")]
    [InlineData("""{"issuer":"i","audience":"a"}""", "no token rules")]
    [InlineData("""{"issuer":"i","audience":"a","keys":[{"kid":"k","publicKey":"x"}]}""", "'k'")]
    [InlineData("""{"issuer":"i","audience":"a","keys":[],"algorithms":["none"]}""", "no token rules")]
    public void RulesThatMeanNothingAreRefused(string text, string says)
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, text);
        var fault = Assert.Throws<FormatException>(() => TokenRules.Read(path));
        File.Delete(path);
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AShortRsaKeyIsNone()
    {
        using var weak = RSA.Create(1024);
        Assert.Null(TokenVerifier.Of(new TokenKey("a", weak.ExportSubjectPublicKeyInfoPem())));
    }
}
