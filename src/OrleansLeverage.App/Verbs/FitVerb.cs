using System.CommandLine;
using OrleansLeverage.Analytics.Models;
using OrleansLeverage.Analytics.Regimes;
using OrleansLeverage.App.Models;
using OrleansLeverage.App.Output;

namespace OrleansLeverage.App.Verbs;

/// <summary><c>leverage fit</c>: volatility models, the leverage effect and regimes of price series.</summary>
internal static class FitVerb
{
    private const string AllModels = "all";

    private static readonly Option<string> Model = new("--model")
    {
        Description = "One of garch, gjr, tarch, egarch, aparch, or all",
        DefaultValueFactory = _ => AllModels,
    };

    private static readonly Option<string> Law = new("--innovation")
    {
        Description = "Law of the residuals: normal or student",
        DefaultValueFactory = _ => "normal",
    };

    private static readonly Option<string> Before = new("--presample")
    {
        Description = "Before the first return: mean of the squares, mean-residual (and the mean for e), or backcast",
        DefaultValueFactory = _ => "mean",
    };

    private static readonly Option<string> Returns = new("--returns")
    {
        Description = "simple or log",
        DefaultValueFactory = _ => "log",
    };

    private static readonly Option<int> Refits = new("--bias-refits")
    {
        Description = "Series drawn from each fit and fitted again, to take out the bias of a short sample; 0: none",
    };

    private static readonly Option<ulong> Seed = RunOptions.Seed<ulong>("the series that are drawn");

    private static readonly Option<int> Horizon = new("--horizon")
    {
        Description = "Steps of the volatility forecast",
        DefaultValueFactory = _ => 30,
    };

    private static readonly SeriesInput Input = new();

