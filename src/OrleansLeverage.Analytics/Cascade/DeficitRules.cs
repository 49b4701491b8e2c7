namespace OrleansLeverage.Analytics.Cascade;

/// <summary>A winner who can be asked to pay.</summary>
/// <param name="Bucket">Its place in the book; ties are broken by it.</param>
/// <param name="Profit">Unrealised profit, above 0: the most that is taken.</param>
/// <param name="Score">Profit / entry value × leverage: the order of a queue, highest first.</param>
public readonly record struct DeficitCandidate(int Bucket, double Profit, double Score);

/// <summary>
/// Divides a deficit among winners: what is taken of each, in their order, in [0, profit]; the sum is the smaller of
/// the deficit and all profit.
/// </summary>
public delegate double[] DeficitRule(double deficit, IReadOnlyList<DeficitCandidate> candidates);

/// <summary>
/// Rules of haircuts in money, for simulation. The rules by which positions are really deleveraged are exact and live
/// with the engine.
/// </summary>
public static class DeficitRules
{
    /// <summary>Everybody the same share of its profit.</summary>
    public static double[] ProRata(double deficit, IReadOnlyList<DeficitCandidate> candidates)
    {
        var total = candidates.Sum(c => c.Profit);
        var share = total > 0.0 ? Math.Min(1.0, deficit / total) : 0.0;
        return [.. candidates.Select(c => c.Profit * share)];
    }

    /// <summary>Whole profits in the order of the scores, the last in part.</summary>
    public static double[] Queue(double deficit, IReadOnlyList<DeficitCandidate> candidates)
    {
        var taken = new double[candidates.Count];
        var left = deficit;
        foreach (var place in Enumerable.Range(0, candidates.Count).OrderByDescending(i => candidates[i].Score)
            .ThenBy(i => candidates[i].Bucket))
        {
            taken[place] = Math.Min(left, candidates[place].Profit);
            left -= taken[place];
            if (left <= 0.0)
            {
                break;
            }
        }
        return taken;
    }

    /// <summary>
    /// The queue without cutting the last: whole profits until the deficit is passed, which overshoots by part of one
    /// profit.
    /// </summary>
    public static double[] WholeQueue(double deficit, IReadOnlyList<DeficitCandidate> candidates)
    {
        var taken = Queue(deficit, candidates);
        for (var i = 0; i < taken.Length; i++)
        {
            taken[i] = taken[i] > 0.0 ? candidates[i].Profit : 0.0;
        }
        return taken;
    }
}
