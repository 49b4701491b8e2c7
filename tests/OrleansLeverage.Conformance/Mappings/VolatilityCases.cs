using System.Text.RegularExpressions;
using OrleansLeverage.Analytics.Models;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Fits, likelihoods, filters and forecasts of volatility models, and options under one of them.</summary>
internal static partial class VolatilityCases
{
    private const int HorizonMax = 400;
    private const int PairsOfPaths = 16_384;

    public static Answer Benchmark(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return inputs.Elements("params").Count == 0 ? Fitted(vector)
            : inputs.Has("origin") ? Forecast(vector) : Likelihood(vector);
    }

    public static Answer Recursion(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var (alpha, beta) = (inputs.Double("alpha"), inputs.Double("beta"));
        var model = new VolatilityModel(new VolatilitySpec(VarianceModel.Garch),
            [0.0, inputs.Double("long_run_variance") * (1.0 - alpha - beta), alpha, beta]);
        var returns = inputs.Doubles("returns");
        return new Answer().With("cond_vol", () =>
        {
            // the first variance is the first return squared
            var h = returns[0] * returns[0];
            foreach (var value in returns.Take((int)inputs.Integer("step")))
            {
                h = model.Next(h, value);
            }
            return Math.Sqrt(h);
        });
    }

    public static Answer Option(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var daysPerYear = inputs.Double("days_per_year");
        var (spot, strike) = (inputs.Double("S"), inputs.Double("K"));
        var (days, rate) = ((int)inputs.Integer("maturity_days"), inputs.Double("r") / daysPerYear);
        var law = new GjrGarchLaw(inputs.Double("omega"), inputs.Double("alpha"), inputs.Double("beta"),
            inputs.Double("gamma"), inputs.Double("lambda"), rate - inputs.Double("q") / daysPerYear,
            inputs.Double("v0_daily"));
        return new Answer()
            .With("duan_analytic", () => law.CallByMoments(spot, strike, days))
            .With("monte_carlo", () => law.Call(spot, strike, days, rate, PairsOfPaths, seed: 1).Price);
    }

    /// <summary>What a fit answers; the variance of a date is the one forecast before it.</summary>
    internal static Answer Fitted(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var spec = Spec(vector);
        var hasMean = spec.AutoRegression + spec.MovingAverage > 0;
        var fit = new Lazy<VolatilityFit>(() =>
            VolatilityFitter.Fit(SeriesCases.Returns(inputs, hasMean ? 1.0 : null), spec));
        var answer = new Answer().With("loglik", () => fit.Value.LogLikelihood);
        foreach (var name in spec.ParameterNames)
        {
            string[] names = spec.Variance == VarianceModel.Egarch
                ? [name, name == "alpha" ? "alpha_sign" : $"{name}_size"]
                : [name];
            answer.With(names, () => fit.Value[name].Value);
            answer.With([.. names.Select(n => $"se_{n}")], () => Error(vector.Id, fit.Value[name]));
        }
        return answer.With("ann_vol_pct_2020_03_13", () => AnnualVolatility(inputs, fit.Value, "2020-03-13"));
    }

    private static double AnnualVolatility(CaseInputs inputs, VolatilityFit fit, string date)
    {
        var at = Array.FindIndex(SeriesCases.Within(inputs), row => row.Date == date);
        return Math.Sqrt(365.0 * fit.Variances[at - 1]);
    }

    private static double? Error(string id, Estimate estimate) =>
        id.EndsWith("-opg", StringComparison.Ordinal) ? estimate.OpgError
        : id.EndsWith("-qml", StringComparison.Ordinal) ? estimate.QmlError
        : estimate.HessianError;

    private static Answer Likelihood(VectorCase vector) => new Answer().With("loglik", () =>
        new VolatilityModel(Spec(vector), vector.Inputs.Doubles("params")).LogLikelihood(
            SeriesCases.Returns(vector.Inputs)));

    private static Answer Forecast(VectorCase vector)
    {
        var model = new VolatilityModel(Spec(vector), vector.Inputs.Doubles("params"));
        var next = model.Filter(SeriesCases.Returns(vector.Inputs))![^1];
        var forecast = VarianceForecast.Of(model, next, HorizonMax);
        var answer = new Answer()
            .With("long_run_variance", () => model.LongRunVariance)
            .With("half_life", () => model.HalfLife);
        for (var k = 1; k <= HorizonMax; k++)
        {
            var period = k;
            answer.With($"h{k}", () => forecast.Variances[period - 1]);
            answer.With($"cum_variance_{k}", () => forecast.Cumulative(period));
        }
        return answer;
    }

    private static VolatilitySpec Spec(VectorCase vector)
    {
        var words = $"{vector.Id} {vector.Inputs.TextOrNull("model")}".ToLowerInvariant();
        var variance = words.Contains("egarch", StringComparison.Ordinal) ? VarianceModel.Egarch
            : words.Contains("aparch", StringComparison.Ordinal) ? VarianceModel.Aparch
            : words.Contains("tarch", StringComparison.Ordinal) || words.Contains("power 1", StringComparison.Ordinal)
                ? VarianceModel.Tarch
            : words.Contains("gjr", StringComparison.Ordinal) ? VarianceModel.Gjr : VarianceModel.Garch;
        var orders = Arma().Match(words);
        return new VolatilitySpec(variance)
        {
            AutoRegression = orders.Success ? orders.Groups[1].ValueSpan[0] - '0' : 0,
            MovingAverage = orders.Success ? orders.Groups[2].ValueSpan[0] - '0' : 0,
            Innovation = words.Contains("student", StringComparison.Ordinal) ? Innovation.StudentT : Innovation.Normal,
            Presample = vector.Inputs.TextOrNull("presample")?.Contains("backcast", StringComparison.Ordinal) == true
                ? Presample.Backcast
                : Presample.SampleMean,
        };
    }

    [GeneratedRegex(@"arma\((\d), ?(\d)\)")]
    private static partial Regex Arma();
}
