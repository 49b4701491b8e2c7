using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api.Markets;

/// <summary>A page of markets.</summary>
/// <param name="Reach">Null before anybody was looked at.</param>
internal sealed record MarketList(
    AsOfJson AsOf, long Seq, MarketFreshness Freshness, ReachView? Reach, IReadOnlyList<MarketRow> Items,
    string? NextCursor) : Listed<MarketRow>(AsOf, Seq, Freshness, Items, NextCursor), IReaching;

/// <summary>One market alone.</summary>
/// <param name="Reach">Null before anybody was looked at.</param>
internal sealed record MarketView(
    AsOfJson AsOf, long Seq, MarketFreshness Freshness, ReachView? Reach, MarketRow Market) : IReaching;

/// <summary>
/// Markets: every feed that an instrument is marked by, in the order of the universe. A feed without instruments prices
/// collateral only and is on the oracle board.
/// </summary>
internal sealed class MarketsEndpoint(ILeverageGrid grid)
{
    private const string ListName = "markets";

    private static readonly IReadOnlyList<string> Kinds =
        [.. Enum.GetValues<InstrumentKind>().Select(kind => SnapshotJson.Word(kind).ToLowerInvariant())];

    public static readonly IReadOnlyList<QueryParameter> Parameters =
    [
        ReadParameters.Symbol, new WordParameter("kind", "Only markets that such instruments are traded on", Kinds),
        ReadParameters.Limit, ReadParameters.Cursor, ReadParameters.Format,
    ];

    public async Task<Look> GetAsync(HttpContext context, ReadQuery query)
    {
        var (frame, figures) = (grid.Frame, grid.System);
        var from = 0;
        if (query.CursorText is { } cursor)
        {
            // markets are never taken away, and new ones come behind
            if (Cursor.Words(cursor, ListName, 1) is not [var place] || CountParameter.Read(place) is not { } index
                || index >= frame.Universe.Feeds.Count)
            {
                return Refusal.Of("bad_cursor", "cursor");
            }
            from = (int)index + 1;
        }
        var (symbol, kind) = (query.Text("symbol"), query.Text("kind"));
        if (symbol is not null && frame.Universe.Instrument(new InstrumentId(symbol)) is null)
        {
            return Refusal.Of("unknown_asset", "symbol");
        }
        var census = await CensusAsync(context);
        return Look.Of(Version(frame, census), () =>
        {
            var traded = frame.Universe.Instruments.ToLookup(i => frame.Universe.MarketOf(i).Index);
            var feeds = frame.Universe.Markets.Where(feed => feed.Index >= from && traded[feed.Index].Any(i =>
                (symbol is null || i.Id.Value == symbol)
                && (kind is null || SnapshotJson.Word(i.Kind).Equals(kind, StringComparison.OrdinalIgnoreCase))))
                .Take(query.Limit + 1).ToArray();
            var quotes = grid.Oracle.ToDictionary(quote => quote.Feed);
            var stamp = Stamp.Of(frame);
            return new MarketList(stamp.AsOf, stamp.Seq, stamp.Freshness, Reach(figures, census),
                [.. feeds.Take(query.Limit).Select(feed => MarketRow.Of(feed, traded[feed.Index], frame, figures,
                        quotes.TryGetValue(feed.Id, out var quote) ? quote : null, census))],
                feeds.Length > query.Limit
                    ? Cursor.Of(ListName, $"{feeds[query.Limit - 1].Index}")
                    : null);
        });
    }

    public async Task<Look> GetOneAsync(HttpContext context, ReadQuery query)
    {
        var (frame, figures) = (grid.Frame, grid.System);
        if (MarketPath.Feed(context, frame.Universe) is not { } feed)
        {
            return Refusal.Of("unknown_feed");
        }
        var census = await CensusAsync(context);
        return Look.Of(Version(frame, census), () =>
        {
            var quotes = grid.Oracle.Where(quote => quote.Feed == feed.Id).ToArray();
            var stamp = Stamp.Of(frame);
            return new MarketView(stamp.AsOf, stamp.Seq, stamp.Freshness, Reach(figures, census), MarketRow.Of(feed,
                frame.Universe.Instruments.Where(i => frame.Universe.MarketOf(i).Index == feed.Index), frame, figures,
                quotes is [var quote] ? quote : null, census));
        });
    }

    private async Task<MarketCensus?> CensusAsync(HttpContext context) =>
        grid.Reads is { } reads ? await reads.CensusAsync(context.RequestAborted) : null;

    private static string Version(PriceFrame frame, MarketCensus? census) => $"{frame.Number}.{census?.Frame}"
        + (census is null ? null : ReachView.Of(census).Version());

    private static ReachView? Reach(SystemFigures? figures, MarketCensus? census) => figures is not null
        ? ReachView.Of(figures).And(census is null ? null : ReachView.Of(census))
        : census is null ? null : ReachView.Of(census);
}

/// <summary>The market that a path names: a feed, or an instrument on it.</summary>
internal static class MarketPath
{
    public static Feed? Feed(HttpContext context, Universe universe)
    {
        var name = (string?)context.Request.RouteValues["feed"];
        return FeedId.IsValid(name) && universe.Feed(new FeedId(name)) is { } feed ? feed
            : InstrumentId.IsValid(name) ? universe.Instrument(new InstrumentId(name)) is { } traded
                ? universe.MarketOf(traded) : null
            : null;
    }
}
