using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Market.Indices;
using OrleansLeverage.Market.Oracle;
using Xunit;

namespace OrleansLeverage.Tests.Engine;

/// <summary>
/// A volatility index is a feed of the grid like any other: published through the port, judged, in the frames.
/// </summary>
public sealed class VolatilityIndexFeedTests
{
    private static readonly FeedId Index = new("BTCVOL-PTS");

    [Fact]
    public async Task The_index_is_in_the_frame_with_its_state()
    {
        var universe = (StandardRules.Instruments with
        {
            Feeds = [.. StandardRules.Instruments.Feeds, new Feed { Id = Index, TickSize = 0.0001m }],
        }).Build(StandardRules.Rules.Newest, 1);
        var time = new ManualTime(1_700_000_000_000);
        var publisher = new VolatilityIndexPublisher(new VolatilityIndexSettings(Index, new SourceId("own-index")), 1);
        await using var grid = EmbeddedGrid.Open(new EmbeddedOptions
        {
            Universe = universe,
            Oracle = [OracleProfile.Replay(Index, 0.0001m, 2_000)],
            Directory = null,
            Time = time,
            FrameIntervalMs = 5,
            Workers = 2,
        });
        var framed = await GridFixture.EventuallyAsync(async () =>
        {
            var now = DateTimeOffset.FromUnixTimeMilliseconds(time.NowMs);
            var reading = publisher.Publish(Chain(now, 0.6), time.NowMs);
            Assert.Equal(PriceAcceptance.Accepted, await grid.PublishAsync(reading.Update!.Value));
            time.Advance(50);
            return grid.Frame[universe.Feed(Index)!];
        }, frame => frame.State == PriceState.Fresh, "the index did not become fresh");
        Assert.Equal(60.0469m, framed.Price!.Value.Value);
        // nothing is published of a chain without wings: the index keeps its value and goes stale
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.NowMs);
        Assert.Equal(IndexStatus.ChainIncomplete, publisher.Publish(Chain(now, 0.6, 61_000.0), time.NowMs).Status);
        var stale = await GridFixture.EventuallyAsync(() =>
        {
            time.Advance(500);
            return Task.FromResult(grid.Frame[universe.Feed(Index)!]);
        }, frame => frame.State == PriceState.Stale, "the index did not grow stale");
        Assert.Equal(60.0469m, stale.Price!.Value.Value);
    }

    private static OptionChain Chain(DateTimeOffset time, double volatility, double to = 200_000.0) => new("BTC", time,
    [
        .. from days in new[] { 25, 32 }
           from strike in Enumerable.Range(20, 181).Select(i => i * 1_000.0).Where(strike => strike <= to)
           from right in Enum.GetValues<OptionRight>()
           select new OptionQuote(right, strike, time.AddDays(days), 60_000.0)
           {
               Mark = new BlackScholes(EuropeanOption.OnForward(
                   right, 60_000.0, strike, days / 365.0, volatility)).Price,
           },
    ]);
}
