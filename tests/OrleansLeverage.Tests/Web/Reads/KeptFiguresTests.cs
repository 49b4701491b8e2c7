using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Web.Api.History;
using OrleansLeverage.Web.Api.Markets;
using Xunit;

namespace OrleansLeverage.Tests.Web.Reads;

/// <summary>Funding and open interest over time, candles of an index, and the word for where it stands.</summary>
public sealed class KeptFiguresTests
{
    private const long Start = 1_750_000_020_000;

    [Fact]
    public void ACandleIsWhatAMinuteDid()
    {
        var ring = new CandleRing();
        Assert.Empty(ring.Show().Candles);
        foreach (var (second, price) in new[]
        {
            (0, 60.0), (10, 62.0), (20, 57.0), (59, 61.0), (60, 63.0), (200, 64.0),
        })
        {
            ring.Add(Start + (second * 1_000L), price);
        }
        var (width, candles) = ring.Show();
        Assert.Equal(60_000, width);
        Assert.Equal(
            [
                new Candle(Start, 60.0, 62.0, 57.0, 61.0), new Candle(Start + 60_000, 63.0, 63.0, 63.0, 63.0),
                new Candle(Start + 180_000, 64.0, 64.0, 64.0, 64.0),
            ], candles);
    }

    [Fact]
    public void ADayIsShownInCandlesOfFiveMinutes()
    {
        var ring = new CandleRing();
        const long Midnight = 1_750_032_000_000;
        for (var minute = 0; minute < 2_000; minute++)
        {
            ring.Add(Midnight + (minute * 60_000L), minute);
            Assert.Equal(minute < 288 ? 60_000 : 300_000, ring.Show().WidthMs);
        }
        var candles = ring.Show().Candles;
        Assert.Equal(288, candles.Count);
        // the newest five minutes are those of 1,995 to 1,999, the oldest of a day of minutes are from 560 on
        Assert.Equal(new Candle(Midnight + (1_995 * 60_000L), 1_995, 1_999, 1_995, 1_999), candles[^1]);
        Assert.Equal(new Candle(Midnight + (560 * 60_000L), 560, 564, 560, 564), candles[0]);
    }

    [Fact]
    public void CandlesOfAnEarlierStoryAreGoneWhenTimeRunsBack()
    {
        var ring = new CandleRing();
        ring.Add(Start, 1.0);
        ring.Add(Start + 60_000, 2.0);
        ring.Add(Start - 600_000, 3.0);
        Assert.Equal([3.0], ring.Show().Candles.Select(candle => candle.Open));
    }

    [Theory]
    [InlineData(0.0, 60, "LOW")]
    [InlineData(0.199, 60, "LOW")]
    [InlineData(0.2, 60, "NORMAL")]
    [InlineData(0.799, 60, "NORMAL")]
    [InlineData(0.8, 30, "HIGH")]
    [InlineData(0.949, 30, "HIGH")]
    [InlineData(0.95, 30, "EXTREME")]
    [InlineData(1.0, 1_441, "EXTREME")]
    [InlineData(0.5, 29, null)]
    [InlineData(null, 600, null)]
    public void TheRegimeIsAWordForThePlaceInTheDay(double? percentile, int minutes, string? word)
    {
        var (said, why) = VolatilityRegime.Of(percentile, minutes);
        Assert.Equal(word, said);
        Assert.NotEmpty(why);
    }

    /// <summary>Rate 0.0001 at a mark of 60,000 raises the index by 6 of one contract.</summary>
    [Fact]
    public async Task FundingAndOpenInterestAreKeptOfAMarket()
    {
        await using var web = await WebGrid.StartAsync();
        Assert.True((await web.Grid.ExecuteAsync(web.Prices.Fill("alice", "bob", 2m, 60_000m))).IsApplied);
        const string Target = "/v1/history?feed=BTC-USD&metrics=openInterestNotional,fundingIndex,fundingRate";
        var before = await SmallMarket.EventuallyAsync(web, Target, h => Last(h, "openInterestNotional") == 120_000.0);
        Assert.Equal((0.0, null), (Last(before, "fundingIndex"), Last(before, "fundingRate")));
        var id = web.Prices.NextId();
        Assert.True((await web.Grid.ExecuteAsync(new PublishFunding(id, new InstrumentId("BTC-USD-PERP"), 0.0001m)))
            .IsApplied);
        await web.Prices.PriceAsync(GridFixture.Bitcoin, 60_000m);
        var after = await SmallMarket.EventuallyAsync(web, Target, h => Last(h, "fundingIndex") == 6.0);
        Assert.Equal(0.0001, Last(after, "fundingRate")!.Value, 1e-12);
        // a market that nobody priced has none of the three
        var ether = await SmallMarket.GetAsync(web, Target.Replace("BTC", "ETH"));
        Assert.Null(Last(ether, "openInterestNotional"));
    }

    private static double? Last(JsonElement history, string metric) =>
        history.GetProperty(metric) is var row && row.GetArrayLength() > 0
        && row[row.GetArrayLength() - 1] is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;
}
