using System.CommandLine;
using System.Globalization;
using OrleansLeverage.Analytics.Limits;
using OrleansLeverage.Analytics.Models;
using OrleansLeverage.App.Output;
using OrleansLeverage.Market.Files;

namespace OrleansLeverage.App.Models;

/// <summary>One feed's bars within the asked period, in order of time.</summary>
/// <param name="PeriodsPerYear">365 of daily bars: crypto trades every day; 252 where weekends are missing.</param>
internal sealed record PriceSeries(string Feed, string Source, IReadOnlyList<PriceBar> Bars, double PeriodsPerYear)
{
    public double[] Closes { get; } = [.. Bars.Select(bar => (double)bar.Close.Value)];

    public string From => Date(Bars[0]);

    public string To => Date(Bars[^1]);

    public IReadOnlyList<DailyBar> Days() =>
    [
        .. Bars.Select(bar => new DailyBar(DateOnly.FromDateTime(Start(bar).UtcDateTime), (double)bar.High.Value,
            (double)bar.Low.Value, (double)bar.Close.Value)),
    ];

    public static DateTimeOffset Start(PriceBar bar) => DateTimeOffset.FromUnixTimeMilliseconds(bar.StartMs);

    private static string Date(PriceBar bar) => Start(bar).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>The options by which verbs on price series name their files, period and tolerance for gaps.</summary>
internal sealed class SeriesInput
{
    private readonly Option<string[]> _prices = new("--prices")
    {
        Description = "Price files; BTC-USD=FILE names the feed where the file's name does not",
        HelpName = "FILE",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<DateTime?> _from = new("--from") { Description = "First day", HelpName = "DATE" };

    private readonly Option<DateTime?> _to = new("--to") { Description = "Last day", HelpName = "DATE" };

    private readonly Option<double> _gap = new("--gap-max")
    {
        Description = "Usual steps that may lie between two bars; more is refused",
        DefaultValueFactory = _ => 5.0,
    };

    public void AddTo(Command command)
    {
        command.Add(_prices);
        command.Add(_from);
        command.Add(_to);
        command.Add(_gap);
    }

    /// <exception cref="InputException">No file, no bars in the period, or a series that models refuse.</exception>
    public IReadOnlyList<PriceSeries> Load(ParseResult parsed)
    {
        var series = new List<PriceSeries>();
        foreach (var named in parsed.GetRequiredValue(_prices))
        {
            var (feed, path) = named.Split('=', 2) is [var name, var file]
                ? (new Domain.FeedId(name), file)
                : ((Domain.FeedId?)null, named);
            var history = PriceHistory.Load([PriceFile.Open(path, feed: feed)]);
            foreach (var id in history.Feeds)
            {
                series.Add(Within(parsed, id.Value, path, [.. history.Bars.Where(bar => bar.Feed == id)]));
            }
        }
        return series;
    }

    /// <summary>Runs what works on a series and says of which file a refusal is.</summary>
    public static T Of<T>(PriceSeries series, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SeriesException problem)
        {
            throw new InputException($"{series.Source} ({series.Feed}): {problem.Message} ({problem.Code})");
        }
    }

    private PriceSeries Within(ParseResult parsed, string feed, string path, IReadOnlyList<PriceBar> bars)
    {
        var from = Ms(parsed.GetValue(_from)) ?? long.MinValue;
        var to = Ms(parsed.GetValue(_to)) ?? long.MaxValue;
        PriceBar[] kept = [.. bars.Where(bar => bar.StartMs >= from && bar.StartMs <= to)];
        if (kept.Length == 0)
        {
            throw new InputException($"{path} has no bar of {feed} in the period");
        }
        var hasWeekends = Array.Exists(kept, bar => PriceSeries.Start(bar).DayOfWeek == DayOfWeek.Saturday);
        var stepMs = kept.Length > 1
            ? kept.Zip(kept.Skip(1), (a, b) => b.StartMs - a.StartMs).Order().ElementAt((kept.Length - 1) / 2)
            : 86_400_000L;
        var days = stepMs / 86_400_000.0;
        var series = new PriceSeries(feed, path, kept, (hasWeekends ? 365.0 : 252.0) / Math.Max(days, 1e-6));
        return Of(series, () =>
        {
            ReturnSeries.CheckSteps([.. kept.Select(PriceSeries.Start)], parsed.GetValue(_gap));
            return series;
        });
    }

    private static long? Ms(DateTime? day) => day is { } known
        ? new DateTimeOffset(DateTime.SpecifyKind(known, DateTimeKind.Utc)).ToUnixTimeMilliseconds()
        : null;
}
