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

    /// <summary>Places in <paramref name="candidates"/>, best first; all of them have a score.</summary>
    /// <param name="keys">Minus the approximate score of each; sorted along.</param>
    public static int[] Descending(ReadOnlySpan<DeleveragingCandidate> candidates, Span<double> keys,
        DeleveragingRule rule)
    {
        var order = new int[candidates.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }
        KeyOrder.Ascending(keys, order);
        var named = IsByName(candidates);
        for (var from = 0; from < keys.Length;)
        {
            var to = from + 1;
            while (to < keys.Length && keys[to] - keys[to - 1] <= NearMargin * Math.Abs(keys[to - 1]))
            {
                to++;
            }
            if (to - from > 1)
            {
                Exactly(candidates, rule, order.AsSpan(from, to - from), named);
            }
            from = to;
        }
        return order;
    }

    /// <summary>Neighbours that doubles cannot tell apart: most are equal, and then their names alone decide.</summary>
    private static void Exactly(ReadOnlySpan<DeleveragingCandidate> candidates, DeleveragingRule rule,
        Span<int> near, bool named)
    {
        if (named)
        {
            near.Sort();
        }
        else
        {
            var names = new string[near.Length];
            for (var i = 0; i < names.Length; i++)
            {
                names[i] = candidates[near[i]].Account.Value;
            }
            MemoryExtensions.Sort(names.AsSpan(), near, string.CompareOrdinal);
        }
        if (!AreEqual(candidates, rule, near))
        {
            // places among the names break ties: the sort need not be stable
            var (places, scores) = (new int[near.Length], new RankScore[near.Length]);
            for (var i = 0; i < places.Length; i++)
            {
                (places[i], scores[i]) = (i, Score(candidates[near[i]], rule));
            }
            Array.Sort(places, (a, b) =>
                scores[b].CompareTo(scores[a]) is var byScore && byScore != 0 ? byScore : a.CompareTo(b));
            var sorted = near.ToArray();
            for (var i = 0; i < places.Length; i++)
            {
                near[i] = sorted[places[i]];
            }
        }
    }

    private static bool AreEqual(ReadOnlySpan<DeleveragingCandidate> candidates, DeleveragingRule rule,
        ReadOnlySpan<int> near)
    {
        var first = candidates[near[0]];
        RankScore? score = null;
        for (var i = 1; i < near.Length; i++)
        {
            if (!rule.IsAlike(first, candidates[near[i]])
                && Score(candidates[near[i]], rule) != (score ??= Score(first, rule)))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Candidates that come by name need not be sorted by it.</summary>
    private static bool IsByName(ReadOnlySpan<DeleveragingCandidate> candidates)
    {
        for (var i = 1; i < candidates.Length; i++)
        {
            if (candidates[i - 1].Account.CompareTo(candidates[i].Account) >= 0)
            {
                return false;
            }
        }
        return true;
    }

    private static RankScore Score(DeleveragingCandidate candidate, DeleveragingRule rule) => rule.ScoreOf(candidate)
        ?? throw new ArgumentException($"{candidate.Account} has no score under {rule.Policy}", nameof(candidate));
}
