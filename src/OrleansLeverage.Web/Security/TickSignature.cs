using System.Text;
using System.Text.Json;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Web.Security;

/// <summary>
/// Prices that are signed by their source: ECDSA P-256 over
/// <c>v1|source|session|seq|asset|price|confidence|timestamp</c> as the texts were sent, session 0 and an empty
/// confidence where they are left out (reliability reference, 11.2). A signature does not end with time: a
/// price sent again late is too old, whoever signed it.
/// </summary>
internal static class TickSignature
{
    public const string Field = "signature";

    /// <summary>Judged before any number is read: what nobody signed is not looked at.</summary>
    public static string? Fault(HttpContext context, JsonElement row)
    {
        var key = Principal.Of(context).PublicKey;
        var isSigned = row.TryGetProperty(Field, out var signature);
        if (key is null || !isSigned)
        {
            // one that nobody can judge is as good as a wrong one
            return key is null && !isSigned ? null : "bad_signature";
        }
        // a bid and an ask are not in the signed bytes, so they would be anybody's
        return !row.TryGetProperty("bid", out _) && !row.TryGetProperty("ask", out _)
            && Signing.IsGood(key, Canonical(row), signature.GetString()!) ? null : "bad_signature";
    }

    /// <summary>The code of why somebody may not publish this price; null where they may.</summary>
    public static string? EntitlementFault(Principal who, in PriceUpdate update) =>
        who.Kind == PrincipalKind.Open
        || (who.Source == update.Source.Value && who.Feeds?.Contains(update.Feed.Value) != false)
            ? null
            : "not_entitled";

    internal static byte[] Canonical(JsonElement row) => Encoding.UTF8.GetBytes(string.Join('|', "v1",
        Text(row, "source", ""), Text(row, "session", "0"), Text(row, "seq", ""), Text(row, "asset", ""),
        Text(row, "price", ""), Text(row, "confidence", ""), Text(row, "timestamp", "")));

    private static string Text(JsonElement row, string name, string absent) => !row.TryGetProperty(name, out var value)
        ? absent
        : value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
