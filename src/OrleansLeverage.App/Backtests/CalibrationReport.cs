using OrleansLeverage.Analytics.Backtests;
using OrleansLeverage.Analytics.Models;
using OrleansLeverage.App.Models;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Series;

namespace OrleansLeverage.App.Backtests;

/// <param name="Change">Against the calibration before; null of the first.</param>
/// <param name="Score">The change among those before it, in robust deviations; null while they are few.</param>
/// <param name="Alarm">Whether the parameter jumped.</param>
internal sealed record ParameterRow(string Model, string Date, string Parameter, double Value, double? Change,
    double? Score, bool Alarm);

/// <summary>
/// Longs of a leverage, opened anew at every close: how many a model said would be liquidated within a bar, how many
/// were, and which counts a right model gives with 95 %.
/// </summary>
internal sealed record LiquidationRow(string Model, int Leverage, double Move, int Observations, double Expected,
    int Seen, int AcceptedFrom, int AcceptedTo);

/// <summary>A leverage and the fall that ends it within a day; probability by the model that forecasts best.</summary>
/// <param name="Move">Smallest fall that leaves a long below maintenance, as a fraction; negative.</param>
/// <param name="Sigmas">ln(1 + move) over the deviation forecast for the next day.</param>
/// <param name="TimesInHistory">Closes that fell as far from the close before.</param>
internal sealed record BreakingLeverage(int Leverage, double Move, double Sigmas, double Probability,
    int TimesInHistory);

