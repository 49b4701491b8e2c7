namespace OrleansLeverage.Analytics.Models;

/// <summary>
/// Where searches begin: a likelihood of this family has false summits (a small α with any β, ARMA terms that cancel),
/// so a grid of points is valued and the search starts from the best few. Bounds keep what the model needs to exist.
/// </summary>
internal sealed class StartingPoints
{
    private readonly VolatilitySpec _spec;
    private readonly double _mean;
    private readonly double _variance;

    public StartingPoints(VolatilitySpec spec, ReadOnlySpan<double> returns)
    {
        _spec = spec;
        foreach (var value in returns)
        {
            _mean += value / returns.Length;
        }
        foreach (var value in returns)
        {
            _variance += (value - _mean) * (value - _mean) / returns.Length;
        }
        (Lower, Upper) = (new double[spec.Count], new double[spec.Count]);
        SetBounds();
    }

    public double[] Lower { get; }

    public double[] Upper { get; }

    public IEnumerable<double[]> All()
    {
        foreach (var (ar, ma) in Means())
        {
            foreach (var variance in Variances())
            {
                var point = new double[_spec.Count];
                point[0] = _mean;
                ar.CopyTo(point.AsSpan(1));
                ma.CopyTo(point.AsSpan(1 + _spec.AutoRegression));
                variance.CopyTo(point.AsSpan(_spec.Omega));
                if (_spec.Innovation == Innovation.StudentT)
                {
                    point[_spec.Nu] = 6.0;
                }
                yield return point;
            }
        }
    }

    private void SetBounds()
    {
        var width = Math.Sqrt(_variance);
        Set(0, _mean - 5.0 * width, _mean + 5.0 * width);
        for (var i = 1; i < _spec.Omega; i++)
        {
            Set(i, -1.9999, 1.9999);
        }
        if (_spec.Variance == VarianceModel.Egarch)
        {
            Set(_spec.Omega, -50.0, 50.0);
            Set(_spec.Alpha, -3.0, 3.0);
            Set(_spec.Gamma, -3.0, 3.0);
            Set(_spec.Beta, -0.99999, 0.99999);
        }
        else
        {
            var scale = _spec.Variance == VarianceModel.Tarch ? width : _variance;
            // of Aparch the unit is that of width^δ, with δ unknown
            var floor = _spec.Variance == VarianceModel.Aparch ? Math.Min(1e-12, Math.Pow(width, 8.0)) : 1e-9 * scale;
            Set(_spec.Omega, floor, Math.Max(10.0 * scale, 10.0));
            Set(_spec.Alpha, 0.0, 3.0);
            Set(_spec.Beta, 0.0, 0.999999);
            if (_spec.HasAsymmetry)
            {
                Set(_spec.Gamma, _spec.Variance == VarianceModel.Aparch ? -0.9999 : -3.0,
                    _spec.Variance == VarianceModel.Aparch ? 0.9999 : 3.0);
            }
        }
        if (_spec.Variance == VarianceModel.Aparch)
        {
            Set(_spec.Delta, 0.2, 5.0);
        }
        if (_spec.Innovation == Innovation.StudentT)
        {
            Set(_spec.Nu, 2.05, 500.0);
        }
    }

    private void Set(int place, double low, double high) => (Lower[place], Upper[place]) = (low, high);

    // a pair of roots that cancel is where ARMA likelihoods have their ridge: begin on both sides of it
    private IEnumerable<(double[] Ar, double[] Ma)> Means()
    {
        var (ar, ma) = (new double[_spec.AutoRegression], new double[_spec.MovingAverage]);
        yield return (ar, ma);
        if (ar.Length == 0 || ma.Length == 0)
        {
            yield break;
        }
        foreach (var first in (double[])[-0.6, 0.6])
        {
            yield return ([first, .. new double[ar.Length - 1]], [-first, .. new double[ma.Length - 1]]);
        }
        if (ar.Length > 1 && ma.Length > 1)
        {
            yield return ([0.4, 0.5, .. new double[ar.Length - 2]], [-0.35, -0.55, .. new double[ma.Length - 2]]);
            yield return ([-0.4, 0.5, .. new double[ar.Length - 2]], [0.35, -0.55, .. new double[ma.Length - 2]]);
        }
    }

    private IEnumerable<double[]> Variances()
    {
        var width = Math.Sqrt(_variance);
        foreach (var persistence in (double[])[0.5, 0.85, 0.97, 0.99])
        {
            foreach (var alpha in (double[])[0.04, 0.1, 0.25])
            {
                var rest = 1.0 - persistence;
                switch (_spec.Variance)
                {
                    case VarianceModel.Garch:
                        yield return [_variance * rest, alpha, persistence - alpha];
                        break;
                    case VarianceModel.Gjr:
                        yield return [_variance * rest, 0.5 * alpha, alpha, persistence - alpha];
                        break;
                    case VarianceModel.Tarch:
                        yield return [width * rest, 0.5 * alpha, alpha, persistence - 0.8 * alpha];
                        break;
                    case VarianceModel.Egarch:
                        yield return [rest * Math.Log(_variance), -0.02, 2.0 * alpha, persistence];
                        break;
                    default:
                        foreach (var delta in (double[])[1.0, 2.0])
                        {
                            yield return [Math.Pow(width, delta) * rest, alpha, 0.1, persistence - 0.9 * alpha, delta];
                        }
                        break;
                }
            }
        }
    }
}
