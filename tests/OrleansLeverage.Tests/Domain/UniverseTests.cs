using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Domain;

/// <summary>A universe that could not be computed in exactly is refused when it is built, with the numbers.</summary>
public sealed class UniverseTests
{
    private static Universe Valid => Books.Universe;

    [Fact]
    public void EverythingIsFoundByItsName()
    {
        Assert.Equal("USD", Valid.Usd.Id.Value);
        Assert.Equal(2, Valid.Asset(new AssetId("BTC"))!.Index);
        Assert.Equal(4, Valid.Feed(new FeedId("BTC-USD-PERP"))!.Index);
        Assert.Equal(7, Valid.Instrument(new InstrumentId("SOL-BTC-PERP"))!.Index);
        Assert.Null(Valid.Asset(new AssetId("DOGE")));
        Assert.Null(Valid.Feed(new FeedId("DOGE-USD")));
        Assert.Null(Valid.Instrument(new InstrumentId("DOGE-USD")));
    }

    [Fact]
    public void RulesThatContradictThemselvesAreRefused()
    {
        Assert.Contains("0.7 < 0.85 < 0.9 = 1", Refusal(
            rules: Books.Rules with { LiquidationRatio = 0.9m, WarningRatio = 0.7m }), StringComparison.Ordinal);
        Assert.Contains("0.9 < 0.85", Refusal(rules: Books.Rules with { WarningRatio = 0.9m }),
            StringComparison.Ordinal);
        Assert.Contains("frames 0", Refusal(rules: Books.Rules with { RearmFrames = 0 }), StringComparison.Ordinal);
        Assert.Contains("rearm margin 0.7", Refusal(
            rules: Books.Rules with { RearmMargin = 0.7m, WarningRatio = 0.7m }), StringComparison.Ordinal);
        Assert.Contains("fee 1.5", Refusal(rules: Books.Rules with { FeeRateMax = 1.5m }), StringComparison.Ordinal);
        Assert.Contains("notional 0", Refusal(rules: Books.Rules with { NotionalMax = 0m }), StringComparison.Ordinal);
    }

    [Fact]
    public void PlacesMustBeTheColumns()
    {
        Assert.Contains("feed BTC-USD: index 1 at place 0", Refusal(feed: f => f with { Index = 1 }),
            StringComparison.Ordinal);
        Assert.Contains("asset BTC: index 9 at place 2", Refusal(asset: a => a with { Index = 9 }),
            StringComparison.Ordinal);
        Assert.Contains("instrument BTC-USD-PERP: index 9 at place 0", Refusal(instrument: i => i with { Index = 9 }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsReferredToMustBeTheUniversesOwn()
    {
        var stranger = Valid.Feeds[0] with { Id = new FeedId("BTC-EUR") };
        Assert.Contains("feed BTC-EUR is not the universe's", Refusal(asset: a => a with { PriceFeed = stranger }),
            StringComparison.Ordinal);
        Assert.Contains("feed BTC-EUR is not the universe's", Refusal(instrument: i => i with { MarkFeed = stranger }),
            StringComparison.Ordinal);
        var coin = Valid.Assets[2] with { CollateralWeight = 0.5m };
        Assert.Contains("assets BTC, USD, USD are not", Refusal(instrument: i => i with { Base = coin }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void AnAssetHasAQuantumAWeightAndAPrice()
    {
        Assert.Contains("quantum 0", Refusal(asset: a => a with { Quantum = 0m }), StringComparison.Ordinal);
        Assert.Contains("weight 1.01 is not in [0, 1]", Refusal(asset: a => a with { CollateralWeight = 1.01m }),
            StringComparison.Ordinal);
        Assert.Contains("every asset but USD has a price feed", Refusal(asset: a => a with { PriceFeed = null }),
            StringComparison.Ordinal);
        Assert.Contains("tick 0", Refusal(feed: f => f with { TickSize = 0m }), StringComparison.Ordinal);
        var noUsd = new Func<Universe>(() => new Universe(1, Books.Rules, [], [], []));
        Assert.Contains("no USD", Assert.ThrowsAny<FormatException>(noUsd).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AContractHasBoundsAndASettlementThatFits()
    {
        Assert.Contains("above 0 and in range", Refusal(instrument: i => i with { LotSize = 0m }),
            StringComparison.Ordinal);
        Assert.Contains("above 0 and in range", Refusal(instrument: i => i with { PriceMax = Price.Max + 1m }),
            StringComparison.Ordinal);
        Assert.Contains("above 0 and in range", Refusal(instrument: i => i with { PositionLimit = Quantity.Max + 1m }),
            StringComparison.Ordinal);
        Assert.Contains("an inverse contract settles in its base",
            Refusal(instrument: i => i with { Style = ContractStyle.Inverse }), StringComparison.Ordinal);
        // a linear contract paid in the coin it follows would be a square of the price
        Assert.Contains("priced by its own mark", Refusal(instrument: i => i with { Settlement = Valid.Assets[2] }),
            StringComparison.Ordinal);
        Assert.Contains("an option, and only it, has a strike",
            Refusal(instrument: i => i with { Kind = InstrumentKind.Option }), StringComparison.Ordinal);
    }

    /// <summary>
    /// Largest value 2·10¹² has 13 digits, tick 2, lot 4, rate 4: 23. Five more digits of the lot are the last that
    /// fit.
    /// </summary>
    [Fact]
    public void ProductsFitTwentyEightDigits()
    {
        Assert.Equal("", Refusal(instrument: i => i with { LotSize = 0.000000001m }));
        Assert.Contains("needs 29 digits, 28 are exact", Refusal(instrument: i => i with { LotSize = 0.0000000001m }),
            StringComparison.Ordinal);
    }

    /// <summary>The message of the refusal, "" where there is none.</summary>
    private static string Refusal(RiskRules? rules = null, Func<Feed, Feed>? feed = null, Func<Asset,
        Asset>? asset = null,
        Func<Instrument, Instrument>? instrument = null)
    {
        Feed[] feeds = [.. Valid.Feeds];
        Asset[] assets = [.. Valid.Assets];
        Instrument[] instruments = [.. Valid.Instruments];
        feeds[0] = feed?.Invoke(feeds[0]) ?? feeds[0];
        assets[2] = asset?.Invoke(assets[2]) ?? assets[2];
        instruments[0] = instrument?.Invoke(instruments[0]) ?? instruments[0];
        try
        {
            _ = new Universe(1, rules ?? Books.Rules, feeds, assets, asset is null ? instruments : []);
            return "";
        }
        catch (FormatException error)
        {
            return error.Message;
        }
    }
}
