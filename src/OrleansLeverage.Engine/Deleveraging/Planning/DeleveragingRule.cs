using OrleansLeverage.Domain.Deleveraging;

namespace OrleansLeverage.Engine.Deleveraging;

/// <summary>How the contracts that must go are taken from the accounts on the other side.</summary>
public enum DeleveragingPolicy : byte
{
    /// <summary>The highest score first, each as far as it goes.</summary>
    Queue,

    /// <summary>By contracts held.</summary>
    ProRataContracts,

    /// <summary>By unrealised profit; who has none gives nothing.</summary>
    ProRataProfit,

    /// <summary>By equity.</summary>
    ProRataEquity,

    /// <summary>By unrealised profit, nobody more than a share of it: water filling.</summary>
    CappedProRata,

    /// <summary>So that the largest leverage left afterwards is as small as it can be.</summary>
    RiskAware,
}

/// <summary>A policy and its settings. The score ranks under every policy; only the queue takes by it.</summary>
public sealed record DeleveragingRule
{
    public const int NameLengthMax = 64;

    public string Name { get; init; } = "default";

    public int Version { get; init; } = 1;

    public DeleveragingPolicy Policy { get; init; } = DeleveragingPolicy.Queue;

    public DeleveragingScore Score { get; init; } = DeleveragingScore.Hyperliquid;

    /// <summary>
    /// Only what is not hedged by the account's other positions in the coin is taken: never one leg of a hedge.
    /// </summary>
    public bool IsHedgeAware { get; init; }

    /// <summary>Only accounts whose position gains.</summary>
    public bool IsProfitableOnly { get; init; }

    /// <summary>
    /// Largest share of its profit that an account forgoes under <see cref="DeleveragingPolicy.CappedProRata"/>; above
    /// 0, at most 1.
    /// </summary>
    public decimal ProfitShareMax { get; init; } = 1m;

    /// <summary>
    /// True where a budget beyond what may be taken is refused whole; the others take what there is and say what is
    /// left.
    /// </summary>
    public bool IsAllOrNothing => Policy is DeleveragingPolicy.CappedProRata or DeleveragingPolicy.RiskAware;

    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    public void Check()
    {
        if (Name.Length is 0 or > NameLengthMax || Name.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            throw new ArgumentOutOfRangeException(nameof(Name), Name.Length,
                $"a rule's name is 1 to {NameLengthMax} printable characters of ASCII");
        }
        ArgumentOutOfRangeException.ThrowIfNegative(Version);
        if (!Enum.IsDefined(Policy) || !Enum.IsDefined(Score))
        {
            throw new ArgumentOutOfRangeException(nameof(Policy), $"{Policy}, {Score}", "no such policy or score");
        }
        if (ProfitShareMax is <= 0m or > 1m)
        {
            throw new ArgumentOutOfRangeException(nameof(ProfitShareMax), ProfitShareMax,
                "a share is above 0 and at most 1");
        }
    }

    /// <summary>
    /// The score in double, to the bit of <see cref="RankScore.Approximate"/>, without making the score where that is
    /// not needed. NaN where it has no value.
    /// </summary>
    internal double ApproximateOf(DeleveragingCandidate candidate) => Policy switch
    {
        DeleveragingPolicy.ProRataContracts => candidate.Lots,
        DeleveragingPolicy.ProRataProfit or DeleveragingPolicy.CappedProRata =>
            (double)Math.Max(0m, candidate.Profit),
        DeleveragingPolicy.ProRataEquity => (double)candidate.Equity,
        DeleveragingPolicy.RiskAware => candidate.Equity > 0m
            ? (double)candidate.GrossNotional / (double)candidate.Equity
            : double.NaN,
        _ => DeleveragingScores.Of(Score, candidate.ScoreInputs)?.Approximate ?? double.NaN,
    };

    /// <summary>Whether two accounts are plainly ranked alike; false where the scores themselves must tell.</summary>
    internal bool IsAlike(DeleveragingCandidate one, DeleveragingCandidate other) => Policy switch
    {
        DeleveragingPolicy.ProRataContracts => one.Lots == other.Lots,
        DeleveragingPolicy.ProRataProfit or DeleveragingPolicy.CappedProRata =>
            one.Profit == other.Profit || (one.Profit <= 0m && other.Profit <= 0m),
        DeleveragingPolicy.ProRataEquity => one.Equity == other.Equity,
        _ => false,
    };

    /// <summary>
    /// What the account is ranked by under this rule: the score under a queue, otherwise what decides its share. Null
    /// where that has no value.
    /// </summary>
    public RankScore? ScoreOf(DeleveragingCandidate candidate) => Policy switch
    {
        DeleveragingPolicy.Queue => DeleveragingScores.Of(Score, candidate.ScoreInputs),
        DeleveragingPolicy.ProRataContracts => RankScore.Of(candidate.Lots),
        DeleveragingPolicy.ProRataProfit or DeleveragingPolicy.CappedProRata =>
            RankScore.Of(Math.Max(0m, candidate.Profit)),
        DeleveragingPolicy.ProRataEquity => RankScore.Of(candidate.Equity),
        DeleveragingPolicy.RiskAware => candidate.Equity > 0m
            ? new RankScore(candidate.GrossNotional, candidate.Equity, 1m, 1m)
            : null,
        _ => throw new ArgumentOutOfRangeException(nameof(candidate), Policy, "is no policy"),
    };
}
