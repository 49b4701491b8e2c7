using OrleansLeverage.Engine;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api.Oracle;

/// <summary>The newest that one source said.</summary>
/// <param name="DeviationBp">From the feed's price, basis points; null until there is one.</param>
/// <param name="State">GOOD, or why it counts for nothing: SILENT, EQUIVOCATION, LOW_CONFIDENCE, WIDE_SPREAD,
/// PINNED_AT_BOUND, FROZEN, OUTLIER, DEVIATION.</param>
internal sealed record SourceRow(string Source, string Price, long AgeMs, double? DeviationBp, string State);

/// <summary>One feed. Display decides nothing: what is forbidden is in <paramref name="Inhibits"/>.</summary>
/// <param name="State">LIVE, PARTIAL, DRIFT, STALE, HALTED or NOT_MEASURED.</param>
/// <param name="Decides">FRESH, DEGRADED, STALE, HALTED or NOT_MEASURED: the state that decisions go by.</param>
/// <param name="Reason">What is wrong, with the number and its limit; empty where nothing is.</param>
/// <param name="AgeMs">Null until measured.</param>
/// <param name="CadenceMs">How often a source speaks at the least; null where sources are not told.</param>
/// <param name="LimitMs">The age from which the price is stale.</param>
/// <param name="Sources">Null where they are not told.</param>
/// <param name="Low">Lowest and highest fresh source, and the gap between them.</param>
/// <param name="Inhibits">liquidation, deleveraging, withdrawal.</param>
/// <param name="Beats">The age at the last sixty seconds, oldest first.</param>
/// <param name="Symbols">What is marked by it.</param>
internal sealed record OracleRow(
    string Feed, string State, string Decides, string Reason, string? Price, long? AgeMs, long? CadenceMs, long LimitMs,
    int SourcesLive, int SourcesConfigured, int? SourcesMin, IReadOnlyList<SourceRow>? Sources, string? Low,
    string? High, double? GapBp, IReadOnlyList<string> Inhibits, IReadOnlyList<long?> Beats,
    IReadOnlyList<string> Symbols);

/// <summary>All feeds, the worst first.</summary>
/// <param name="Worst">The feed to look at first; null where all are live.</param>
/// <param name="States">How many feeds are in which state.</param>
internal sealed record OracleBoard(
    AsOfJson AsOf, long Seq, MarketFreshness Freshness, string? Worst, IReadOnlyDictionary<string, int> States,
    IReadOnlyList<OracleRow> Items, string? NextCursor)
    : Listed<OracleRow>(AsOf, Seq, Freshness, Items, NextCursor)
{
    private const double Points = 10_000.0;

    private static readonly FeedDisplay[] WorstFirst =
    [
        FeedDisplay.Halted, FeedDisplay.Stale, FeedDisplay.NotMeasured, FeedDisplay.Drift, FeedDisplay.Partial,
        FeedDisplay.Live,
    ];

    public static OracleBoard Of(ILeverageGrid grid, OracleBeats beats)
    {
        var frame = grid.Frame;
        var sources = grid.Reads?.Sources.ToDictionary(s => s.Feed);
        var traded = frame.Universe.Instruments.ToLookup(i => i.MarkFeed.Id, i => i.Id.Value);
        var quotes = grid.Oracle.OrderBy(quote => Array.IndexOf(WorstFirst, quote.Display))
            .ThenByDescending(quote => (double)(quote.AgeMs ?? 0) / Math.Max(1, quote.AgeLimitMs))
            .ThenBy(quote => quote.Feed).ToArray();
        var stamp = Stamp.Of(frame);
        return new OracleBoard(stamp.AsOf, stamp.Seq, stamp.Freshness,
            quotes is [{ Display: not FeedDisplay.Live } worst, ..] ? worst.Feed.Value : null,
            Enum.GetValues<FeedDisplay>().ToDictionary(SnapshotJson.Word,
                state => quotes.Count(quote => quote.Display == state)),
            [.. quotes.Select(quote => Row(quote, sources?.GetValueOrDefault(quote.Feed), beats.Of(quote.Feed),
                [.. traded[quote.Feed]]))], null);
    }

    private static OracleRow Row(
        FeedQuote quote, FeedSources? sources, IReadOnlyList<long?> beats, IReadOnlyList<string> symbols) => new(
        quote.Feed.Value, SnapshotJson.Word(quote.Display), SnapshotJson.Word(quote.State), quote.Explain(),
        quote.Price?.ToString(), quote.AgeMs, sources?.CadenceMs, quote.AgeLimitMs, quote.SourcesLive,
        quote.SourcesConfigured, sources?.SourcesMin,
        sources is null ? null : [.. sources.Sources.Select(source => new SourceRow(source.Source.Value,
            source.Price.ToString(), source.AgeMs, (double?)source.Deviation * Points,
            SnapshotJson.Word(source.Verdict)))],
        quote.Low?.ToString(), quote.High?.ToString(), Gap(quote), [.. Words(quote.Inhibits)], beats, symbols);

    private static double? Gap(FeedQuote quote) => quote.Low is { } low && quote.High is { } high
        ? (double)(2m * (high.Value - low.Value) / (high.Value + low.Value)) * Points
        : null;

    private static IEnumerable<string> Words(Inhibitions inhibits) =>
        new[] { Inhibitions.Liquidation, Inhibitions.Deleveraging, Inhibitions.Withdrawal }
            .Where(one => inhibits.HasFlag(one)).Select(one => SnapshotJson.Word(one).ToLowerInvariant());
}
