using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Deleveraging;

/// <summary>Where a leg stands.</summary>
public enum LegState : byte
{
    Planned,

    /// <summary>Marked as sent before it was sent: it may have happened.</summary>
    Sent,

    /// <summary>Both accounts have it, whole.</summary>
    Filled,

    /// <summary>An account had moved on: nothing of it happened, and never will.</summary>
    Refused,

    /// <summary>Never sent.</summary>
    Cancelled,
}

/// <summary>One leg of the log. A leg is filled whole or not at all.</summary>
/// <param name="Command">The id of its fill: derived from the plan, the round and its place.</param>
/// <param name="Refusal">Why it was refused.</param>
/// <param name="Sequence">The grid's count of applied commands when it was filled.</param>
public sealed record AuditLeg(AccountId Counterparty, int Side, decimal Contracts, int Rank, decimal? Score,
    decimal Forgone, CommandId Command, LegState State, CommandStatus? Refusal, long? SentMs, long? Sequence);

/// <summary>One round: a plan at one frame. A residual is planned again in another round of the same record.</summary>
public sealed record AuditRound(int Number, long TimeMs, FrameNumber Frame, long FrameTimeMs, long PriceTimeMs,
    int RulesVersion, decimal Mark, Price Price, decimal Requested, IReadOnlyList<AuditLeg> Legs)
{
    public decimal Filled => Legs.Where(l => l.State == LegState.Filled).Sum(l => l.Contracts);
}

/// <summary>The record of one plan, from arming to its end. Only grows.</summary>
/// <param name="Side">+1 where the insolvent account is long.</param>
public sealed record PlanAudit(DeleveragingOrder Order, DeleveragingStatus State, string? Detail, int Side,
    decimal Requested, long ArmedMs, string? ExecutedBy, long? BeganMs, long? EndedMs,
    IReadOnlyList<AuditRound> Rounds)
{
    public decimal Filled => Rounds.Sum(r => r.Filled);

    public decimal Residual => Requested - Filled;
}
