using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Web.Api.Events;
using OrleansLeverage.Web.Api.History;
using OrleansLeverage.Web.Api.Oracle;
using OrleansLeverage.Web.Api.Reading;
using Xunit;

namespace OrleansLeverage.Tests.Web.Reads;

/// <summary>What is kept over time is bounded, and is what was seen.</summary>
public sealed class RingTests
{
    private const long Start = 1_750_000_020_000;

    [Fact]
    public void TheLastOfEverySecondAndOfEveryMinuteIsKept()
    {
        var ring = new TwoPaceRing();
        // four looks a second for two hours
        for (var look = 0; look < 2 * 3_600 * 4; look++)
        {
            ring.Add(new Moment(Start + (look * 250L), [look]));
        }
        var last = Start + ((2 * 3_600 * 4) - 1) * 250L;
        var hour = ring.Between(last - 3_599_000, last);
        Assert.Equal(3_600, hour.Count);
        // the last look of a second is its fourth; the newest second is not over
        Assert.All(hour, moment => Assert.Equal(3, (long)moment.Values[0] % 4));
        Assert.Equal(last, hour[^1].TimeMs);
        var all = ring.Between(0, long.MaxValue);
        Assert.Equal(120, all.Count);
        Assert.Equal(Start + 59_750, all[0].TimeMs);
        Assert.Equal(120, ring.Day.Count());
    }

    [Fact]
    public void ADayIsAllThatIsKept()
    {
        var ring = new TwoPaceRing();
        for (var minute = 0; minute < 3_000; minute++)
        {
            ring.Add(new Moment(Start + (minute * 60_000L), [minute]));
        }
        Assert.Equal(TwoPaceRing.Minutes + 1, ring.Day.Count());
        Assert.Equal(2_999, ring.Day.Last().Values[0]);
        Assert.Equal(2_999 - TwoPaceRing.Minutes, ring.Day.First().Values[0]);
    }

    [Fact]
    public void ATimeThatRunsBackBeginsAnew()
    {
        var ring = new TwoPaceRing();
        ring.Add(new Moment(Start, [1]));
        ring.Add(new Moment(Start + 120_000, [2]));
        ring.Add(new Moment(Start - 600_000, [3]));
        Assert.Equal([3.0], ring.Between(0, long.MaxValue).Select(moment => moment.Values[0]));
    }

    [Theory]
    [InlineData(5, 10, new[] { 0, 1, 2, 3, 4 })]
    [InlineData(10, 5, new[] { 1, 3, 5, 7, 9 })]
    [InlineData(3_600, 1, new[] { 3_599 })]
    [InlineData(7, 3, new[] { 1, 3, 6 })]
    [InlineData(0, 3, new int[0])]
    public void PointsAreEvenlySpreadAndTheLastIsAmongThem(int count, int points, int[] places) =>
        Assert.Equal(places, Thin.Places(count, points));

    [Fact]
    public void EventsAreBoundedAndAFeedsFirstStateIsNone()
    {
        var log = new EventLog();
        log.Take([Quote(FeedDisplay.Live)], Start);
        Assert.Equal(0, log.After(0).Newest);
        for (var look = 0; look < EventLog.Kept + 10; look++)
        {
            log.Take([Quote(look % 2 == 0 ? FeedDisplay.Stale : FeedDisplay.Live)], Start + look);
        }
        var (events, newest) = log.After(0);
        Assert.Equal((EventLog.Kept, EventLog.Kept + 10L), (events.Count, newest));
        Assert.Equal((newest, "info"), (events[0].Seq, events[0].Severity));
        Assert.Equal(("critical", "BTC-USD", Start + EventLog.Kept + 8), (events[1].Severity, events[1].Market,
            events[1].Timestamp));
        Assert.Equal(2, log.After(newest - 2).Events.Count);
    }

    [Fact]
    public void BeatsAreTheLastSixty()
    {
        var beats = new OracleBeats();
        for (var look = 0; look < 70; look++)
        {
            beats.Take([Quote(FeedDisplay.Live) with { AgeMs = look == 69 ? null : look }]);
        }
        var ages = beats.Of(new FeedId("BTC-USD"));
        Assert.Equal((60, 10L, (long?)null), (ages.Count, ages[0], ages[^1]));
        Assert.Empty(beats.Of(new FeedId("ETH-USD")));
    }

    [Fact]
    public void ACursorIsOfItsListAndNobodyElses()
    {
        var cursor = Cursor.Of("accounts", "risk", "3ff", "alice");
        Assert.Equal(["risk", "3ff", "alice"], Cursor.Words(cursor, "accounts", 3)!);
        Assert.Null(Cursor.Words(cursor, "markets", 3));
        Assert.Null(Cursor.Words(cursor, "accounts", 2));
        Assert.Null(Cursor.Words("not base64!", "accounts", 3));
        Assert.False(Cursor.IsPlausible(new string('A', 600)));
        Assert.False(Cursor.IsPlausible(""));
    }

    private static FeedQuote Quote(FeedDisplay display) => new(new FeedId("BTC-USD"), new Price(1m), PriceState.Fresh,
        display, FeedReason.None, Inhibitions.None, Start, 5, 1, 1, null, null, 1, 30_000);
}
