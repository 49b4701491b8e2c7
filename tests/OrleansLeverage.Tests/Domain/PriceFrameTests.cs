using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Domain;

public sealed class PriceFrameTests
{
    /// <summary>A higher epoch supersedes every lower one, whatever its sequence.</summary>
    [Fact]
    public void FramesAreOrderedByEpochThenSequence()
    {
        FrameNumber[] ordered = [new(1, 1), new(1, 9), new(2, 0), new(2, 1), new(10, 0)];
        Assert.Equal(ordered, ordered.Reverse().Order());
        Assert.Equal("2.1", new FrameNumber(2, 1).ToString());
    }

    [Fact]
    public void ColumnsAreAsLongAsTheUniverse()
    {
        var universe = Books.Universe;
        PriceFrame Of(int prices, int? funding = null, int? interest = null) => new(new FrameNumber(1, 1), 1, universe,
            new FramePrice[prices], funding is { } f ? new decimal[f] : null, interest is { } i ? new decimal[i]
                : null);
        var error = Assert.Throws<ArgumentException>(() => Of(5));
        Assert.Contains("prices has 5 entries, the universe 6", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Of(6, funding: 8));
        Assert.Throws<ArgumentException>(() => Of(6, interest: 10));
        Assert.Equal(9, Of(6).FundingIndices.Count);
        Assert.Equal(9, Of(6).OpenInterest.Count);
    }

    [Fact]
    public void PricesAreFoundByWhatTheyPrice()
    {
        var frame = Books.Frame(btc: 60_000m, btcMark: 60_001m, usdc: 0.99m);
        Assert.Equal(new Price(60_000m), frame.Mark(Books.Instrument("BTC-USD-PERP")));
        Assert.Equal(new Price(60_001m), frame.Mark(Books.Instrument("BTC-USDM-PERP")));
        Assert.Equal(0.99m, frame.UsdPrice(Books.Asset("USDC")));
        Assert.Equal(1m, frame.UsdPrice(Books.Usd));
        Assert.Equal(new Price(3_000m), frame[Books.Universe.Feeds[1]].Price);
    }

    /// <summary>Not measured is not zero.</summary>
    [Fact]
    public void WhatIsNotMeasuredHasNoPrice()
    {
        var frame = new PriceFrame(new FrameNumber(1, 1), 1, Books.Universe, new FramePrice[6]);
        Assert.Null(frame.Mark(Books.Instrument("BTC-USD-PERP")));
        Assert.Null(frame.UsdPrice(Books.Asset("BTC")));
        Assert.Equal(1m, frame.UsdPrice(Books.Usd));
        Assert.Equal(PriceState.NotMeasured, frame[Books.Universe.Feeds[0]].State);
    }
}
