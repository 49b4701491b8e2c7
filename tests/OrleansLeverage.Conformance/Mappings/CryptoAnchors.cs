using OrleansLeverage.Analytics.Backtests;
using OrleansLeverage.Analytics.Limits;
using OrleansLeverage.Analytics.Models;
using OrleansLeverage.Analytics.Options;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Figures of the BTC, ETH and equity series; the inputs tell which.</summary>
internal static class CryptoAnchors
{
    private const int LagMax = 250;

    public static Answer Answer(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return inputs.Has("date") ? CrashDays.Answer(vector)
            : inputs.Has("definition") ? Correlation(inputs)
            : inputs.Has("window_start") ? Coverage(inputs)
            : inputs.Has("ewma_lambda") ? Margin(vector)
            : VolatilityCases.Fitted(vector);
    }

    private static Answer Correlation(CaseInputs inputs)
    {
        var series = SeriesCases.Returns(inputs, 1.0);
        var answer = new Answer();
        for (var lag = 1; lag <= LagMax; lag++)
        {
            var periods = lag;
            answer.With($"L{lag}", () => LeverageEffect.CorrelationAt(series.Values, periods));
        }
        return answer;
    }

    private static Answer Coverage(CaseInputs inputs)
    {
        var plan = new BacktestPlan
        {
            Tail = NormalDistribution.Cumulative(-inputs.Double("z")), RecalibrateEvery = 0,
            WarmUp = (int)inputs.Integer("window_start"),
        };
        var backtest = RollingBacktest.Run(new EwmaModel(EwmaLaw.Normal, inputs.Double("lambda")),
            SeriesCases.Returns(inputs, 1.0).Values.ToArray(), plan);
        var verdict = BacktestVerdict.Of(backtest, 0.05, seed: 1);
        return new Answer()
            .With("observations", () => verdict.Observations)
            .With("exceptions", () => verdict.Exceptions)
            .With("LR_uc", () => verdict.Coverage.Statistic)
            .With("LR_ind", () => verdict.Independence?.Statistic)
            .With("n00", () => verdict.Transitions.N00)
            .With("n01", () => verdict.Transitions.N01)
            .With("n10", () => verdict.Transitions.N10)
            .With("n11", () => verdict.Transitions.N11);
    }

    /// <summary>The date and the first return of the seed stand in the case's words.</summary>
    private static Answer Margin(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var words = inputs.Text("seed").Split(' ');
        var (from, date) = (words[^1], vector.Id[^10..]);
        var rows = SeriesCases.Rows(inputs);
        var first = rows.TakeWhile(row => string.CompareOrdinal(row.Date, from) < 0).Count();
        DailyBar[] bars = [.. rows.Skip(first - 1).Select(row =>
            new DailyBar(DateOnly.Parse(row.Date, System.Globalization.CultureInfo.InvariantCulture), row.Value,
                row.Value, row.Value))];
        var policy = LeveragePolicy.Naive with
        {
            Decay = inputs.Double("ewma_lambda"), Z = inputs.Double("z"), Floor = inputs.Double("floor"),
            HorizonDays = (int)inputs.Integer("horizon_days"), SeedLength = 30,
        };
        var limit = LimitPath.Of(bars, policy).First(l => l.Date.ToString("O") == date);
        return new Answer()
            .With("sigma_daily", () => limit.Volatility)
            .With("margin_rate", () => limit.Margin)
            .With("max_leverage", () => limit.MaxLeverage);
    }
}
