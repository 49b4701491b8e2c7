using System.CommandLine;
using System.Globalization;
using OrleansLeverage.Analytics.Backtests;
using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Files;

namespace OrleansLeverage.App.Series;

/// <summary>Closes of one feed in order of time, and how many bars are missing between them.</summary>
internal sealed record PriceSeries(
    string Source, string Feed, IReadOnlyList<long> TimesMs, double[] Closes, long StepMs, int Gaps)
{
    /// <summary>Simple returns; the one of a gap spans it.</summary>
    public double[] Returns => [.. Closes.Zip(Closes.Skip(1)).Select(pair => (pair.Second / pair.First) - 1.0)];

    public double[] LogReturns => SeriesException.LogReturns(Closes);

    /// <summary>Bars in a year of 365 days.</summary>
    public double PeriodsPerYear => StepMs > 0 ? 365.0 * 86_400_000.0 / StepMs : 365.0;

    /// <param name="feed">Null where the file's name says what it is of.</param>
    public static PriceSeries Load(string path, string? feed, DateOnly? firstDay, DateOnly? lastDay)
    {
        if (!File.Exists(path))
        {
            throw new InputException($"{path} does not exist");
        }
        FeedId? id = feed is null ? null
            : FeedId.IsValid(feed) ? new FeedId(feed)
            : throw new InputException($"--feed {feed} is not a feed; BTC-USD and BTC-USD-PERP are");
        var history = PriceHistory.Load([PriceFile.Open(path, PriceFileFormat.Auto, id)]);
        if (history.Feeds is not [var only])
        {
            throw new InputException($"{path} has {history.Feeds.Length} feeds with prices; one is needed");
        }
        var (from, to) = (Ms(firstDay) ?? long.MinValue, Ms(lastDay?.AddDays(1)) ?? long.MaxValue);
        var bars = history.Bars.Where(bar => bar.StartMs >= from && bar.StartMs < to).ToList();
        if (bars.Count < 2)
        {
            throw new InputException($"{path} has {bars.Count} prices in that time; widen --from and --to");
        }
        long[] steps = [.. bars.Zip(bars.Skip(1)).Select(pair => pair.Second.EndMs - pair.First.EndMs)];
        return new PriceSeries(Path.GetFileName(path), only.Value, [.. bars.Select(bar => bar.EndMs)],
            [.. bars.Select(bar => (double)bar.Close.Value)], steps.Min(), steps.Count(step => step > steps.Min()));
    }

    /// <summary>Day, and time where the bars are shorter than that, of the close that return i leads to.</summary>
    public string Date(double returnIndex)
    {
        var at = Math.Clamp((int)Math.Round(returnIndex) + 1, 0, TimesMs.Count - 1);
        // a bar is named by its beginning, as its file does
        var time = DateTimeOffset.FromUnixTimeMilliseconds(TimesMs[at] - StepMs);
        return time.ToString(StepMs >= 86_400_000 ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
    }

    private static long? Ms(DateOnly? day) =>
        day is { } known ? new DateTimeOffset(known, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds() : null;
}

/// <summary>Options of the verbs that read one price file.</summary>
internal sealed class PriceSeriesOptions
{
    private readonly Option<string> _prices = new("--prices")
    {
        Description = "Price file in any format that replay reads",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string?> _feed = new("--feed")
    {
        Description = "What the file is of, such as BTC-USD, where its name does not say so",
        HelpName = "FEED",
    };

    private readonly Option<DateOnly?> _from = new("--from") { Description = "First day", HelpName = "DATE" };

    private readonly Option<DateOnly?> _to = new("--to") { Description = "Last day", HelpName = "DATE" };

    public void AddTo(Command command)
    {
        command.Add(_prices);
        command.Add(_feed);
        command.Add(_from);
        command.Add(_to);
    }

    public PriceSeries Load(ParseResult parsed) => PriceSeries.Load(parsed.GetRequiredValue(_prices),
        parsed.GetValue(_feed), parsed.GetValue(_from), parsed.GetValue(_to));
}
