using System.Globalization;
using System.Text.Json;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.OpenApi;

namespace OrleansLeverage.Web.Security;

/// <summary>Who is asking, logging in and out, and what everybody did.</summary>
internal sealed class SecurityEndpoints(
    AuditTrail audit, Sessions sessions, KeyRing keys, Doorkeeper door, GridServerOptions options)
{
    private const string ListName = "audit";

    private static readonly TextField Token = new(
        "token", "The token of the link printed at start", Stage.Value, _ => null)
    {
        IsRequired = false,
        IsShown = true,
        Example = "w0rFdJ2cN8qkq0v1nq2m3Xl7yA5t9bE6hZ4sU0pGkRc",
    };

    private static readonly TextField Key = new("key", "An API key, instead of a token", Stage.Value, _ => null)
    {
        IsRequired = false,
        Example = "lvg_0123456789ab_w0rFdJ2cN8qkq0v1nq2m3Xl7yA5t9bE6hZ4sU0pGkRc",
    };

    private static readonly Shape<(string? Token, string? Key)> Login =
        new("Login", row => (Token.Of(row), Key.Of(row)), Token, Key);

    public static void Map(IEndpointRouteBuilder routes, string prefix)
    {
        var services = routes.ServiceProvider;
        var own = ActivatorUtilities.CreateInstance<SecurityEndpoints>(services);
        routes.MapRead(prefix + "/me", own.GetMeAsync).AllowAnyKey()
            .Describe("me", "Who is asking, and what they may do", typeof(PrincipalView));
        routes.MapRead(prefix + "/audit", [ReadParameters.Limit, ReadParameters.Cursor], own.GetAuditAsync)
            .RequireScope(Scope.Admin)
            .Describe("audit", "Every command and every refusal, newest first", typeof(AuditView));
        var login = new RequestReader<(string? Token, string? Key)>(
            Login, null, perItem: false, services.GetRequiredService<EdgeLimits>());
        routes.MapJson(prefix + "/session", login, own.PostSessionAsync).AllowAnybody()
            .Describe("logIn", "Logs a browser in: answers with a cookie", typeof(PrincipalView));
        routes.MapRemoval(prefix + "/session", own.DeleteSessionAsync).AllowAnyKey()
            .Describe("logOut", "Ends the session of the cookie", typeof(PrincipalView));
    }

    private Task<Answer> GetMeAsync(HttpContext context) =>
        Task.FromResult(Answer.Of(View(Principal.Of(context))));

    private Task<Answer> PostSessionAsync(HttpContext context, RequestReading<(string? Token, string? Key)> reading)
    {
        var (token, key) = reading.Items[0].Value;
        if (token is null == key is null)
        {
            return Task.FromResult<Answer>(Refusal.Of("missing_field", "token", "either token or key"));
        }
        var (who, fault) = token is not null ? (sessions.Accept(token), "unauthenticated") : keys.Find(key!);
        if (who is null)
        {
            return Task.FromResult<Answer>(Refusal.Of(door.Failed(context, fault!)));
        }
        if (sessions.Open(who) is not var (cookie, session))
        {
            return Task.FromResult<Answer>(Refusal.Of("overloaded"));
        }
        context.Features.Set(session);
        context.Response.Cookies.Append(Authenticator.CookieName(context), cookie, Cookie(context, Sessions.Lifetime));
        return Task.FromResult(Answer.Of(View(session)));
    }

    private Task<Answer> DeleteSessionAsync(HttpContext context)
    {
        var name = Authenticator.CookieName(context);
        if (context.Request.Cookies[name] is { } token)
        {
            sessions.Close(token);
        }
        context.Response.Cookies.Delete(name, Cookie(context, null));
        return Task.FromResult(Answer.Of(View(Principal.Nobody)));
    }

    private Task<Answer> GetAuditAsync(HttpContext context, ReadQuery query)
    {
        var before = long.MaxValue;
        if (query.CursorText is { } cursor)
        {
            if (Cursor.Words(cursor, ListName, 1) is not [var place] || CountParameter.Read(place) is not { } oldest)
            {
                return Task.FromResult<Answer>(Refusal.Of("bad_cursor", "cursor"));
            }
            before = oldest;
        }
        var records = audit.Newest(query.Limit, before);
        var (seq, hash) = audit.Head;
        return Task.FromResult(Answer.Of(new AuditView([.. records.Select(AuditRecordView.Of)],
            records.Count == query.Limit
                ? Cursor.Of(ListName, records[^1].Seq.ToString(CultureInfo.InvariantCulture))
                : null, seq, hash,
            options.AuditFile is not null, audit.IsFaulted)));
    }

    private PrincipalView View(Principal who) => new(who.Name, JsonNamingPolicy.CamelCase.ConvertName($"{who.Kind}"),
        ScopeNames.Of(who.Scopes), options.Mode, who.Accounts, who.Source, who.CsrfToken,
        who.ExpiresMs is { } ends ? DateTimeOffset.FromUnixTimeMilliseconds(ends) : null);

    private static CookieOptions Cookie(HttpContext context, TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        Path = "/",
        MaxAge = lifetime,
    };
}

/// <summary>Who asks.</summary>
/// <param name="Kind">open, key, token, session or nobody.</param>
/// <param name="Mode">DEMO, REPLAY or LIVE.</param>
/// <param name="Accounts">Account ids, or beginnings that end in *; null for every account.</param>
/// <param name="Source">The source whose prices this is.</param>
/// <param name="Csrf">What a browser sends back as X-CSRF-Token with everything but GET.</param>
internal sealed record PrincipalView(string Name, string Kind, IReadOnlyList<string> Scopes, string Mode,
    IReadOnlyList<string>? Accounts, string? Source, string? Csrf, DateTimeOffset? Expires);

/// <summary>The newest part of the audit.</summary>
/// <param name="NextCursor">Where older records begin; null where none is kept in memory.</param>
/// <param name="HeadSeq">Number of the newest record.</param>
/// <param name="HeadHash">Its hash: written down elsewhere, it proves every record before it.</param>
/// <param name="IsDurable">Whether there is a file, which holds all of it.</param>
/// <param name="IsFaulted">Whether the file could not be written at some time.</param>
internal sealed record AuditView(IReadOnlyList<AuditRecordView> Items, string? NextCursor, long HeadSeq,
    string HeadHash, bool IsDurable, bool IsFaulted);

/// <summary>One record.</summary>
/// <param name="Suppressed">Refusals of the same client before this one that were only counted.</param>
/// <param name="Prev">Hash of the record before.</param>
internal sealed record AuditRecordView(long Seq, DateTimeOffset Time, string Principal, string? KeyId, string Action,
    string? Target, string Result, int? Status, string? RemoteAddress, string? RequestId, long Suppressed, string Prev)
{
    public static AuditRecordView Of(AuditRecord record) => new(record.Seq, record.Time, record.Entry.Principal,
        record.Entry.KeyId, record.Entry.Action, record.Entry.Target, record.Entry.Outcome, record.Entry.Status,
        record.Entry.RemoteAddress, record.Entry.RequestId, record.Entry.Suppressed, record.Prev);
}
