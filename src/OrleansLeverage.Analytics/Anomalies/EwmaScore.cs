namespace OrleansLeverage.Analytics.Anomalies;

/// <summary>
/// How many deviations a value lies from what an exponentially weighted mean and variance of the values before it
/// expect. Robust against its own findings: what lies beyond the limit moves mean and variance only as the limit itself
/// would, so a jump does not blind it. Null until warm, or while nothing has varied. Stateful: values in order.
/// </summary>
public sealed class EwmaScore
{
    private readonly double _decay;
    private readonly double _limit;
    private readonly int _warmUp;
    private double _mean;
    private double _variance;

    /// <param name="decay">Weight of the past, 0.94 as RiskMetrics; in (0, 1).</param>
    /// <param name="limit">Deviations beyond which a value counts as the limit.</param>
    /// <param name="warmUp">Values before the first score, at least 2.</param>
    public EwmaScore(double decay = 0.94, double limit = 3.0, int warmUp = 20)
    {
        _decay = decay is > 0.0 and < 1.0
            ? decay
            : throw new ArgumentOutOfRangeException(nameof(decay), decay, "a decay is in (0, 1)");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        ArgumentOutOfRangeException.ThrowIfLessThan(warmUp, 2);
        (_limit, _warmUp) = (limit, warmUp);
    }

    public int Count { get; private set; }

    public double? Add(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "a value is finite");
        }
        if (Count++ < _warmUp)
        {
            // plain moments first: an exponential start would hang on the first value
            var before = _mean;
            _mean += (value - _mean) / Count;
            _variance += (((value - before) * (value - _mean)) - _variance) / Count;
            return null;
        }
        var deviation = Math.Sqrt(_variance);
        double? score = deviation > 0.0 ? (value - _mean) / deviation : null;
        var taken = score is { } z && Math.Abs(z) > _limit ? _mean + (Math.Sign(z) * _limit * deviation) : value;
        var distance = taken - _mean;
        _mean += (1.0 - _decay) * distance;
        _variance = (_decay * _variance) + (_decay * (1.0 - _decay) * distance * distance);
        return score;
    }
}
