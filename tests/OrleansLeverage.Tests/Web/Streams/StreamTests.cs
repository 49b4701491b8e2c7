using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Nodes;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Tests.Web.Security;
using OrleansLeverage.Web;
using OrleansLeverage.Web.Edge;
using Xunit;

namespace OrleansLeverage.Tests.Web.Streams;

/// <summary>The stream as its readers see it.</summary>
public sealed class StreamTests
{
    [Fact]
    public async Task ASnapshotAndItsDeltasGiveWhatTheSystemIs()
    {
        await using var web = await WebGrid.StartAsync();
        await using var stream = await Reader.OpenAsync(web.Port);
        var first = await stream.NextAsync();
        Assert.Equal("snapshot", first.Type);
        await web.Grid.ExecuteAsync(web.Prices.Fill("alice", "bob", 2m, 60_000m));
        await web.Prices.PriceAsync(GridFixture.Bitcoin, 61_000m);
        var last = first;
        while (stream.Seen["longNotional"]!.GetValue<double>() != 122_000d)
        {
            var next = await stream.NextAsync();
            Assert.Equal("delta", next.Type);
            Assert.True(next.Seq > last.Seq, "numbers go up");
            Assert.True(next.Members < first.Members, "a delta is less than everything");
            last = next;
        }
        var system = JsonNode.Parse((await RawHttp.GetAsync(web.Port, "/v1/system")).Body)!.AsObject();
        foreach (var still in new[] { "longNotional", "marketLeverage", "tiers", "assets", "accounts", "mode" })
        {
            Assert.True(JsonNode.DeepEquals(system[still], stream.Seen[still]), still);
        }
        Assert.Equal(system.Select(member => member.Key), stream.Seen.Select(member => member.Key));
    }

    /// <summary>All channels of one stream, each with the members that the GET of its name has.</summary>
    [Fact]
    public async Task EveryChannelIsWhatItsGetAnswers()
    {
        await using var web = await WebGrid.StartAsync();
        await web.Grid.ExecuteAsync(web.Prices.Fill("alice", "bob", 2m, 60_000m));
        var waiting = new Dictionary<string, JsonObject>();
        foreach (var name in OrleansLeverage.Web.Streams.StreamHub.Names)
        {
            var answer = await RawHttp.GetAsync(web.Port, "/v1/" + name);
            if (answer.Status == 200)
            {
                waiting[name] = JsonNode.Parse(answer.Body)!.AsObject();
            }
        }
        Assert.Contains("adl", waiting.Keys);
        web.Rejections.Clear();
        await using var stream = await Reader.OpenAsync(
            web.Port, channels: string.Join(',', OrleansLeverage.Web.Streams.StreamHub.Names));
        while (waiting.Count > 0)
        {
            var (type, _, _) = await stream.NextAsync(isLone: false);
            if (waiting.Remove(stream.Channel, out var got))
            {
                Assert.Equal("snapshot", type);
                Assert.Equal(got.Select(member => member.Key), stream.Contents.Select(member => member.Key));
            }
        }
        Assert.Empty(web.Rejections.Seen);
    }

    [Fact]
    public async Task WhoComesBackGoesOnWhereItWas()
    {
        await using var web = await WebGrid.StartAsync();
        long seq;
        await using (var stream = await Reader.OpenAsync(web.Port))
        {
            seq = (await stream.NextAsync()).Seq;
        }
        await using var again = await Reader.OpenAsync(web.Port, seq);
        var next = await again.NextAsync();
        Assert.Equal(("delta", true), (next.Type, next.Seq > seq));
    }

    [Fact]
    public async Task ACursorOfAnEarlierLifeIsAGapAndOneOfTheFutureIsNone()
    {
        await using var web = await WebGrid.StartAsync();
        var old = await RawHttp.GetAsync(web.Port, "/v1/stream", "Last-Event-ID: 1");
        Assert.Equal((410, "resume_gap"), (old.Status, old.Code));
        var soon = await RawHttp.GetAsync(web.Port, "/v1/stream", $"Last-Event-ID: {web.Time.NowMs + 1_000_000}");
        Assert.Equal((400, "bad_cursor"), (soon.Status, soon.Code));
        var other = await RawHttp.GetAsync(web.Port, "/v1/stream?channels=system,accounts");
        Assert.Equal((400, "bad_channel"), (other.Status, other.Code));
    }

