namespace OrleansLeverage.Analytics.Anomalies;

/// <summary>
/// A change of the mean without knowing it: Σ(x − running mean ∓ δ) against its extreme so far, an alarm beyond λ
/// (Page 1954, Hinkley 1971). Two-sided. Stateful: values in order, one stream.
/// </summary>
public sealed class PageHinkley
{
    private readonly double _tolerance;
    private readonly double _threshold;
    private double _up;
    private double _upLeast;
    private double _down;
    private double _downLeast;

    /// <param name="tolerance">δ, the change that does not matter.</param>
    /// <param name="threshold">λ, above 0.</param>
    public PageHinkley(double tolerance, double threshold)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tolerance);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threshold);
        (_tolerance, _threshold) = (tolerance, threshold);
    }

    public int Count { get; private set; }

    public double Mean { get; private set; }

    /// <summary>How far the larger of both sums is from its extreme.</summary>
    public double Statistic => Math.Max(_up - _upLeast, _down - _downLeast);

    /// <summary>Takes a value; true where an alarm stands.</summary>
    public bool Add(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "a value is finite");
        }
        Mean += (value - Mean) / ++Count;
        _up += value - Mean - _tolerance;
        _upLeast = Math.Min(_upLeast, _up);
        _down += Mean - value - _tolerance;
        _downLeast = Math.Min(_downLeast, _down);
        return Statistic > _threshold;
    }

    /// <summary>Begins again from nothing.</summary>
    public void Reset() => (Count, Mean, _up, _upLeast, _down, _downLeast) = (0, 0.0, 0.0, 0.0, 0.0, 0.0);
}
