namespace OrleansLeverage.Analytics.Models;

/// <summary>
/// GARCH(1,1) and GJR(1,1,1) with a constant mean and normal innovations, the model that is fitted most, with its
/// derivatives written out: a fifth of the time of <see cref="JetLikelihood"/>, which it equals to rounding (a test).
/// Formulas: Fiorentini, Calzolari and Panattoni (1996), extended by γ and by the presample's own derivative.
/// </summary>
internal sealed class GarchLikelihood : ILikelihood
{
    private const double LogTwoPi = 1.8378770664093454836;

    private readonly double[] _returns;
    private readonly bool _isGjr;
    private readonly double _backcast;
    private readonly double _mean;
    private readonly double _meanSquare;

    public GarchLikelihood(VolatilitySpec spec, double[] returns, double? backcast)
    {
        (_returns, _isGjr) = (returns, spec.Variance == VarianceModel.Gjr);
        _backcast = backcast ?? double.NaN;
        foreach (var value in returns)
        {
            _mean += value / returns.Length;
        }
        foreach (var value in returns)
        {
            _meanSquare += (value - _mean) * (value - _mean) / returns.Length;
        }
    }

    public static bool Covers(VolatilitySpec spec) => spec is
    {
        Variance: VarianceModel.Garch or VarianceModel.Gjr, Innovation: Innovation.Normal,
        AutoRegression: 0, MovingAverage: 0, Presample: not Presample.MeanResidual,
    };

    public bool Evaluate(ReadOnlySpan<double> parameters, int order, LikelihoodPoint to)
    {
        to.Clear();
        return order == 0 ? Value(parameters, to) : Derivatives(parameters, to);
    }

    private (double Mean, double First, double Second) Before(double mu) => double.IsNaN(_backcast)
        ? (_meanSquare + (_mean - mu) * (_mean - mu), -2.0 * (_mean - mu), 2.0)
        : (_backcast, 0.0, 0.0);

    private bool Value(ReadOnlySpan<double> p, LikelihoodPoint to)
    {
        var (mu, omega, alpha, gamma, beta) = (p[0], p[1], p[2], _isGjr ? p[3] : 0.0, p[_isGjr ? 4 : 3]);
        var (square, _, _) = Before(mu);
        var (h, weight, sum) = (square, alpha + 0.5 * gamma, 0.0);
        // logarithms of products of eight: h stays far from the limits of a double
        var (product, pending) = (1.0, 0);
        foreach (var value in _returns)
        {
            h = omega + weight * square + beta * h;
            if (!(h > 1e-30 && h < 1e30))
            {
                return false;
            }
            var e = value - mu;
            square = e * e;
            weight = e < 0.0 ? alpha + gamma : alpha;
            product *= h;
            sum += square / h;
            if (++pending == 8)
            {
                sum += Math.Log(product);
                (product, pending) = (1.0, 0);
            }
        }
        to.Value = -0.5 * (sum + Math.Log(product) + _returns.Length * LogTwoPi);
        return double.IsFinite(to.Value);
    }

    private bool Derivatives(ReadOnlySpan<double> p, LikelihoodPoint to)
    {
        const int Mu = 0, Omega = 1, Alpha = 2, Gamma = 3;
        var n = _isGjr ? 5 : 4;
        var (mu, omega, alpha, gamma, beta) = (p[0], p[1], p[2], _isGjr ? p[3] : 0.0, p[n - 1]);
        Span<double> first = stackalloc double[5];
        Span<double> second = stackalloc double[15];
        Span<double> log = stackalloc double[5];
        Span<double> score = stackalloc double[5];
        var gradient = to.Gradient.AsSpan();
        var hessian = to.Hessian.AsSpan();
        var outer = to.Outer.AsSpan();
        var (square, slope, curve) = Before(mu);
        var h = square;
        (first[Mu], second[0]) = (slope, curve);
        var falls = 0.5;
        var sum = 0.0;
        var lastRow = n * (n - 1) / 2;
        foreach (var value in _returns)
        {
            // second derivatives before first ones before the value: each needs what the next overwrites
            for (var k = 0; k < lastRow + n; k++)
            {
                second[k] *= beta;
            }
            for (var i = 0; i < n - 1; i++)
            {
                second[lastRow + i] += first[i];
            }
            second[lastRow + n - 1] += 2.0 * first[n - 1];
            var weight = alpha + gamma * falls;
            second[0] += weight * curve;
            second[3] += slope;
            for (var i = 0; i < n; i++)
            {
                first[i] *= beta;
            }
            first[Mu] += weight * slope;
            first[Omega] += 1.0;
            first[Alpha] += square;
            if (_isGjr)
            {
                second[6] += falls * slope;
                first[Gamma] += falls * square;
            }
            first[n - 1] += h;
            h = omega + weight * square + beta * h;
            if (!(h > 1e-30 && h < 1e30))
            {
                return false;
            }
            var e = value - mu;
            square = e * e;
            (slope, curve) = (-2.0 * e, 2.0);
            falls = e < 0.0 ? 1.0 : 0.0;
            var inverse = 1.0 / h;
            var q = square * inverse;
            sum += Math.Log(h) + q;
            var (spread, twice) = (0.5 * (q - 1.0), 0.5 - q);
            for (var i = 0; i < n; i++)
            {
                log[i] = first[i] * inverse;
                score[i] = spread * log[i];
            }
            var pull = e * inverse;
            score[Mu] += pull;
            var scaled = spread * inverse;
            for (int i = 0, at = 0; i < n; i++)
            {
                var (row, own) = (twice * log[i], score[i]);
                gradient[i] += own;
                for (var j = 0; j <= i; j++, at++)
                {
                    hessian[at] += scaled * second[at] + row * log[j];
                    outer[at] += own * score[j];
                }
                hessian[i * (i + 1) / 2] -= pull * log[i];
            }
            hessian[0] -= pull * log[Mu] + inverse;
        }
        to.Value = -0.5 * (sum + _returns.Length * LogTwoPi);
        return double.IsFinite(to.Value);
    }
}
