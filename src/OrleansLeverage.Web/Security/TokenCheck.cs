using System.Buffers.Text;
using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Security;

/// <summary>
/// Verifies JSON web tokens (RFC 7519, RFC 8725): key and algorithm from our own table, signature first, then issuer,
/// audience and times. Claims: <c>sub</c> is the name, <c>scope</c> the scopes by name with words of others ignored,
/// <c>leverage_accounts</c> and <c>leverage_source</c> what it is restricted to.
/// </summary>
internal sealed class TokenCheck
{
    private const int LengthMax = 8 * 1024;
    private const int DepthMax = 8;

    private readonly TokenRules? _rules;
    private readonly TimeProvider _clock;
    private readonly FrozenDictionary<string, TokenVerifier> _keys;

    public TokenCheck(GridServerOptions options)
    {
        (_rules, _clock) = (options.Access?.Tokens, options.Clock);
        _keys = (_rules?.Keys ?? []).ToFrozenDictionary(key => key.Kid, key => TokenVerifier.Of(key)
            ?? throw new ArgumentException($"token key '{key.Kid}' is no usable public key", nameof(options)));
    }

    /// <summary>Who the token says it is, null where it is not to be believed.</summary>
    public Principal? Check(string token)
    {
        var parts = token.Split('.');
        if (_rules is null || token.Length > LengthMax || parts.Length != 3
            || Decode(parts[0]) is not { } head || Decode(parts[1]) is not { } body
            || Decode(parts[2]) is not { Length: > 0 } signature)
        {
            return null;
        }
        using var header = Parse(head);
        if (header is null || Verifier(header.RootElement) is not { } verifier
            || !verifier.IsSignedBy(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature))
        {
            return null;
        }
        using var claims = Parse(body);
        return claims is null ? null : Holder(claims.RootElement);
    }

    private static byte[]? Decode(string part) => Base64Url.IsValid(part) ? Base64Url.DecodeFromChars(part) : null;

    private static JsonDocument? Parse(byte[] json)
    {
        if (JsonScan.StructureFault(json, DepthMax) is not null || JsonScan.TextFault(json) is not null)
        {
            return null;
        }
        var document = JsonDocument.Parse(json);
        if (!Shape.HasDuplicates(document.RootElement))
        {
            return document;
        }
        document.Dispose();
        return null;
    }

    private TokenVerifier? Verifier(JsonElement header)
    {
        // crit names extensions that must be understood; none is
        if (header.TryGetProperty("crit", out _) || Text(header, "alg") is not { } algorithm)
        {
            return null;
        }
        var kid = header.TryGetProperty("kid", out _) ? Text(header, "kid")
            : _keys.Count == 1 ? _keys.Keys[0] : null;
        return kid is not null && _keys.GetValueOrDefault(kid) is { } verifier && verifier.Algorithm == algorithm
            ? verifier
            : null;
    }

    private Principal? Holder(JsonElement claims)
    {
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        var skew = _rules!.SkewSeconds * 1000L;
        if (Text(claims, "iss") != _rules.Issuer || !IsFor(claims, _rules.Audience)
            || Milliseconds(claims, "exp") is not { } expires || now >= expires + skew
            || expires > now + (_rules.LifetimeMinutesMax * 60_000L)
            || (claims.TryGetProperty("nbf", out _) && !(Milliseconds(claims, "nbf") <= now + skew))
            || Text(claims, "sub") is not { } name || !AccountId.IsValid(name))
        {
            return null;
        }
        var scopes = (Text(claims, "scope") ?? "").Split(' ')
            .Aggregate(Scope.None, (all, word) => all | ScopeNames.Parse(word));
        var source = Text(claims, "leverage_source");
        if (claims.TryGetProperty("leverage_source", out _) && !SourceId.IsValid(source))
        {
            return null;
        }
        var isRestricted = claims.TryGetProperty("leverage_accounts", out var accounts);
        if (isRestricted && (accounts.ValueKind != JsonValueKind.Array
            || accounts.EnumerateArray().Any(account => account.ValueKind != JsonValueKind.String)))
        {
            return null;
        }
        return new Principal(name, PrincipalKind.Token, scopes)
        {
            KeyId = name,
            Source = source,
            Accounts = isRestricted ? [.. accounts.EnumerateArray().Select(account => account.GetString()!)] : null,
            ExpiresMs = expires + skew,
        };
    }

    private static bool IsFor(JsonElement claims, string audience) => claims.TryGetProperty("aud", out var aud)
        && aud.ValueKind switch
        {
            JsonValueKind.String => aud.GetString() == audience,
            JsonValueKind.Array => aud.EnumerateArray().Any(one =>
                one.ValueKind == JsonValueKind.String && one.GetString() == audience),
            _ => false,
        };

    private static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Seconds, with a fraction or not, as milliseconds; null where there is no such plausible time.</summary>
    private static long? Milliseconds(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetDecimal(out var seconds) && seconds is > 0m and < 1e12m ? (long)(seconds * 1000m) : null;
}