/// <summary>
/// Parameters through time, when they stopped to fit, what they say of tomorrow, and which fall ends which leverage.
/// </summary>
internal sealed record CalibrationReport(string Schema, string Source, string Feed, string From, string To, int Returns,
    int Gaps, string Best, double NextVolatility, double NextVolatilityPerYear, double NextValueAtRisk,
    double NextExpectedShortfall, double Tail, IReadOnlyList<ModelRow> Models, IReadOnlyList<ParameterRow> Parameters,
    IReadOnlyList<LiquidationRow> Liquidations, IReadOnlyList<BreakingLeverage> ReverseStress)
{
    private static readonly int[] Leverages = [2, 3, 5, 10, 20, 50, 100];

    /// <summary>The logarithmic falls that end the longs of the report, as the walk is to count them.</summary>
    public static IReadOnlyList<double> Falls(double maintenance) =>
        [.. Ended(maintenance).Select(leverage => Log(Move(leverage, maintenance)))];

    /// <param name="runs">Walked with <see cref="Falls"/> of the same rate.</param>
    /// <param name="maintenance">Rate of notional at which a long is liquidated.</param>
    public static CalibrationReport Of(PriceSeries series, IReadOnlyList<ModelRun> runs, double significance, int seed,
        double maintenance)
    {
        var backtest = BacktestReport.Of(series, runs, significance, seed);
        var best = runs.MinBy(run => run.Verdict.MeanJointLoss)!;
        var returns = series.LogReturns();
        var plan = best.Backtest.Plan;
        var window = returns.AsSpan(Math.Max(0, returns.Length - plan.CalibrationWindow));
        var law = ReturnModels.Of(best.Backtest.Model).Calibrate(window).Follow(returns).Next()
            ?? throw new SeriesException(SeriesProblem.Constant, "the last returns do not vary; nothing is forecast");
        return new CalibrationReport("leverage-calibration/1", backtest.Source, backtest.Feed, backtest.From,
            backtest.To, backtest.Returns, backtest.Gaps, best.Backtest.Model, law.Volatility,
            law.Volatility * Math.Sqrt(series.PeriodsPerYear), law.ValueAtRisk(plan.Tail),
            law.ExpectedShortfall(plan.Tail), plan.Tail, backtest.Models,
            [.. runs.SelectMany(run => ParameterStep.Of(run.Backtest.Calibrations).Select(step =>
                new ParameterRow(run.Backtest.Model, series.Date(step.Day), step.Name, step.Value, step.Change,
                    step.Score, step.IsAlarm)))],
            [.. runs.SelectMany(run => Ended(maintenance).Zip(run.Backtest.Falls, (leverage, fall) =>
                new LiquidationRow(run.Backtest.Model, leverage, Move(leverage, maintenance), fall.Observations,
                    fall.Expected, fall.Seen, fall.AcceptedFrom, fall.AcceptedTo)))],
            [.. Ended(maintenance).Select(l => Break(l, maintenance, law, returns))]);
    }

    public ReportTable Rows()
    {
        var table = new ReportTable("model", "date", "parameter", "value", "change", "score", "alarm");
        foreach (var p in Parameters)
        {
            table.Add(p.Model, p.Date, p.Parameter, p.Value, p.Change, p.Score, p.Alarm ? "yes" : "no");
        }
        return table;
    }

    public ReportTable Summary()
    {
        var table = new ReportTable("model", "parameters now", "mean QLIKE", "joint loss", "exceptions", "expected",
            "zone", "alarms")
        {
            Title = FormattableString.Invariant($"{Feed} {From} to {To}: {Returns} returns, {Gaps} gaps; best {Best}"),
        };
        foreach (var m in Models)
        {
            var now = Parameters.Where(p => p.Model == m.Model).GroupBy(p => p.Parameter).Select(g =>
                FormattableString.Invariant($"{g.Key} {g.Last().Value:0.###}"));
            table.Add(m.Model, string.Join(", ", now), m.MeanQLike, m.MeanJointLoss, m.Exceptions, m.Expected, m.Zone,
                m.Alarms.Count);
        }
        return table;
    }

    public ReportTable Stress()
    {
        var table = new ReportTable("leverage", "fall", "sigmas", "probability tomorrow", "times in history")
        {
            Title = FormattableString.Invariant(
                $"next bar: volatility {NextVolatility:0.00%}, VaR {NextValueAtRisk:0.00%}, ")
                + FormattableString.Invariant($"ES {NextExpectedShortfall:0.00%}"),
        };
        foreach (var row in ReverseStress)
        {
            table.Add(row.Leverage, row.Move, row.Sigmas, row.Probability, row.TimesInHistory);
        }
        return table;
    }

    public ReportTable Longs()
    {
        var table = new ReportTable("model", "leverage", "fall", "liquidated", "predicted", "accepted")
        {
            Title = "Longs of each leverage, opened anew at every close: liquidations predicted and seen",
        };
        foreach (var row in Liquidations)
        {
            table.Add(row.Model, row.Leverage, row.Move, row.Seen, row.Expected,
                $"{row.AcceptedFrom}-{row.AcceptedTo}");
        }
        return table;
    }

    public HtmlReport Page(PriceSeries series, IReadOnlyList<ModelRun> runs)
    {
        var page = new HtmlReport($"Calibration on {Feed}, {From} to {To}").Table(Summary()).Table(Stress())
            .Table(Longs());
        foreach (var run in runs)
        {
            page.Heading(run.Backtest.Model);
            ReliabilityCharts.AddTo(page, series, run);
            BacktestPage.AddParameters(page, series, run);
            page.Chart(new SvgChart($"{run.Backtest.Model}: volatility and drift alarms", "", "per bar")
            {
                XText = series.Date,
            }
            .Line("volatility", [.. run.Backtest.Days.Select(day => ((double)day.Day, day.Volatility))])
            .Points("alarm", [.. run.Backtest.Alarms.Select(alarm => ((double)alarm.Day, 0.0))]));
        }
        return page;
    }

    private static IEnumerable<int> Ended(double maintenance) => Leverages.Where(l => l * maintenance < 1.0);

    /// <summary>A long of leverage L is below maintenance m where 1 + L·r &lt; m·L·(1 + r).</summary>
    private static double Move(int leverage, double maintenance) =>
        -(1.0 - (maintenance * leverage)) / (leverage * (1.0 - maintenance));

    private static double Log(double move) => move > -1.0 ? Math.Log(1.0 + move) : double.NegativeInfinity;

    private static BreakingLeverage Break(int leverage, double maintenance, ReturnLaw law, double[] returns)
    {
        var move = Move(leverage, maintenance);
        var log = Log(move);
        return new BreakingLeverage(leverage, move, log / law.Volatility, law.Cumulative(log),
            returns.Count(r => r <= log));
    }
}
