using OrleansLeverage.Analytics.Models;
using OrleansLeverage.Analytics.Performance;

namespace OrleansLeverage.Analytics.Backtests;

/// <summary>
/// All tests of one backtest. A test that cannot be made is null: no exception to speak of, too few days.
/// </summary>
public sealed record BacktestVerdict(
    string Model, int Observations, int Exceptions, double Expected, LikelihoodRatio Coverage,
    (int Min, int Max) AcceptanceRegion, LikelihoodRatio? FirstFailure, int? FirstFailureDay,
    LikelihoodRatio? Independence, LikelihoodRatio? ConditionalCoverage, TransitionCounts Transitions,
    TrafficLight? Light, double? Z1, double? Z2, double? Z2PValue, LikelihoodRatio? Berkowitz,
    double? KolmogorovSmirnovPValue, double MeanQLike, double MeanQuantileLoss, double MeanJointLoss)
{
    private const int Draws = 2_000;
    private const double TailDegrees = 6.0;

    /// <param name="significance">At which a test rejects, such as 0.05.</param>
    /// <param name="seed">Of the simulated law of Z2.</param>
    public static BacktestVerdict Of(RollingBacktest backtest, double significance, int seed)
    {
        var days = backtest.Days;
        if (days.Count == 0)
        {
            throw new SeriesException(SeriesProblem.TooShort, "no day was forecast; give a longer history");
        }
        var tail = backtest.Plan.Tail;
        bool[] hits = [.. days.Select(day => day.IsException)];
        var exceptions = hits.Count(hit => hit);
        var counts = TransitionCounts.Of(hits);
        double[] returns = [.. days.Select(day => day.Return)];
        double[] risk = [.. days.Select(day => day.ValueAtRisk)];
        double[] shortfall = [.. days.Select(day => day.ExpectedShortfall)];
        double[] transforms = [.. days.Select(day => day.Transform)];
        var first = Array.IndexOf(hits, true) is >= 0 and var at ? at + 1 : (int?)null;
        var coverage = CoverageTests.Kupiec(exceptions, days.Count, tail);
        LikelihoodRatio? independence = counts.Total > 0 && exceptions > 0 ? CoverageTests.Independence(counts) : null;
        var z2 = ShortfallTests.Z2(returns, risk, shortfall, tail);
        var window = backtest.Plan.TrafficLightWindow;
        return new BacktestVerdict(backtest.Model, days.Count, exceptions, tail * days.Count, coverage,
            CoverageTests.AcceptanceRegion(days.Count, tail, 1.0 - significance),
            first is { } day ? CoverageTests.TimeUntilFirstFailure(day, tail) : null, first, independence,
            coverage + independence, counts,
            days.Count >= window ? new TrafficLight(hits[^window..].Count(hit => hit), window, tail) : null,
            ShortfallTests.Z1(returns, risk, shortfall), z2,
            z2 is { } seen ? ShortfallTests.Z2PValue(seen, days.Count, tail, TailDegrees, Draws, seed) : null,
            DensityTests.Berkowitz(transforms), DensityTests.KolmogorovSmirnov(transforms)?.PValue,
            Mean(days, d => ForecastLosses.QLike(d.Return * d.Return, d.Volatility * d.Volatility)),
            Mean(days, d => ForecastLosses.Quantile(d.Return, d.ValueAtRisk, tail)),
            Mean(days, d => ForecastLosses.Joint(d.Return, d.ValueAtRisk, d.ExpectedShortfall, tail)));
    }

    /// <summary>Daily joint losses of VaR and ES, for <see cref="ForecastLosses.Compare"/>.</summary>
    public static double[] JointLosses(RollingBacktest backtest) => [.. backtest.Days.Select(d =>
        ForecastLosses.Joint(d.Return, d.ValueAtRisk, d.ExpectedShortfall, backtest.Plan.Tail))];

    private static double Mean(IReadOnlyList<ForecastDay> days, Func<ForecastDay, double> loss) =>
        SampleMoments.Of([.. days.Select(loss)]).Mean!.Value;
}
