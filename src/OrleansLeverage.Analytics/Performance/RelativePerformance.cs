namespace OrleansLeverage.Analytics.Performance;

/// <summary>
/// One series of returns against another, over the periods in which both have one (NaN is missing). Null where a figure
/// does not exist: fewer than two such periods, or a denominator of zero. Quant reference §16.
/// </summary>
public sealed class RelativePerformance
{
    private readonly double[] _returns;
    private readonly double[] _benchmark;
    private readonly double[] _active;
    private readonly double _periods;

    public RelativePerformance(ReadOnlySpan<double> returns, ReadOnlySpan<double> benchmark, double periodsPerYear)
    {
        if (returns.Length != benchmark.Length)
        {
            throw new ArgumentException($"{returns.Length} returns against {benchmark.Length}", nameof(benchmark));
        }
        _periods = PerformanceRatios.Periods(periodsPerYear);
        var (kept, against) = (new List<double>(returns.Length), new List<double>(returns.Length));
        for (var i = 0; i < returns.Length; i++)
        {
            if (!double.IsNaN(returns[i]) && !double.IsNaN(benchmark[i]))
            {
                kept.Add(returns[i]);
                against.Add(benchmark[i]);
            }
        }
        (_returns, _benchmark) = ([.. kept], [.. against]);
        _active = PerformanceRatios.Excess(_returns, _benchmark);
    }

    /// <summary>Periods that both have.</summary>
    public int Count => _returns.Length;

    /// <summary>sd(r − b)·√periods.</summary>
    public double? TrackingError => SampleMoments.Of(_active).Deviation * Math.Sqrt(_periods);

    /// <summary>Difference of the annual geometric returns.</summary>
    public double? ActivePremium => PerformanceRatios.AnnualReturn(_returns, _periods)
        - PerformanceRatios.AnnualReturn(_benchmark, _periods);

    /// <summary>Active premium / tracking error, as PerformanceAnalytics has it.</summary>
    public double? InformationRatio => TrackingError is > 0.0 and var error ? ActivePremium / error : null;

    /// <summary>mean(r − b) / sd(r − b) per period: empyrical's excess Sharpe.</summary>
    public double? InformationRatioPerPeriod => PerformanceRatios.MeanOverDeviation(_active);

    /// <summary>cov(r, b) / var(b).</summary>
    public double? Beta => SampleMoments.Of(_benchmark) is { Variance: > 0.0 } benchmark
        ? Covariance() / benchmark.Variance
        : null;

    /// <summary>sd(r) / sd(b): the beta of a portfolio that carried all its risk in the benchmark (Fama).</summary>
    public double? FamaBeta => SampleMoments.Of(_benchmark).Deviation is > 0.0 and var deviation
        ? SampleMoments.Of(_returns).Deviation / deviation
        : null;

    public double? Correlation => SampleMoments.Of(_returns).Deviation * SampleMoments.Of(_benchmark).Deviation
        is > 0.0 and var product ? Covariance() / product : null;

    /// <summary>(1 + mean(r − β·b))^periods − 1.</summary>
    public double? Alpha
    {
        get
        {
            if (Beta is not { } beta)
            {
                return null;
            }
            var (returns, benchmark) = (_returns, _benchmark);
            var residuals = new double[returns.Length];
            for (var i = 0; i < residuals.Length; i++)
            {
                residuals[i] = returns[i] - (beta * benchmark[i]);
            }
            return Math.Pow(1.0 + SampleMoments.Of(residuals).Mean!.Value, _periods) - 1.0;
        }
    }

    /// <summary>Annual return over the benchmark's, each over its own periods, missing ones counted.</summary>
    public static double? Capture(ReadOnlySpan<double> returns, ReadOnlySpan<double> benchmark,
        double periodsPerYear) =>
        PerformanceRatios.AnnualReturn(benchmark, periodsPerYear) is { } against && against != 0.0
            ? PerformanceRatios.AnnualReturn(returns, periodsPerYear) / against
            : null;

    /// <summary>Capture over the periods in which the benchmark rose (or fell).</summary>
    public double? CaptureWhere(bool benchmarkRose)
    {
        var places = Enumerable.Range(0, Count).Where(i => benchmarkRose ? _benchmark[i] > 0.0 : _benchmark[i] < 0.0)
            .ToList();
        return Capture([.. places.Select(i => _returns[i])], [.. places.Select(i => _benchmark[i])], _periods);
    }

    private double? Covariance()
    {
        if (Count < 2)
        {
            return null;
        }
        var (mean, against) = (SampleMoments.Of(_returns).Mean!.Value, SampleMoments.Of(_benchmark).Mean!.Value);
        var sum = 0.0;
        for (var i = 0; i < Count; i++)
        {
            sum += (_returns[i] - mean) * (_benchmark[i] - against);
        }
        return sum / (Count - 1);
    }
}
