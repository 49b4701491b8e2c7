namespace OrleansLeverage.Web.Security;

/// <summary>
/// Finds out who asks. A credential that is presented is judged, also where none is needed; two of them are none, since
/// two readers could disagree on which counts. A cookie counts only where nothing else is presented.
/// </summary>
internal sealed class Authenticator(
    KeyRing keys, TokenCheck tokens, Sessions sessions, RequestSignatures signatures, GridServerOptions options)
{
    public const string KeyHeader = "X-Api-Key";

    private const string Bearer = "Bearer ";

    private readonly Principal _stranger =
        options.Access is { IsOpen: true } ? Principal.Local : Principal.Nobody;

    public static string CookieName(HttpContext context) => $"leverage_session_{context.Connection.LocalPort}";

    /// <summary>Who it is, or the code of why that is not to be believed.</summary>
    public async ValueTask<(Principal Principal, string? Fault)> FindAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        var (key, bearer) = (headers[KeyHeader], headers.Authorization);
        var isSigned = RequestSignatures.IsPresent(context.Request);
        if (key.Count + bearer.Count + (isSigned ? 1 : 0) > 1)
        {
            return (Principal.Nobody, "unauthenticated");
        }
        if (isSigned)
        {
            return Known(await signatures.FindAsync(context));
        }
        if (key.Count == 1)
        {
            return Known(keys.Find(key.ToString()));
        }
        if (bearer.Count == 1)
        {
            return Known(OfBearer(bearer.ToString()));
        }
        var cookie = context.Request.Cookies[CookieName(context)];
        return ((cookie is null ? null : sessions.Find(cookie)) ?? _stranger, null);
    }

    private static (Principal, string?) Known((Principal? Principal, string? Fault) found) =>
        (found.Principal ?? Principal.Nobody, found.Fault);

    private (Principal?, string?) OfBearer(string text)
    {
        if (!text.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return (null, "unauthenticated");
        }
        var token = text[Bearer.Length..].Trim();
        return token.StartsWith(ApiKey.Prefix, StringComparison.Ordinal) ? keys.Find(token)
            : tokens.Check(token) is { } holder ? (holder, null) : (null, "bad_token");
    }
}
