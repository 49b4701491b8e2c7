using System.Globalization;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Web.Api;

/// <summary>When the figures of an answer were true: the frame's time, twice.</summary>
/// <param name="Timestamp">Unix milliseconds.</param>
/// <param name="Datetime">The same in ISO 8601, UTC.</param>
internal sealed record AsOf(long Timestamp, string Datetime)
{
    public static AsOf At(long timeMs) => new(timeMs, DateTimeOffset.FromUnixTimeMilliseconds(timeMs)
        .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
}

/// <summary>How far the prices behind an answer can be believed. For display: it decides nothing.</summary>
/// <param name="State">LIVE, PARTIAL (some prices are not fresh), STALE (none is), HALTED or NOT_MEASURED.</param>
/// <param name="OldestPriceAgeMs">Age at the frame of the oldest price; null where none has been measured.</param>
/// <param name="NotFresh">The feeds that are not fresh, by name.</param>
internal sealed record Freshness(string State, long? OldestPriceAgeMs, IReadOnlyList<string> NotFresh)
{
    public static Freshness Of(PriceFrame frame)
    {
        var feeds = frame.Universe.Feeds;
        var notFresh = feeds.Where(feed => frame[feed].State != PriceState.Fresh).Select(feed => feed.Id.Value).ToArray();
        var measured = feeds.Where(feed => frame[feed].Price is not null).Select(feed => frame[feed].TimeMs).ToArray();
        return new Freshness(
            measured.Length == 0 ? "NOT_MEASURED"
                : notFresh.Length == 0 ? "LIVE"
                : notFresh.Length < feeds.Count ? "PARTIAL" : "STALE",
            measured.Length == 0 ? null : Math.Max(0, frame.TimeMs - measured.Min()),
            notFresh);
    }

    /// <summary>Of one account or feed: the state of the least trustworthy price.</summary>
    public static string Word(PriceState state) => state switch
    {
        PriceState.Fresh => "LIVE",
        PriceState.Degraded => "PARTIAL",
        PriceState.Stale => "STALE",
        PriceState.Halted => "HALTED",
        _ => "NOT_MEASURED",
    };
}

/// <summary>Numbers as interfaces show them: money as exact text, statistics as numbers, the unknown as null.</summary>
internal static class Shown
{
    public static string? Money(decimal? value) => value is { } known ? Decimals.Text(known) : null;

    public static double? Statistic(decimal? value) => (double?)value;

    /// <summary>A double that is no number is unknown.</summary>
    public static double? Statistic(double? value) => value is { } known && double.IsFinite(known) ? known : null;

    /// <summary>MARGIN_CALL for MarginCall: how states are written outside.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum =>
        string.Concat(value.ToString().Select((c, at) => at > 0 && char.IsAsciiLetterUpper(c) ? "_" + c : c.ToString()))
            .ToUpperInvariant();
}
