using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Rules;

public sealed class StandardRulesTests
{
    [Fact]
    public void EightMarketsAreLinearPerpetualsSettledInUsd()
    {
        var universe = StandardRules.Universe();
        foreach (var coin in new[] { "BTC", "ETH", "SOL", "XRP", "DOGE", "ADA", "AVAX", "LINK", "LTC" })
        {
            var perpetual = universe.Instrument(new InstrumentId($"{coin}-USD-PERP"))!;
            Assert.Equal(InstrumentKind.Perpetual, perpetual.Kind);
            Assert.Equal(ContractStyle.Linear, perpetual.Style);
            Assert.Equal(AssetId.Usd, perpetual.Settlement.Id);
            Assert.Equal($"{coin}-USD", perpetual.MarkFeed.Id.Value);
            Assert.Equal(coin, perpetual.Base.Id.Value);
        }
    }

    [Theory]
    [InlineData("BTC-USDI-PERP", "BTC", 10)]
    [InlineData("ETH-USDI-PERP", "ETH", 1)]
    public void InversePerpetualsSettleInTheirCoin(string id, string coin, int faceUsd)
    {
        var inverse = StandardRules.Universe().Instrument(new InstrumentId(id))!;
        Assert.Equal(ContractStyle.Inverse, inverse.Style);
        Assert.Equal(coin, inverse.Settlement.Id.Value);
        Assert.Equal(faceUsd, inverse.Multiplier);
    }

    [Fact]
    public void SpotAndAFutureAreListed()
    {
        var universe = StandardRules.Universe();
        Assert.Equal(InstrumentKind.Spot, universe.Instrument(new InstrumentId("BTC-USD"))!.Kind);
        Assert.Equal(InstrumentKind.Spot, universe.Instrument(new InstrumentId("ETH-USD"))!.Kind);
        Assert.Equal(new DateTimeOffset(2026, 12, 25, 8, 0, 0, TimeSpan.Zero),
            universe.Instrument(new InstrumentId("BTC-USD-20261225"))!.Expiry);
    }

    [Fact]
    public void EveryAssetHasAWeightAndOnlyFourCount()
    {
        var counting = StandardRules.Universe().Assets.Where(a => a.CollateralWeight > 0m).Select(a =>
            (a.Id.Value, a.CollateralWeight));
        Assert.Equal([("USD", 1m), ("USDC", 0.99m), ("BTC", 0.95m), ("ETH", 0.92m)], counting);
    }

    /// <summary>
    /// Binance, BTCUSDT perpetual, maintenance margin of a 10,000,000 USDT position: 10e6·0.01 − 11,450.
    /// </summary>
    [Fact]
    public void BitcoinBracketsAreThePublishedOnes()
    {
        var margin = StandardRules.Universe().Instrument(new InstrumentId("BTC-USD-PERP"))!.Margin;
        Assert.Equal(12, margin.Tiers.Count);
        Assert.Equal(88_550m, margin.Maintenance(10_000_000m));
        Assert.Equal(125m, margin.MaxLeverage(49_999.99m, 0m));
        Assert.Equal(100m, margin.MaxLeverage(50_000m, 0m));
    }

    /// <summary>Prices of the files that replays read lie on the grids of their feeds.</summary>
    [Theory]
    [InlineData("BTC-USD", "lean/crypto_coinbase_minute_btcusd_20170904_trade.csv")]
    [InlineData("ETH-USD", "lean/crypto_coinbase_minute_ethusd_20170904_trade.csv")]
    [InlineData("LTC-USD", "lean/crypto_coinbase_minute_ltcusd_20180404_trade.csv")]
    [InlineData("BTC-USD", "lean/crypto_coinbase_second_btcusd_20161007_trade.csv")]
    [InlineData("ADA-USD", "lean/cryptofuture_binance_minute_adausdt_20221213_trade.csv")]
    [InlineData("BTC-USD", "lean/cryptofuture_dydx_minute_btcusd_20260101_trade.csv")]
    public void TicksAcceptThePriceFiles(string feed, string file)
    {
        if (SharedData.Path($"data/{file}") is not { } path)
        {
            return;
        }
        var universe = StandardRules.Universe();
        var (tick, checkedRows) = (universe.Feed(new FeedId(feed))!.TickSize, 0);
        var instrument = universe.Instruments.First(i => i.MarkFeed.Id.Value == feed);
        foreach (var line in File.ReadLines(path))
        {
            var close = decimal.Parse(line.Split(',')[4], System.Globalization.CultureInfo.InvariantCulture);
            Assert.True(Decimals.IsMultipleOf(close, tick), $"{close} is not on {tick}");
            Assert.True(instrument.IsOnTick(new Price(close))
                && close <= instrument.PriceMax, $"{close} at {instrument}");
            checkedRows++;
        }
        Assert.True(checkedRows > 100, $"{checkedRows} rows");
    }

    [Fact]
    public void TheWorkedPairIsComplete()
    {
        var instruments = InstrumentFile.Parse(Worked.Instruments, "worked.instruments.json");
        var rules = RuleFile.Parse(Worked.Rules, "worked.rules.json");
        var universe = instruments.Build(rules, 7);
        Assert.Equal(7, universe.Version);
        var inverse = universe.Instrument(new InstrumentId("BTC-USDI-PERP"))!;
        // half way between the caps the rate is half way between its base and 1
        Assert.Equal(0.525m, inverse.Margin.InitialRate(1_000m, 37_500_000m));
        Assert.Equal(250m, universe.Instrument(new InstrumentId("BTC-USD-PERP"))!.Margin.Tiers[1].MaintenanceAmount);
    }
}
