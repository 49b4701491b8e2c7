namespace OrleansLeverage.Analytics.Performance;

/// <summary>
/// Mean and deviation (n − 1) of a sample. Values are measured from the first one, so that a constant sample has a
/// deviation of exactly 0 and ratios over it are null instead of enormous.
/// </summary>
public readonly record struct SampleMoments(int Count, double? Mean, double? Deviation)
{
    public double? Variance => Deviation * Deviation;

    /// <summary>NaN is a missing value and left out; an infinite value is refused.</summary>
    public static SampleMoments Of(ReadOnlySpan<double> values)
    {
        var (count, origin, sum) = (0, 0.0, 0.0);
        foreach (var value in values)
        {
            if (double.IsNaN(value))
            {
                continue;
            }
            origin = count++ == 0 ? Finite(value) : origin;
            sum += Finite(value) - origin;
        }
        if (count == 0)
        {
            return default;
        }
        var shift = sum / count;
        var squares = 0.0;
        foreach (var value in values)
        {
            if (!double.IsNaN(value))
            {
                var distance = value - origin - shift;
                squares += distance * distance;
            }
        }
        return new SampleMoments(count, origin + shift, count > 1 ? Math.Sqrt(squares / (count - 1)) : null);
    }

    /// <summary>Values that are there, in order.</summary>
    public static double[] Present(ReadOnlySpan<double> values)
    {
        var present = new List<double>(values.Length);
        foreach (var value in values)
        {
            if (!double.IsNaN(value))
            {
                present.Add(Finite(value));
            }
        }
        return [.. present];
    }

    /// <summary>
    /// Quantile with linear interpolation at (n − 1)·p, as most tables and libraries have it; null of nothing.
    /// </summary>
    public static double? Quantile(ReadOnlySpan<double> values, double probability)
    {
        if (!(probability is >= 0.0 and <= 1.0))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "a probability is in [0, 1]");
        }
        var sorted = Present(values);
        Array.Sort(sorted);
        return sorted.Length == 0 ? null : QuantileOfSorted(sorted, probability);
    }

    internal static double QuantileOfSorted(ReadOnlySpan<double> sorted, double probability)
    {
        var place = (sorted.Length - 1) * probability;
        var below = (int)Math.Floor(place);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }

    private static double Finite(double value) => double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, "a value is finite, or NaN where it is missing");
}
