using System.Net.WebSockets;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Streams;

/// <summary>
/// <c>GET /v1/ws</c>: the stream's channels over a WebSocket, for clients that subscribe as they go. Pings by itself;
/// who does not answer is gone.
/// </summary>
internal sealed class SocketEndpoint(
    StreamHub hub, StreamSlots slots, EdgeGate gate, GridServerOptions options, IHostApplicationLifetime life)
{
    public async Task<Answer?> GetAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Headers.Upgrade = "websocket";
            return Refusal.Of("upgrade_required");
        }
        var client = Client.Of(context);
        if (!slots.TryTake(client))
        {
            return Refusal.Of("too_many_streams");
        }
        try
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
            {
                KeepAliveInterval = options.Limits.SocketPing, KeepAliveTimeout = options.Limits.SocketPong,
            });
            await using var session = new SocketSession(socket, hub, options, Principal.Of(context),
                code => gate.NoteRefusal(context, Refusal.Of(code)));
            await session.RunAsync(life.ApplicationStopping, context.RequestAborted);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException)
        {
            // whoever it was is gone; what they missed they find in a snapshot
        }
        finally
        {
            slots.Return(client);
        }
        return null;
    }
}
