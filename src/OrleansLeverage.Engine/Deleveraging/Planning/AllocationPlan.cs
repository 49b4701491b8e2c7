namespace OrleansLeverage.Engine.Deleveraging;

/// <summary>What a plan came to. Listed in precedence.</summary>
public enum AllocationStatus : byte
{
    /// <summary>No lots were asked for.</summary>
    NothingToClose,

    /// <summary>Nobody on the other side may be reduced.</summary>
    NoCandidates,

    /// <summary>More is asked for than may be taken, and the policy is all or nothing: nothing is taken.</summary>
    Infeasible,

    /// <summary>All that may be taken is taken; a residual is left.</summary>
    Short,

    /// <summary>All lots are covered.</summary>
    Covered,
}

/// <summary>Why an account on the other side is not in the plan.</summary>
public enum ExclusionReason : byte
{
    /// <summary>No positive equity: it is insolvent itself, and its score has no value.</summary>
    NoEquity,

    /// <summary>Its position gains nothing, and the rule asks for that.</summary>
    NotProfitable,

    /// <summary>All of it is hedged by the account's other positions.</summary>
    Hedged,

    /// <summary>A single lot at the price would leave it without equity, or beyond the rule's share of its profit.
    /// </summary>
    NoRoom,

    /// <summary>Its part would leave the rest of its account in liquidation.</summary>
    LeftInLiquidation,
}

/// <summary>What is asked of a plan.</summary>
/// <param name="Lots">Lots of the insolvent position to close.</param>
/// <param name="MarkValuePerLot">USD by which a lot reduces a counterparty's notional.</param>
/// <param name="ForgonePerLot">
/// USD that a counterparty gets less than at the mark; negative where the price is better for it.
/// </param>
public sealed record AllocationQuestion(long Lots, decimal MarkValuePerLot, decimal ForgonePerLot);

/// <summary>One account's part of a plan; what is told of it follows from these.</summary>
/// <param name="Rank">From 1, over everybody who may be reduced.</param>
public readonly record struct AllocatedLeg(DeleveragingCandidate Candidate, long Lots, int Rank,
    AllocationQuestion Question)
{
    private const decimal LeverageMax = 1_000_000_000_000m;

    /// <summary>USD less than at the mark.</summary>
    public decimal Forgone => Lots * Question.ForgonePerLot;

    public decimal? LeverageBefore => Leverage(Candidate.GrossNotional, Candidate.Equity);

    /// <summary>Null where nothing is left to be levered on.</summary>
    public decimal? LeverageAfter =>
        Leverage(Candidate.GrossNotional - (Lots * Question.MarkValuePerLot), Candidate.Equity - Forgone);

    /// <summary>Null without equity, or where it is next to nothing beside the notional.</summary>
    private static decimal? Leverage(decimal gross, decimal equity) =>
        equity > 0m && (gross <= 0m || equity >= gross / LeverageMax) ? Math.Max(0m, gross) / equity : null;
}

/// <summary>Who gives how many lots; legs in the order of their rank.</summary>
public sealed record AllocationPlan(AllocationStatus Status, long Lots, long ResidualLots, int Ranked,
    IReadOnlyDictionary<ExclusionReason, int> Excluded, IReadOnlyList<AllocatedLeg> Legs)
{
    public long PlannedLots => Lots - ResidualLots;
}
