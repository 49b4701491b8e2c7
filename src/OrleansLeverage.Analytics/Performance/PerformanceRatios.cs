namespace OrleansLeverage.Analytics.Performance;

/// <summary>
/// Ratios of one series of periodic simple returns, in decimals. NaN is a missing return: it is left out of every sum,
/// and counts as a period in annualised growth, where time passed without an observation. Null where a ratio does not
/// exist: fewer than two returns, or a denominator of zero. Quant reference §16; the forms and names are those of
/// quantopian/empyrical and braverock/PerformanceAnalytics, each named where they differ.
/// </summary>
public static class PerformanceRatios
{
    /// <summary>Π(1 + r) − 1; null without any return.</summary>
    public static double? Cumulative(ReadOnlySpan<double> returns)
    {
        var growth = 1.0;
        var any = false;
        foreach (var change in returns)
        {
            if (!double.IsNaN(change))
            {
                growth *= 1.0 + Checked(change);
                any = true;
            }
        }
        return any ? growth - 1.0 : null;
    }

    /// <summary>Growth per year: (Π(1 + r))^(periods / n) − 1, n counting missing periods too.</summary>
    public static double? AnnualReturn(ReadOnlySpan<double> returns, double periodsPerYear) =>
        Cumulative(returns) is { } total
            ? Math.Pow(1.0 + total, Periods(periodsPerYear) / returns.Length) - 1.0
            : null;

    public static double? AnnualVolatility(ReadOnlySpan<double> returns, double periodsPerYear) =>
        SampleMoments.Of(returns).Deviation * Math.Sqrt(Periods(periodsPerYear));

    /// <summary>mean(r − free) / sd(r − free)·√periods.</summary>
    public static double? Sharpe(ReadOnlySpan<double> returns, ReadOnlySpan<double> riskFree, double periodsPerYear) =>
        MeanOverDeviation(Excess(returns, riskFree)) * Math.Sqrt(Periods(periodsPerYear));

    /// <summary>Deviation below the required return, over all periods: √mean(min(r − required, 0)²)·√periods.</summary>
    public static double? DownsideRisk(ReadOnlySpan<double> returns, ReadOnlySpan<double> required,
        double periodsPerYear) =>
        PartialMoments.Of(Excess(returns, required), 0.0)?.DownsideDeviation * Math.Sqrt(Periods(periodsPerYear));

    /// <summary>mean(r − required)·periods / downside risk.</summary>
    public static double? Sortino(ReadOnlySpan<double> returns, ReadOnlySpan<double> required, double periodsPerYear)
    {
        var excess = Excess(returns, required);
        return PartialMoments.Of(excess, 0.0) is { } moments && moments.Count > 1 && moments.DownsideDeviation > 0.0
            ? moments.MeanExcess * Math.Sqrt(Periods(periodsPerYear)) / moments.DownsideDeviation
            : null;
    }

    /// <summary>Sortino per period, as PerformanceAnalytics has it.</summary>
    public static double? SortinoPerPeriod(ReadOnlySpan<double> returns, double required) =>
        Sortino(returns, [required], 1.0);

    /// <summary>
    /// Gains over losses around the risk-free return plus the required one of a year, (1 + required)^(1/periods) − 1
    /// per period.
    /// </summary>
    public static double? Omega(ReadOnlySpan<double> returns, ReadOnlySpan<double> riskFree, double requiredPerYear,
        double periodsPerYear)
    {
        var periods = Periods(periodsPerYear);
        if (requiredPerYear <= -1.0)
        {
            return null;
        }
        var threshold = periods == 1.0 ? requiredPerYear : Math.Pow(1.0 + requiredPerYear, 1.0 / periods) - 1.0;
        return PartialMoments.Of(Excess(returns, riskFree), threshold) is { Count: > 1 } moments
            ? moments.GainLoss
            : null;
    }

    /// <summary>Annual return / largest drawdown; null without one.</summary>
    public static double? Calmar(ReadOnlySpan<double> returns, double periodsPerYear) =>
        Drawdowns.Of(returns).Max is > 0.0 and var worst ? AnnualReturn(returns, periodsPerYear) / worst : null;

    /// <summary>Annual return / Ulcer index (Martin ratio).</summary>
    public static double? Martin(ReadOnlySpan<double> returns, double periodsPerYear) =>
        Drawdowns.Of(returns).Ulcer is > 0.0 and var ulcer ? AnnualReturn(returns, periodsPerYear) / ulcer : null;

    /// <summary>
    /// mean(r − free) / (2·var(r)): what PerformanceAnalytics calls the Kelly ratio and is half of full Kelly.
    /// </summary>
    public static double? HalfKelly(ReadOnlySpan<double> returns, ReadOnlySpan<double> riskFree)
    {
        var excess = Excess(returns, riskFree);
        var both = new double[returns.Length];
        for (var i = 0; i < both.Length; i++)
        {
            both[i] = double.IsNaN(excess[i]) ? double.NaN : returns[i];
        }
        return SampleMoments.Of(both).Variance is > 0.0 and var variance
            ? SampleMoments.Of(excess).Mean / (2.0 * variance)
            : null;
    }

    /// <summary>The 95 % quantile over the 5 % one, without sign.</summary>
    public static double? TailRatio(ReadOnlySpan<double> returns) =>
        SampleMoments.Quantile(returns, 0.05) is { } low && low != 0.0
            ? Math.Abs(SampleMoments.Quantile(returns, 0.95)!.Value) / Math.Abs(low)
            : null;

    /// <summary>Mean of what lies at or below the quantile; null without returns.</summary>
    public static double? TailMean(ReadOnlySpan<double> returns, double probability)
    {
        var sorted = SampleMoments.Present(returns);
        if (sorted.Length == 0)
        {
            return null;
        }
        Array.Sort(sorted);
        var last = (int)((sorted.Length - 1) * probability);
        return SampleMoments.Of(sorted.AsSpan(0, last + 1)).Mean;
    }

    /// <summary>mean / sd per period; null where the deviation is zero.</summary>
    internal static double? MeanOverDeviation(ReadOnlySpan<double> values) =>
        SampleMoments.Of(values) is { Deviation: > 0.0 } moments ? moments.Mean / moments.Deviation : null;

    /// <summary>Returns less a hurdle: one number for all, or one per return; NaN where either is missing.</summary>
    internal static double[] Excess(ReadOnlySpan<double> returns, ReadOnlySpan<double> hurdle)
    {
        if (hurdle.Length > 1 && hurdle.Length != returns.Length)
        {
            throw new ArgumentException($"{hurdle.Length} hurdles for {returns.Length} returns", nameof(hurdle));
        }
        var excess = new double[returns.Length];
        for (var i = 0; i < excess.Length; i++)
        {
            excess[i] = double.IsNaN(returns[i]) ? double.NaN
                : Checked(returns[i]) - (hurdle.Length == 0 ? 0.0 : hurdle.Length == 1 ? hurdle[0] : hurdle[i]);
        }
        return excess;
    }

    internal static double Periods(double periodsPerYear) => periodsPerYear is > 0.0 and <= 1e9
        ? periodsPerYear
        : throw new ArgumentOutOfRangeException(nameof(periodsPerYear), periodsPerYear, "periods per year are above 0");

    private static double Checked(double change) => double.IsFinite(change)
        ? change
        : throw new ArgumentOutOfRangeException(nameof(change), change, "a return is finite, or NaN where missing");
}
