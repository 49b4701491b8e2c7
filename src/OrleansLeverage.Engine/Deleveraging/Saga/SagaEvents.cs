using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Deleveraging.Saga;

/// <summary>
/// What happened to a plan, as it is kept. What becomes of a leg that was sent is not told again: the fill's own
/// record, applied or refused under the leg's id, says it.
/// </summary>
internal abstract record SagaEvent(CommandId Plan, long TimeMs);

internal sealed record PlanArmed(CommandId Plan, long TimeMs, DeleveragingOrder Order, int Side, RoundPlan Round)
    : SagaEvent(Plan, TimeMs);

internal sealed record ExecutionBegan(CommandId Plan, long TimeMs, string Operator) : SagaEvent(Plan, TimeMs);

/// <summary>Legs of the present round that are about to be sent.</summary>
internal sealed record LegsSent(CommandId Plan, long TimeMs, int From, int Count) : SagaEvent(Plan, TimeMs);

/// <summary>What was not sent of the present round never will be.</summary>
internal sealed record RestCancelled(CommandId Plan, long TimeMs) : SagaEvent(Plan, TimeMs);

/// <summary>The residual at a new frame.</summary>
internal sealed record RoundPlanned(CommandId Plan, long TimeMs, RoundPlan Round) : SagaEvent(Plan, TimeMs);

internal sealed record PlanEnded(CommandId Plan, long TimeMs, DeleveragingStatus Status, string Operator,
    string Detail) : SagaEvent(Plan, TimeMs);

/// <summary>Prices, frame and legs of a round, fixed when it is planned.</summary>
internal sealed record RoundPlan(FrameNumber Frame, long FrameTimeMs, long PriceTimeMs, int RulesVersion, decimal Mark,
    Price Price, decimal Requested, IReadOnlyList<LegPlan> Legs);

internal sealed record LegPlan(AccountId Counterparty, decimal Contracts, int Rank, decimal? Score, decimal Forgone);
