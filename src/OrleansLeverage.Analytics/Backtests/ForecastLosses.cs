using MathNet.Numerics.Distributions;
using OrleansLeverage.Analytics.Performance;

namespace OrleansLeverage.Analytics.Backtests;

/// <summary>
/// Losses by which forecasts are compared; smaller is better, each is least in expectation for the right forecast.
/// </summary>
public static class ForecastLosses
{
    /// <summary>Variance forecast h against a return: r²/h + ln h (QLIKE, Patton 2011, JoE 160:246).</summary>
    public static double QLike(double squaredReturn, double variance) => variance > 0.0
        ? (squaredReturn / variance) + Math.Log(variance)
        : throw new ArgumentOutOfRangeException(nameof(variance), variance, "a variance is above 0");

    /// <summary>Quantile −VaR against a return: (α − 1[r &lt; −VaR])·(r + VaR).</summary>
    public static double Quantile(double change, double valueAtRisk, double tail) =>
        (tail - (change < -valueAtRisk ? 1.0 : 0.0)) * (change + valueAtRisk);

    /// <summary>
    /// VaR and ES together: the FZ0 loss of Patton, Ziegel and Chen 2019, J. Econometrics 211:388, with positive VaR
    /// and ES.
    /// </summary>
    public static double Joint(double change, double valueAtRisk, double expectedShortfall, double tail)
    {
        if (!(expectedShortfall > 0.0))
        {
            throw new ArgumentOutOfRangeException(nameof(expectedShortfall), expectedShortfall,
                "a shortfall is above 0");
        }
        var beyond = change <= -valueAtRisk ? -valueAtRisk - change : 0.0;
        return (beyond / (tail * expectedShortfall)) + (valueAtRisk / expectedShortfall) + Math.Log(expectedShortfall)
            - 1.0;
    }

    /// <summary>
    /// Diebold and Mariano 1995 with the correction of Harvey, Leybourne and Newbold 1997: mean difference of losses
    /// over its standard error, negative where the first is better; Student's t with n − 1. The long-run variance has
    /// Bartlett weights (Newey-West) over <paramref name="lags"/>. Null for fewer than ten losses or where the
    /// difference does not vary.
    /// </summary>
    public static DieboldMariano? Compare(ReadOnlySpan<double> first, ReadOnlySpan<double> second, int lags = 0)
    {
        if (first.Length != second.Length)
        {
            throw new ArgumentException($"{first.Length} losses against {second.Length}", nameof(second));
        }
        ArgumentOutOfRangeException.ThrowIfNegative(lags);
        var n = first.Length;
        if (n < 10 || lags >= n)
        {
            return null;
        }
        var difference = new double[n];
        for (var i = 0; i < n; i++)
        {
            difference[i] = first[i] - second[i];
        }
        var mean = SampleMoments.Of(difference).Mean!.Value;
        var variance = 0.0;
        for (var lag = 0; lag <= lags; lag++)
        {
            var sum = 0.0;
            for (var i = lag; i < n; i++)
            {
                sum += (difference[i] - mean) * (difference[i - lag] - mean);
            }
            variance += (lag == 0 ? 1.0 : 2.0 * (1.0 - (lag / (lags + 1.0)))) * sum / n;
        }
        if (variance <= 0.0)
        {
            return null;
        }
        var h = lags + 1.0;
        var correction = Math.Sqrt((n + 1.0 - (2.0 * h) + (h * (h - 1.0) / n)) / n);
        var statistic = mean / Math.Sqrt(variance / n) * correction;
        return new DieboldMariano(mean, statistic, 2.0 * StudentT.CDF(0.0, 1.0, n - 1.0, -Math.Abs(statistic)));
    }
}

/// <summary>Mean difference of two forecasts' losses, its statistic and two-sided p-value.</summary>
public readonly record struct DieboldMariano(double MeanDifference, double Statistic, double PValue);