    public static Command Command()
    {
        string[] models = [.. Enum.GetNames<VarianceModel>().Select(n => n.ToLowerInvariant()), AllModels];
        Model.AcceptOnlyFromAmong(models);
        Law.AcceptOnlyFromAmong("normal", "student");
        Before.AcceptOnlyFromAmong("mean", "mean-residual", "backcast");
        Refits.AcceptWithin(0, 100_000);
        Returns.AcceptOnlyFromAmong("simple", "log");
        Horizon.AcceptWithin(1, 1000);
        var command = new Command("fit", "Volatility models, leverage effect and regimes of price series")
        {
            Model, Law, Before, Returns, Horizon, Refits, Seed, PictureFile.Svg, Answer.Csv,
        };
        Input.AddTo(command);
        return command.Does(RunAsync);
    }

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var all = Input.Load(parsed);
        var chosen = parsed.GetValue(Model)!;
        VarianceModel[] models = chosen == AllModels
            ? Enum.GetValues<VarianceModel>()
            : [Enum.Parse<VarianceModel>(chosen, ignoreCase: true)];
        var fits = new List<(PriceSeries Series, SeriesFit Report, VolatilityFit Last)>();
        using (var progress = ProgressReport.On(terminal, "fit", all.Count * (models.Length + 2), TimeProvider.System))
        {
            var done = 0;
            foreach (var series in all)
            {
                fits.Add(await Task.Run(() => SeriesInput.Of(series, () =>
                    Fit(parsed, series, models, () => progress.Report(++done), cancellation)), cancellation));
            }
        }
        var report = new FitReport("leverage-fit/1", [.. fits.Select(f => f.Report)]);
        PictureFile.Write(parsed, terminal, () => [.. fits.Select(f => Chart(f.Series, f.Last))]);
        Answer.Give(parsed, terminal, report, report.Rows(), [.. report.More()]);
        return fits.Exists(f => f.Report.Fits.Any(m => m.Flags.Contains(nameof(FitFlags.NotConverged),
            StringComparison.Ordinal))) ? ExitCode.Failed : ExitCode.Ok;
    }

    private static (PriceSeries, SeriesFit, VolatilityFit) Fit(ParseResult parsed, PriceSeries series,
        VarianceModel[] models, Action done, CancellationToken cancellation)
    {
        var returns = ReturnSeries.FromPrices(series.Closes,
            parsed.GetValue(Returns) == "log" ? ReturnKind.Log : ReturnKind.Simple);
        var presample = parsed.GetValue(Before) switch
        {
            "mean" => Presample.SampleMean,
            "mean-residual" => Presample.MeanResidual,
            _ => Presample.Backcast,
        };
        var fits = new List<VolatilityFit>();
        foreach (var model in models)
        {
            cancellation.ThrowIfCancellationRequested();
            fits.Add(VolatilityFitter.Fit(returns, new VolatilitySpec(model)
            {
                Presample = presample,
                Innovation = parsed.GetValue(Law) == "student" ? Innovation.StudentT : Innovation.Normal,
            }));
            done();
        }
        var effect = EffectReport.Of(LeverageEffect.Of(returns, presample));
        done();
        cancellation.ThrowIfCancellationRequested();
        var regimes = Enumerable.Range(1, 3).Where(states => returns.Count >= 60 * states).SelectMany(states =>
            RegimeRow.Of(RegimeModel.Fit(returns.Values, [], states), series.PeriodsPerYear, returns.Scale)).ToList();
        done();
        var ewma = EwmaVolatility.Forecasts(returns.Values, EwmaVolatility.DailyDecay, Math.Min(60, returns.Count / 2));
        return (series, new SeriesFit(series.Feed, series.Source, series.From, series.To, returns.Count,
            series.PeriodsPerYear, ewma[^1]!.Value * Math.Sqrt(series.PeriodsPerYear) / returns.Scale,
            [.. fits.Select(f => ModelFit.Of(f, series.PeriodsPerYear, parsed.GetValue(Horizon),
                Corrected(parsed, f, cancellation)))], effect,
            Realised(series), regimes), fits[^1]);
    }

    private static BiasCorrection? Corrected(ParseResult parsed, VolatilityFit fit, CancellationToken cancellation)
    {
        var refits = parsed.GetValue(Refits);
        return refits == 0 ? null
            : refits < BiasCorrection.ReplicatesMin
                ? throw new InputException($"--bias-refits {refits}: at least {BiasCorrection.ReplicatesMin}, or 0")
            : BiasCorrection.Of(fit, refits, parsed.GetValue(Seed), cancellation);
    }

    // variance of a bar from its range; null where a bar has none or the series is too short
    private static HarReport? Realised(PriceSeries series)
    {
        var variances = new double[series.Bars.Count];
        for (var i = 0; i < variances.Length; i++)
        {
            var bar = series.Bars[i];
            var range = Math.Log((double)(bar.High.Value / bar.Low.Value));
            var body = Math.Log((double)(bar.Close.Value / bar.Open.Value));
            variances[i] = 0.5 * range * range - (2.0 * Math.Log(2.0) - 1.0) * body * body;
            if (variances[i] <= 0.0)
            {
                return null;
            }
        }
        if (variances.Length < 120)
        {
            return null;
        }
        var model = HarModel.Fit(variances);
        double Annual(double variance) => Math.Sqrt(Math.Max(0.0, variance) * series.PeriodsPerYear);

        return new HarReport(model.Coefficients, model.Errors, model.RSquared, Annual(model.Forecast(1)[0]),
            model.LongRun is { } level ? Annual(level) : null);
    }

    private static SvgChart Chart(PriceSeries series, VolatilityFit fit)
    {
        var points = new (double, double)[fit.Observations];
        for (var t = 0; t < points.Length; t++)
        {
            points[t] = (t, Math.Sqrt(fit.Variances[t] * series.PeriodsPerYear) / fit.Series.Scale);
        }
        return new SvgChart($"{series.Feed}: {fit.Spec.Variance} volatility per year, {series.From} to {series.To}",
            "observation", "volatility").Line(fit.Spec.Variance.ToString(), points);
    }
}
