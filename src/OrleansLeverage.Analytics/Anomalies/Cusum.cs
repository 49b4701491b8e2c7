namespace OrleansLeverage.Analytics.Anomalies;

/// <summary>
/// Cumulative sums of what exceeds a target by more than an allowance: S+ = max(0, S+ + x − target − k), S− likewise
/// below; an alarm where either exceeds h. NIST e-Handbook 6.3.2.3. Stateful: values in order, one stream.
/// </summary>
public sealed class Cusum
{
    private readonly double _target;
    private readonly double _allowance;
    private readonly double _threshold;

    /// <param name="allowance">k, half the shift that matters; at least 0.</param>
    /// <param name="threshold">h, above 0.</param>
    public Cusum(double target, double allowance, double threshold)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(allowance);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threshold);
        (_target, _allowance, _threshold) = (target, allowance, threshold);
    }

    public double Threshold => _threshold;

    public double High { get; private set; }

    public double Low { get; private set; }

    /// <summary>Takes a value; true where an alarm stands.</summary>
    public bool Add(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "a value is finite");
        }
        High = Math.Max(0.0, High + value - _target - _allowance);
        Low = Math.Max(0.0, Low + _target - value - _allowance);
        return High > _threshold || Low > _threshold;
    }

    /// <summary>Begins again, as after an alarm that was seen to.</summary>
    public void Reset() => (High, Low) = (0.0, 0.0);
}
