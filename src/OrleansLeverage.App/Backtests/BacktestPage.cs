using OrleansLeverage.App.Models;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Series;

namespace OrleansLeverage.App.Backtests;

/// <summary>The report as a page: tables, and for each model returns against VaR, exceptions, transforms.</summary>
internal static class BacktestPage
{
    public static HtmlReport Of(PriceSeries series, BacktestReport report, IReadOnlyList<ModelRun> runs)
    {
        var page = new HtmlReport($"Backtest of {report.Feed}, {report.From} to {report.To}")
            .Paragraph(FormattableString.Invariant(
                $"{report.Returns} logarithmic returns of {report.Source}, {report.Gaps} gaps. Every forecast is made ")
                + "from what was known the day before. An exception is a return below the value at risk; tests reject "
                + FormattableString.Invariant($"at {report.Significance:0.###}. Same file and seed, same page."))
            .Table(report.Short())
            .Table(Tests(report));
        foreach (var run in runs)
        {
            AddModel(page, series, run);
        }
        return page;
    }

    private static void AddModel(HtmlReport page, PriceSeries series, ModelRun run)
    {
        var days = run.Backtest.Days;
        double[] x = [.. days.Select(day => (double)day.Day)];
        page.Heading(run.Backtest.Model);
        page.Chart(new SvgChart("Returns and value at risk", "", "return") { XText = series.Date }
            .Line("return", [.. days.Select(day => ((double)day.Day, day.Return))])
            .Line("-VaR", [.. days.Select(day => ((double)day.Day, -day.ValueAtRisk))])
            .Line("-ES", [.. days.Select(day => ((double)day.Day, -day.ExpectedShortfall))])
            .Points("exception", [.. days.Where(day => day.IsException).Select(day =>
                ((double)day.Day, day.Return))]));
        var (seen, expected) = (new List<double?>(), new List<double?>());
        foreach (var day in days)
        {
            seen.Add((seen.Count == 0 ? 0.0 : seen[^1]) + (day.IsException ? 1.0 : 0.0));
            expected.Add(run.Backtest.Plan.Tail * (expected.Count + 1));
        }
        page.Chart(new SvgChart("Exceptions so far", "", "count") { XText = series.Date }
            .Line("seen", SvgChart.Pairs(x, seen)).Line("expected", SvgChart.Pairs(x, expected)));
        ReliabilityCharts.AddTo(page, series, run);
        AddParameters(page, series, run);
        if (run.Backtest.Alarms.Count > 0)
        {
            var alarms = new ReportTable("alarm", "watch", "statistic");
            foreach (var alarm in run.Backtest.Alarms)
            {
                alarms.Add(series.Date(alarm.Day), alarm.Watch, alarm.Statistic);
            }
            page.Table(alarms);
        }
    }

    public static void AddParameters(HtmlReport page, PriceSeries series, ModelRun run)
    {
        var calibrations = run.Backtest.Calibrations;
        foreach (var name in calibrations[0].Parameters.Select(parameter => parameter.Name))
        {
            double?[] values = [.. calibrations.Select(c => (double?)c.Parameters.First(p => p.Name == name).Value)];
            if (values.Distinct().Count() > 1)
            {
                page.Chart(new SvgChart($"{run.Backtest.Model}: {name} as calibrated", "", name) { XText = series.Date }
                    .Line(name, SvgChart.Pairs(calibrations.Select(c => (double)c.Day), values)));
            }
        }
    }

    private static ReportTable Tests(BacktestReport report)
    {
        var table = new ReportTable("model", "test", "statistic", "p", "rejected");
        foreach (var model in report.Models)
        {
            foreach (var test in model.Tests)
            {
                table.Add(model.Model, test.Test, test.Statistic, test.PValue,
                    test.Rejected switch { true => "yes", false => "no", null => null });
            }
        }
        return table;
    }
}
