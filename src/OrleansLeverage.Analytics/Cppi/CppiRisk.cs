using OrleansLeverage.Analytics.Options;

namespace OrleansLeverage.Analytics.Cppi;

/// <summary>Closed forms of what can go wrong. Rates and volatility annual, time in years. Quant reference §15.
/// </summary>
public static class CppiRisk
{
    /// <summary>
    /// Value under continuous rebalancing, the floor growing at r:
    /// F_0·e^(rT) + C_0·(S_T/S_0)^m·exp((1 − m)(r + m·σ²/2)T). It cannot fall below the floor.
    /// </summary>
    /// <param name="growth">S_T / S_0, above 0.</param>
    public static double ContinuousValue(double value, double floor, double multiplier, double growth, double rate,
        double volatility, double years)
    {
        CppiPolicy.CheckMultiplier(multiplier);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(growth);
        ArgumentOutOfRangeException.ThrowIfNegative(volatility);
        ArgumentOutOfRangeException.ThrowIfNegative(years);
        if (!(floor >= 0.0 && floor <= value))
        {
            throw new ArgumentOutOfRangeException(nameof(floor), floor, $"a floor is between 0 and the value {value}");
        }
        var drift = (1.0 - multiplier) * (rate + (multiplier * volatility * volatility / 2.0)) * years;
        return (floor * Math.Exp(rate * years)) + ((value - floor) * Math.Pow(growth, multiplier) * Math.Exp(drift));
    }

    /// <summary>
    /// Probability that a lognormal asset falls by more than 1/m relative to cash between two looks: N(−d2),
    /// d2 = (ln(m/(m − 1)) + (μ − r)Δt − σ²Δt/2)/(σ√Δt). 0 at m = 1. Source: Balder, Brandl and Mahayni 2009.
    /// </summary>
    public static double LocalShortfall(double multiplier, double drift, double rate, double volatility, double step)
    {
        CppiPolicy.CheckMultiplier(multiplier);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(volatility);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(step);
        if (multiplier == 1.0)
        {
            return 0.0;
        }
        var d2 = (Math.Log(multiplier / (multiplier - 1.0)) + ((drift - rate) * step)
            - (volatility * volatility * step / 2.0)) / (volatility * Math.Sqrt(step));
        return NormalDistribution.Cumulative(-d2);
    }

    /// <summary>1 − (1 − p)^n over n looks.</summary>
    public static double Shortfall(double multiplier, double drift, double rate, double volatility, double years,
        int rebalances)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rebalances, 1);
        var local = LocalShortfall(multiplier, drift, rate, volatility, years / rebalances);
        return -Expm1(rebalances * Log1p(-local));
    }

    /// <summary>
    /// Probability that a jump takes the floor although everything is rebalanced at once: jumps of rate λ a year with
    /// normal logarithms, 1 − exp(−T·λ·N((ln(1 − 1/m) − mean)/sd)). Source: Cont and Tankov 2009.
    /// </summary>
    public static double JumpGap(double multiplier, double jumpsPerYear, double jumpMean, double jumpDeviation,
        double years)
    {
        CppiPolicy.CheckMultiplier(multiplier);
        ArgumentOutOfRangeException.ThrowIfNegative(jumpsPerYear);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(jumpDeviation);
        ArgumentOutOfRangeException.ThrowIfNegative(years);
        if (multiplier == 1.0)
        {
            return 0.0;
        }
        var below = NormalDistribution.Cumulative((Math.Log(1.0 - (1.0 / multiplier)) - jumpMean) / jumpDeviation);
        return -Expm1(-years * jumpsPerYear * below);
    }

    /// <summary>The largest multiplier that one loss of the exposed asset would not have breached: 1 / loss.</summary>
    public static double? LargestMultiplier(double loss) => loss > 0.0 ? 1.0 / loss : null;

    private static double Log1p(double x) => Math.Abs(x) < 1e-5
        ? x - (x * x / 2.0) + (x * x * x / 3.0)
        : Math.Log(1.0 + x);

    private static double Expm1(double x) => Math.Abs(x) < 1e-5
        ? x + (x * x / 2.0) + (x * x * x / 6.0)
        : Math.Exp(x) - 1.0;
}
