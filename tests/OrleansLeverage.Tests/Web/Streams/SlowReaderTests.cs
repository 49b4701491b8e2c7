using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansLeverage.Engine;
using OrleansLeverage.Web;
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
    [InlineData(SystemFeed.Kept + 1, "delta")]
    [InlineData(SystemFeed.Kept + 2, "lagged")]
    public async Task ItGetsTheNewestOrIsLetGo(int published, string type)
    {
        using var meter = new Meter("slow reader");
        var options = new GridServerOptions();
        using var feed = new SystemFeed(new StubGrid(), options, NullLogger<SystemFeed>.Instance);
        using var gone = new CancellationTokenSource();
        var stream = new StreamEndpoint(feed, new StreamSlots(options.Limits), options, meter, gone.Token);
        await using var body = new SlowBody();
        var context = new DefaultHttpContext { Response = { Body = body } };
        feed.Publish(View(0));

        var reading = stream.GetAsync(context);
        Assert.Contains("event: snapshot\n", await body.WrittenAsync());
        for (var i = 1; i <= published; i++)
        {
            feed.Publish(View(i));
        }
        body.Take();
        var next = await body.WrittenAsync();
        Assert.Contains($"event: {type}\n", next);

        if (type == "delta")
        {
            var data = next[(next.IndexOf("data: ", StringComparison.Ordinal) + 6)..];
            var contents = JsonNode.Parse(data)!["contents"]!.AsObject();
            Assert.Equal(published, contents["accounts"]!.GetValue<int>());
            Assert.False(contents.ContainsKey("mode"), "what did not change is not sent again");
            await gone.CancelAsync();
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
            if (text.StartsWith("id:", StringComparison.Ordinal))
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
}
