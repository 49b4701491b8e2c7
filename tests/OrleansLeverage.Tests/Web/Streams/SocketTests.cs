using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Tests.Web.Security;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Security;
using Xunit;

namespace OrleansLeverage.Tests.Web.Streams;

/// <summary>The WebSocket as its clients see it: messages in the shape of the dYdX v4 indexer's.</summary>
public sealed class SocketTests
{
    [Fact]
    public async Task ASnapshotAndItsDeltasGiveWhatTheSystemIs()
    {
        await using var web = await WebGrid.StartAsync();
        using var socket = await Client.OpenAsync(web);
        Assert.Equal(("connected", 0), (socket.First["type"]!.GetValue<string>(),
            socket.First["message_id"]!.GetValue<int>()));
        await socket.SendAsync("""{"type":"subscribe","channel":"system"}""");
        var subscribed = await socket.NextAsync("subscribed");
        Assert.Equal(("system", "1.0.0", 1), (subscribed["channel"]!.GetValue<string>(),
            subscribed["version"]!.GetValue<string>(), subscribed["message_id"]!.GetValue<int>()));
        Assert.Equal(socket.First["connection_id"]!.GetValue<string>(),
            subscribed["connection_id"]!.GetValue<string>());
        var seen = subscribed["contents"]!.DeepClone().AsObject();
        await web.Grid.ExecuteAsync(web.Prices.Fill("alice", "bob", 2m, 60_000m));
        await web.Prices.PriceAsync(GridFixture.Bitcoin, 61_000m);
        while (seen["longNotional"]!.GetValue<double>() != 122_000d)
        {
            var data = await socket.NextAsync("channel_data");
            foreach (var (name, value) in data["contents"]!.AsObject())
            {
                seen[name] = value?.DeepClone();
            }
        }
        var system = JsonNode.Parse((await RawHttp.GetAsync(web.Port, "/v1/system")).Body)!.AsObject();
        Assert.True(JsonNode.DeepEquals(system["tiers"], seen["tiers"]));
        Assert.Equal(system.Select(member => member.Key), seen.Select(member => member.Key));
    }

    [Fact]
    public async Task ABatchLeavesNothingOut()
    {
        await using var web = await WebGrid.StartAsync();
        using var socket = await Client.OpenAsync(web);
        await socket.SendAsync("""{"type":"subscribe","channel":"system","batched":true}""");
        var subscribed = await socket.NextAsync("subscribed");
        var batch = await socket.NextAsync("channel_batch_data");
        Assert.Equal(0, batch["dropped"]!.GetValue<long>());
        Assert.Equal(batch["seq"]!.GetValue<long>() - subscribed["seq"]!.GetValue<long>(),
            batch["contents"]!.AsArray().Count);
    }

    [Fact]
    public async Task LeavingEndsTheChannelAndPingsAreAnswered()
    {
        await using var web = await WebGrid.StartAsync();
        using var socket = await Client.OpenAsync(web);
        await socket.SendAsync("""{"type":"subscribe","channel":"adl"}""");
        var empty = await socket.NextAsync("subscribed");
        Assert.Equal("adl", empty["channel"]!.GetValue<string>());
        await socket.SendAsync("""{"type":"subscribe","channel":"adl"}""");
        Assert.Equal("already_subscribed", (await socket.NextAsync("error"))["code"]!.GetValue<string>());
        await socket.SendAsync("""{"type":"unsubscribe","channel":"adl"}""");
        Assert.Equal("adl", (await socket.NextAsync("unsubscribed"))["channel"]!.GetValue<string>());
        await socket.SendAsync("""{"type":"unsubscribe","channel":"adl"}""");
        Assert.Equal("not_subscribed", (await socket.NextAsync("error"))["code"]!.GetValue<string>());
        await socket.SendAsync("""{"type":"ping","id":7}""");
        Assert.Equal(7, (await socket.NextAsync("pong"))["id"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("", "json_syntax")]
    [InlineData("[]", "json_syntax")]
    [InlineData("null", "empty_body")]
    [InlineData("{\"type\":\"ping\"} x", "json_syntax")]
    [InlineData("{\"type\":\"ping\",\"id\":{\"a\":{}}}", "json_depth")]
    [InlineData("{}", "missing_field")]
    [InlineData("{\"type\":1}", "bad_type")]
    [InlineData("{\"type\":\"delete\"}", "bad_text")]
    [InlineData("{\"type\":\"ping\",\"Type\":\"ping\"}", "duplicate_key")]
    [InlineData("{\"type\":\"ping\",\"admin\":true}", "unknown_field")]
    [InlineData("{\"type\":\"ping\",\"id\":1.5}", "bad_integer")]
    [InlineData("{\"type\":\"ping\",\"id\":\"1\"}", "bad_type")]
    [InlineData("{\"type\":\"subscribe\"}", "missing_field")]
    [InlineData("{\"type\":\"subscribe\",\"channel\":1}", "bad_type")]
    [InlineData("{\"type\":\"subscribe\",\"channel\":\"nope\"}", "bad_channel")]
    [InlineData("{\"type\":\"subscribe\",\"channel\":\"\\u0000\"}", "control_char")]
    [InlineData("{\"type\":\"subscribe\",\"channel\":\"\\ud800\"}", "bad_unicode")]
    [InlineData("{\"type\":\"subscribe\",\"channel\":\"system\",\"batched\":1}", "bad_type")]
    public async Task WhatMeansNothingIsSaidAndTheConnectionStays(string message, string code)
    {
        await using var web = await WebGrid.StartAsync();
        using var socket = await Client.OpenAsync(web);
        web.Rejections.Clear();
        await socket.SendAsync(message);
        var error = await socket.NextAsync("error");
        Assert.Equal((code, RefusalCodes.Find(code).Title), (error["code"]!.GetValue<string>(),
            error["message"]!.GetValue<string>()));
        Assert.Equal([$"1 {code} GET /v1/ws"], web.Rejections.Seen);
        await socket.SendAsync("""{"type":"ping"}""");
        await socket.NextAsync("pong");
    }

    [Fact]
    public async Task TooMuchAtOnceEndsIt()
    {
        await using var web = await WebGrid.StartAsync();
        using var large = await Client.OpenAsync(web);
        await large.SendAsync(new string(' ', (4 * 1024) + 1));
        Assert.Equal("body_too_large", (await large.NextAsync("error"))["code"]!.GetValue<string>());
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, await large.EndAsync());
        using var binary = await Client.OpenAsync(web);
        await binary.SendAsync("{}", WebSocketMessageType.Binary);
        Assert.Equal("unsupported_media_type", (await binary.NextAsync("error"))["code"]!.GetValue<string>());
        using var often = await Client.OpenAsync(web);
        for (var i = 0; i < 41; i++)
        {
            await often.SendAsync("""{"type":"ping"}""");
        }
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await often.EndAsync());
    }

