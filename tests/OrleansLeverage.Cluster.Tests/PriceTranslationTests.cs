using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Domain;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>Prices, quotes and frames through their messages.</summary>
public sealed class PriceTranslationTests
{
    [Fact]
    public void Updates_and_quotes_come_back_as_they_went()
    {
        foreach (var update in new[]
        {
            new PriceUpdate(new FeedId("BTC-USD"), 60_000.5m, new SourceId("venue"), 3, 7, 99, 0.25m, 59_999m, 60_001m,
                "signed"),
            new PriceUpdate(new FeedId("BTC-USD"), 60_000.5m, new SourceId("venue"), 3, 7, 99),
        })
        {
            Assert.Equal(update, update.ToMessage().ToUpdate());
        }
        foreach (var quote in new[]
        {
            new FeedQuote(new FeedId("BTC-USD"), new Price(7m), PriceState.Degraded, FeedDisplay.Live,
                FeedReason.ResumeGate, Inhibitions.Liquidation, 11, 12, 2, 3, new Price(5m), new Price(9m), 13, 14),
            new FeedQuote(new FeedId("BTC-USD"), null, PriceState.NotMeasured, default, default, default, 0, null, 0, 5,
                null, null, 0, 14),
        })
        {
            Assert.Equal(quote, quote.ToMessage().ToQuote());
        }
    }

    [Fact]
    public void A_frame_comes_back_as_it_went_and_one_of_another_universe_is_refused_with_its_numbers()
    {
        var usual = Books.Frame();
        var prices = usual.Prices.ToArray();
        prices[2] = new FramePrice(null, PriceState.NotMeasured, 0L);
        prices[3] = prices[3] with { State = PriceState.Stale };
        var funding = Books.Universe.Instruments.Select((_, i) => i * 0.001m).ToArray();
        var interest = Books.Universe.Instruments.Select((_, i) => i * 100m).ToArray();
        var volatility = Books.Universe.Feeds.Select((_, i) => i * 0.01).ToArray();
        var frame = new PriceFrame(new FrameNumber(4, 9), 77, Books.Universe, prices, funding, interest, volatility);
        var message = frame.ToMessage(isReported: true);

        var back = message.ToFrame(Books.Universe);

        Assert.True(message.IsReported);
        Assert.Equal((frame.Number, frame.TimeMs), (back.Number, back.TimeMs));
        Assert.Equal(frame.Prices, back.Prices);
        Assert.Equal(frame.FundingIndices, back.FundingIndices);
        Assert.Equal(frame.OpenInterest, back.OpenInterest);
        Assert.Equal(frame.DailyVolatility, back.DailyVolatility);
        foreach (var (other, number) in new[]
        {
            (message with { UniverseVersion = 99 }, "99"), (message with { Prices = message.Prices[1..] }, "5 feeds"),
            (message with { FundingIndices = [] }, "0 instruments"),
        })
        {
            var error = Assert.Throws<InvalidDataException>(() => other.ToFrame(Books.Universe));
            Assert.Contains(number, error.Message, StringComparison.Ordinal);
        }
    }
}
