using OrleansLeverage.Analytics.Options;

namespace OrleansLeverage.Analytics.Models;

/// <summary>
/// The GJR-GARCH law of an underlying under Duan's local risk neutrality, per day:
/// <code>
/// d ln S = r − q − h/2 + √h·z     h' = ω + β·h + (α + γ·1[e&lt;0])·h·e²     e = z − λ
/// </code>
/// Calls by simulation, which is the truth up to its stated error, and by the moment expansion of Duan, Gauthier,
/// Sasseville and Simonato (2006), which is fast and off by up to a quarter where persistence is near 1. Source: quant
/// reference §9, which has both columns of published values.
/// </summary>
/// <param name="Rate">r − q per day, continuous.</param>
/// <param name="Variance">h of the first day.</param>
public sealed record GjrGarchLaw(
    double Omega, double Alpha, double Beta, double Gamma, double Lambda, double Rate, double Variance)
{
    /// <summary>By how much variance survives a day: above 1 there is no stationary variance.</summary>
    public double Persistence => Moments.Of(this).News(1, 0);

    /// <summary>ω / (1 − persistence); null at 1 and above.</summary>
    public double? StationaryVariance => Persistence < 1.0 ? Omega / (1.0 - Persistence) : null;

    /// <summary>
    /// Price of a European call by antithetic paths with the underlying itself, whose price is known, as control.
    /// </summary>
    /// <param name="pairs">Pairs of paths, each with its mirror.</param>
    public SimulatedPrice Call(double spot, double strike, int days, double discountRate, int pairs, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pairs, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(days, 1);
        var (discount, forward) = (Math.Exp(-discountRate * days), spot * Math.Exp(Rate * days));
        var (mean, control, cross, square, own) = (0.0, 0.0, 0.0, 0.0, 0.0);
        var z = new double[days];
        for (var pair = 0; pair < pairs; pair++)
        {
            var random = new PathRandom(seed, (ulong)pair);
            for (var day = 0; day < days; day++)
            {
                z[day] = random.NextGaussian();
            }
            var (up, down) = (spot * Grow(z, 1.0), spot * Grow(z, -1.0));
            var payoff = 0.5 * (Math.Max(up - strike, 0.0) + Math.Max(down - strike, 0.0));
            var distance = 0.5 * (up + down) - forward;
            mean += payoff;
            control += distance;
            cross += payoff * distance;
            square += distance * distance;
            own += payoff * payoff;
        }
        var (payoffMean, distanceMean) = (mean / pairs, control / pairs);
        var spread = square / pairs - distanceMean * distanceMean;
        var common = cross / pairs - payoffMean * distanceMean;
        var weight = spread > 0.0 ? common / spread : 0.0;
        var left = Math.Max(0.0, own / pairs - payoffMean * payoffMean - weight * common);
        return new SimulatedPrice(discount * (payoffMean - weight * distanceMean), discount * Math.Sqrt(left / pairs));
    }

    /// <summary>
    /// Price of a European call from the first four moments of ln S, expanded about the normal law.
    /// </summary>
    public double CallByMoments(double spot, double strike, int days)
    {
        var moments = Moments.Of(this).OfLogarithm(this, days);
        var deviation = Math.Sqrt(moments.Variance);
        var shift = moments.Mean - Rate * days + 0.5 * moments.Variance;
        var d = (Math.Log(spot / strike) + Rate * days + 0.5 * moments.Variance + shift) / deviation;
        var grown = spot * Math.Exp(shift);
        var (below, density) = (NormalDistribution.Cumulative(d), NormalDistribution.Density(d));
        var black = grown * below - strike * Math.Exp(-Rate * days) * NormalDistribution.Cumulative(d - deviation);
        var third = grown * deviation * ((2.0 * deviation - d) * density + moments.Variance * below) / 6.0;
        var fourth = grown * deviation * ((d * d - 1.0 - 3.0 * deviation * (d - deviation)) * density
            - moments.Variance * deviation * below) / 24.0;
        return black + moments.Skewness * third + (moments.Kurtosis - 3.0) * fourth;
    }

    private double Grow(double[] z, double sign)
    {
        var (sum, h) = (0.0, Variance);
        foreach (var draw in z)
        {
            var shock = sign * draw;
            sum += Rate - 0.5 * h + Math.Sqrt(h) * shock;
            var e = shock - Lambda;
            h = Omega + h * (Beta + (e < 0.0 ? Alpha + Gamma : Alpha) * e * e);
        }
        return Math.Exp(sum);
    }

    /// <summary>Expectations of products of u = β + (α + γ·1[e&lt;0])·e² and z.</summary>
    private sealed class Moments
    {
        private readonly double[,] _news = new double[4, 4];

        public double News(int power, int zPower) => _news[power, zPower];

        public static Moments Of(GjrGarchLaw law)
        {
            var moments = new Moments();
            for (var power = 1; power <= 3; power++)
            {
                for (var zPower = 0; zPower <= 3; zPower++)
                {
                    moments._news[power, zPower] = Expectation(law, power, zPower);
                }
            }
            return moments;
        }

        public LogMoments OfLogarithm(GjrGarchLaw law, int days) => LogMoments.Of(law, days, News);

        // E[u^a·z^d] = Σ C(a, j)·β^(a−j)·E[(α + γ·1)^j·(z − λ)^2j·z^d], the power of z − λ expanded in z
        private static double Expectation(GjrGarchLaw law, int power, int zPower)
        {
            var sum = 0.0;
            for (var j = 0; j <= power; j++)
            {
                var (rises, falls) = (Math.Pow(law.Alpha, j), Math.Pow(law.Alpha + law.Gamma, j));
                var inner = 0.0;
                for (var k = 0; k <= 2 * j; k++)
                {
                    var weight = Binomial(2 * j, k) * Math.Pow(-law.Lambda, 2 * j - k);
                    inner += weight * (rises * Whole(k + zPower) + (falls - rises) * Below(law.Lambda, k + zPower));
                }
                sum += Binomial(power, j) * Math.Pow(law.Beta, power - j) * inner;
            }
            return sum;
        }

        private static double Binomial(int n, int k) => MathNet.Numerics.SpecialFunctions.Binomial(n, k);

        // E[z^n]
        private static double Whole(int n) => n == 0 ? 1.0 : n % 2 == 1 ? 0.0 : (n - 1) * Whole(n - 2);

        // E[z^n·1[z < bound]]
        private static double Below(double bound, int n) => n switch
        {
            0 => NormalDistribution.Cumulative(bound),
            1 => -NormalDistribution.Density(bound),
            _ => -Math.Pow(bound, n - 1) * NormalDistribution.Density(bound) + (n - 1) * Below(bound, n - 2),
        };
    }
}

/// <summary>A price and the standard error of its simulation.</summary>
public readonly record struct SimulatedPrice(double Price, double StandardError);
