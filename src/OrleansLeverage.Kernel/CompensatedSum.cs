namespace OrleansLeverage.Kernel;

/// <summary>
/// A sum with the rounding errors of its additions beside it (A. Neumaier, 1974): |error| ≤ u·|Σx| + n²u²·Σ|x|, so for
/// any number of terms met here the sum is that of the terms, rounded once or twice.
/// </summary>
internal struct CompensatedSum
{
    private double _sum;
    private double _error;

    public readonly double Value => _sum + _error;

    public void Add(double term)
    {
        var sum = _sum + term;
        _error += Math.Abs(_sum) >= Math.Abs(term) ? _sum - sum + term : term - sum + _sum;
        _sum = sum;
    }

    public void Add(CompensatedSum other)
    {
        Add(other._sum);
        Add(other._error);
    }
}
