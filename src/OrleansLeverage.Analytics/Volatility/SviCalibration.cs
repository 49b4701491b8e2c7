using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace OrleansLeverage.Analytics.Volatility;

/// <summary>How well a fitted smile meets its quotes; volatilities per 1.00.</summary>
/// <param name="RootMeanSquare">Of fitted − quoted volatility.</param>
/// <param name="Largest">Largest |fitted − quoted|.</param>
public sealed record SviFit(
    SviSmile Smile, int Quotes, double RootMeanSquare, double Largest, SmileArbitrage Arbitrage);

/// <summary>
/// Fits SVI to quoted volatilities. For given centre and roundness the other three parameters are linear,
/// <code>
/// w = a + d·y + c·√(y² + 1),   y = (k − m)/s,   c = b·s ≥ 0,   |d| ≤ c (d = ρ·c)
/// </code>
/// and have one best value (least squares, in volatility); the two that are left are searched by Nelder and Mead
/// from several starts in fixed order. Up to five quotes that a smile of this form can meet are met to 1e-10; more are
/// fitted. Arbitrage is reported, not forbidden: a fit that hides bad quotes would be worse than one that shows them.
/// Source: De Marco and Martini, Quasi-explicit calibration of Gatheral's SVI model, Zeliade 2009.
/// </summary>
public static class SviCalibration
{
    public const int QuotesMin = 3;

    // the logarithm of the error is searched, so that one tolerance serves quotes that are met and quotes that are not;
    // a sum of squared errors of volatility below the least is an exact fit
    private const double ErrorLeast = 1e-30;
    private const double Tolerance = 1e-9;
    private const int IterationsMax = 2_000;

    private static readonly double[] Roundness = [0.05, 0.25, 1.0];
    private static readonly double[] Centre = [0.0, -0.5, 0.5];
    private static readonly double[] Signs = [-1.0, 1.0];

    /// <exception cref="VolatilityException">Fewer than three quotes, or one that is none.</exception>
    public static SviFit Fit(ForwardMarket market, IEnumerable<SmileNode> nodes)
    {
        // the checks of quotes are those of a quoted smile
        var quotes = new QuotedSmile(market, nodes).Nodes;
        if (quotes.Count < QuotesMin)
        {
            throw new VolatilityException(VolatilityFault.TooFewQuotes,
                $"{quotes.Count} quotes; a fit needs {QuotesMin}");
        }
        var problem = new Problem(market, quotes);
        var best = default(Inner);
        foreach (var width in Roundness)
        {
            foreach (var centre in Centre)
            {
                var found = problem.Search(centre * problem.Span, Math.Log(width * problem.Span));
                if (best is null || found.Error < best.Error)
                {
                    best = found;
                }
            }
        }
        return problem.Describe(best!);
    }

    /// <summary>The best linear part at one centre and roundness.</summary>
    private sealed record Inner(double Centre, double Roundness, double Level, double Tilt, double Slope, double Error);

    private sealed class Problem
    {
        private readonly ForwardMarket _market;
        private readonly IReadOnlyList<SmileNode> _quotes;
        private readonly double[] _moneyness;
        private readonly double[] _variance;
        private readonly double[] _weight;
        private readonly double[] _target;

        public Problem(ForwardMarket market, IReadOnlyList<SmileNode> quotes)
        {
            (_market, _quotes) = (market, quotes);
            _moneyness = [.. quotes.Select(quote => Math.Log(quote.Strike / market.Forward))];
            _variance = [.. quotes.Select(quote => quote.Volatility * quote.Volatility * market.Years)];
            // dσ = dw/(2σT)
            _weight = [.. quotes.Select(quote => 1.0 / (2.0 * quote.Volatility * market.Years))];
            _target = [.. _variance.Select((value, i) => value * _weight[i])];
            Span = _moneyness[^1] - _moneyness[0];
        }

        public double Span { get; }

        public Inner Search(double centre, double logRoundness)
        {
            var objective = ObjectiveFunction.Value(at => Math.Log(Solve(at[0], at[1]).Error + ErrorLeast));
            var start = Vector<double>.Build.Dense([centre, logRoundness]);
            var steps = Vector<double>.Build.Dense([0.1 * Span, 0.3]);
            try
            {
                var found = NelderMeadSimplex.Minimum(objective, start, steps, Tolerance, IterationsMax);
                return Solve(found.MinimizingPoint[0], found.MinimizingPoint[1]);
            }
            catch (MaximumIterationsException)
            {
                // the start's own best fit is a valid one; whether it is good, its error says
                return Solve(centre, logRoundness);
            }
        }

        public SviFit Describe(Inner best)
        {
            var slope = best.Slope / best.Roundness;
            var tilt = best.Slope > 0.0 ? Math.Clamp(best.Tilt / best.Slope, -1.0, 1.0) : 0.0;
            var (from, to) = (_quotes[0].Strike, _quotes[^1].Strike);
            var smile = new SviSmile(_market,
                new SviParameters(best.Level, slope, tilt, best.Centre, best.Roundness), from, to);
            var errors = _quotes.Select(quote => smile.At(quote.Strike).Volatility - quote.Volatility).ToArray();
            return new SviFit(smile, errors.Length, Math.Sqrt(errors.Sum(error => error * error) / errors.Length),
                errors.Max(Math.Abs), SmileArbitrage.Check(smile, from, to));
        }

        private Inner Solve(double centre, double logRoundness)
        {
            // beyond these all shapes on the quotes are alike: a straight line and a corner
            var roundness = Math.Exp(Math.Clamp(logRoundness, Math.Log(1e-4 * Span), Math.Log(100.0 * Span)));
            var y = _moneyness.Select(k => (k - centre) / roundness).ToArray();
            var root = y.Select(value => Math.Sqrt((value * value) + 1.0)).ToArray();
            if (LeastSquares.Solve(_target, [_weight, Weighted(y), Weighted(root)]) is [var free, var d, var c]
                && c >= 0.0 && Math.Abs(d) <= c)
            {
                return Of(free, d, c);
            }
            var best = Of(LeastSquares.Solve(_target, [_weight])![0], 0.0, 0.0);
            // on the edges d = ±c
            foreach (var sign in Signs)
            {
                var edge = root.Select((value, i) => value + (sign * y[i])).ToArray();
                if (LeastSquares.Solve(_target, [_weight, Weighted(edge)]) is [var level, var along] && along >= 0.0
                    && Of(level, sign * along, along) is var other && other.Error < best.Error)
                {
                    best = other;
                }
            }
            return best;

            double[] Weighted(double[] column) => [.. column.Select((value, i) => value * _weight[i])];

            Inner Of(double level, double tilt, double slope)
            {
                var error = 0.0;
                for (var i = 0; i < y.Length; i++)
                {
                    var miss = _weight[i] * (level + (tilt * y[i]) + (slope * root[i]) - _variance[i]);
                    error += miss * miss;
                }
                // a smile whose variance falls below 0 is none
                var least = level + Math.Sqrt(Math.Max(0.0, (slope * slope) - (tilt * tilt)));
                return new Inner(centre, roundness, level, tilt, slope,
                    least > 0.0 ? error : error + 1.0 + (least * least));
            }
        }
    }
}
