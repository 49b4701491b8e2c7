using OrleansLeverage.Domain;

namespace OrleansLeverage.Web.Api;

/// <summary>
/// How far the prices behind figures of the whole market can be believed. For display: it decides nothing.
/// </summary>
/// <param name="State">LIVE, PARTIAL (some prices are not fresh), STALE (none is) or NOT_MEASURED.</param>
/// <param name="OldestPriceAgeMs">Age at the frame of the oldest price; null where none has been measured.</param>
/// <param name="NotFresh">The feeds that are not fresh, by name.</param>
internal sealed record MarketFreshness(string State, long? OldestPriceAgeMs, IReadOnlyList<string> NotFresh)
{
    public static MarketFreshness Of(PriceFrame frame)
    {
        var feeds = frame.Universe.Markets;
        var measured = feeds.Where(feed => frame[feed].Price is not null).Select(feed => frame[feed].TimeMs).ToArray();
        return Of([.. feeds.Where(feed => frame[feed].State != PriceState.Fresh).Select(feed => feed.Id)],
            feeds.Count, measured.Length == 0 ? null : Math.Max(0, frame.TimeMs - measured.Min()));
    }

    public static MarketFreshness Of(IReadOnlyList<FeedId> notFresh, int feeds, long? oldestPriceAgeMs) => new(
        oldestPriceAgeMs is null ? "NOT_MEASURED"
            : notFresh.Count == 0 ? "LIVE"
            : notFresh.Count < feeds ? "PARTIAL" : "STALE",
        oldestPriceAgeMs, [.. notFresh.Select(feed => feed.Value)]);
}

/// <summary>A double that is no number is unknown, and unknown is null.</summary>
internal static class Statistic
{
    public static double? Of(double? value) => value is { } known && double.IsFinite(known) ? known : null;
}
