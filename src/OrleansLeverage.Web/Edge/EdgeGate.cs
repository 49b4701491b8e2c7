using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Threading.RateLimiting;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Security;
using OrleansLeverage.Web.Streams;

namespace OrleansLeverage.Web.Edge;

/// <summary>
/// The name by which metrics and audit know an endpoint: method and route, never a path that somebody sent.
/// </summary>
internal sealed record Surface(string Name)
{
    public static string Of(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<Surface>()?.Name ?? "other";
}

/// <summary>
/// Marks an endpoint that is not counted as work in progress: streams, which stay, and health, which must answer.
/// </summary>
internal sealed record Unhurried;

/// <summary>
/// The gate: checks in their order, and every refusal written in one way: problem body, one count by reason and
/// surface, one record in the audit.
/// </summary>
internal sealed partial class EdgeGate : IDisposable
{
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _denied;
    private readonly ConcurrencyLimiter _working;
    private readonly IReadOnlyCollection<string> _hosts;
    private readonly Doorkeeper _door;
    private readonly RequestAudit _audit;
    private readonly ILogger<EdgeGate> _log;

    public EdgeGate(GridServerOptions options, Meter meter, Doorkeeper door, RequestAudit audit, ILogger<EdgeGate> log)
    {
        (_hosts, _door, _audit, _log) = (options.Hosts, door, audit, log);
        var limits = options.Limits;
        _rejected = meter.CreateCounter<long>("leveragegrid.input.rejected", "{input}",
            "Inputs that were not used as sent, by reason and surface");
        _denied = meter.CreateCounter<long>("leveragegrid.authz.denied", "{request}",
            "Requests of whoever was not known, or not allowed that, by reason");
        _denied.Add(0, Reason("unauthenticated"));
        _denied.Add(0, Reason("insufficient_scope"));
        _working = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = limits.ConcurrentRequests,
            QueueLimit = limits.QueuedRequests,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    }

    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            if (await EdgeChecks.FaultAsync(context, _hosts) is { } fault)
            {
                await RefuseAsync(context, Refusal.Of(fault));
            }
            else if (await _door.FaultAsync(context) is { } closed)
            {
                await RefuseAsync(context, Refusal.Of(closed));
            }
            else
            {
                _audit.Expect(context);
                try
                {
                    await EnterAsync(context, next);
                }
                finally
                {
                    // whoever asked may be gone before the answer began: what was done is on record all the same
                    _audit.Done(context);
                }
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // whoever asked is gone; a retry finds what was done by its id
        }
        catch (BadHttpRequestException bad) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, Refusal.Of(bad.StatusCode switch
            {
                StatusCodes.Status408RequestTimeout => "slow_client",
                StatusCodes.Status413PayloadTooLarge => "body_too_large",
                _ => "bad_framing",
            }));
        }
        catch (GridUnreachableException) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, Refusal.Of("not_reached"));
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            LogFault(fault, Surface.Of(context), context.TraceIdentifier);
            await RefuseAsync(context, Refusal.Of("internal"));
        }
    }

    public async Task RefuseAsync(HttpContext context, Refusal refusal)
    {
        NoteRefusal(context, refusal);
        if (refusal.Status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden)
        {
            _denied.Add(1, Reason(refusal.Code));
        }
        var response = context.Response;
        response.StatusCode = refusal.Status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        if (refusal.Code is "bad_framing" or "slow_client")
        {
            response.Headers.Connection = "close";
        }
        if (refusal.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
        {
            response.Headers.RetryAfter = "1";
        }
        var body = Body(refusal, context.TraceIdentifier);
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    public void Dispose() => _working.Dispose();

    /// <summary>One input that was answered but not used as sent.</summary>
    public void Count(string reason, string surface) => _rejected.Add(1, new TagList
    {
        { "reason", reason },
        { "surface", surface },
    });

    /// <summary>Something in a request that was refused, while the rest of it was not.</summary>
    public void NoteRefusal(HttpContext context, Refusal refusal)
    {
        if (context.Features.Get<AskedByUs>() is not null)
        {
            return;
        }
        Count(refusal.Code, Surface.Of(context));
        _audit.Refused(context, refusal);
    }

    private async Task EnterAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()!.Metadata.GetMetadata<Unhurried>() is not null)
        {
            await next(context);
            return;
        }
        using var lease = await _working.AcquireAsync(1, context.RequestAborted);
        await (lease.IsAcquired ? next(context) : RefuseAsync(context, Refusal.Of("overloaded")));
    }

    private static KeyValuePair<string, object?> Reason(string code) => new("reason", code);

    private static byte[] Body(Refusal refusal, string requestId)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("type", "urn:leveragegrid:problem:" + refusal.Code);
            writer.WriteString("title", refusal.Title);
            writer.WriteNumber("status", refusal.Status);
            writer.WriteString("code", refusal.Code);
            WriteIfKnown(writer, "detail", refusal.Detail);
            WriteIfKnown(writer, "field", refusal.Field);
            if (refusal.Item is { } item)
            {
                writer.WriteNumber("item", item);
            }
            writer.WriteString("traceId", requestId);
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }

    private static void WriteIfKnown(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "{Surface} failed, request {RequestId}")]
    private partial void LogFault(Exception fault, string surface, string requestId);
}
