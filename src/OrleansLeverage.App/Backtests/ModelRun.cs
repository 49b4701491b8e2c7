using OrleansLeverage.Analytics.Backtests;
using OrleansLeverage.App.Models;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Series;

namespace OrleansLeverage.App.Backtests;

/// <summary>One model's walk and its verdict.</summary>
internal sealed record ModelRun(RollingBacktest Backtest, BacktestVerdict Verdict)
{
    public Reliability Reliability { get; } = Reliability.Of([.. Backtest.Days.Select(day => day.Transform)]);

    public IReadOnlyList<FitWeek> Weeks(PriceSeries series) => FitWeek.Of(Backtest, day => series.Week(day));

    /// <summary>Every model over one series, with progress on the error stream.</summary>
    public static IReadOnlyList<ModelRun> Of(PriceSeries series, IReadOnlyList<string> models, BacktestPlan plan,
        double significance, int seed, Terminal terminal, CancellationToken cancellation)
    {
        var returns = series.LogReturns();
        var chosen = models.Distinct().Select(ReturnModels.Of).ToList();
        // all forecast the same days, so that their losses can be compared
        plan = plan with { WarmUp = Math.Max(plan.WarmUp, chosen.Max(model => model.HistoryMin)) };
        var runs = new List<ModelRun>();
        using var progress = ProgressReport.On(terminal, "days", (long)returns.Length * chosen.Count,
            TimeProvider.System);
        foreach (var model in chosen)
        {
            var before = (long)runs.Count * returns.Length;
            var backtest = RollingBacktest.Run(model, returns, plan, done => progress.Report(before + done),
                cancellation);
            runs.Add(new ModelRun(backtest, BacktestVerdict.Of(backtest, significance, seed)));
        }
        return runs;
    }
}
