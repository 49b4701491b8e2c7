using OrleansLeverage.Analytics.Anomalies;
using OrleansLeverage.Analytics.Models;

namespace OrleansLeverage.Analytics.Backtests;

/// <summary>What was said of one day before it, and what came.</summary>
/// <param name="Day">Place of the return in the series.</param>
public readonly record struct ForecastDay(
    int Day, double Return, double Volatility, double ValueAtRisk, double ExpectedShortfall, double Transform)
{
    public bool IsException => Return < -ValueAtRisk;
}

/// <summary>Parameters as they were from a day on.</summary>
public sealed record Calibration(int Day, IReadOnlyList<ModelParameter> Parameters);

/// <summary>A day on which the forecasts no longer fit, by one watch.</summary>
public readonly record struct DriftAlarm(int Day, string Watch, double Statistic);

/// <summary>How a walk forward is done.</summary>
public sealed record BacktestPlan
{
    /// <summary>Probability of an exception: 0.01 at 99 %.</summary>
    public double Tail { get; init; } = 0.01;

    /// <summary>Returns between two calibrations; 0 never calibrates.</summary>
    public int RecalibrateEvery { get; init; } = 30;

    /// <summary>Returns a calibration looks back on.</summary>
    public int CalibrationWindow { get; init; } = 1_000;

    /// <summary>Returns before the first forecast; at least what the model needs.</summary>
    public int WarmUp { get; init; }

    /// <summary>Last returns of the traffic light.</summary>
    public int TrafficLightWindow { get; init; } = 250;

    /// <summary>
    /// Exceptions beyond the expected number that raise an alarm: a cumulative sum of hits that forgives half as many
    /// again as are expected.
    /// </summary>
    public double ExceptionAlarm { get; init; } = 6.0;

    /// <summary>Threshold of the change of squared standardised returns.</summary>
    public double VolatilityAlarm { get; init; } = 60.0;

    /// <summary>Logarithmic falls whose probability is forecast and counted, negative.</summary>
    public IReadOnlyList<double> Falls { get; init; } = [];
}

/// <summary>
/// A model walked along a series: every forecast is made from what was known the day before, by parameters fitted to
/// what was known when they were fitted. Quant reference §19.
/// </summary>
public sealed record RollingBacktest(string Model, BacktestPlan Plan, IReadOnlyList<ForecastDay> Days,
    IReadOnlyList<Calibration> Calibrations, IReadOnlyList<DriftAlarm> Alarms, IReadOnlyList<FallForecast> Falls)
{
    // a squared standard return is 1 in the mean: a quarter of it either way is no drift
    private const double ShapeTolerance = 0.25;

    /// <param name="returns">Finite, without gaps: the caller leaves out or refuses what is missing.</param>
    /// <param name="progress">Told how many returns are done.</param>
    /// <exception cref="SeriesException">Too short for the model, or it does not move.</exception>
    public static RollingBacktest Run(IReturnModel model, double[] returns, BacktestPlan plan,
        Action<int>? progress = null, CancellationToken cancellation = default)
    {
        var start = Math.Max(plan.WarmUp, model.HistoryMin);
        ReturnSeries.Check(returns, start + 1);
        var (days, calibrations, alarms) = (new List<ForecastDay>(), new List<Calibration>(), new List<DriftAlarm>());
        var hits = new Cusum(plan.Tail, plan.Tail / 2.0, plan.ExceptionAlarm);
        var shape = new PageHinkley(ShapeTolerance, plan.VolatilityAlarm);
        double[][] falls = [.. plan.Falls.Select(_ => new double[returns.Length - start])];
        IReturnFollower? follower = null;
        for (var day = start; day < returns.Length; day++)
        {
            cancellation.ThrowIfCancellationRequested();
            var isDue = plan.RecalibrateEvery > 0 && (day - start) % plan.RecalibrateEvery == 0;
            if (follower is null || isDue)
            {
                var from = Math.Max(0, day - plan.CalibrationWindow);
                model = plan.RecalibrateEvery > 0 ? model.Calibrate(returns.AsSpan(from, day - from)) : model;
                calibrations.Add(new Calibration(day, model.Parameters));
                follower = model.Follow(returns.AsSpan(0, day));
            }
            if (follower.Next() is { } law)
            {
                var forecast = new ForecastDay(day, returns[day], law.Volatility, law.ValueAtRisk(plan.Tail),
                    law.ExpectedShortfall(plan.Tail), law.Cumulative(returns[day]));
                for (var at = 0; at < falls.Length; at++)
                {
                    falls[at][days.Count] = law.Cumulative(plan.Falls[at]);
                }
                days.Add(forecast);
                Watch(forecast, hits, shape, alarms);
            }
            follower.Add(returns[day]);
            progress?.Invoke(day + 1);
        }
        return new RollingBacktest(model.Name, plan, days, calibrations, alarms,
            [.. falls.Select((said, at) => FallForecast.Of(plan.Falls[at], said[..days.Count],
                days.Count(day => day.Return <= plan.Falls[at])))]);
    }

    private static void Watch(ForecastDay day, Cusum hits, PageHinkley shape, List<DriftAlarm> alarms)
    {
        hits.Add(day.IsException ? 1.0 : 0.0);
        if (hits.High > hits.Threshold)
        {
            alarms.Add(new DriftAlarm(day.Day, "exceptions", hits.High));
            hits.Reset();
        }
        var standardised = day.Return / day.Volatility;
        // one wild day is an exception, not a drift: it counts for at most five deviations
        if (shape.Add(Math.Min(standardised * standardised, 25.0)))
        {
            alarms.Add(new DriftAlarm(day.Day, "volatility", shape.Statistic));
            shape.Reset();
        }
    }
}
