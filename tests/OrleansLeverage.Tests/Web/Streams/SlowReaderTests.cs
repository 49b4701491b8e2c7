using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansLeverage.Engine;
using OrleansLeverage.Tests.Web.Security;
using OrleansLeverage.Web.Api;
using OrleansLeverage.Web.Streams;
using Xunit;

namespace OrleansLeverage.Tests.Web.Streams;

/// <summary>A reader that takes its time holds nobody up and is never owed more than the newest state.</summary>
public sealed class SlowReaderTests
{
    [Theory]
    [InlineData(1, "delta")]
    [InlineData(200, "delta")]
    [InlineData(StreamChannel.Kept + 1, "delta")]
    [InlineData(StreamChannel.Kept + 2, "lagged")]
    public async Task ItGetsTheNewestOrIsLetGo(int published, string type)
    {
        using var meter = new Meter("slow reader");
        using var life = new Life();
        var options = OpenServer.Options;
        var slots = new StreamSlots(options.Limits);
        await using var accounts = new AccountChannels(new ServiceCollection().BuildServiceProvider(),
            new StreamPaths(), options.Clock, NullLogger<StreamChannel>.Instance);
        using var hub = new StreamHub([], accounts, slots, options, meter, NullLogger<StreamChannel>.Instance);
        var stream = new StreamEndpoint(hub, slots, options, life);
        await using var body = new SlowBody();
        var context = new DefaultHttpContext { Response = { Body = body } };
        var channel = hub.Find("system")!;

        var reading = stream.GetAsync(context);
        channel.Publish(View(0));
        Assert.Contains("event: snapshot\n", await body.WrittenAsync());
        for (var i = 1; i <= published; i++)
        {
            channel.Publish(View(i));
        }
        body.Take();
        var next = await body.WrittenAsync();
        Assert.Contains($"event: {type}\n", next);
        Assert.Contains($"\"dropped\":{published - 1},", next);
        if (type == "delta")
        {
            var data = next[(next.IndexOf("data: ", StringComparison.Ordinal) + 6)..];
            var contents = JsonNode.Parse(data)!["contents"]!.AsObject();
            Assert.Equal(published, contents["accounts"]!.GetValue<int>());
            Assert.False(contents.ContainsKey("mode"), "what did not change is not sent again");
            life.StopApplication();
        }
        else
        {
            Assert.DoesNotContain("id:", next);
        }
        body.Take();
        Assert.Null(await reading);
    }

    private static SystemView View(int accounts)
    {
        var histogram = new LeverageDistribution([], [], [], null, null, null);
        return SystemView.Of(new SystemFigures
        {
            Frame = new(1, accounts), FrameTimeMs = accounts, OldestPriceAgeMs = null, NotFresh = [], Coverage = null,
            NotionalCoverage = null, Accounts = accounts, AccountsWithExposure = 0, Equity = 0, GrossNotional = 0,
            LongNotional = 0, ShortNotional = 0, Borrowed = 0, MarketLeverage = double.NaN, LongLeverage = null,
            ShortLeverage = null, LeverageSkew = null, NotionalSkew = null, AccountSkew = null,
            LeverageSkewExMakers = null, NotionalSkewExMakers = null, EstimatedLeverageRatio = null,
            Concentration = new(null, null, null), Assets = [],
            LongHistogram = histogram, ShortHistogram = histogram, Tiers = [], AccountsAtRisk = 0, NotionalAtRisk = 0,
            Bankrupt = 0, Deficit = 0, MostAtRisk = [],
        }, 1, "DEMO");
    }

    /// <summary>A connection whose client takes one event at a time, when told to.</summary>
    private sealed class SlowBody : MemoryStream
    {
        private readonly SemaphoreSlim _written = new(0);
        private readonly SemaphoreSlim _taken = new(0);
        private string _text = "";

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var text = Encoding.UTF8.GetString(buffer.Span);
            if (text.Contains("event:", StringComparison.Ordinal))
            {
                _text = text;
                _written.Release();
                await _taken.WaitAsync(cancellationToken);
            }
        }

        /// <summary>The event that is on its way and waits to be taken.</summary>
        public async Task<string> WrittenAsync()
        {
            await _written.WaitAsync();
            return _text;
        }

        public void Take() => _taken.Release();
    }

    private sealed class Life : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => _stopping.Cancel();

        public void Dispose() => _stopping.Dispose();
    }
}
