using OrleansLeverage.Analytics.Models;
using OrleansLeverage.Analytics.Regimes;
using OrleansLeverage.App.Output;

namespace OrleansLeverage.App.Models;

/// <summary>Models fitted to series, as <c>fit</c> shows them. Volatilities are per year, as fractions.</summary>
internal sealed record FitReport(string Schema, IReadOnlyList<SeriesFit> Series)
{
    public ReportTable Rows()
    {
        var table = new ReportTable("feed", "model", "parameter", "value", "hessianError", "opgError", "qmlError",
            "atBound", "bias", "corrected");
        foreach (var series in Series)
        {
            foreach (var fit in series.Fits)
            {
                foreach (var e in fit.Parameters)
                {
                    var freed = fit.Bias?.Estimates.First(c => c.Name == e.Name);
                    table.Add(series.Feed, fit.Model, e.Name, e.Value, e.HessianError, e.OpgError, e.QmlError,
                        e.IsAtBound ? "yes" : "no", freed?.Bias, freed?.Corrected);
                }
            }
        }
        return table;
    }

    public IEnumerable<ReportTable> More()
    {
        var table = new ReportTable("feed", "model", "logLikelihood", "bic", "persistence", "halfLife",
            "nextVolatility", "longRunVolatility", "warnings") { Title = "Fits" };
        var effect = new ReportTable("feed", "L1", "L5", "L20", "gjrGamma", "gjrPValue", "gjrRobustP",
            "egarchSign", "signBiasP", "fallsRaiseVolatility") { Title = "Leverage effect" };
        var regimes = new ReportTable("feed", "states", "state", "volatility", "duration", "probabilityNow", "bic")
        {
            Title = "Regimes",
        };
        foreach (var s in Series)
        {
            foreach (var f in s.Fits)
            {
                table.Add(s.Feed, f.Model, f.LogLikelihood, f.Bic, f.Persistence, f.HalfLife, f.NextVolatility,
                    f.LongRunVolatility, string.Join("; ", f.Said()));
            }
            table.Add(s.Feed, "ewma", null, null, null, null, s.EwmaVolatility, null, "");
            if (s.Realised is { } r0)
            {
                table.Add(s.Feed, "har of ranges", null, null, null, null, r0.NextVolatility, r0.LongRunVolatility,
                    FormattableString.Invariant($"R² {r0.RSquared:0.00}"));
            }
            if (s.LeverageEffect is { } e)
            {
                effect.Add(s.Feed, e.At(1), e.At(5), e.At(20), e.GjrGamma, e.GjrPValue,
                    e.GjrRobustPValue, e.EgarchSign,
                    e.SignBiasPValue, e.IsPresent ? "yes" : "no");
            }
            foreach (var r in s.Regimes)
            {
                regimes.Add(s.Feed, r.States, r.State, r.Volatility, r.Duration, r.ProbabilityNow, r.Bic);
            }
        }
        return [table, effect, regimes];
    }
}

/// <param name="Realised">Of the bars' ranges (Garman and Klass 1980); null where bars have none.</param>
internal sealed record SeriesFit(
    string Feed, string Source, string From, string To, int Observations, double PeriodsPerYear,
    double EwmaVolatility, IReadOnlyList<ModelFit> Fits, EffectReport? LeverageEffect, HarReport? Realised,
    IReadOnlyList<RegimeRow> Regimes);

internal sealed record ModelFit(
    string Model, IReadOnlyList<Estimate> Parameters, double LogLikelihood, double Aic, double Bic, string Flags,
    IReadOnlyList<string> Warnings, int Starts, int StartsAgreeing, double Persistence, double? HalfLife,
    double NextVolatility, double? LongRunVolatility, IReadOnlyList<double> ForecastVolatility, BiasCorrection? Bias)
{
    public IEnumerable<string> Said() => Bias is { Status: not BiasStatus.Corrected } bias
        ? Warnings.Append($"bias not taken out: {bias.Status}")
        : Warnings;

    public static ModelFit Of(VolatilityFit fit, double periodsPerYear, int horizon, BiasCorrection? bias)
    {
        double Annual(double variance) => Math.Sqrt(variance * periodsPerYear) / fit.Series.Scale;

        var forecast = VarianceForecast.Of(fit.Model, fit.NextVariance, horizon);
        return new ModelFit(fit.Spec.Variance.ToString().ToLowerInvariant(), fit.Estimates, fit.LogLikelihood, fit.Aic,
            fit.Bic, fit.Flags.ToString(), [.. fit.Warnings()], fit.Starts, fit.StartsAgreeing, fit.Model.Persistence,
            fit.Model.HalfLife, Annual(fit.NextVariance),
            fit.Model.LongRunVariance is { } variance ? Annual(variance) : null,
            [.. forecast.Variances.Select(Annual)], bias);
    }
}

/// <param name="NewsImpact">Variance after a move of ±1 to ±4 deviations, over the one after none.</param>
internal sealed record EffectReport(
    IReadOnlyList<LagValue> Correlation, double? DecayAmplitude, double? DecayPeriods, double GjrGamma,
    double GjrStatistic, double GjrPValue, double? GjrRobustPValue, double EgarchSign, double SignBiasPValue,
    double JointPValue,
    IReadOnlyList<LagValue> NewsImpact, bool IsPresent)
{
    public double? At(int lag) => Correlation.Where(c => c.Lag == lag).Select(c => (double?)c.Value).FirstOrDefault();

    public static EffectReport Of(LeverageEffect effect)
    {
        var model = effect.Asymmetric.Model;
        var level = model.LongRunVariance ?? effect.Asymmetric.NextVariance;
        var calm = model.NewsImpact(0.0, level);
        return new EffectReport([.. effect.Correlation.Select(c => new LagValue(c.Lag, c.Value))],
            effect.Decay?.Amplitude, effect.Decay?.Periods, effect.Asymmetric["gamma"].Value, effect.Gjr.Statistic,
            effect.Gjr.PValue, effect.GjrRobust?.PValue, effect.Egarch["alpha"].Value, effect.SignBias.PValue,
            effect.Joint.PValue,
            [.. Enumerable.Range(-4, 9).Select(k =>
                new LagValue(k, model.NewsImpact(k * Math.Sqrt(level), level) / calm))],
            effect.IsPresent);
    }
}

internal readonly record struct LagValue(int Lag, double Value);

internal sealed record HarReport(
    IReadOnlyList<double> Coefficients, IReadOnlyList<double> Errors, double RSquared, double NextVolatility,
    double? LongRunVolatility);

internal sealed record RegimeRow(
    int States, string State, double Volatility, double? Duration, double ProbabilityNow, double LogLikelihood,
    double Bic, bool HasConverged)
{
    public static IEnumerable<RegimeRow> Of(RegimeModel model, double periodsPerYear, double scale)
    {
        for (var state = 0; state < model.States; state++)
        {
            var name = state == 0 ? Regime.Calm : state == model.States - 1 ? Regime.Stressed : Regime.Crowded;
            yield return new RegimeRow(model.States, name.ToString().ToLowerInvariant(),
                model.Deviation(state) * Math.Sqrt(periodsPerYear) / scale, model.Duration(state),
                model.Filtered[model.Observations - 1, state], model.LogLikelihood, model.Bic, model.HasConverged);
        }
    }
}
