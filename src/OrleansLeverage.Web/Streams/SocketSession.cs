using System.Net.WebSockets;
using System.Threading.Channels;
using System.Threading.RateLimiting;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Streams;

/// <summary>
/// One WebSocket: a loop that reads requests, and one that sends. A client that sends faster than it is answered waits
/// on its own connection; one that reads slowly gets the newest of each channel.
/// </summary>
internal sealed class SocketSession : IAsyncDisposable
{
    private const int RequestsWaiting = 16;

    /// <summary>How long a client has to close its side.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private readonly WebSocket _socket;
    private readonly StreamHub _hub;
    private readonly GridServerOptions _options;
    private readonly Principal _who;
    private readonly Action<string> _refused;
    private readonly StreamSubscriber _reader;
    private readonly TokenBucketRateLimiter _pace;
    private readonly string _id = Guid.CreateVersion7().ToString("N");

    private readonly Channel<(SocketRequest? Request, string? Fault)> _requests =
        Channel.CreateBounded<(SocketRequest?, string?)>(RequestsWaiting);

    private long _sent;

    /// <param name="refused">Told the code of every message that is refused.</param>
    public SocketSession(
        WebSocket socket, StreamHub hub, GridServerOptions options, Principal who, Action<string> refused)
    {
        (_socket, _hub, _options, _who, _refused) = (socket, hub, options, who, refused);
        _reader = hub.NewReader();
        var rate = options.Limits.SocketMessagesPerSecond;
        _pace = new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = 2 * rate, TokensPerPeriod = rate, ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        });
    }

    public async Task RunAsync(CancellationToken stopping, CancellationToken aborted)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stopping, aborted, _who.Revoked);
        await SendAsync(SocketMessage.Plain("connected", _id, _sent++), ends.Token);
        // a receive that is cancelled ends the connection without a word, so it is only cut off when all is said
        using var cutOff = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var receiving = ReceiveAsync(cutOff.Token);
        try
        {
            while (await AnswerAsync(ends.Token) && await TellAsync(ends.Token))
            {
            }
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            await CloseAsync(stopping.IsCancellationRequested
                ? WebSocketCloseStatus.EndpointUnavailable : WebSocketCloseStatus.PolicyViolation, aborted);
        }
        finally
        {
            cutOff.CancelAfter(Farewell);
            await receiving;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        await _pace.DisposeAsync();
    }

    /// <summary>Deals with what was asked since the last time; false where the connection is over.</summary>
    private async Task<bool> AnswerAsync(CancellationToken ends)
    {
        while (_requests.Reader.TryRead(out var asked))
        {
            var fault = asked.Fault ?? Do(asked.Request!);
            if (fault is not null)
            {
                _refused(fault);
                await SendAsync(SocketMessage.Error(_id, _sent++, fault), ends);
                if (fault is "body_too_large" or "rate_limited")
                {
                    await CloseAsync(fault is "body_too_large" ? WebSocketCloseStatus.MessageTooBig
                        : WebSocketCloseStatus.PolicyViolation, ends);
                    return false;
                }
            }
            else if (asked.Request is { Type: "ping" } ping)
            {
                await SendAsync(SocketMessage.Plain("pong", _id, _sent++, id: ping.Id), ends);
            }
            else if (asked.Request is { Type: "unsubscribe" } left)
            {
                await SendAsync(SocketMessage.Plain("unsubscribed", _id, _sent++, left.Channel), ends);
            }
        }
        if (_requests.Reader.Completion.IsCompleted || _who.IsOver(_options.Clock.GetUtcNow()))
        {
            await CloseAsync(WebSocketCloseStatus.NormalClosure, ends);
            return false;
        }
        return true;
    }

    /// <summary>The code of why it cannot be done, null where it was.</summary>
    private string? Do(SocketRequest request)
    {
        if (request.Type == "ping")
        {
            return null;
        }
        var (channel, fault) = _hub.Find(request.Channel!, _who);
        if (channel is null)
        {
            return fault;
        }
        if (request.Type == "subscribe")
        {
            if (_reader.Has(channel))
            {
                return "already_subscribed";
            }
            _reader.Join(channel, isBatched: request.IsBatched);
            return null;
        }
        if (!_reader.Has(channel))
        {
            return "not_subscribed";
        }
        _reader.Leave(channel);
        return null;
    }

    /// <summary>Sends the next of what is new, or waits for something; false where the reader fell behind.</summary>
    private async Task<bool> TellAsync(CancellationToken ends)
    {
        if (_reader.Next() is not { } news)
        {
            await _reader.WaitAsync(_options.Limits.StreamHeartbeat, ends);
            return true;
        }
        if (news.Type == StreamMessageType.Lagged)
        {
            await SendAsync(SocketMessage.Error(_id, _sent++, "resume_gap"), ends);
            await CloseAsync(WebSocketCloseStatus.PolicyViolation, ends);
            return false;
        }
        await SendAsync(SocketMessage.Of(news, _id, _sent++), ends);
        return true;
    }

    private async Task ReceiveAsync(CancellationToken ends)
    {
        var buffer = new byte[_options.Limits.SocketMessageBytes];
        try
        {
            while (true)
            {
                var count = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await _socket.ReceiveAsync(buffer.AsMemory(count), ends);
                    count += part.Count;
                }
                while (!part.EndOfMessage && count < buffer.Length);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }
                var request = Read(part, buffer.AsSpan(0, count));
                await _requests.Writer.WriteAsync(request, ends);
                _reader.Wake();
                if (request.Fault is "body_too_large" or "rate_limited")
                {
                    return;
                }
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException)
        {
            // the sending loop finds out by itself
        }
        finally
        {
            _requests.Writer.TryComplete();
            _reader.Wake();
        }
    }

    private (SocketRequest? Request, string? Fault) Read(ValueWebSocketReceiveResult part, ReadOnlySpan<byte> message)
    {
        using var lease = _pace.AttemptAcquire();
        return !lease.IsAcquired ? (null, "rate_limited")
            : !part.EndOfMessage ? (null, "body_too_large")
            : part.MessageType != WebSocketMessageType.Text ? (null, "unsupported_media_type")
            : SocketRequest.Read(message);
    }

    private ValueTask SendAsync(byte[] message, CancellationToken ends) =>
        _socket.SendAsync(message.AsMemory(), WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, ends);

    private async Task CloseAsync(WebSocketCloseStatus why, CancellationToken cancel)
    {
        if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(Farewell);
            await _socket.CloseOutputAsync(why, null, patience.Token);
        }
    }
}
