using OrleansLeverage.Engine;
using OrleansLeverage.Web.Api.History;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Api.Markets;

/// <summary>At what price who is liquidated, now and before.</summary>
internal sealed class LiquidationMapEndpoint(ILeverageGrid grid, LadderHistory history)
{
    public static readonly IReadOnlyList<QueryParameter> Parameters =
    [
        new WordParameter("compat",
            "coinglass answers in the shape of its liquidation/map, with age and reach in header fields",
            ["coinglass"]),
    ];

    public static readonly IReadOnlyList<QueryParameter> HistoryParameters =
        [new CountParameter("points", "Maps at most, evenly spread", 1, LadderHistory.Kept, LadderHistory.Kept)];

    public Task<Look> GetAsync(HttpContext context, ReadQuery query)
    {
        if (MarketPath.Feed(context, grid.Universe) is not { } feed)
        {
            return Task.FromResult<Look>(Refusal.Of("unknown_feed"));
        }
        if (grid.Ladder is not { } ladder || feed.Index >= ladder.Feeds)
        {
            return Task.FromResult<Look>(Refusal.Of("not_measured"));
        }
        var (frame, reach, isCompatible) = (grid.Frame, ReachView.Of(ladder), query.Text("compat") is not null);
        return Task.FromResult(Look.Of($"{ladder.To}{query.Text("compat")}{reach.Version()}", () =>
        {
            var map = LiquidationMapView.Of(ladder, feed, frame);
            return isCompatible ? CoinglassMap.Of(map) : map;
        }) with
        {
            // whose shape has no room for it
            Headers = isCompatible
                ? [.. FrameHeaders.Of(ladder.To, ladder.TimeMs, frame), .. reach.Headers()] : [],
        });
    }

    public Task<Look> GetHistoryAsync(HttpContext context, ReadQuery query) =>
        Task.FromResult<Look>(MarketPath.Feed(context, grid.Universe) is not { } feed
            ? Refusal.Of("unknown_feed")
            : new Look(null, null, () =>
                history.View(feed, (int)(query.Count("points") ?? LadderHistory.Kept), grid.Frame)));
}