    [Fact]
    public async Task PlainRequestsAndOtherPagesAreRefused()
    {
        await using var web = await WebGrid.StartAsync();
        var plain = await RawHttp.GetAsync(web.Port, "/v1/ws");
        Assert.Equal((426, "upgrade_required"), (plain.Status, plain.Code));
        var evil = await RawHttp.GetAsync(web.Port, "/v1/ws", "Upgrade: websocket", "Origin: http://evil.example");
        Assert.Equal((403, "cross_origin"), (evil.Status, evil.Code));
    }

    [Fact]
    public async Task ATakenBackKeyEndsItsSockets()
    {
        using var keys = new TestKeys();
        await using var web = await WebGrid.StartAsync(new EdgeLimits { StreamsPerClient = 1 }, keys.Access);
        using var socket = await Client.OpenAsync(web, keys["read"]);
        await Assert.ThrowsAsync<WebSocketException>(() => Client.OpenAsync(web, keys["read"]));
        await Assert.ThrowsAsync<WebSocketException>(() => Client.OpenAsync(web, keys["trade"]));
        keys.Change("read", key => key with { Revoked = DateTimeOffset.UnixEpoch });
        web.Server.Services.GetRequiredService<KeyRing>().Refresh();
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await socket.EndAsync());
    }

    [Fact]
    public async Task WhoDoesNotAnswerAPingIsGone()
    {
        await using var web = await WebGrid.StartAsync(new EdgeLimits
        {
            SocketPing = TimeSpan.FromMilliseconds(50), SocketPong = TimeSpan.FromMilliseconds(100),
        });
        using var silent = new System.Net.Sockets.TcpClient();
        await silent.ConnectAsync("127.0.0.1", web.Port);
        await silent.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            "GET /v1/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
        var seen = new MemoryStream();
        try
        {
            await silent.GetStream().CopyToAsync(seen);
        }
        catch (IOException)
        {
            // reset instead of closed: gone all the same
        }
        Assert.StartsWith("HTTP/1.1 101", Encoding.Latin1.GetString(seen.ToArray()), StringComparison.Ordinal);
    }

    private sealed class Client : IDisposable
    {
        private readonly ClientWebSocket _socket = new();
        private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(20));

        public JsonObject First { get; private set; } = [];

        public static async Task<Client> OpenAsync(WebGrid web, string? key = null)
        {
            var client = new Client();
            if (key is not null)
            {
                client._socket.Options.SetRequestHeader("X-Api-Key", key);
            }
            await client._socket.ConnectAsync(new Uri($"ws://localhost:{web.Port}/v1/ws"), client._patience.Token);
            client.First = await client.NextAsync("connected");
            return client;
        }

        public Task SendAsync(string text, WebSocketMessageType type = WebSocketMessageType.Text) =>
            _socket.SendAsync(Encoding.UTF8.GetBytes(text), type, endOfMessage: true, _patience.Token);

        /// <summary>The next message of a type; others are passed over.</summary>
        public async Task<JsonObject> NextAsync(string type)
        {
            while (true)
            {
                var message = await ReadAsync() ?? throw new InvalidOperationException($"closed before {type}");
                if (message["type"]!.GetValue<string>() == type)
                {
                    return message;
                }
            }
        }

        public async Task<WebSocketCloseStatus?> EndAsync()
        {
            while (await ReadAsync() is not null)
            {
            }
            return _socket.CloseStatus;
        }

        public void Dispose()
        {
            _socket.Dispose();
            _patience.Dispose();
        }

        private async Task<JsonObject?> ReadAsync()
        {
            using var text = new MemoryStream();
            var buffer = new byte[16 * 1024];
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer.AsMemory(), _patience.Token);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }
                text.Write(buffer, 0, part.Count);
                if (part.EndOfMessage)
                {
                    return JsonNode.Parse(text.ToArray())!.AsObject();
                }
            }
        }
    }
}
