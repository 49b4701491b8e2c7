using OrleansLeverage.Analytics.Backtests;
using OrleansLeverage.App.Models;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Series;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.App.Backtests;

/// <summary>A test by its name, statistic and p-value; all null where it cannot be made.</summary>
internal sealed record TestRow(string Test, double? Statistic, double? PValue, bool? Rejected)
{
    public static TestRow Of(string name, LikelihoodRatio? test, double significance) =>
        new(name, test?.Statistic, test?.PValue, test?.Rejects(significance));
}

/// <summary>What <c>backtest</c> says of a model.</summary>
internal sealed record ModelRow(string Model, int Observations, int Exceptions, double Expected, int AcceptedFrom,
    int AcceptedTo, string? Zone, double? BaselPlusFactor, double? BaselAddOn, int? FirstFailureDay,
    IReadOnlyList<TestRow> Tests, double? Z1, double? Z2, double MeanQLike, double MeanQuantileLoss,
    double MeanJointLoss, double? DieboldMarianoAgainstFirst, double? DieboldMarianoPValue,
    IReadOnlyList<AlarmRow> Alarms, IReadOnlyList<ReliabilityRow> Reliability,
    IReadOnlyList<TransformRow> Transforms, IReadOnlyList<WeekRow> Weeks)
{
    public IEnumerable<string> Rejections => Tests.Where(test => test.Rejected == true).Select(test => test.Test);
}

internal sealed record AlarmRow(string Date, string Watch, double Statistic);

/// <summary>A probability that was forecast, and the share of returns that it came to, with its 95 % interval.
/// </summary>
internal sealed record ReliabilityRow(double Predicted, int Count, int Of, double Realised, double Low, double High,
    bool Reliable);

/// <summary>Probability integral transforms between two bounds, with the 95 % interval of their share.</summary>
internal sealed record TransformRow(double From, double To, int Count, double Share, double Low, double High);

/// <summary>How the forecasts of a week fitted; scores are deviations of what a right law would give.</summary>
/// <param name="From">First day of the week with a forecast.</param>
internal sealed record WeekRow(string From, string To, int Days, int Exceptions, double Expected, double Bias,
    double BiasScore, double Spread, double SpreadScore, IReadOnlyList<string> Alarms);

/// <summary>All models over one price file. Returns are logarithmic, losses positive.</summary>
internal sealed record BacktestReport(string Schema, string Source, string Feed, string From, string To, int Returns,
    int Gaps, double Tail, double Significance, int Seed, IReadOnlyList<ModelRow> Models)
{
    public static BacktestReport Of(PriceSeries series, IReadOnlyList<ModelRun> runs, double significance, int seed) =>
        new("leverage-backtest/1", Path.GetFileName(series.Source), series.Feed, series.Date(0),
            series.Date(series.Closes.Length - 2), series.Closes.Length - 1, series.Gaps(),
            runs[0].Backtest.Plan.Tail, significance, seed,
            [.. runs.Select(run => Row(series, run, runs[0], significance))]);

    /// <summary>A row per model.</summary>
    public ReportTable Rows()
    {
        var table = new ReportTable("model", "observations", "exceptions", "expected", "acceptedFrom", "acceptedTo",
            "kupiecLr", "kupiecP", "independenceLr", "independenceP", "conditionalLr", "conditionalP", "tuffLr", "zone",
            "z1", "z2", "z2P", "berkowitzLr", "berkowitzP", "ksP", "qlike", "quantileLoss", "jointLoss", "dm", "dmP",
            "alarms");
        foreach (var m in Models)
        {
            var tests = m.Tests.ToDictionary(test => test.Test);
            table.Add(m.Model, m.Observations, m.Exceptions, m.Expected, m.AcceptedFrom, m.AcceptedTo,
                tests["kupiec"].Statistic, tests["kupiec"].PValue, tests["independence"].Statistic,
                tests["independence"].PValue, tests["conditionalCoverage"].Statistic,
                tests["conditionalCoverage"].PValue, tests["timeUntilFirstFailure"].Statistic, m.Zone, m.Z1, m.Z2,
                tests["acerbiSzekelyZ2"].PValue, tests["berkowitz"].Statistic, tests["berkowitz"].PValue,
                tests["kolmogorovSmirnov"].PValue, m.MeanQLike, m.MeanQuantileLoss, m.MeanJointLoss,
                m.DieboldMarianoAgainstFirst, m.DieboldMarianoPValue, m.Alarms.Count);
        }
        return table;
    }

    /// <summary>What people read first.</summary>
    public ReportTable Short()
    {
        var table = new ReportTable("model", "exceptions", "expected", "accepted", "zone", "rejected by", "ES Z2",
            "joint loss", "alarms")
        {
            Title = FormattableString.Invariant(
                $"{Feed} {From} to {To}: {Returns} returns, {Gaps} gaps; VaR and ES at {1.0 - Tail:0.###%}"),
        };
        foreach (var m in Models)
        {
            table.Add(m.Model, m.Exceptions, m.Expected, $"{m.AcceptedFrom}-{m.AcceptedTo}", m.Zone,
                m.Rejections.Any() ? string.Join(", ", m.Rejections) : "none", m.Z2, m.MeanJointLoss, m.Alarms.Count);
        }
        return table;
    }

    private static ModelRow Row(PriceSeries series, ModelRun run, ModelRun first, double significance)
    {
        var v = run.Verdict;
        var against = ReferenceEquals(run, first) ? null : ForecastLosses.Compare(
            BacktestVerdict.JointLosses(run.Backtest), BacktestVerdict.JointLosses(first.Backtest), lags: 5);
        return new ModelRow(v.Model, v.Observations, v.Exceptions, v.Expected, v.AcceptanceRegion.Min,
            v.AcceptanceRegion.Max, v.Light is { } light ? SnapshotJson.Word(light.Zone) : null, v.Light?.PlusFactor,
            v.Light?.AddOn, v.FirstFailureDay,
            [
                TestRow.Of("kupiec", v.Coverage, significance),
                TestRow.Of("independence", v.Independence, significance),
                TestRow.Of("conditionalCoverage", v.ConditionalCoverage, significance),
                TestRow.Of("timeUntilFirstFailure", v.FirstFailure, significance),
                new("acerbiSzekelyZ2", v.Z2, v.Z2PValue, v.Z2PValue < significance),
                TestRow.Of("berkowitz", v.Berkowitz, significance),
                new("kolmogorovSmirnov", null, v.KolmogorovSmirnovPValue, v.KolmogorovSmirnovPValue < significance),
            ],
            v.Z1, v.Z2, v.MeanQLike, v.MeanQuantileLoss, v.MeanJointLoss, against?.Statistic, against?.PValue,
            [.. run.Backtest.Alarms.Select(a => new AlarmRow(series.Date(a.Day), a.Watch, a.Statistic))],
            [.. run.Reliability.Points.Select(p => new ReliabilityRow(p.Predicted, p.Realised.Seen,
                p.Realised.Observations, p.Realised.Share, p.Realised.Low, p.Realised.High, p.IsReliable))],
            [.. run.Reliability.Bins.Select(b => new TransformRow(b.From, b.To, b.Realised.Seen, b.Realised.Share,
                b.Realised.Low, b.Realised.High))],
            [.. run.Weeks(series).Select(w => new WeekRow(series.Date(w.FirstDay), series.Date(w.LastDay), w.Days,
                w.Exceptions, w.Expected, w.Bias, w.BiasScore, w.Spread, w.SpreadScore, w.Watches))]);
    }
}
