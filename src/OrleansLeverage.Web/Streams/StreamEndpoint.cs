using System.Buffers;
using System.Globalization;
using System.Text.Unicode;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Streams;

/// <summary>The data of one event.</summary>
/// <param name="Channel">system, markets, oracle, at-risk, events, adl, histogram, or account: and an id.</param>
/// <param name="Type">snapshot, delta or lagged, as the event's own name.</param>
/// <param name="Seq">One more than the channel's event before unless some were left out.</param>
/// <param name="Dropped">How many were left out: a slow reader gets the newest.</param>
/// <param name="Contents">
/// What the GET of the channel's name, or of the account, answers, or its members that changed since the event before,
/// each whole; of events the new items only.
/// </param>
internal sealed record StreamEvent(string Channel, string Type, long Seq, long Dropped, object Contents);

/// <summary>
/// <c>GET /v1/stream?channels=system,oracle</c> as server-sent events: of each channel a snapshot, then what changed.
/// One that falls behind what is kept is told <c>lagged</c> and let go. With <c>Last-Event-ID</c> each channel's first
/// event is the change since then.
/// </summary>
internal sealed class StreamEndpoint(
    StreamHub hub, StreamSlots slots, GridServerOptions options, IHostApplicationLifetime life)
{
    /// <summary>Channels of one stream.</summary>
    private const int ChannelsMax = 32;

    private static readonly byte[] Nothing = [.. "{}"u8];
    private static readonly byte[] Retry = [.. "retry: 2000\n\n"u8];
    private static readonly byte[] Heartbeat = [.. ": still here\n\n"u8];

    public async Task<Answer?> GetAsync(HttpContext context)
    {
        var (channels, fault) = Channels(context.Request.Query["channels"], Principal.Of(context));
        var seen = new ChannelEvent?[channels.Count];
        if (fault is null && context.Request.Headers.TryGetValue("Last-Event-ID", out var cursor))
        {
            fault = Resume(channels, cursor.ToString(), seen);
        }
        if (fault is not null)
        {
            return Refusal.Of(fault);
        }
        var client = Client.Of(context);
        if (!slots.TryTake(client))
        {
            return Refusal.Of("too_many_streams");
        }
        using var reader = hub.NewReader();
        try
        {
            for (var i = 0; i < channels.Count; i++)
            {
                reader.Join(channels[i], seen[i]);
            }
            await RunAsync(context, reader);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // the server stops, or the key was taken back: the stream ends, and its reader comes back or does not
        }
        finally
        {
            slots.Return(client);
        }
        return null;
    }

    private (IReadOnlyList<StreamChannel> Channels, string? Fault) Channels(
        Microsoft.Extensions.Primitives.StringValues asked, Principal who)
    {
        if (asked.Count > 1)
        {
            return ([], "bad_channel");
        }
        var names = asked is [{ Length: > 0 } list] ? list.Split(',') : ["system"];
        if (names.Distinct(StringComparer.Ordinal).Count() < names.Length || names.Length > ChannelsMax)
        {
            return ([], "bad_channel");
        }
        var found = names.Select(name => hub.Find(name, who)).ToList();
        return ([.. found.Select(one => one.Channel).OfType<StreamChannel>()],
            found.Select(one => one.Fault).FirstOrDefault(fault => fault is not null));
    }

    /// <summary>A position for each channel, 0 where nothing was seen of it yet.</summary>
    private static string? Resume(IReadOnlyList<StreamChannel> channels, string cursor, ChannelEvent?[] seen)
    {
        var positions = cursor.Split(',');
        if (positions.Length != channels.Count
            || positions.Any(position => position.Length is 0 or > 18 || !position.All(char.IsAsciiDigit)))
        {
            return "bad_cursor";
        }
        string? fault = null;
        for (var i = 0; i < positions.Length; i++)
        {
            var seq = long.Parse(positions[i], CultureInfo.InvariantCulture);
            if (seq > 0)
            {
                (seen[i], var missing) = channels[i].Find(seq);
                fault = missing is "bad_cursor" ? missing : fault ?? missing;
            }
        }
        return fault;
    }

    private async Task RunAsync(HttpContext context, StreamSubscriber reader)
    {
        var who = Principal.Of(context);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, life.ApplicationStopping, who.Revoked);
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        await WriteAsync(response, Retry, ends.Token);
        while (!who.IsOver(options.Clock.GetUtcNow()))
        {
            if (reader.Next() is not { } message)
            {
                if (!await reader.WaitAsync(options.Limits.StreamHeartbeat, ends.Token))
                {
                    await WriteAsync(response, Heartbeat, ends.Token);
                }
            }
            else if (message.Type != StreamMessageType.Empty)
            {
                await WriteAsync(response, message, reader.Cursor, ends.Token);
                if (message.Type == StreamMessageType.Lagged)
                {
                    return;
                }
            }
        }
    }

    /// <summary>
    /// One event in one piece, put together in a borrowed buffer: there are thousands a second. A reader that lagged
    /// has no place to come back to, so its event has no id: it comes back for a snapshot.
    /// </summary>
    private static async Task WriteAsync(HttpResponse response, StreamMessage message, string cursor,
        CancellationToken ends)
    {
        const int HeadBytes = 1024;
        var contents = message.Type == StreamMessageType.Lagged ? Nothing : message.Contents[0];
        var buffer = ArrayPool<byte>.Shared.Rent(HeadBytes + cursor.Length + contents.Length);
        try
        {
            var length = WriteHead(buffer, message, cursor);
            contents.CopyTo(buffer, length);
            length += contents.Length;
            "}\n\n"u8.CopyTo(buffer.AsSpan(length));
            await WriteAsync(response, buffer.AsMemory(0, length + 3), ends);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int WriteHead(Span<byte> buffer, StreamMessage message, string cursor)
    {
        var type = message.Type switch
        {
            StreamMessageType.Snapshot => "snapshot",
            StreamMessageType.Delta => "delta",
            _ => "lagged",
        };
        var length = 0;
        if (message.Type != StreamMessageType.Lagged)
        {
            Utf8.TryWrite(buffer, $"id: {cursor}\n", out length);
        }
        return Utf8.TryWrite(buffer[length..], CultureInfo.InvariantCulture,
            $"event: {type}\ndata: {{\"channel\":\"{message.Channel.Name}\",\"type\":\"{type}\",\"seq\":{message.Seq},"
            + $"\"dropped\":{message.Dropped},\"contents\":", out var written)
            ? length + written
            : throw new InvalidOperationException("an event's head is longer than the room for it");
    }

    private static async Task WriteAsync(HttpResponse response, ReadOnlyMemory<byte> text, CancellationToken ends)
    {
        await response.Body.WriteAsync(text, ends);
        await response.Body.FlushAsync(ends);
    }
}
