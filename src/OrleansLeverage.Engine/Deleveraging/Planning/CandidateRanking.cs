using OrleansLeverage.Domain.Deleveraging;

namespace OrleansLeverage.Engine.Deleveraging;

/// <summary>Where a position stands under a rule.</summary>
/// <param name="Rank">From 1; null for one that has none.</param>
/// <param name="Quantile">Rank / number of ranked: small goes first.</param>
/// <param name="Lights">5 for the fifth that goes first, down to 1.</param>
public sealed record RankedCandidate(DeleveragingCandidate Candidate, int? Rank, decimal? Quantile, int? Lights,
    RankScore? Score);

/// <summary>Rank and quantile of every position on one side, whether or not anything is to be closed.</summary>
public static class CandidateRanking
{
    private const int LightsMax = 5;

    /// <summary>Best first; those without a score, by account id, at the end.</summary>
    public static IReadOnlyList<RankedCandidate> Of(IReadOnlyList<DeleveragingCandidate> candidates,
        DeleveragingRule rule)
    {
        rule.Check();
        var ranked = new List<DeleveragingCandidate>(candidates.Count);
        var keys = new List<double>(candidates.Count);
        var without = new List<DeleveragingCandidate>();
        foreach (var candidate in candidates)
        {
            if (candidate.Equity > 0m && rule.ScoreOf(candidate) is { } score)
            {
                ranked.Add(candidate);
                keys.Add(-score.Approximate);
            }
            else
            {
                without.Add(candidate);
            }
        }
        var order = CandidateOrder.Descending(ranked.ToArray(), keys.ToArray(), rule);
        var rows = new List<RankedCandidate>(candidates.Count);
        for (var i = 0; i < order.Length; i++)
        {
            rows.Add(new RankedCandidate(ranked[order[i]], i + 1, (i + 1m) / order.Length,
                LightsMax - (int)((long)i * LightsMax / order.Length), rule.ScoreOf(ranked[order[i]])));
        }
        rows.AddRange(without.OrderBy(c => c.Account).Select(c => new RankedCandidate(c, null, null, null, null)));
        return rows;
    }
}
