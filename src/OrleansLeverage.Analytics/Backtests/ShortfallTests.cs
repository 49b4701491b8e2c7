using MathNet.Numerics.Distributions;
using MathNet.Numerics.Random;

namespace OrleansLeverage.Analytics.Backtests;

/// <summary>
/// Is the expected shortfall what the tail costs? Statistics of Acerbi and Szekely, Risk, December 2014: 0 in
/// expectation of a right model, negative where losses are worse than said. VaR and ES are positive, α the tail's
/// probability.
/// <code>
/// Z1 = Σ over exceptions of (r / ES) / number of them + 1       severity alone; null without an exception
/// Z2 = Σ over exceptions of (r / ES) / (T·α) + 1                 frequency and severity
/// </code>
/// </summary>
public static class ShortfallTests
{
    public static double? Z1(ReadOnlySpan<double> returns, ReadOnlySpan<double> valueAtRisk,
        ReadOnlySpan<double> expectedShortfall)
    {
        var (sum, exceptions) = Tail(returns, valueAtRisk, expectedShortfall);
        return exceptions == 0 ? null : (sum / exceptions) + 1.0;
    }

    public static double? Z2(ReadOnlySpan<double> returns, ReadOnlySpan<double> valueAtRisk,
        ReadOnlySpan<double> expectedShortfall, double tail)
    {
        var (sum, _) = Tail(returns, valueAtRisk, expectedShortfall);
        return returns.Length == 0 ? null : (sum / (returns.Length * Checked(tail))) + 1.0;
    }

    /// <summary>
    /// Share of simulated Z2 of a right model that are at or below the one seen: T standard returns of a Student law
    /// (normal where no degrees are given), whose VaR and ES are known. Z2 does not depend on the scale of the returns.
    /// The same seed gives the same number.
    /// </summary>
    public static double Z2PValue(double seen, int observations, double tail, double? degrees, int draws, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(observations, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 1);
        var (_, shortfall) = StandardTail(Checked(tail), degrees);
        var quantiles = new TailTable(tail, degrees);
        var random = new Xoshiro256StarStar(seed, threadSafe: false);
        var below = 0;
        for (var draw = 0; draw < draws; draw++)
        {
            var sum = 0.0;
            for (var i = 0; i < observations; i++)
            {
                // only the tail matters: a uniform above α is no exception, whatever the return
                var uniform = random.NextDouble();
                if (uniform < tail)
                {
                    sum += quantiles.At(uniform) / shortfall;
                }
            }
            below += (sum / (observations * tail)) + 1.0 <= seen ? 1 : 0;
        }
        return (below + 1.0) / (draws + 1.0);
    }

    /// <summary>VaR and ES of a standard law (Student: not scaled to variance 1), positive.</summary>
    public static (double ValueAtRisk, double ExpectedShortfall) StandardTail(double tail, double? degrees)
    {
        var quantile = Quantile(Checked(tail), degrees);
        if (degrees is not { } nu)
        {
            return (-quantile, Normal.PDF(0.0, 1.0, quantile) / tail);
        }
        return nu > 1.0
            ? (-quantile, StudentT.PDF(0.0, 1.0, nu, quantile) / tail * (nu + (quantile * quantile)) / (nu - 1.0))
            : throw new ArgumentOutOfRangeException(nameof(degrees), nu,
                "a shortfall exists above 1 degree of freedom");
    }

    private static double Quantile(double probability, double? degrees) => degrees is { } nu
        ? StudentT.InvCDF(0.0, 1.0, nu, probability)
        : Normal.InvCDF(0.0, 1.0, probability);

    private static (double Sum, int Exceptions) Tail(ReadOnlySpan<double> returns, ReadOnlySpan<double> valueAtRisk,
        ReadOnlySpan<double> expectedShortfall)
    {
        if (valueAtRisk.Length != returns.Length || expectedShortfall.Length != returns.Length)
        {
            throw new ArgumentException("returns, VaR and ES are of one length", nameof(valueAtRisk));
        }
        var (sum, exceptions) = (0.0, 0);
        for (var i = 0; i < returns.Length; i++)
        {
            if (returns[i] < -valueAtRisk[i])
            {
                if (!(expectedShortfall[i] > 0.0))
                {
                    throw new ArgumentOutOfRangeException(nameof(expectedShortfall), expectedShortfall[i],
                        "an expected shortfall is above 0");
                }
                sum += returns[i] / expectedShortfall[i];
                exceptions++;
            }
        }
        return (sum, exceptions);
    }

    private static double Checked(double tail) => tail is > 0.0 and < 0.5
        ? tail
        : throw new ArgumentOutOfRangeException(nameof(tail), tail, "a tail's probability is in (0, 0.5)");

    /// <summary>
    /// Quantiles of the lower tail by interpolation of logarithms, where every law of use is almost straight, and by
    /// the last line beyond: inverting Student's law for each draw would take a hundred times as long.
    /// </summary>
    private sealed class TailTable
    {
        private const int Knots = 400;
        private const double Depth = 12.0;
        private readonly double _top;
        private readonly double[] _logLoss = new double[Knots + 1];

        public TailTable(double tail, double? degrees)
        {
            _top = Math.Log(tail);
            for (var i = 0; i <= Knots; i++)
            {
                _logLoss[i] = Math.Log(-Quantile(Math.Exp(_top - (Depth * i / Knots)), degrees));
            }
        }

        public double At(double probability)
        {
            var place = (_top - Math.Log(Math.Max(probability, double.Epsilon))) * Knots / Depth;
            var below = Math.Clamp((int)place, 0, Knots - 1);
            return -Math.Exp(_logLoss[below] + ((place - below) * (_logLoss[below + 1] - _logLoss[below])));
        }
    }
}