    [Theory]
    [InlineData("?channels=system,oracle", "1", 400, "bad_cursor")]
    [InlineData("?channels=system,oracle", "1,2,3", 400, "bad_cursor")]
    [InlineData("?channels=system,oracle", "0,x", 400, "bad_cursor")]
    [InlineData("?channels=system,oracle", "1,999999999999999999", 400, "bad_cursor")]
    [InlineData("?channels=system,oracle", "0,1", 410, "resume_gap")]
    [InlineData("?channels=system,system", null, 400, "bad_channel")]
    [InlineData("?channels=system,", null, 400, "bad_channel")]
    [InlineData("?channels=System", null, 400, "bad_channel")]
    [InlineData("?channels=system&channels=oracle", null, 400, "bad_channel")]
    public async Task PositionsAndChannelsGoTogether(string query, string? cursor, int status, string code)
    {
        await using var web = await WebGrid.StartAsync();
        var answer = await RawHttp.GetAsync(web.Port, "/v1/stream" + query,
            cursor is null ? "X: y" : $"Last-Event-ID: {cursor}");
        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task AStreamThatEndsMakesRoom()
    {
        await using var web = await WebGrid.StartAsync(new EdgeLimits { StreamsPerClient = 1 });
        await using (var stream = await Reader.OpenAsync(web.Port))
        {
            await stream.NextAsync();
            Assert.Equal("too_many_streams", (await RawHttp.GetAsync(web.Port, "/v1/stream")).Code);
        }
        await GridFixture.EventuallyAsync(async () =>
        {
            try
            {
                await using var stream = await Reader.OpenAsync(web.Port);
                return true;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, opened => opened, "the place of a stream that ended is never free");
    }

    [Fact]
    public async Task ASilentStreamSaysThatItIsThere()
    {
        var limits = new EdgeLimits { StreamHeartbeat = TimeSpan.FromMilliseconds(20) };
        var options = OpenServer.Options with { Limits = limits };
        await using var server = await GridServer.StartAsync(new StubGrid(), options);
        using var client = new HttpClient();
        await using var stream = await client.GetStreamAsync(new Uri(server.Address, "/v1/stream"));
        var buffer = new byte[4096];
        var text = "";
        while (!text.Contains(": still here\n\n: still here\n\n", StringComparison.Ordinal))
        {
            text += Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer));
        }
        Assert.StartsWith("retry: ", text);
    }

    private sealed class Reader : IAsyncDisposable
    {
        private readonly HttpClient _client = new();
        private IAsyncEnumerator<SseItem<string>> _items = null!;

        /// <summary>The state that snapshot and deltas have added up to.</summary>
        public JsonObject Seen { get; private set; } = [];

        public string Channel { get; private set; } = "";

        public JsonObject Contents { get; private set; } = [];

        public static async Task<Reader> OpenAsync(int port, long? cursor = null, string channels = "system")
        {
            var reader = new Reader();
            using var request = new HttpRequestMessage(
                HttpMethod.Get, $"http://localhost:{port}/v1/stream?channels={channels}");
            if (cursor is not null)
            {
                request.Headers.Add("Last-Event-ID", $"{cursor}");
            }
            var response = await reader._client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            response.EnsureSuccessStatusCode();
            Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
            var body = await response.Content.ReadAsStreamAsync();
            reader._items = SseParser.Create(body).EnumerateAsync().GetAsyncEnumerator();
            return reader;
        }

        public async Task<(string Type, long Seq, int Members)> NextAsync(bool isLone = true)
        {
            Assert.True(await _items.MoveNextAsync(), "the stream ended");
            var item = _items.Current;
            var data = JsonNode.Parse(item.Data)!.AsObject();
            var (type, seq) = (data["type"]!.GetValue<string>(), data["seq"]!.GetValue<long>());
            Assert.Equal(type, item.EventType);
            Assert.True(isLone ? item.EventId == $"{seq}" : item.EventId!.Split(',').Contains($"{seq}"), item.EventId);
            var contents = data["contents"]!.AsObject();
            (Channel, Contents) = (data["channel"]!.GetValue<string>(), contents);
            if (type == "snapshot")
            {
                Seen = contents.DeepClone().AsObject();
            }
            foreach (var (name, value) in contents)
            {
                Seen[name] = value?.DeepClone();
            }
            return (type, seq, contents.Count);
        }

        public ValueTask DisposeAsync()
        {
            _client.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
