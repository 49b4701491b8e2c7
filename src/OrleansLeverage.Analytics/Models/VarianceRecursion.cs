namespace OrleansLeverage.Analytics.Models;

/// <summary>
/// One model's variance, step by step, as jets. The state is h, σ, ln h or σ^δ, whatever the model is linear in:
/// state' = ω + c·x + β·state, with x what the last residual adds.
/// </summary>
internal ref struct VarianceRecursion
{
    private const int BackcastLength = 75;
    private const double BackcastWeight = 0.94;
    private const double MeanAbsoluteNormal = 0.79788456080286535588;

    private readonly VolatilitySpec _spec;
    private readonly Jet _jet;
    private readonly ReadOnlySpan<double> _p;
    private readonly Span<double> _shock;
    private readonly Span<double> _work;
    private readonly Span<double> _ratio;
    private Span<double> _state;
    private Span<double> _next;

    // share of γ·x that applies: 1 after a fall, 0 after a rise, ½ before the first observation
    private double _falls;

    /// <param name="scratch">Five jets.</param>
    public VarianceRecursion(VolatilitySpec spec, Jet jet, ReadOnlySpan<double> parameters, Span<double> scratch)
    {
        (_spec, _jet) = (spec, jet);
        _p = parameters;
        var size = jet.Size;
        _shock = scratch[..size];
        _state = scratch.Slice(size, size);
        _next = scratch.Slice(2 * size, size);
        _work = scratch.Slice(3 * size, size);
        _ratio = scratch.Slice(4 * size, size);
        if (spec.Variance == VarianceModel.Aparch)
        {
            var delta = parameters[spec.Delta];
            _jet.Parameter(_ratio, spec.Delta, delta);
            _jet.Apply(_ratio, _ratio, 2.0 / delta, -2.0 / (delta * delta), 4.0 / (delta * delta * delta));
        }
    }

    /// <summary>Sets the state and the shock before the first observation.</summary>
    public void Start(ReadOnlySpan<double> residuals, ReadOnlySpan<double> returns)
    {
        var isPowerOne = _spec.Variance == VarianceModel.Tarch;
        if (_spec.Presample == Presample.Backcast)
        {
            _state.Clear();
            _state[0] = Backcast(returns, isPowerOne ? 1 : 2);
        }
        else
        {
            Mean(residuals, isPowerOne);
        }
        _falls = 0.5;
        if (_spec.Presample == Presample.MeanResidual)
        {
            StartAtMean(residuals);
            return;
        }
        switch (_spec.Variance)
        {
            case VarianceModel.Egarch:
                var mean = _state[0];
                _jet.Apply(_state, _state, Math.Log(mean), 1.0 / mean, -1.0 / (mean * mean));
                _shock.Clear();
                _falls = 0.0;
                break;
            case VarianceModel.Aparch when _spec.Presample == Presample.SampleMean:
                MeanNews(residuals);
                break;
            case VarianceModel.Aparch:
                // backcast^(δ/2)
                Logarithm(_state, _state);
                _jet.Parameter(_work, _spec.Delta, _p[_spec.Delta]);
                _jet.Scale(_work, _work, 0.5);
                _jet.Multiply(_state, _state, _work);
                Exponential(_state);
                _state.CopyTo(_shock);
                break;
            default:
                _state.CopyTo(_shock);
                break;
        }
    }

    /// <summary>Moves to the next observation and gives ln h there; false without a positive variance.</summary>
    public bool Next(Span<double> logVariance)
    {
        var (alpha, beta) = (_p[_spec.Alpha], _p[_spec.Beta]);
        _jet.Scale(_next, _state, beta);
        _jet.AddParameterTerm(_next, _spec.Beta, _state, 1.0);
        if (_spec.Variance == VarianceModel.Egarch)
        {
            AddNews(alpha);
        }
        else
        {
            var isSplit = _spec.Variance is VarianceModel.Gjr or VarianceModel.Tarch;
            _jet.Add(_next, _shock, isSplit ? alpha + _p[_spec.Gamma] * _falls : alpha);
            _jet.AddParameterTerm(_next, _spec.Alpha, _shock, 1.0);
            if (isSplit && _falls > 0.0)
            {
                _jet.AddParameterTerm(_next, _spec.Gamma, _shock, _falls);
            }
        }
        _next[0] += _p[_spec.Omega];
        if (_jet.N > 0)
        {
            _next[1 + _spec.Omega] += 1.0;
        }
        var former = _state;
        _state = _next;
        _next = former;
        if (_spec.Variance == VarianceModel.Egarch)
        {
            _state.CopyTo(logVariance);
            return Math.Abs(_state[0]) < 500.0;
        }
        if (!(_state[0] > 0.0 && double.IsFinite(_state[0])))
        {
            return false;
        }
        Logarithm(logVariance, _state);
        if (_spec.Variance == VarianceModel.Tarch)
        {
            _jet.Scale(logVariance, logVariance, 2.0);
        }
        else if (_spec.Variance == VarianceModel.Aparch)
        {
            _jet.Multiply(logVariance, logVariance, _ratio);
        }
        return true;
    }

    /// <summary>Takes in the residual of the observation that <see cref="Next"/> moved to.</summary>
    public void Observe(ReadOnlySpan<double> e, ReadOnlySpan<double> logVariance)
    {
        var sign = Math.Sign(e[0]);
        _falls = sign < 0 ? 1.0 : 0.0;
        switch (_spec.Variance)
        {
            case VarianceModel.Garch or VarianceModel.Gjr:
                _jet.Apply(_shock, e, e[0] * e[0], 2.0 * e[0], 2.0);
                break;
            case VarianceModel.Tarch:
                _jet.Apply(_shock, e, Math.Abs(e[0]), sign, 0.0);
                break;
            case VarianceModel.Egarch:
                // z = e·exp(−ln h / 2)
                var root = Math.Exp(-0.5 * logVariance[0]);
                _jet.Apply(_work, logVariance, root, -0.5 * root, 0.25 * root);
                _jet.Multiply(_shock, e, _work);
                break;
            default:
                Asymmetric(e, sign);
                break;
        }
    }

    internal static double Backcast(ReadOnlySpan<double> returns, int power)
    {
        var mean = 0.0;
        foreach (var value in returns)
        {
            mean += value / returns.Length;
        }
        var (sum, weights, weight) = (0.0, 0.0, 1.0);
        foreach (var value in returns[..Math.Min(BackcastLength, returns.Length)])
        {
            var distance = Math.Abs(value - mean);
            sum += weight * (power == 2 ? distance * distance : distance);
            weights += weight;
            weight *= BackcastWeight;
        }
        return sum / weights;
    }

    private void Mean(ReadOnlySpan<double> residuals, bool isPowerOne)
    {
        var size = _jet.Size;
        var count = residuals.Length / size;
        _state.Clear();
        for (var t = 0; t < count; t++)
        {
            var e = residuals.Slice(t * size, size);
            if (isPowerOne)
            {
                _jet.Apply(_work, e, Math.Abs(e[0]), Math.Sign(e[0]), 0.0);
            }
            else
            {
                _jet.Apply(_work, e, e[0] * e[0], 2.0 * e[0], 2.0);
            }
            _jet.Add(_state, _work, 1.0 / count);
        }
    }

    // Aparch begins with the mean of (|e| − γ·e)^δ for state and shock: the commercial benchmark does
    private void MeanNews(ReadOnlySpan<double> residuals)
    {
        var size = _jet.Size;
        var count = residuals.Length / size;
        _state.Clear();
        for (var t = 0; t < count; t++)
        {
            var e = residuals.Slice(t * size, size);
            Asymmetric(e, Math.Sign(e[0]));
            _jet.Add(_state, _shock, 1.0 / count);
        }
        _state.CopyTo(_shock);
    }

    // h is the mean of squares, whatever the model is linear in; the residual before the first is the mean of them all
    private void StartAtMean(ReadOnlySpan<double> residuals)
    {
        var size = _jet.Size;
        var count = residuals.Length / size;
        Mean(residuals, isPowerOne: false);
        Span<double> log = new double[size];
        Logarithm(log, _state);
        switch (_spec.Variance)
        {
            case VarianceModel.Egarch:
                log.CopyTo(_state);
                break;
            case VarianceModel.Tarch:
                _jet.Scale(_state, log, 0.5);
                Exponential(_state);
                break;
            case VarianceModel.Aparch:
                _jet.Parameter(_work, _spec.Delta, _p[_spec.Delta]);
                _jet.Scale(_work, _work, 0.5);
                _jet.Multiply(_state, log, _work);
                Exponential(_state);
                break;
        }
        Span<double> mean = new double[size];
        for (var t = 0; t < count; t++)
        {
            _jet.Add(mean, residuals.Slice(t * size, size), 1.0 / count);
        }
        Observe(mean, log);
    }

    // α·z + γ·(|z| − √(2/π)); before the first observation z = 0
    private void AddNews(double alpha)
    {
        var gamma = _p[_spec.Gamma];
        var sign = Math.Sign(_shock[0]);
        _jet.Add(_next, _shock, alpha + gamma * sign);
        _jet.AddParameterTerm(_next, _spec.Alpha, _shock, 1.0);
        _jet.AddParameterTerm(_next, _spec.Gamma, _shock, sign);
        _next[0] -= gamma * MeanAbsoluteNormal;
        if (_jet.N > 0)
        {
            _next[1 + _spec.Gamma] -= MeanAbsoluteNormal;
        }
    }

    // (|e| − γ·e)^δ
    private void Asymmetric(ReadOnlySpan<double> e, int sign)
    {
        var gamma = _p[_spec.Gamma];
        _jet.Scale(_work, e, sign - gamma);
        _jet.AddParameterTerm(_work, _spec.Gamma, e, -1.0);
        if (!(_work[0] > 1e-300))
        {
            _shock.Clear();
            return;
        }
        Logarithm(_work, _work);
        _jet.Parameter(_shock, _spec.Delta, _p[_spec.Delta]);
        _jet.Multiply(_shock, _shock, _work);
        Exponential(_shock);
    }

    private readonly void Logarithm(Span<double> to, ReadOnlySpan<double> of)
    {
        var value = of[0];
        _jet.Apply(to, of, Math.Log(value), 1.0 / value, -1.0 / (value * value));
    }

    private readonly void Exponential(Span<double> of)
    {
        var value = Math.Exp(of[0]);
        _jet.Apply(of, of, value, value, value);
    }
}
