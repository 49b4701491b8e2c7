namespace OrleansLeverage.Analytics.Systemic;

/// <summary>
/// A sum that carries the rounding errors of its additions (A. Neumaier, 1974): equal terms in equal order give equal
/// bits, and the error does not grow with their number.
/// </summary>
internal struct FixedOrderSum
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

    public static double Of(IEnumerable<double> terms)
    {
        var sum = default(FixedOrderSum);
        foreach (var term in terms)
        {
            sum.Add(term);
        }
        return sum.Value;
    }
}
