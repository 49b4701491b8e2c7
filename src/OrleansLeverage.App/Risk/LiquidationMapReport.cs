using System.Globalization;
using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Scenarios;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.App.Risk;

/// <summary>The liquidation maps of a market, as <c>liquidation-map</c> shows them. Notionals in USD.</summary>
internal sealed record LiquidationMapReport(
    string Schema, string Source, string AsOf, int Accounts, int UnknownAccounts, double Range, double Step,
    double AtRiskMove, IReadOnlyList<double> LeverageBands, IReadOnlyList<FeedMap> Feeds)
{
    private const int BarWidth = 40;

    public static LiquidationMapReport Of(MarketBook book, IReadOnlyList<string> names, double range, double step,
        double atRisk, Workload work)
    {
        var feeds = names.Count == 0 ? book.HeldFeeds() : [.. names.Select(name => Named(book, name))];
        var points = book.Points(work);
        return new LiquidationMapReport("leverage-liquidation-map/1", book.Source,
            SnapshotJson.Datetime(book.Frame.TimeMs), book.Accounts, book.Exposures.Unknown, range, step, atRisk,
            LiquidationMap.LeverageBands,
            [.. feeds.Select(feed => FeedMap.Of(book.Frame, feed,
                LiquidationMap.Of(feed.Index, points, range, step), atRisk))]);
    }

    /// <summary>A row per feed and bucket.</summary>
    public ReportTable Rows()
    {
        var table = new ReportTable(["feed", "fromMove", "toMove", "fromPrice", "toPrice", "longAccounts",
            "longNotional", "shortAccounts", "shortNotional", .. LeverageBands.Select(band =>
                string.Create(CultureInfo.InvariantCulture, $"notionalFrom{band:0}x"))]);
        foreach (var feed in Feeds)
        {
            foreach (var b in feed.Buckets)
            {
                table.Add([feed.Feed, b.FromMove, b.ToMove, b.FromPrice, b.ToPrice, b.LongAccounts, b.LongNotional,
                    b.ShortAccounts, b.ShortNotional, .. b.NotionalByBand.Cast<object>()]);
            }
        }
        return table;
    }

    public void WriteTo(TextWriter output)
    {
        output.WriteLine($"{Accounts} accounts ({Source}) as of {AsOf}; per bucket what liquidates when the feed alone "
            + "moves there");
        foreach (var feed in Feeds)
        {
            output.WriteLine();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{feed.Feed} at {feed.Price}: at-risk skew ±{AtRiskMove:P0} {Ratio(feed.AtRiskSkew)}, past the line "
                + $"{feed.PastLine.Notional:N0} USD, beyond the range {feed.Beyond.Notional:N0}, never "
                + $"{feed.Never.Notional:N0}"));
            var most = feed.Buckets.Select(b => b.LongNotional + b.ShortNotional).DefaultIfEmpty(0.0).Max();
            foreach (var b in feed.Buckets.Where(b => b.LongAccounts + b.ShortAccounts > 0))
            {
                var notional = b.LongNotional + b.ShortNotional;
                var bar = new string('#', (int)Math.Ceiling(BarWidth * notional / most));
                var side = b.LongAccounts > 0 ? "long " : "short";
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{b.FromMove,7:+0.0%;-0.0%;0.0%} {b.FromPrice,14:0.########} {side} "
                    + $"{b.LongAccounts + b.ShortAccounts,7:N0} {notional,16:N0} {bar}"));
            }
        }
    }

    private static string Ratio(double? value) =>
        value is { } known ? known.ToString("0.###", CultureInfo.InvariantCulture) : "--";

    private static Feed Named(MarketBook book, string name) =>
        book.Frame.Universe.Feeds.FirstOrDefault(f => f.Id.Value == name)
        ?? throw new InputException($"--feed {name} is none of {string.Join(", ", book.Frame.Universe.Feeds)}");
}

/// <summary>One feed's map; the buckets and the three counts beside them sum to all that accounts hold on it.</summary>
/// <param name="MaxPainLong">The bucket with the largest notional of longs, by its lower price.</param>
internal sealed record FeedMap(
    string Feed, string Price, double? AtRiskSkew, Counted PastLine, Counted Beyond, Counted Never,
    double? MaxPainLong, double? MaxPainShort, IReadOnlyList<MapBucket> Buckets)
{
    public static FeedMap Of(PriceFrame frame, Feed feed, LiquidationMap map, double atRisk)
    {
        var price = frame[feed].Price;
        var at = price is { } known ? (double)known.Value : 0.0;
        var (longs, shorts) = map.MaxPain();
        return new FeedMap(feed.Id.Value, price?.ToString() ?? "", map.AtRiskSkew(atRisk), map.PastLine, map.Beyond,
            map.Never, longs is null ? null : at * (1.0 + longs.FromMove),
            shorts is null ? null : at * (1.0 + shorts.ToMove), [.. map.Buckets.Select(b => MapBucket.Of(b, at))]);
    }
}

internal sealed record MapBucket(
    double FromMove, double ToMove, double FromPrice, double ToPrice, long LongAccounts, double LongNotional,
    long ShortAccounts, double ShortNotional, IReadOnlyList<double> NotionalByBand)
{
    public static MapBucket Of(LiquidationBucket bucket, double price) => new(bucket.FromMove, bucket.ToMove,
        Math.Round(price * (1.0 + bucket.FromMove), 8), Math.Round(price * (1.0 + bucket.ToMove), 8),
        bucket.Longs.Accounts, bucket.Longs.Notional, bucket.Shorts.Accounts, bucket.Shorts.Notional,
        bucket.NotionalByBand);
}
