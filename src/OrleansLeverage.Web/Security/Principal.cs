using OrleansLeverage.Domain;

namespace OrleansLeverage.Web.Security;

internal enum PrincipalKind
{
    Nobody,

    /// <summary>Whoever reaches the loopback address of a server that is open there.</summary>
    Open,
    Key,
    Token,

    /// <summary>A browser that logged in.</summary>
    Session,
}

/// <summary>Who asks, and what they may do. Made from a verified credential, never from what a request says.</summary>
internal sealed record Principal(string Name, PrincipalKind Kind, Scope Scopes)
{
    public static readonly Principal Nobody = new("nobody", PrincipalKind.Nobody, Scope.None);

    public static readonly Principal Local = new("local", PrincipalKind.Open, ScopeNames.Every);

    /// <summary>The public half of a key, or the subject of a token; null for nobody in particular.</summary>
    public string? KeyId { get; init; }

    /// <summary>The one source whose prices these are; null where none may be published, or any on loopback.</summary>
    public string? Source { get; init; }

    /// <summary>The feeds that may be published; null for those that the source is configured for.</summary>
    public IReadOnlyList<string>? Feeds { get; init; }

    /// <summary>DER of the P-256 key that prices must be signed by; null where they need not be.</summary>
    public byte[]? PublicKey { get; init; }

    /// <summary>Account ids, or beginnings of them that end in <c>*</c>; null for every account.</summary>
    public IReadOnlyList<string>? Accounts { get; init; }

    /// <summary>Requests per second, sustained.</summary>
    public int? RequestsPerSecond { get; init; }

    public string? CsrfToken { get; init; }

    /// <summary>Tells the sessions of one key apart; null where there is no session.</summary>
    public string? SessionId { get; init; }

    /// <summary>Unix milliseconds at which the credential ends; null where it does not end by itself.</summary>
    public long? ExpiresMs { get; init; }

    /// <summary>Ends what is in progress, streams above all, when the credential is taken back.</summary>
    public CancellationToken Revoked { get; init; }

    public static Principal Of(HttpContext context) => context.Features.Get<Principal>() ?? Nobody;

    public bool MayTouch(AccountId account) => Accounts is not { } granted || granted.Any(pattern =>
        pattern.EndsWith('*')
            ? account.Value.StartsWith(pattern[..^1], StringComparison.Ordinal)
            : pattern == account.Value);

    /// <summary>
    /// How something that somebody does is signed: by who they are, whatever they call themselves besides.
    /// </summary>
    public string Signs(string said, int lengthMax)
    {
        var name = Kind == PrincipalKind.Open ? said : said == Name ? Name : $"{Name}: {said}";
        return name.Length <= lengthMax ? name : name[..lengthMax];
    }

    public bool IsOver(DateTimeOffset now) =>
        Revoked.IsCancellationRequested || now.ToUnixTimeMilliseconds() >= ExpiresMs;
}

/// <summary>Who asks, as far as limits go: the credential, or the address where there is none.</summary>
internal static class Client
{
    public static string Of(HttpContext context) => Principal.Of(context) is { KeyId: { } id, Kind: var kind } who
        ? $"{kind}:{who.SessionId ?? id}"
        : Address(context);

    public static string Address(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "";
}
