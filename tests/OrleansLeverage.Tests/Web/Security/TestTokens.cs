using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Tests.Web.Security;

/// <summary>An issuer of tokens, good and bad ones, written here and not by the code under test.</summary>
internal sealed class TestTokens : IDisposable
{
    public const string Issuer = "https://issuer.example";
    public const string Audience = "leverage";

    private readonly ECDsa _p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly RSA _rsa = RSA.Create(2048);

    public ServerAccess Access => new()
    {
        Tokens = new TokenRules(Issuer, Audience,
        [
            new TokenKey("ec", _p256.ExportSubjectPublicKeyInfoPem()),
            new TokenKey("rsa", _rsa.ExportSubjectPublicKeyInfoPem()),
        ]),
    };

    /// <summary>Claims in good order at a time.</summary>
    public static Dictionary<string, object?> Claims(long nowMs, string scope = "read") => new()
    {
        ["iss"] = Issuer, ["aud"] = Audience, ["sub"] = "desk", ["scope"] = scope,
        ["exp"] = (nowMs / 1000) + 600, ["nbf"] = (nowMs / 1000) - 10,
    };

    public string Good(long nowMs, string scope = "read", string kid = "ec") => Sign(
        new() { ["alg"] = kid == "ec" ? "ES256" : "RS256", ["kid"] = kid }, Claims(nowMs, scope), kid);

    public string Sign(Dictionary<string, object?> header, Dictionary<string, object?> claims, string with = "ec") =>
        Sign(JsonSerializer.Serialize(header), JsonSerializer.Serialize(claims), with);

    /// <param name="with">ec, rsa, stranger, hmac (with the text of the public RSA key), none or empty.</param>
    public string Sign(string header, string claims, string with)
    {
        var content = $"{Text(header)}.{Text(claims)}";
        var bytes = Encoding.ASCII.GetBytes(content);
        var signature = with switch
        {
            "ec" => _p256.SignData(bytes, HashAlgorithmName.SHA256),
            "rsa" => _rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "stranger" => _stranger.SignData(bytes, HashAlgorithmName.SHA256),
            "hmac" => HMACSHA256.HashData(Encoding.ASCII.GetBytes(_rsa.ExportSubjectPublicKeyInfoPem()), bytes),
            "zeros" => new byte[64],
            _ => [],
        };
        return $"{content}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>What a corpus calls a variant of a token; null where nobody told what it means.</summary>
    public string? Variant(string name, long nowMs)
    {
        var claims = Claims(nowMs, "read trade oracle operate admin");
        Dictionary<string, object?> header = new() { ["alg"] = "ES256", ["kid"] = "ec" };
        return name switch
        {
            "alg=none" => Sign(new() { ["alg"] = "none" }, claims, "none"),
            "alg=None" => Sign(new() { ["alg"] = "None" }, claims, "none"),
            "alg=HS256-with-public-key" => Sign(new() { ["alg"] = "HS256", ["kid"] = "rsa" }, claims, "hmac"),
            "alg=RS256-named-hmac" => Sign(new() { ["alg"] = "RS256", ["kid"] = "rsa" }, claims, "hmac"),
            "alg-swapped" => Sign(new() { ["alg"] = "RS256", ["kid"] = "ec" }, claims),
            "alg-lower-case" => Sign(new() { ["alg"] = "es256", ["kid"] = "ec" }, claims),
            "empty-signature" => Sign(header, claims, "empty"),
            "zero-signature" => Sign(header, claims, "zeros"),
            "two-dots-only" => "..",
            "no-dots" => "abc",
            "four-parts" => Sign(header, claims) + ".x",
            "other-key" => Sign(header, claims, "stranger"),
            "exp" => Sign(header, With(claims, "exp", (nowMs / 1000) - 6)),
            "no-exp" => Sign(header, Without(claims, "exp")),
            "exp-far" => Sign(header, With(claims, "exp", (nowMs / 1000) + 1_000_000)),
            "exp-text" => Sign(header, With(claims, "exp", $"{(nowMs / 1000) + 60}")),
            "nbf" => Sign(header, With(claims, "nbf", (nowMs / 1000) + 6)),
            "aud" => Sign(header, With(claims, "aud", "other")),
            "no-aud" => Sign(header, Without(claims, "aud")),
            "iss" => Sign(header, With(claims, "iss", Issuer + "/")),
            "sub-strange" => Sign(header, With(claims, "sub", "a\nb")),
            "kid-path" => Sign(With(header, "kid", "../../etc/passwd"), claims),
            "kid-url" => Sign(With(header, "kid", "https://evil.example/key"), claims),
            "no-kid" => Sign(Without(header, "kid"), claims),
            "crit" => Sign(With(header, "crit", new[] { "exp" }), claims),
            "alg-twice" => Sign("""{"alg":"ES256","alg":"none","kid":"ec"}""", JsonSerializer.Serialize(claims), "ec"),
            _ => null,
        };
    }

    public static Dictionary<string, object?> With(Dictionary<string, object?> row, string name, object? value) =>
        new(row) { [name] = value };

    public void Dispose()
    {
        _p256.Dispose();
        _stranger.Dispose();
        _rsa.Dispose();
    }

    private static Dictionary<string, object?> Without(Dictionary<string, object?> row, string name) =>
        new(row.Where(member => member.Key != name));

    private static string Text(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
