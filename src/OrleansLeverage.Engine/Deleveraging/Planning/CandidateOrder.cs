using OrleansLeverage.Domain.Deleveraging;

namespace OrleansLeverage.Engine.Deleveraging;

/// <summary>
/// Candidates from the highest score down; equal scores by account id, so that the order is a function of the state
/// alone. Doubles sort, and wherever two of them are nearer than their error, the exact scores decide.
/// </summary>
internal static class CandidateOrder
{
    // two neighbours further apart than both errors are in their exact order
    private const double NearMargin = 4.0 * RankScore.ApproximationError;

    /// <summary>Places in <paramref name="candidates"/>, best first.</summary>
    public static int[] Descending(IReadOnlyList<DeleveragingCandidate> candidates, RankScore[] scores)
    {
        var keys = new double[candidates.Count];
        var order = new int[candidates.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            (keys[i], order[i]) = (-scores[i].Approximate, i);
        }
        Array.Sort(keys, order);
        var comparer = new Exact(candidates, scores);
        for (var from = 0; from < keys.Length;)
        {
            var to = from + 1;
            while (to < keys.Length && keys[to] - keys[to - 1] <= NearMargin * Math.Abs(keys[to - 1]))
            {
                to++;
            }
            if (to - from > 1)
            {
                Array.Sort(order, from, to - from, comparer);
            }
            from = to;
        }
        return order;
    }

    private sealed class Exact(IReadOnlyList<DeleveragingCandidate> candidates, RankScore[] scores) : IComparer<int>
    {
        public int Compare(int left, int right)
        {
            var byScore = scores[right].CompareTo(scores[left]);
            return byScore != 0 ? byScore : candidates[left].Account.CompareTo(candidates[right].Account);
        }
    }
}
