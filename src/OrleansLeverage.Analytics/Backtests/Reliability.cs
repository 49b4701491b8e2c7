namespace OrleansLeverage.Analytics.Backtests;

/// <summary>What was forecast to happen with a probability, and how often it did.</summary>
public readonly record struct ReliabilityPoint(double Predicted, ShareInterval Realised)
{
    /// <summary>False where the forecast probability is outside what the count allows.</summary>
    public bool IsReliable => Realised.Holds(Predicted);
}

/// <summary>Transforms from one bound up to the next; a right law puts the same share into each of equal width.
/// </summary>
public readonly record struct TransformBin(double From, double To, ShareInterval Realised);

/// <summary>
/// Does what is said to happen with probability p happen with frequency p? By the probability integral transforms
/// u = F(r): the share of u ≤ p for probabilities from the far loss to the far gain, and their histogram, each share
/// with its <see cref="ShareInterval.Wilson"/> interval. A right law's points lie on the diagonal. Sources: Dawid 1984,
/// JRSS A 147:278; Gneiting, Balabdaoui and Raftery 2007, JRSS B 69:243.
/// </summary>
public sealed record Reliability(IReadOnlyList<ReliabilityPoint> Points, IReadOnlyList<TransformBin> Bins,
    double Confidence)
{
    public const int BinCount = 10;

    /// <summary>Probabilities that are looked at: closer together in the tails, where risk is.</summary>
    public static IReadOnlyList<double> Probabilities { get; } =
        [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99, 0.995];

    /// <param name="transforms">Each in [0, 1], in any order; at least one.</param>
    /// <param name="confidence">Of each interval by itself, such as 0.95.</param>
    public static Reliability Of(IReadOnlyList<double> transforms, double confidence = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfZero(transforms.Count, nameof(transforms));
        var bins = new int[BinCount];
        foreach (var transform in transforms)
        {
            if (!(transform is >= 0.0 and <= 1.0))
            {
                throw new ArgumentOutOfRangeException(nameof(transforms), transform, "a transform is in [0, 1]");
            }
            bins[Math.Min(BinCount - 1, (int)(transform * BinCount))]++;
        }
        ShareInterval Of(int seen) => ShareInterval.Wilson(seen, transforms.Count, confidence);
        return new Reliability(
            [.. Probabilities.Select(p => new ReliabilityPoint(p, Of(transforms.Count(u => u <= p))))],
            [.. bins.Select((seen, at) =>
                new TransformBin((double)at / BinCount, (at + 1.0) / BinCount, Of(seen)))],
            confidence);
    }
}
