using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Files;

/// <summary>
/// One bar of a feed, from <see cref="StartMs"/> (inclusive) to <see cref="EndMs"/> (exclusive), Unix milliseconds. It
/// is known at its end and not before: everything that replays bars goes by the end. A single observation has Start =
/// End and four equal prices.
/// </summary>
/// <param name="Volume">Base units, or contracts, as the source counts; null where a source has none.</param>
public readonly record struct PriceBar(
    FeedId Feed, long StartMs, long EndMs, Price Open, Price High, Price Low, Price Close, decimal? Volume)
{
    public long IntervalMs => EndMs - StartMs;

    public bool IsPoint => StartMs == EndMs;

    public static PriceBar Point(FeedId feed, long timeMs, Price price) =>
        new(feed, timeMs, timeMs, price, price, price, price, null);
}

/// <summary>
/// A funding rate at the instant it was settled: positive means that longs pay shorts; 0.0001 is 1 bp of notional for
/// that one interval, not per year.
/// </summary>
public readonly record struct FundingPoint(FeedId Feed, long TimeMs, decimal Rate);
