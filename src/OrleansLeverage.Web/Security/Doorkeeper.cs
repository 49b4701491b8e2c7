using System.Threading.RateLimiting;
using OrleansLeverage.Domain;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Security;

/// <summary>
/// Who may come in, between the checks of form and the body: known, not too often, with the scope, from our own page,
/// to accounts that are theirs. What is not allowed is refused.
/// </summary>
internal sealed class Doorkeeper(Authenticator authenticator, EdgeLimits limits, TimeProvider clock) : IDisposable
{
    public const string CsrfHeader = "X-CSRF-Token";

    private static readonly string[] Safe = ["GET", "HEAD"];

    private readonly PartitionedRateLimiter<HttpContext> _requests =
        PartitionedRateLimiter.Create<HttpContext, (string, int)>(context => RateLimitPartition.GetTokenBucketLimiter(
            (Client.Of(context), Principal.Of(context).RequestsPerSecond ?? limits.RequestsPerSecond), who =>
                new TokenBucketRateLimiterOptions
                {
                    TokenLimit = 2 * who.Item2,
                    TokensPerPeriod = who.Item2,
                    ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                }));

    private readonly FailedAttempts _failed = new(limits, clock);

    /// <summary>The code of why a request is not let in, null where it is. Says on the context who asks.</summary>
    public async ValueTask<string?> FaultAsync(HttpContext context)
    {
        var metadata = context.GetEndpoint()!.Metadata;
        if (metadata.GetMetadata<EndpointAccess>() is not { } access)
        {
            return "insufficient_scope";
        }
        if (access.Audience == Audience.Anybody)
        {
            return null;
        }
        var (principal, fault) = await authenticator.FindAsync(context);
        fault ??= principal.Kind == PrincipalKind.Nobody ? "unauthenticated" : null;
        if (fault is not null)
        {
            return Failed(context, fault);
        }
        context.Features.Set(principal);
        return TooOften(context, principal)
            ?? (principal.Scopes.HasFlag(access.Scope) ? null : "insufficient_scope")
            ?? Forged(context, principal)
            ?? NotGranted(context, principal, metadata);
    }

    /// <summary>
    /// Somebody could not prove who they are. After too many of these an address learns no more, not even which it was.
    /// </summary>
    public string Failed(HttpContext context, string fault)
    {
        if (fault is "unauthenticated")
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }
        return _failed.IsOneTooMany(Client.Address(context)) ? "rate_limited" : fault;
    }

    public void Dispose() => _requests.Dispose();

    private string? TooOften(HttpContext context, Principal principal)
    {
        if (principal.Kind == PrincipalKind.Open)
        {
            return null;
        }
        using var lease = _requests.AttemptAcquire(context);
        return lease.IsAcquired ? null : "rate_limited";
    }

    /// <summary>
    /// A browser sends its cookie with whatever any page makes it send, but only ours knows the token.
    /// </summary>
    private static string? Forged(HttpContext context, Principal principal) =>
        principal.CsrfToken is { } expected && !Safe.Contains(context.Request.Method)
        && !(context.Request.Headers[CsrfHeader] is { Count: 1 } sent
            && ApiKey.IsHashOf(ApiKey.HashBytes(expected), sent.ToString()))
            ? "bad_csrf"
            : null;

    private static string? NotGranted(HttpContext context, Principal principal, EndpointMetadataCollection metadata)
    {
        if (principal.Accounts is null || metadata.GetMetadata<AccountFree>() is not null)
        {
            return null;
        }
        if ((context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText?
            .Contains("/accounts/{id}", StringComparison.Ordinal) != true)
        {
            return "not_entitled";
        }
        // an id in bad form is for the endpoint to refuse; a good one of somebody else is as absent as one of nobody
        return AccountId.TryParse((string?)context.Request.RouteValues["id"], out var account)
            && !principal.MayTouch(account) ? "not_found" : null;
    }
}

/// <summary>Failed attempts to say who one is, by address, over a minute.</summary>
internal sealed class FailedAttempts(EdgeLimits limits, TimeProvider clock)
{
    private const long WindowMs = 60_000;
    private const int AddressesMax = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long SinceMs, int Count)> _byAddress = [];

    public bool IsOneTooMany(string address)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        lock (_gate)
        {
            var (since, count) = _byAddress.GetValueOrDefault(address, (now, 0));
            if (now - since >= WindowMs)
            {
                (since, count) = (now, 0);
            }
            if (_byAddress.Count >= AddressesMax)
            {
                Forget(now);
            }
            _byAddress[address] = (since, Math.Min(count + 1, limits.FailedAttemptsPerMinute + 1));
            return count >= limits.FailedAttemptsPerMinute;
        }
    }

    private void Forget(long now)
    {
        var over = _byAddress.Where(row => now - row.Value.SinceMs >= WindowMs).Select(row => row.Key).ToList();
        foreach (var old in over)
        {
            _byAddress.Remove(old);
        }
        if (_byAddress.Count >= AddressesMax)
        {
            _byAddress.Clear();
        }
    }
}
