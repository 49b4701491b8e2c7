using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using OrleansLeverage.Web.Api;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Streams;

/// <summary>The data of one event.</summary>
/// <param name="Channel">system.</param>
/// <param name="Type">snapshot, delta or lagged, as the event's own name.</param>
/// <param name="Seq">The event's id; one more than the event before unless some were left out.</param>
/// <param name="Contents">All members, or those that changed since the event before.</param>
internal sealed record StreamEvent(string Channel, string Type, long Seq, SystemView Contents);

/// <summary>
/// <c>GET /v1/stream?channels=system</c> as server-sent events: a snapshot, then what changed. A reader that is slower
/// than the channel gets the newest state each time and misses those between; one that falls behind what is kept is
/// told <c>lagged</c> and let go. With <c>Last-Event-ID</c> the first event is the change since then.
/// </summary>
internal sealed class StreamEndpoint
{
    private readonly SystemFeed _feed;
    private readonly StreamSlots _slots;
    private readonly GridServerOptions _options;
    private readonly CancellationToken _stopping;
    private readonly Counter<long> _dropped;

    public StreamEndpoint(
        SystemFeed feed, StreamSlots slots, GridServerOptions options, Meter meter, CancellationToken stopping)
    {
        (_feed, _slots, _options, _stopping) = (feed, slots, options, stopping);
        _dropped = meter.CreateCounter<long>("leveragegrid.stream.dropped", "{event}",
            "Events that slow readers did not get");
        meter.CreateObservableUpDownCounter("leveragegrid.stream.subscriber.count", () => slots.Open, "{subscriber}",
            "Open streams");
    }

    public async Task<Answer?> GetAsync(HttpContext context)
    {
        var channels = context.Request.Query["channels"];
        if (channels.Count > 1 || channels is not [null or "" or "system"] and not [])
        {
            return Refusal.Of("bad_channel");
        }
        SystemEvent? seen = null;
        if (context.Request.Headers.TryGetValue("Last-Event-ID", out var cursor))
        {
            (seen, var fault) = _feed.Find(cursor.ToString());
            if (fault is not null)
            {
                return Refusal.Of(fault);
            }
        }
        var client = Client.Of(context);
        if (!_slots.TryTake(client))
        {
            return Refusal.Of("too_many_streams");
        }
        try
        {
            await RunAsync(context, seen);
        }
        catch (OperationCanceledException) when (
            _stopping.IsCancellationRequested || Principal.Of(context).Revoked.IsCancellationRequested)
        {
            // the server stops, or the key was taken back: the stream ends, and its reader comes back or does not
        }
        finally
        {
            _slots.Return(client);
        }
        return null;
    }

    private async Task RunAsync(HttpContext context, SystemEvent? seen)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, _stopping, Principal.Of(context).Revoked);
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        await WriteAsync(response, "retry: 2000\n\n", ends.Token);
        while (true)
        {
            var (latest, changed) = _feed.Now;
            if (latest is null || latest.Seq == seen?.Seq)
            {
                await WaitAsync(response, changed, ends.Token);
                continue;
            }
            var missed = seen is null ? 0 : latest.Seq - seen.Seq - 1;
            if (missed > 0)
            {
                _dropped.Add(missed);
            }
            if (missed > SystemFeed.Kept)
            {
                await WriteAsync(response, Event("lagged", latest.Seq, "{}"), ends.Token);
                return;
            }
            await WriteAsync(response,
                Event(seen is null ? "snapshot" : "delta", latest.Seq, latest.Contents(seen)), ends.Token);
            seen = latest;
        }
    }

    private async Task WaitAsync(HttpResponse response, Task changed, CancellationToken ends)
    {
        try
        {
            await changed.WaitAsync(_options.Limits.StreamHeartbeat, _options.Clock, ends);
        }
        catch (TimeoutException)
        {
            await WriteAsync(response, ": still here\n\n", ends);
        }
    }

    private static string Event(string type, long seq, string contents)
    {
        var id = seq.ToString(CultureInfo.InvariantCulture);
        return $"id: {id}\nevent: {type}\n"
            + $"data: {{\"channel\":\"system\",\"type\":\"{type}\",\"seq\":{id},\"contents\":{contents}}}\n\n";
    }

    private static async Task WriteAsync(HttpResponse response, string text, CancellationToken ends)
    {
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), ends);
        await response.Body.FlushAsync(ends);
    }
}
