using System.Globalization;
using OrleansLeverage.Analytics.VolatilityIndex;
using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Files;

namespace OrleansLeverage.App.Volatility;

/// <summary>
/// An own index beside a feed's: at every time that both have, the difference in points, and over all of them mean,
/// root mean square and deviation (the tracking error).
/// </summary>
internal sealed record TrackingReport(
    string Schema, int Samples, int OwnOnly, int FeedOnly, double MeanDifference, double RootMeanSquare,
    double? TrackingError, double LargestDifference, int Alerts, IReadOnlyList<TrackingRow> Rows)
{
    // any feed: the histories are compared by time
    private static readonly FeedId Compared = new("INDEX-PTS");

    public static TrackingReport Of(string own, string feed, double windowHours)
    {
        var (left, right) = (Read(own), Read(feed));
        var tracker = new IndexTracker((long)(windowHours * IndexTracker.HourMs));
        var whole = new IndexTracker(long.MaxValue / 2);
        var rows = new List<TrackingRow>();
        TrackingReading last = default;
        foreach (var (timeMs, value) in left.Where(point => right.ContainsKey(point.Key)))
        {
            var reading = tracker.Add(timeMs, value, right[timeMs]);
            last = whole.Add(timeMs, value, right[timeMs]);
            rows.Add(new TrackingRow(DateTimeOffset.FromUnixTimeMilliseconds(timeMs), value, right[timeMs],
                reading.Difference, FlagNames.Of(reading.Alert)));
        }
        return rows.Count == 0
            ? throw new InputException($"{own} and {feed} have no time in common")
            : new TrackingReport("leverage-vol-tracking/1", rows.Count, left.Count - rows.Count,
                right.Count - rows.Count, last.MeanDifference, last.RootMeanSquare, last.TrackingError,
                rows.Max(row => Math.Abs(row.Difference)), rows.Count(row => row.Alerts.Count > 0), rows);
    }

    public ReportTable Table()
    {
        var table = new ReportTable("time", "own", "feed", "difference", "alerts");
        foreach (var row in Rows)
        {
            table.Add(row.Time, row.Own, row.Feed, row.Difference, string.Join(' ', row.Alerts));
        }
        return table;
    }

    public void WriteTo(TextWriter output) => output.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{Samples} times in common ({OwnOnly} only own, {FeedOnly} only the feed's): mean difference "
        + $"{MeanDifference:0.####}, root mean square {RootMeanSquare:0.####}, tracking error {TrackingError:0.####}, "
        + $"largest {LargestDifference:0.####} points; {Alerts} alerts"));

    private static SortedDictionary<long, double> Read(string path)
    {
        var values = new SortedDictionary<long, double>();
        PriceFile.Open(path, feed: Compared).Read(bar => values[bar.EndMs] = (double)bar.Close.Value);
        return values;
    }
}

internal sealed record TrackingRow(
    DateTimeOffset Time, double Own, double Feed, double Difference, IReadOnlyList<string> Alerts);
