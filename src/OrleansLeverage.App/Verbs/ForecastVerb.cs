using System.CommandLine;
using OrleansLeverage.Analytics.Forecast;
using OrleansLeverage.Analytics.Models;
using OrleansLeverage.Analytics.Regimes;
using OrleansLeverage.App.Models;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Risk;
using OrleansLeverage.Engine.Scenarios;

namespace OrleansLeverage.App.Verbs;

/// <summary><c>leverage forecast</c>: who is liquidated within days, and how levered the market will be.</summary>
internal static class ForecastVerb
{
    private static readonly Option<int> Days = new("--days")
    {
        Description = "Horizon, in steps of the price files",
        DefaultValueFactory = _ => 30,
    };

    private static readonly Option<int> Paths = new("--paths")
    {
        Description = "Paths of the market; all accounts see the same ones",
        DefaultValueFactory = _ => 10_000,
    };

    private static readonly Option<string> Method = new("--method")
    {
        Description = "history: past days' residuals through today's volatility; garch: correlated normals",
        DefaultValueFactory = _ => "history",
    };

    private static readonly Option<string> Model = new("--model")
    {
        Description = "garch, gjr, tarch or egarch",
        DefaultValueFactory = _ => "gjr",
    };

    private static readonly Option<int> Top = new("--top")
    {
        Description = "Accounts that are shown; --csv has all",
        DefaultValueFactory = _ => 20,
    };

    private static readonly SeriesInput Input = new();

    private static readonly MarketOptions Market = new();

