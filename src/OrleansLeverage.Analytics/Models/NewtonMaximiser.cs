namespace OrleansLeverage.Analytics.Models;

/// <summary>How a search for a maximum ended.</summary>
internal enum SearchEnd
{
    /// <summary>The gradient is zero to rounding, on the parameters that no bound holds.</summary>
    Stationary,

    /// <summary>No step improves and no neighbour is better: the maximum lies on a kink of the likelihood.</summary>
    Kink,

    /// <summary>It stopped before it was there.</summary>
    Unfinished,
}

/// <summary>
/// Newton's method with Levenberg damping and an active set of box bounds. Own code: the library's quasi-Newton
/// searches take gradients only, and need five to ten times the evaluations of an exact Hessian, which is here anyway.
/// </summary>
internal sealed class NewtonMaximiser(ILikelihood likelihood, double[] lower, double[] upper)
{
    private const int IterationsMax = 300;
    private const double DampingMax = 1e12;

    private readonly int _count = lower.Length;
    private readonly double[] _step = new double[lower.Length];
    private readonly double[] _factor = new double[lower.Length * lower.Length];
    private readonly bool[] _held = new bool[lower.Length];

    public int Iterations { get; private set; }

    /// <summary>Moves the point, inside the bounds, to a maximum near it; null where it cannot be evaluated.</summary>
    public SearchEnd? Run(double[] point, out LikelihoodPoint at)
    {
        at = new LikelihoodPoint(_count);
        if (!likelihood.Evaluate(point, 2, at))
        {
            return null;
        }
        var trial = new double[_count];
        var next = new LikelihoodPoint(_count);
        var damping = 1e-3;
        var polished = double.PositiveInfinity;
        for (Iterations = 1; Iterations <= IterationsMax; Iterations++)
        {
            Hold(point, at);
            while (!Solve(at, damping))
            {
                damping = Math.Max(1e-6, damping * 10.0);
                if (damping > DampingMax)
                {
                    return SearchEnd.Unfinished;
                }
            }
            var promised = Move(point, at, trial);
            if (promised < 1e-9 && damping < 1e-3)
            {
                // below what a sum of thousands of terms can show: the gradient decides
                if (promised >= polished || promised < 1e-22)
                {
                    return SearchEnd.Stationary;
                }
                (polished, damping) = (promised, 0.0);
                if (!likelihood.Evaluate(trial, 2, next))
                {
                    return SearchEnd.Stationary;
                }
                trial.CopyTo(point, 0);
                (at, next) = (next, at);
                continue;
            }
            var isBetter = likelihood.Evaluate(trial, 2, next) && next.Value > at.Value;
            if (!isBetter)
            {
                damping = Math.Max(1e-4, damping * 8.0);
                if (damping > DampingMax || promised < 1e-13)
                {
                    return IsTop(point, at) ? SearchEnd.Kink : SearchEnd.Unfinished;
                }
                continue;
            }
            var ratio = (next.Value - at.Value) / promised;
            damping = ratio > 0.75 ? (damping < 1e-7 ? 0.0 : damping * 0.1)
                : ratio < 0.25 ? Math.Max(1e-4, damping * 4.0) : damping;
            trial.CopyTo(point, 0);
            (at, next) = (next, at);
        }
        return SearchEnd.Unfinished;
    }

    public bool IsAtBound(ReadOnlySpan<double> point, int i) => point[i] <= lower[i] || point[i] >= upper[i];

    private void Hold(ReadOnlySpan<double> point, LikelihoodPoint at)
    {
        for (var i = 0; i < _count; i++)
        {
            _held[i] = (point[i] <= lower[i] && at.Gradient[i] < 0.0) || (point[i] >= upper[i] && at.Gradient[i] > 0.0);
        }
    }

    // (−Hessian + damping·|diagonal|)·step = gradient by Cholesky over the parameters that no bound holds
    private bool Solve(LikelihoodPoint at, double damping)
    {
        for (var i = 0; i < _count; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var value = _held[i] || _held[j] ? 0.0 : -at.Hessian[LikelihoodPoint.At(i, j)];
                if (i == j)
                {
                    value = _held[i] ? 1.0 : value + damping * Math.Max(Math.Abs(value), 1e-8);
                }
                for (var k = 0; k < j; k++)
                {
                    value -= _factor[i * _count + k] * _factor[j * _count + k];
                }
                if (i == j && !(value > 0.0 && double.IsFinite(value)))
                {
                    return false;
                }
                _factor[i * _count + j] = i == j ? Math.Sqrt(value) : value / _factor[j * _count + j];
            }
        }
        for (var i = 0; i < _count; i++)
        {
            var value = _held[i] ? 0.0 : at.Gradient[i];
            for (var k = 0; k < i; k++)
            {
                value -= _factor[i * _count + k] * _step[k];
            }
            _step[i] = value / _factor[i * _count + i];
        }
        for (var i = _count - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < _count; k++)
            {
                _step[i] -= _factor[k * _count + i] * _step[k];
            }
            _step[i] /= _factor[i * _count + i];
        }
        return true;
    }

    // the trial inside the bounds, and half of gradient·step: what a parabola promises
    private double Move(ReadOnlySpan<double> point, LikelihoodPoint at, Span<double> trial)
    {
        var promised = 0.0;
        for (var i = 0; i < _count; i++)
        {
            trial[i] = Math.Clamp(point[i] + _step[i], lower[i], upper[i]);
            promised += 0.5 * at.Gradient[i] * (trial[i] - point[i]);
        }
        return Math.Max(promised, 0.0);
    }

    // no parameter moved alone by a thousandth of its error is better
    private bool IsTop(double[] point, LikelihoodPoint at)
    {
        var probe = new LikelihoodPoint(_count);
        for (var i = 0; i < _count; i++)
        {
            var curve = -at.Hessian[LikelihoodPoint.At(i, i)];
            var width = curve > 0.0 ? 1e-3 / Math.Sqrt(curve) : 1e-6;
            foreach (var side in (ReadOnlySpan<double>)[-width, width])
            {
                var kept = point[i];
                point[i] = Math.Clamp(kept + side, lower[i], upper[i]);
                var isBetter = likelihood.Evaluate(point, 0, probe) && probe.Value > at.Value + 1e-7;
                point[i] = kept;
                if (isBetter)
                {
                    return false;
                }
            }
        }
        return true;
    }
}
