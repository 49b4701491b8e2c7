using System.Globalization;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Api.Events;

/// <summary><c>GET /events</c>.</summary>
internal sealed class EventsEndpoint(ILeverageGrid grid, EventLog log)
{
    private const string ListName = "events";

    private static readonly string[] Kinds = ["trigger", "liquidation", "oracle", "deleveraging"];
    private static readonly string[] Severities = ["info", "warning", "critical"];

    public static readonly IReadOnlyList<QueryParameter> Parameters =
    [
        new CountParameter("after", "Only events above this sequence", 0, long.MaxValue / 10),
        new WordParameter("kind", "Only such events", Kinds, Several: true),
        new WordParameter("severity", "Only so severe ones", Severities, Several: true),
        ReadParameters.Limit, ReadParameters.Cursor, ReadParameters.Format,
    ];

    public Look Get(ReadQuery query)
    {
        var before = long.MaxValue;
        if (query.CursorText is { } cursor)
        {
            if (Cursor.Words(cursor, ListName, 1) is not [var place] || CountParameter.Read(place) is not { } seq)
            {
                return Refusal.Of("bad_cursor", "cursor");
            }
            before = seq;
        }
        var (kinds, severities) = (query.Words("kind"), query.Words("severity"));
        var (events, newest) = log.After(query.Count("after") ?? 0);
        var asked = events.Where(e => e.Seq < before && (kinds.Count == 0 || kinds.Contains(e.Kind))
            && (severities.Count == 0 || severities.Contains(e.Severity))).Take(query.Limit + 1).ToArray();
        return Look.Of(newest.ToString(CultureInfo.InvariantCulture), () =>
        {
            var stamp = Stamp.Of(grid.Frame);
            return new EventList(stamp.AsOf, stamp.Seq, stamp.Freshness, newest, [.. asked.Take(query.Limit)],
                asked.Length > query.Limit
                    ? Cursor.Of(ListName, asked[query.Limit - 1].Seq.ToString(CultureInfo.InvariantCulture))
                    : null);
        });
    }
}
