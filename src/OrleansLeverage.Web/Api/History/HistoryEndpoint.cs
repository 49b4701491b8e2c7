using System.Text.Json.Serialization;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api.History;

/// <summary>
/// Figures over time. Every metric that was asked for is a member beside the others: numbers in the order of the times,
/// null where there was none; a histogram has an array of accounts by bucket at every time.
/// </summary>
/// <param name="StepMs">Time between two numbers: a second of the last hour, a minute of the last day, or more where
/// points were left out.</param>
/// <param name="Percentile24h">Where the newest number stands among those of the last day: the share, 0 to 1, of
/// minutes with one at or below it; null with fewer than two.</param>
/// <param name="Minutes24h">Minutes of the last day that there are numbers of.</param>
internal sealed record FigureHistoryView(
    AsOfJson AsOf, long Seq, MarketFreshness Freshness, string? Feed, long? StepMs, IReadOnlyList<long> Times,
    IReadOnlyDictionary<string, double?> Percentile24h, int Minutes24h)
{
    /// <summary>Numbers by metric, in the order of the times.</summary>
    [JsonExtensionData]
    public Dictionary<string, object> Series { get; init; } = [];
}

/// <summary><c>GET /history</c>: what the recorder kept.</summary>
internal sealed class HistoryEndpoint(ILeverageGrid grid, FigureHistory history)
{
    private const int PointsDefault = 300;

    public static readonly IReadOnlyList<QueryParameter> Parameters =
    [
        new WordParameter("metrics", "Which figures, with commas in between; of one market those of a market",
            [.. RecordedFigures.SystemNames.Union(RecordedFigures.FeedNames)], Several: true,
            Default: "marketLeverage"),
        new NameParameter("feed", "Of one market in place of the whole", FeedId.IsValid, "BTC-USD", "unknown_feed"),
        new CountParameter("from", "The first time, Unix milliseconds; an hour before the end without it", 0,
            253_402_300_799_999),
        new CountParameter("to", "The last time; the newest without it", 0, 253_402_300_799_999),
        new CountParameter("points", "Times at most, evenly spread, the last among them", 1, TwoPaceRing.Seconds + 1,
            PointsDefault),
    ];

    public Look Get(ReadQuery query)
    {
        FeedId? feed = query.Text("feed") is { } name ? new FeedId(name) : null;
        if (feed is { } one && grid.Universe.Feed(one) is null)
        {
            return Refusal.Of("unknown_feed", "feed");
        }
        var isSystem = feed is null;
        var names = isSystem ? RecordedFigures.SystemNames : RecordedFigures.FeedNames;
        IReadOnlyList<string> asked = query.Text("metrics") is null ? [isSystem ? "marketLeverage" : "price"]
            : [.. query.Words("metrics").Distinct()];
        if (asked.Any(metric => !names.Contains(metric)))
        {
            return Refusal.Of("bad_query", "metrics", $"some of {string.Join(", ", names)}");
        }
        var frame = grid.Frame;
        var to = query.Count("to") ?? long.MaxValue;
        var from = query.Count("from")
            ?? Math.Max(0, Math.Min(to, frame.TimeMs) - (TwoPaceRing.Seconds * 1_000L) + 1);
        if (from > to)
        {
            return Refusal.Of("bad_query", "from", "at or before the end");
        }
        var (moments, day) = history.Between(feed, from, to);
        return new Look(null, null, () => View(frame, feed, names, asked, moments, day,
            (int)(query.Count("points") ?? PointsDefault)));
    }

    private static FigureHistoryView View(PriceFrame frame, FeedId? feed, IReadOnlyList<string> names,
        IReadOnlyList<string> asked, List<Moment> moments, List<Moment> day, int points)
    {
        var chosen = Thin.Places(moments.Count, points).Select(at => moments[at]).ToArray();
        var (isSystem, stamp) = (feed is null, Stamp.Of(frame));
        var (series, percentiles) = (new Dictionary<string, object>(), new Dictionary<string, double?>());
        foreach (var name in asked)
        {
            var metric = names.Index().First(n => n.Item == name).Index;
            series.Add(name, chosen.Select(moment => RecordedFigures.At(moment, metric, isSystem)).ToArray());
            if (!RecordedFigures.IsArray(metric, isSystem))
            {
                percentiles.Add(name, Percentile(day, metric));
            }
        }
        return new FigureHistoryView(stamp.AsOf, stamp.Seq, stamp.Freshness, feed?.Value,
            chosen.Length > 1 ? (chosen[^1].TimeMs - chosen[0].TimeMs) / (chosen.Length - 1) : null,
            [.. chosen.Select(moment => moment.TimeMs)], percentiles, day.Count) { Series = series };
    }

    private static double? Percentile(List<Moment> day, int metric)
    {
        if (day.Count < 2 || Statistic.Of(day[^1].Values[metric]) is not { } newest)
        {
            return null;
        }
        var known = day.Select(moment => moment.Values[metric]).Where(double.IsFinite).ToArray();
        return known.Length < 2 ? null : (double)known.Count(value => value <= newest) / known.Length;
    }
}
