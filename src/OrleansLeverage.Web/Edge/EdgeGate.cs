using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Threading.RateLimiting;

namespace OrleansLeverage.Web.Edge;

/// <summary>
/// A refusal that concerns who asks, or whose account is asked for: kept apart from the ordinary ones.
/// </summary>
public sealed record RefusalAudit(
    DateTimeOffset Time, string Code, string Surface, string? RemoteAddress, string RequestId);

/// <summary>Where such refusals go.</summary>
public interface IRefusalAudit
{
    void Record(RefusalAudit entry);
}

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
/// The door: checks in their order, and every refusal written in one way: problem body, one count by reason and
/// surface, an audit record where an identity or an account id is concerned.
/// </summary>
internal sealed partial class EdgeGate : IDisposable
{
    private static readonly string[] Audited = ["bad_account_id", "not_found", "key_in_url", "not_entitled"];

    private readonly Counter<long> _rejected;
    private readonly ConcurrencyLimiter _working;
    private readonly IReadOnlyCollection<string> _hosts;
    private readonly IRefusalAudit _audit;
    private readonly TimeProvider _clock;
    private readonly ILogger<EdgeGate> _log;

    public EdgeGate(IReadOnlyCollection<string> hosts, EdgeLimits limits, Meter meter, IRefusalAudit audit,
        TimeProvider clock, ILogger<EdgeGate> log)
    {
        (_hosts, _audit, _clock, _log) = (hosts, audit, clock, log);
        _rejected = meter.CreateCounter<long>("leveragegrid.input.rejected", "{input}",
            "Inputs that were not used as sent, by reason and surface");
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
            else if (context.GetEndpoint()!.Metadata.GetMetadata<Unhurried>() is not null)
            {
                await next(context);
            }
            else
            {
                using var lease = await _working.AcquireAsync(1, context.RequestAborted);
                await (lease.IsAcquired ? next(context) : RefuseAsync(context, Refusal.Of("overloaded")));
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
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            LogFault(fault, Surface.Of(context), context.TraceIdentifier);
            await RefuseAsync(context, Refusal.Of("internal"));
        }
    }

    public async Task RefuseAsync(HttpContext context, Refusal refusal)
    {
        var surface = Surface.Of(context);
        Count(refusal.Code, surface);
        if (Audited.Contains(refusal.Code))
        {
            _audit.Record(new RefusalAudit(_clock.GetUtcNow(), refusal.Code, surface,
                context.Connection.RemoteIpAddress?.ToString(), context.TraceIdentifier));
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
