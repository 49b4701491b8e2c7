using System.CommandLine;
using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Analytics.VolatilityIndex;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Volatility;
using OrleansLeverage.Market.OptionChains;

namespace OrleansLeverage.App.Verbs;

/// <summary>
/// <c>leverage vol-index</c>: the volatility index of an option chain or of Cboe's printed strips, with what it lacks;
/// or an own index against a feed's. Exit code 1 where the chain is incomplete: there is no index then.
/// </summary>
internal static class VolIndexVerb
{
    private const double DaysMax = 3_650.0;

    private static readonly Option<string?> In = new("--in")
    {
        Description = "An option chain (see surface), or strips: term,strike,call_bid,call_ask,put_bid,put_ask",
        HelpName = "FILE",
    };

    private static readonly Option<string> Prices = new("--prices")
    {
        Description = "Take the venue's marks, the mids of bid and ask, or a smile through the marks",
        DefaultValueFactory = _ => "marks",
    };

    private static readonly Option<double> Horizon = new("--days")
    {
        Description = "Horizon in days",
        DefaultValueFactory = _ => 30.0,
    };

    private static readonly Option<double[]> Minutes = new("--minutes")
    {
        Description = "Minutes to expiry of the near and the next term, for strips that are not named by days",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<double[]> Rates = new("--rates")
    {
        Description = "Rate of the near and the next term of strips, continuous per year",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string?> Own = new("--own")
    {
        Description = "With --feed: history of an own index, in any price format that replay reads",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Feed = new("--feed")
    {
        Description = "With --own: history of the index that it is held against",
        HelpName = "FILE",
    };

    private static readonly Option<double> Window = new("--window")
    {
        Description = "Hours over which differences are usual",
        DefaultValueFactory = _ => 1.0,
    };

    private static readonly ChainInput Input = new();

    public static Command Command()
    {
        Prices.AcceptOnlyFromAmong("marks", "quotes", "vanna-volga", "svi");
        return new Command("vol-index", "Volatility index of an option chain, and its tracking error against a feed")
        {
            In, Prices, Horizon, Minutes, Rates, Own, Feed, Window, Input.AsOf, Input.Rate, PictureFile.Svg, Answer.Csv,
        }.Does(RunAsync);
    }

    private static Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        if (parsed.GetValue(Own) is { } own && parsed.GetValue(Feed) is { } feed)
        {
            return Task.FromResult(Track(parsed, terminal, own, feed));
        }
        var path = parsed.GetValue(In)
            ?? throw new InputException("name a chain with --in FILE, or two histories with --own and --feed");
        var horizon = parsed.GetValue(Horizon) is > 0.0 and <= DaysMax and var days
            ? days * MinutesToExpiry.PerDay
            : throw new InputException($"--days {parsed.GetValue(Horizon)} is not within 0 and {DaysMax}");
        var report = File.Exists(path) && StripFile.IsStrip(path)
            ? OfStrips(parsed, terminal, path, horizon)
            : OfChain(parsed, terminal, path, horizon);
        PictureFile.Write(parsed, terminal, () => IndexChart.Svg(report));
        Answer.Give(parsed, terminal, report, report.Rows(), () => report.WriteTo(terminal));
        return Task.FromResult(report.Published is null ? ExitCode.Failed : ExitCode.Ok);
    }

    private static int Track(ParseResult parsed, Terminal terminal, string own, string feed)
    {
        var window = parsed.GetValue(Window) is > 0.0 and <= 1e5 and var hours
            ? hours
            : throw new InputException($"--window {parsed.GetValue(Window)} is not within 0 and 100000");
        var report = TrackingReport.Of(own, feed, window);
        PictureFile.Write(parsed, terminal, () => new SvgChart("own index and feed", "days", "points")
            .Line("own", [.. report.Rows.Select(row => (Day(row), row.Own))])
            .Line("feed", [.. report.Rows.Select(row => (Day(row), row.Feed))]).ToSvg());
        Answer.Give(parsed, terminal, report, report.Table(), () => report.WriteTo(terminal.Output));
        return ExitCode.Ok;

        double Day(TrackingRow row) => (row.Time - report.Rows[0].Time).TotalDays;
    }

    private static IndexReport OfChain(ParseResult parsed, Terminal terminal, string path, double horizon)
    {
        var chain = Input.Load(parsed, path, terminal);
        var (word, rate) = (parsed.GetRequiredValue(Prices), Input.RateOf(parsed));
        var strips = word switch
        {
            "marks" => ChainStrip.All(chain, StripSource.Marks, rate),
            "quotes" => ChainStrip.All(chain, StripSource.Quotes, rate),
            _ => SurfaceBuilder.Build(chain, word == "svi" ? SmileMethod.Svi : SmileMethod.VannaVolga, rate).Surface is
                { } surface
                ? SurfaceStrip.All(surface)
                : throw new InvalidDataException("no expiry has a smile"),
        };
        return IndexReport.Of(IndexValue.Of(strips, horizon), chain.Underlying, chain.Time, word);
    }

    private static IndexReport OfStrips(ParseResult parsed, Terminal terminal, string path, double horizon)
    {
        var file = StripFile.Open(path);
        ChainInput.Tell(terminal, file.Rejects);
        var minutes = parsed.GetValue(Minutes) is { Length: > 0 } given
            ? given
            : [.. file.Terms.Select(term => double.TryParse(term.Term, out var days)
                ? days * MinutesToExpiry.PerDay
                : throw new InputException($"term '{term.Term}' is no number of days; name the minutes to expiry of "
                    + $"all {file.Terms.Count} terms with --minutes"))];
        var rates = parsed.GetValue(Rates) is { Length: > 0 } named
            ? named
            : [.. minutes.Select(_ => Input.RateOf(parsed))];
        if (minutes.Length != file.Terms.Count || rates.Length != file.Terms.Count)
        {
            throw new InputException($"{minutes.Length} minutes and {rates.Length} rates for {file.Terms.Count} terms");
        }
        var strips = file.Terms.Select((term, i) => new OptionStrip(minutes[i], rates[i], term.Rows));
        return IndexReport.Of(IndexValue.Of(strips, horizon), Path.GetFileNameWithoutExtension(path), null, "quotes");
    }
}
