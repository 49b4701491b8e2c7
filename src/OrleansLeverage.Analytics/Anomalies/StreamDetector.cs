namespace OrleansLeverage.Analytics.Anomalies;

/// <summary>
/// Watches a stream: a score for each value, an alarm where it exceeds the threshold, and then it begins again. Null
/// while it has not seen enough.
/// </summary>
public interface IStreamDetector
{
    double? Score(double value);

    void Reset();
}

/// <summary>The detectors by name, on values of mean 0 and deviation 1.</summary>
public static class StreamDetectors
{
    /// <summary>A wild value: deviations from an exponentially weighted mean.</summary>
    public const string EwmaZ = "ewma-z";

    /// <summary>A shift of the mean by a deviation: the larger cumulative sum, allowance half a deviation.</summary>
    public const string CusumShift = "cusum";

    /// <summary>A change of the mean of unknown size.</summary>
    public const string Change = "page-hinkley";

    private const double Allowance = 0.5;
    private const double Tolerance = 0.25;

    public static IReadOnlyList<string> Names { get; } = [EwmaZ, CusumShift, Change];

    public static IStreamDetector Create(string name) => name switch
    {
        EwmaZ => new Wild(),
        CusumShift => new Shift(),
        Change => new Changed(),
        _ => throw new ArgumentException($"'{name}' is none of {string.Join(", ", Names)}", nameof(name)),
    };

    private sealed class Wild : IStreamDetector
    {
        private readonly EwmaScore _score = new();

        public double? Score(double value) => _score.Add(value) is { } z ? Math.Abs(z) : null;

        /// <summary>It forgets by itself.</summary>
        public void Reset()
        {
        }
    }

    private sealed class Shift : IStreamDetector
    {
        // the threshold is the caller's: this one only has to be a number
        private readonly Cusum _sums = new(0.0, Allowance, double.MaxValue);

        public double? Score(double value)
        {
            _sums.Add(value);
            return Math.Max(_sums.High, _sums.Low);
        }

        public void Reset() => _sums.Reset();
    }

    private sealed class Changed : IStreamDetector
    {
        private readonly PageHinkley _test = new(Tolerance, double.MaxValue);

        public double? Score(double value)
        {
            _test.Add(value);
            return _test.Statistic;
        }

        public void Reset() => _test.Reset();
    }
}
