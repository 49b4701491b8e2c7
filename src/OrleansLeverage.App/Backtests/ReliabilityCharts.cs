using OrleansLeverage.Analytics.Backtests;
using OrleansLeverage.App.Models;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Series;

namespace OrleansLeverage.App.Backtests;

/// <summary>
/// Whether what was forecast came as often as was said: the reliability plot, the histogram of transforms, and the fit
/// of every week, each with what a right law would give.
/// </summary>
internal static class ReliabilityCharts
{
    public static void AddTo(HtmlReport page, PriceSeries series, ModelRun run)
    {
        var points = run.Reliability.Points;
        page.Chart(new SvgChart("Reliability: predicted probability against realised frequency, 95 % intervals",
                "predicted", "realised")
            .Line("perfect", [(0.0, 0.0), (1.0, 1.0)])
            .Points("realised", [.. points.Select(p => (p.Predicted, p.Realised.Share))])
            .Line("lowest", [.. points.Select(p => (p.Predicted, p.Realised.Low))])
            .Line("highest", [.. points.Select(p => (p.Predicted, p.Realised.High))]));
        const double Even = 1.0 / Reliability.BinCount;
        page.Chart(new SvgChart("Probability integral transforms (the same share everywhere where the law is right)",
                "transform", "share")
            .Bars("", [.. run.Reliability.Bins.Select(b => ((b.From + b.To) / 2.0, b.Realised.Share))])
            .Line("even", [(0.0, Even), (1.0, Even)])
            .Line("lowest", [.. run.Reliability.Bins.Select(b => ((b.From + b.To) / 2.0, b.Realised.Low))])
            .Line("highest", [.. run.Reliability.Bins.Select(b => ((b.From + b.To) / 2.0, b.Realised.High))]));
        var weeks = run.Weeks(series);
        page.Chart(new SvgChart("Drift by week: moves against what was said, deviations", "", "score")
            {
                XText = series.Date,
            }
            .Line("spread", [.. weeks.Select(w => ((double)w.FirstDay, w.SpreadScore))])
            .Line("bias", [.. weeks.Select(w => ((double)w.FirstDay, w.BiasScore))])
            .Points("alarm", [.. weeks.Where(w => w.Watches.Count > 0).Select(w =>
                ((double)w.FirstDay, Math.Max(w.SpreadScore, FitWeek.ScoreAlarm)))]));
    }
}
