using MathNet.Numerics.Distributions;
using MathNet.Numerics.Random;

namespace OrleansLeverage.Analytics.Anomalies;

/// <summary>
/// How many false alarms a detector raises, measured on noise without anything to find, and the threshold that keeps
/// them within a budget. Noise is standard normal, or drawn from a sample of values with replacement. Seeded: the same
/// seed, the same figures.
/// </summary>
public sealed record AlertBudget(string Detector, double Threshold, double RatePerThousand, double StandardError,
    int Observations)
{
    private const int Bisections = 40;
    private const double ThresholdMax = 1e6;

    /// <summary>The smallest threshold whose measured rate is within the budget.</summary>
    /// <param name="perThousand">False alarms per thousand values, above 0.</param>
    /// <param name="sample">Null draws from the normal law.</param>
    public static AlertBudget Calibrate(string detector, double perThousand, int observations, int seed,
        IReadOnlyList<double>? sample = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(perThousand);
        ArgumentOutOfRangeException.ThrowIfLessThan(observations, 1_000);
        var noise = Noise(observations, seed, sample);
        var (low, high) = (0.0, 1.0);
        while (Rate(detector, high, noise) > perThousand && high < ThresholdMax)
        {
            (low, high) = (high, high * 2.0);
        }
        for (var i = 0; i < Bisections; i++)
        {
            var middle = (low + high) / 2.0;
            (low, high) = Rate(detector, middle, noise) > perThousand ? (middle, high) : (low, middle);
        }
        return Of(detector, high, noise);
    }

    /// <summary>The rate of a threshold on fresh noise, which did not choose it.</summary>
    public static AlertBudget Measure(string detector, double threshold, int observations, int seed,
        IReadOnlyList<double>? sample = null) => Of(detector, threshold, Noise(observations, seed, sample));

    /// <summary>Alarms of a stream: places and scores. Counting them is measuring.</summary>
    public static IEnumerable<(int Index, double Score)> Alarms(string detector, double threshold,
        IReadOnlyList<double> values)
    {
        var watch = StreamDetectors.Create(detector);
        for (var i = 0; i < values.Count; i++)
        {
            if (watch.Score(values[i]) is { } score && score > threshold)
            {
                yield return (i, score);
                watch.Reset();
            }
        }
    }

    private static AlertBudget Of(string detector, double threshold, double[] noise)
    {
        var rate = Rate(detector, threshold, noise);
        // alarms are rare and almost independent: Poisson
        return new AlertBudget(detector, threshold, rate, 1_000.0 * Math.Sqrt(rate / 1_000.0 / noise.Length),
            noise.Length);
    }

    private static double Rate(string detector, double threshold, double[] noise) =>
        1_000.0 * Alarms(detector, threshold, noise).Count() / noise.Length;

    private static double[] Noise(int observations, int seed, IReadOnlyList<double>? sample)
    {
        var random = new Xoshiro256StarStar(seed, threadSafe: false);
        var noise = new double[observations];
        for (var i = 0; i < noise.Length; i++)
        {
            noise[i] = sample is { Count: > 0 } ? sample[random.Next(sample.Count)] : Normal.Sample(random, 0.0, 1.0);
        }
        return noise;
    }
}
