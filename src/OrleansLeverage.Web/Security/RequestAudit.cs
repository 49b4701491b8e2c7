using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Security;

/// <summary>
/// What the door writes down: every request that changes something and every refusal. Prices that are taken are in the
/// journal, not here. One client gets so many records of refusals at once; the others are counted, so that nobody can
/// flood the evidence away.
/// </summary>
internal sealed class RequestAudit(AuditTrail trail, EdgeLimits limits) : IDisposable
{
    private const int ClientsKept = 10_000;

    private readonly PartitionedRateLimiter<string> _refusals = PartitionedRateLimiter.Create<string, string>(client =>
        RateLimitPartition.GetTokenBucketLimiter(client, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = limits.AuditedRefusalsBurst,
            TokensPerPeriod = limits.AuditedRefusalsPerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        }));

    private readonly ConcurrentDictionary<string, long> _suppressed = new();

    /// <summary>
    /// Before an endpoint: whatever it changes is on record, and the record on disk, before its answer begins.
    /// </summary>
    public void Expect(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.OnStarting(() =>
            {
                Done(context);
                return trail.SyncAsync().AsTask();
            });
        }
    }

    /// <summary>After an endpoint that changes something has done so; once, however often it is said.</summary>
    public void Done(HttpContext context)
    {
        if (context.Response.StatusCode >= StatusCodes.Status400BadRequest
            || context.Features.Get<Recorded>() is not null)
        {
            return;
        }
        context.Features.Set(new Recorded());
        if (AuditNote.Of(context) is { Count: > 0 } notes)
        {
            foreach (var (target, result) in notes)
            {
                trail.Record(Entry(context, result, context.Response.StatusCode) with { Target = target });
            }
        }
        else if (IsChange(context))
        {
            trail.Record(Entry(context, "done", context.Response.StatusCode));
        }
    }

    public void Refused(HttpContext context, Refusal refusal)
    {
        var client = Client.Of(context);
        using var lease = _refusals.AttemptAcquire(client);
        if (!lease.IsAcquired)
        {
            if (_suppressed.Count < ClientsKept || _suppressed.ContainsKey(client))
            {
                _suppressed.AddOrUpdate(client, 1, (_, count) => count + 1);
            }
            return;
        }
        _suppressed.TryRemove(client, out var suppressed);
        trail.Record(Entry(context, refusal.Code, refusal.Status) with
        {
            Target = AuditNote.Of(context) is [var note, ..] ? note.Target : null, Suppressed = suppressed,
        });
    }

    public void Dispose() => _refusals.Dispose();

    /// <summary>Marks a request whose change is on record.</summary>
    private sealed class Recorded;

    private static bool IsChange(HttpContext context) =>
        !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)
        && context.GetEndpoint()?.Metadata.GetMetadata<EndpointAccess>()?.Scope
            is not (Scope.Oracle or Scope.Read);

    private static AuditEntry Entry(HttpContext context, string result, int status)
    {
        var principal = Principal.Of(context);
        return new AuditEntry(Surface.Of(context), result)
        {
            Principal = principal.Name,
            KeyId = principal.KeyId,
            Status = status,
            RemoteAddress = Client.Address(context),
            RequestId = context.TraceIdentifier,
        };
    }
}
