using System.Diagnostics.Metrics;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Web.Metrics;

/// <summary>How far each market's price can be believed; at most <see cref="GridLook.MarketsMax"/> markets.</summary>
internal sealed class OracleInstruments(Meter meter, Func<GridLook> seen)
{
    private static readonly Inhibitions[] Forbidden =
        [Inhibitions.Liquidation, Inhibitions.Deleveraging, Inhibitions.Withdrawal];

    public void Create()
    {
        Each("age", "s", "Age of a market's price", quote => quote.AgeMs / 1e3);
        Each("age.limit", "s", "Age from which it is stale", quote => quote.AgeLimitMs / 1e3);
        Each("sources.live", "{source}", "Sources that count", quote => quote.SourcesLive);
        Each("sources.configured", "{source}", "Sources there should be", quote => quote.SourcesConfigured);
        Each("state", "", "0 fresh, 1 degraded, 2 stale, 3 halted; absent until measured", State);
        Each("deviation", "1", "(highest - lowest) / price of its fresh sources", Deviation);
        Rows("inhibited", "1 where a market's price forbids it", quote => Forbidden.Select(what => GridInstruments.Row(
            quote.Inhibits.HasFlag(what) ? 1.0 : 0.0, ("market", quote.Feed.Value),
            ("status", GridInstruments.Word(what)))));
        Rows("reason", "1 for why a market's price is in its state", quote => Enum.GetValues<FeedReason>()
            .Where(reason => reason != FeedReason.None)
            .Select(reason => GridInstruments.Row(quote.Reason == reason ? 1.0 : 0.0, ("market", quote.Feed.Value),
                ("reason", GridInstruments.Word(reason)))));
        meter.CreateObservableCounter("leveragegrid.oracle.price.change", () => seen().Quotes.Select(quote =>
            new Measurement<long>(quote.Sequence, KeyValuePair.Create("market", (object?)quote.Feed.Value))),
            "{change}", "Times that a market's price moved");
        meter.CreateObservableGauge("leveragegrid.clock.skew", () => seen().Quotes.Select(quote => GridInstruments.Row(
            quote.Price is null ? null : Math.Max(0L, quote.TimeMs - seen().NowMs) / 1e3,
            ("market", quote.Feed.Value))), "s", "How far a market's newest price is ahead of this clock");
    }

    private void Each(string name, string unit, string what, Func<FeedQuote, double?> value) =>
        meter.CreateObservableGauge("leveragegrid.oracle." + name, () => seen().Quotes.Select(quote =>
            GridInstruments.Row(value(quote), ("market", quote.Feed.Value))), unit, what);

    private void Rows(string name, string what, Func<FeedQuote, IEnumerable<Measurement<double>>> rows) =>
        meter.CreateObservableGauge("leveragegrid.oracle." + name, () => seen().Quotes.SelectMany(rows), "", what);

    private static double? State(FeedQuote quote) => quote.State switch
    {
        PriceState.Fresh => 0.0,
        PriceState.Degraded => 1.0,
        PriceState.Stale => 2.0,
        PriceState.Halted => 3.0,
        _ => null,
    };

    private static double? Deviation(FeedQuote quote) =>
        quote is { Low: { } low, High: { } high, Price: { } price } && price.Value > 0m
            ? (double)((high.Value - low.Value) / price.Value)
            : null;
}
