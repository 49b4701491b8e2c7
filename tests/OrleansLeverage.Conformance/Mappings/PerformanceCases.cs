using System.Globalization;
using OrleansLeverage.Analytics.Performance;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>
/// Ratios of a series that stands in the case or is a column of a named file. Cases with their series are empyrical's,
/// which counts drawdowns as negative; those of a file are positive, as the product's are.
/// </summary>
internal static class PerformanceCases
{
    private const string RateMark = "_MAR";

    public static Answer Answer(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var answer = new Answer();
        if (inputs.Has("data"))
        {
            OfFile(answer, inputs);
        }
        else
        {
            OfSeries(answer, inputs);
        }
        return answer;
    }

    private static void OfSeries(Answer answer, CaseInputs inputs)
    {
        var returns = Series(inputs, "returns");
        var benchmark = inputs.Elements("benchmark").Count > 0 ? Series(inputs, "benchmark")
            : [.. returns.Select(_ => inputs.DoubleOrNull("benchmark") ?? double.NaN)];
        double Periods() => inputs.DoubleOrNull("periods") ?? 252.0;
        RelativePerformance Relative() => new(returns, benchmark, Periods());
        answer
            .With("max_drawdown", () => -Drawdowns.Of(returns).Max)
            .With("annual_return", () => PerformanceRatios.AnnualReturn(returns, Periods()))
            .With("cum_return", () => PerformanceRatios.Cumulative(returns))
            .With("annual_volatility", () => PerformanceRatios.AnnualVolatility(returns, Periods()))
            .With("calmar", () => PerformanceRatios.Calmar(returns, Periods()))
            .With("sharpe", () => PerformanceRatios.Sharpe(returns, Hurdle(inputs, "rf"), Periods()))
            .With("downside_risk", () => PerformanceRatios.DownsideRisk(returns, Hurdle(inputs, "required"), Periods()))
            .With("sortino", () => PerformanceRatios.Sortino(returns, Hurdle(inputs, "required"), Periods()))
            .With("omega", () => PerformanceRatios.Omega(returns, Hurdle(inputs, "rf"),
                inputs.DoubleOrNull("required") ?? 0.0, Periods()))
            .With("information_ratio_unannualised", () => Relative().InformationRatioPerPeriod)
            .With("capture_ratio", () => RelativePerformance.Capture(returns, benchmark, Periods()))
            .With(["up_capture", "up_capture_ratio"], () => Relative().CaptureWhere(benchmarkRose: true))
            .With(["down_capture", "down_capture_ratio"], () => Relative().CaptureWhere(benchmarkRose: false))
            .With("beta", () => Relative().Beta)
            .With("alpha_annualised", () => Relative().Alpha)
            .With("tail_ratio", () => PerformanceRatios.TailRatio(returns))
            .With(["hist_quantile", "value_at_risk"], () => SampleMoments.Quantile(returns, inputs.Double("cutoff")))
            .With(["hist_tail_mean", "hist_cvar", "hist_es", "conditional_value_at_risk"], () =>
                PerformanceRatios.TailMean(returns, inputs.Double("cutoff")));
    }

    private static void OfFile(Answer answer, CaseInputs inputs)
    {
        var table = inputs.Tables.Text(inputs.Text("data")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.TrimEnd('\r').Split(',')).ToList();
        var returns = Column(table, inputs.TextOrNull("fund", "column") ?? "portfolio");
        var metric = inputs.Text("metric");
        var required = Required(metric) ?? inputs.DoubleOrNull("MAR") ?? 0.0;
        RelativePerformance Relative() => new(returns, Column(table, inputs.TextOrNull("benchmark") ?? "benchmark"),
            inputs.DoubleOrNull("periods") ?? 12.0);
        PartialMoments Moments() => PartialMoments.Of(returns, required)!;
        var suffix = metric.IndexOf(RateMark, StringComparison.Ordinal) is >= 0 and var at ? metric[at..] : "";
        answer
            .With("TrackingError", () => Relative().TrackingError)
            .With("ActivePremium", () => Relative().ActivePremium)
            .With("InformationRatio", () => Relative().InformationRatio)
            .With("max_drawdown", () => Drawdowns.Of(returns).Max)
            .With("half_kelly", () => PerformanceRatios.HalfKelly(returns, Column(table, inputs.Text("rf"))))
            .With("sortino", () => PerformanceRatios.SortinoPerPeriod(returns, required))
            .With("fama_beta", () => Relative().FamaBeta)
            .With("bernardo_ledoit" + suffix, () => Moments().GainLoss)
            .With("d_ratio" + suffix, () => Moments().DRatio)
            .With("downside_deviation" + suffix, () => Moments().DownsideDeviation)
            .With("downside_potential" + suffix, () => Moments().DownsidePotential)
            .With("upside_risk" + suffix, () => Moments().UpsideRisk)
            .With("upside_potential" + suffix, () => Moments().UpsidePotential)
            .With("upside_potential_ratio" + suffix, () => Moments().UpsidePotentialRatio)
            .With("omega_sharpe" + suffix, () => Moments().OmegaSharpe)
            .With("volatility_skewness" + suffix, () => Moments().VolatilitySkewness)
            .With("variability_skewness" + suffix, () => Moments().VariabilitySkewness);
    }

    /// <summary>The rate in a name such as <c>downside_deviation_MAR0.5%</c>.</summary>
    private static double? Required(string metric) =>
        metric.IndexOf(RateMark, StringComparison.Ordinal) is >= 0 and var at
            ? (double)(decimal.Parse(metric[(at + RateMark.Length)..].TrimEnd('%'), CultureInfo.InvariantCulture)
                / 100m)
            : null;

    private static double[] Series(CaseInputs inputs, string name) =>
        [.. inputs.Elements(name).Select(value =>
            value.ValueKind == System.Text.Json.JsonValueKind.Number ? value.GetDouble() : double.NaN)];

    private static double[] Hurdle(CaseInputs inputs, string name) => inputs.Elements(name).Count > 0
        ? Series(inputs, name)
        : [inputs.DoubleOrNull(name) ?? 0.0];

    private static double[] Column(List<string[]> table, string name)
    {
        var column = Array.FindIndex(table[0], title => title.Trim() == name
            || title.Trim().StartsWith(name + " ", StringComparison.Ordinal));
        return column > 0
            ? [.. table.Skip(1).Select(row => column < row.Length && double.TryParse(row[column], NumberStyles.Float,
                CultureInfo.InvariantCulture, out var value) ? value : double.NaN)]
            : throw new UnmappedCase($"the file has no column '{name}'");
    }
}