    public static Command Command()
    {
        Days.AcceptWithin(1, 1000);
        Paths.AcceptWithin(8, 10_000_000);
        Top.AcceptWithin(0, 100_000);
        Method.AcceptOnlyFromAmong("history", "garch");
        Model.AcceptOnlyFromAmong("garch", "gjr", "tarch", "egarch");
        var command = new Command("forecast", "Liquidation probability of every account, and the market's leverage")
        {
            Days, Paths, Method, Model, Top, PictureFile.Svg,
        };
        Input.AddTo(command);
        Market.AddTo(command);
        return command.Does(RunAsync);
    }

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var series = Common(Input.Load(parsed));
        var book = await Market.LoadAsync(parsed, cancellation);
        var model = Enum.Parse<VarianceModel>(parsed.GetValue(Model)!, ignoreCase: true);
        var dynamics = series.ConvertAll(s => SeriesInput.Of(s, () => AssetDynamics.Of(s.Feed, VolatilityFitter.Fit(
            ReturnSeries.FromPrices(s.Closes, ReturnKind.Log), new VolatilitySpec(model)))));
        var method = parsed.GetValue(Method) == "garch" ? PathMethod.MonteCarlo : PathMethod.FilteredHistorical;
        var seed = Market.Seed(parsed);
        var (paths, followers) = Follow(book, dynamics,
            new VolatilityPaths(dynamics, parsed.GetValue(Days), method, seed));
        var forecastBook = ForecastBook.Of(book.Exposures);
        LeverageForecast forecast;
        using (var progress = ProgressReport.On(terminal, "forecast", parsed.GetValue(Paths), TimeProvider.System))
        {
            var gate = new Lock();
            forecast = await Task.Run(() => LeverageForecast.Run(forecastBook, paths, new ForecastOptions
            {
                Paths = parsed.GetValue(Paths), Workers = Market.Workers(parsed), WithLeverage = true,
                Progress = done =>
                {
                    lock (gate)
                    {
                        progress.Report(done);
                    }
                },
            }, cancellation), cancellation);
        }
        var regime = RegimeOf(series[0]);
        var report = Report(parsed, book, series, followers, forecast, seed, regime);
        PictureFile.Write(parsed, terminal, () => Charts(report));
        Answer.Give(parsed, terminal, report, ForecastReport.Rows(forecast), () =>
        {
            report.Summary().WriteTo(terminal);
            report.RiskiestRows().WriteTo(terminal);
            foreach (var note in followers)
            {
                terminal.Output.WriteLine(note);
            }
        });
        return ExitCode.Ok;
    }

    // residuals are resampled by day: only days that all feeds have
    private static List<PriceSeries> Common(IReadOnlyList<PriceSeries> all)
    {
        var common = all.Select(s => s.Bars.Select(b => b.EndMs).ToHashSet())
            .Aggregate((a, b) => { a.IntersectWith(b); return a; });
        var kept = all.Select(s => s with { Bars = [.. s.Bars.Where(b => common.Contains(b.EndMs))] }).ToList();
        return kept.TrueForAll(s => s.Bars.Count > 0)
            ? [.. kept.Select(s => new PriceSeries(s.Feed, s.Source, s.Bars, s.PeriodsPerYear))]
            : throw new InputException("the price files have no day in common");
    }

    private static (IPathSource Paths, List<string> Notes) Follow(MarketBook book, List<AssetDynamics> dynamics,
        VolatilityPaths source)
    {
        var feeds = book.Exposures.Feeds;
        var (leaders, betas, notes) = (new int[feeds.Count], new double[feeds.Count], new List<string>());
        for (var feed = 0; feed < feeds.Count; feed++)
        {
            leaders[feed] = dynamics.FindIndex(d => d.Name == feeds[feed]);
            betas[feed] = 1.0;
            if (leaders[feed] < 0)
            {
                var place = feeds.ToList().IndexOf(dynamics[0].Name);
                var leading = place < 0 ? 1.0 : book.Exposures.Betas[place];
                leaders[feed] = 0;
                betas[feed] = leading > 0.0 ? book.Exposures.Betas[feed] / leading : book.Exposures.Betas[feed];
                notes.Add(FormattableString.Invariant(
                    $"{feeds[feed]} has no history here: it follows {dynamics[0].Name} with beta {betas[feed]:0.##}"));
            }
        }
        return (new FollowingPaths(source, leaders, betas), notes);
    }

    private static (string Name, double Probability)? RegimeOf(PriceSeries series)
    {
        var returns = ReturnSeries.FromPrices(series.Closes, ReturnKind.Log);
        if (returns.Count < 180)
        {
            return null;
        }
        var model = RegimeModel.Fit(returns.Values, [], 3);
        var now = model.At(returns.Count - 1);
        return (now.ToString().ToLowerInvariant(), model.Filtered[returns.Count - 1, (int)now]);
    }

    private static ForecastReport Report(ParseResult parsed, MarketBook book, List<PriceSeries> series,
        List<string> followers, LeverageForecast forecast, ulong seed, (string Name, double Probability)? regime)
    {
        var days = parsed.GetValue(Days);
        var accounts = Enumerable.Range(0, forecast.Book.Count).Select(i => forecast[i]).ToList();
        var byDay = Enumerable.Range(1, days).Select(day => new DayRow(day,
            Enumerable.Range(0, forecast.Book.Count).Sum(i => forecast.ProbabilityBy(i, day)))).ToList();
        var values = Enumerable.Range(0, book.Exposures.Count)
            .Select(i => book.Exposures.Value(i, book.Exposures.Prices.ToArray())).Where(v => v.Equity > 0.0).ToList();
        var leverages = Enumerable.Range(0, (int)forecast.Paths).Select(forecast.Outcomes.MarketLeverage)
            .Where(l => l is not null).Select(l => l!.Value);
        return new ForecastReport("leverage-forecast/1", book.Source,
            [.. series.Select(s => $"{s.Feed} {s.From} to {s.To}")], followers, parsed.GetValue(Method)!, seed,
            forecast.Paths, days, forecast.Book.Count, regime?.Name, regime?.Probability, byDay[^1].Liquidated,
            Spread.Of(forecast.Outcomes.LiquidatedNotional), Spread.Of(leverages),
            values.Sum(v => v.GrossNotional) / values.Sum(v => v.Equity), byDay,
            [.. accounts.OrderByDescending(a => a.Probability).ThenBy(a => a.Name, StringComparer.Ordinal)
                .Take(parsed.GetValue(Top))]);
    }

    private static SvgChart[] Charts(ForecastReport report) =>
    [
        new SvgChart("Accounts liquidated, expected", "day", "accounts").Line("by the end of the day",
            [.. report.ByDay.Select(d => ((double)d.Day, d.Liquidated))]),
    ];
}
