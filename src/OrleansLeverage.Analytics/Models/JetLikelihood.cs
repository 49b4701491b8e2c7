namespace OrleansLeverage.Analytics.Models;

/// <summary>
/// The likelihood of every model of this folder with exact first and second derivatives, by carrying jets through the
/// recursion. The kinks of |e| at 0 have derivative 0 there.
/// </summary>
internal sealed class JetLikelihood(VolatilitySpec spec, double[] returns) : ILikelihood
{
    private const double LogTwoPi = 1.8378770664093454836;

    private double[] _residuals = [];
    private double[] _scratch = [];

    public bool Evaluate(ReadOnlySpan<double> parameters, int order, LikelihoodPoint to) =>
        Run(parameters, order, to, null, null);

    /// <summary>Also the residuals, and the variances with the next one after the last observation.</summary>
    public bool Filter(ReadOnlySpan<double> parameters, double[] residuals, double[] variances) =>
        Run(parameters, 0, new LikelihoodPoint(spec.Count), residuals, variances);

    private bool Run(ReadOnlySpan<double> p, int order, LikelihoodPoint to, double[]? residuals, double[]? variances)
    {
        to.Clear();
        var jet = new Jet(spec.Count, order);
        var size = jet.Size;
        Reserve(size);
        Residuals(p, jet);
        var recursion = new VarianceRecursion(spec, jet, p, _scratch.AsSpan(3 * size));
        var log = _scratch.AsSpan(0, size);
        var q = _scratch.AsSpan(size, size);
        var term = _scratch.AsSpan(2 * size, size);
        recursion.Start(_residuals.AsSpan(0, returns.Length * size), returns);
        var tail = new TailDensity(spec, jet, p);
        for (var t = 0; t <= returns.Length; t++)
        {
            if (!recursion.Next(log))
            {
                return false;
            }
            if (variances is not null)
            {
                variances[t] = Math.Exp(log[0]);
            }
            if (t == returns.Length)
            {
                break;
            }
            var e = _residuals.AsSpan(t * size, size);
            if (residuals is not null)
            {
                residuals[t] = e[0];
            }
            jet.Ratio(q, e, log);
            if (spec.Innovation == Innovation.Normal)
            {
                for (var i = 0; i < size; i++)
                {
                    term[i] = -0.5 * (log[i] + q[i]);
                }
                term[0] -= 0.5 * LogTwoPi;
            }
            else
            {
                tail.Of(term, log, q);
            }
            Collect(jet, term, to);
            recursion.Observe(e, log);
        }
        return double.IsFinite(to.Value);
    }

    private static void Collect(Jet jet, ReadOnlySpan<double> term, LikelihoodPoint to)
    {
        to.Value += term[0];
        for (var i = 0; i < jet.N; i++)
        {
            to.Gradient[i] += term[1 + i];
        }
        if (jet.HasHessian)
        {
            var (at, packed) = (1 + jet.N, 0);
            for (var i = 1; i <= jet.N; i++)
            {
                for (var j = 1; j <= i; j++, at++, packed++)
                {
                    to.Hessian[packed] += term[at];
                    to.Outer[packed] += term[i] * term[j];
                }
            }
        }
    }

    private void Residuals(ReadOnlySpan<double> p, Jet jet)
    {
        var (size, mu) = (jet.Size, p[0]);
        // where the past that ARMA needs is not known the residual is 0: the convention of the published benchmarks
        var unknown = Math.Max(spec.AutoRegression, spec.MovingAverage);
        for (var t = 0; t < returns.Length; t++)
        {
            var e = _residuals.AsSpan(t * size, size);
            e.Clear();
            if (t < unknown)
            {
                continue;
            }
            e[0] = returns[t] - mu;
            if (jet.N > 0)
            {
                e[1] = -1.0;
            }
            for (var i = 1; i <= spec.AutoRegression; i++)
            {
                var (phi, past) = (p[i], returns[t - i] - mu);
                e[0] -= phi * past;
                if (jet.N > 0)
                {
                    e[1 + i] -= past;
                    e[1] += phi;
                }
                if (jet.HasHessian)
                {
                    e[jet.At(i, 0)] += 1.0;
                }
            }
            for (var j = 1; j <= spec.MovingAverage; j++)
            {
                var past = _residuals.AsSpan((t - j) * size, size);
                var place = spec.AutoRegression + j;
                jet.Add(e, past, -p[place]);
                jet.AddParameterTerm(e, place, past, -1.0);
            }
        }
    }

    private void Reserve(int size)
    {
        if (_residuals.Length < returns.Length * size)
        {
            _residuals = new double[returns.Length * size];
        }
        if (_scratch.Length < size * 10)
        {
            _scratch = new double[size * 10];
        }
    }
}
