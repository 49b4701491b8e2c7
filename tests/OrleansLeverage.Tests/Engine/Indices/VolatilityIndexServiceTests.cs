using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Indices;
using OrleansLeverage.Market.Indices;
using OrleansLeverage.Market.Oracle;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Indices;

/// <summary>
/// The index that a grid publishes of its own marks: flat 60 % at 60,000, strikes from 20,000 to 200,000 by 1,000, 25
/// and 32 days; the strip's value is that of the vectors (crypto_vol_index, volindex-flat60-1000).
/// </summary>
public sealed class VolatilityIndexServiceTests
{
    private const double Strip = 60.04691704605626;
    private static readonly int[] Days = [25, 32];
    private static readonly int[] Strikes = [.. Enumerable.Range(20, 181).Select(i => i * 1_000)];

    [Fact]
    public async Task IsThatOfTheStripAndComesIntoTheFrames()
    {
        await using var market = await OptionMarket.OpenAsync(Days, Strikes, 0.6m);
        var service = Service(market);
        Assert.Null(service.Reading);
        await service.PublishAsync(default);
        Assert.Equal(IndexStatus.Published, service.Reading!.Status);
        // the least mark is a tick, where a far option is worth less
        Assert.Equal(Strip, service.Reading.Points!.Value, 1e-7 * Strip);
        Assert.Equal((0L, 60.0469m), (service.Reading.AgeMs, service.Reading.Update!.Value.Price));
        await market.StepAsync();
        await service.PublishAsync(default);
        await market.StepAsync();
        var index = market.Grid.Frame[market.Grid.Universe.Feed(OptionMarket.Index)!];
        Assert.Equal((60.0469m, PriceState.Fresh), (index.Price!.Value.Value, index.State));
    }

    [Fact]
    public async Task OfAChainWithoutWingsNothingIsPublished()
    {
        await using var market = await OptionMarket.OpenAsync(Days,
            Strikes.Where(strike => strike is > 55_000 and < 66_000), 0.6m);
        var service = Service(market);
        await service.PublishAsync(default);
        Assert.Equal(IndexStatus.ChainIncomplete, service.Reading!.Status);
        Assert.NotNull(service.Reading.Points);
        Assert.Null(service.Reading.Update);
        await market.StepAsync();
        Assert.Null(market.Grid.Frame[market.Grid.Universe.Feed(OptionMarket.Index)!].Price);
    }

    [Fact]
    public async Task TheChainIsWhatTheFrameHas()
    {
        await using var market = await OptionMarket.OpenAsync([25], [50_000, 60_000], 0.6m);
        var frame = market.Grid.Frame;
        var chain = FrameChain.Of(frame, OptionMarket.Bitcoin)!;
        Assert.Equal((OptionMarket.Now, "BTC"), (chain.Time, chain.Underlying));
        // a call and a put at two strikes; those that settle in coin are other quotes of the same
        Assert.Equal([(OptionRight.Call, 50_000.0), (OptionRight.Put, 50_000.0), (OptionRight.Call, 60_000.0),
            (OptionRight.Put, 60_000.0)], chain.Quotes.Select(q => (q.Right, q.Strike)));
        Assert.All(chain.Quotes, quote => Assert.Equal((60_000.0, 0.6, OptionMarket.Now.AddDays(25)),
            (quote.Underlying!.Value, quote.MarkVolatility!.Value, quote.Expiry)));
        // Black 1976 of 25 days at 60 %, 60 digits (mpmath)
        Assert.Equal(3754.828702884988, chain.Quotes[2].Mark!.Value, 1e-8);
        var coins = FrameChain.Of(frame, OptionMarket.Bitcoin, instrument => instrument.IsCoinSettled)!;
        Assert.Equal(chain.Quotes.Select(q => q.Mark!.Value), coins.Quotes.Select(q => q.Mark!.Value),
            (left, right) => Math.Abs(left - right) <= 1e-5);
        Assert.Null(FrameChain.Of(frame, new AssetId("ETH")));
        Assert.Null(FrameChain.Of(new PriceFrame(frame.Number, frame.TimeMs, frame.Universe,
            new FramePrice[frame.Prices.Count]), OptionMarket.Bitcoin));
    }

    [Fact]
    public async Task AGridWithoutTheFeedIsRefusedAtOnce()
    {
        await using var market = await OptionMarket.OpenAsync([25], [60_000], 0.6m);
        Assert.Throws<ArgumentException>(() =>
            new VolatilityIndexService(market.Grid, new AssetId("ETH"), new SourceId("own-index"), market.Time));
    }

    private static VolatilityIndexService Service(OptionMarket market) =>
        new(market.Grid, OptionMarket.Bitcoin, new SourceId("own-index"), market.Time);
}
