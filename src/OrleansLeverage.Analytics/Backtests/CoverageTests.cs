using MathNet.Numerics.Distributions;

namespace OrleansLeverage.Analytics.Backtests;

/// <summary>
/// Do exceptions of a value at risk come as often as they should, and independently? An exception is a return strictly
/// below −VaR; p is its probability, 0.05 at 95 %. Sources: Kupiec 1995, J. Derivatives 3(2):73; Christoffersen 1998,
/// IER 39:841; quant reference §19. Everything in logarithms; 0·ln 0 = 0, so absent transitions are no trouble.
/// </summary>
public static class CoverageTests
{
    /// <summary>Proportion of failures: x of T against p.</summary>
    public static LikelihoodRatio Kupiec(int failures, int observations, double probability)
    {
        Check(failures, observations, probability);
        return LikelihoodRatio.Of(2.0 * (Divergence(failures, observations, probability)
            + Divergence(observations - failures, observations, 1.0 - probability)));
    }

    /// <summary>Time until the first failure, on day 1, 2, ...</summary>
    public static LikelihoodRatio TimeUntilFirstFailure(int day, double probability)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(day, 1);
        return Kupiec(1, day, probability);
    }

    /// <summary>First-order independence, over T − 1 transitions.</summary>
    public static LikelihoodRatio Independence(TransitionCounts counts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(
            Math.Min(Math.Min(counts.N00, counts.N01), Math.Min(counts.N10, counts.N11)), 0, nameof(counts));
        ArgumentOutOfRangeException.ThrowIfZero(counts.Total, nameof(counts));
        var (quiet, loud) = (counts.N00 + counts.N01, counts.N10 + counts.N11);
        var rate = (double)(counts.N01 + counts.N11) / counts.Total;
        return LikelihoodRatio.Of(2.0 * (Divergence(counts.N01, quiet, rate) + Divergence(counts.N00, quiet, 1.0 - rate)
            + Divergence(counts.N11, loud, rate) + Divergence(counts.N10, loud, 1.0 - rate)));
    }

    /// <summary>Coverage over all observations and independence over the transitions, added: χ²(2).</summary>
    public static LikelihoodRatio ConditionalCoverage(int failures, int observations, double probability,
        TransitionCounts counts) => Kupiec(failures, observations, probability) + Independence(counts);

    /// <summary>
    /// Fewest and most failures that <see cref="Kupiec"/> does not reject at a confidence, such as 0.95. No failure is
    /// judged as the statistic says: Kupiec's printed table leaves it out of the question.
    /// </summary>
    public static (int Min, int Max) AcceptanceRegion(int observations, double probability, double confidence)
    {
        if (!(confidence is > 0.0 and < 1.0))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "a confidence is in (0, 1)");
        }
        var critical = ChiSquared.InvCDF(1.0, confidence);
        bool Accepts(int failures) => Kupiec(failures, observations, probability).Statistic <= critical;
        // the statistic falls to the expected number and rises from it
        var (min, max) = ((int)(observations * probability), (int)Math.Ceiling(observations * probability));
        while (min > 0 && Accepts(min - 1))
        {
            min--;
        }
        while (max < observations && Accepts(max + 1))
        {
            max++;
        }
        return (min, max);
    }

    /// <summary>x·ln((x/n) / p), 0 where x is 0.</summary>
    private static double Divergence(int count, int of, double probability) =>
        count == 0 ? 0.0 : count * Math.Log((double)count / of / probability);

    private static void Check(int failures, int observations, double probability)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(observations, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(failures);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(failures, observations);
        if (!(probability is > 0.0 and < 1.0))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "a probability is in (0, 1)");
        }
    }
}
