using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Deleveraging;

/// <summary>What an operator asks for. The id names the plan for ever: asking twice plans once.</summary>
/// <param name="Quantity">Contracts to close, unsigned; null for the whole position.</param>
public sealed record DeleveragingOrder(CommandId Plan, InstrumentId Instrument, AccountId Bankrupt,
    DeleveragingRule Rule, string Operator, decimal? Quantity = null)
{
    public const int OperatorLengthMax = 64;
}

/// <summary>The account of a leg, before and after: what its owner will see.</summary>
public sealed record AccountOutcome(decimal Equity, decimal GrossNotional, decimal NetNotional, decimal? Leverage,
    decimal? MarginRatio, RiskTier Tier);

/// <summary>One counterparty's part of a plan.</summary>
/// <param name="Side">+1 where it is long and sells.</param>
/// <param name="Rank">From 1, of all who may be reduced; the quantile is rank over their number.</param>
/// <param name="ProfitTerm">The two terms of its score apart; null where a term has no decimal.</param>
/// <param name="Forgone">USD less than at the mark.</param>
public sealed record PlannedLeg(AccountId Counterparty, int Side, decimal Contracts, decimal Held, decimal Hedged,
    int Rank, decimal Quantile, decimal? ProfitTerm, decimal? LeverageTerm, decimal? Score, decimal Forgone,
    AccountOutcome Before, AccountOutcome After);

/// <summary>
/// Who is to be closed against whom at which price, at one frame. Rehearsed and armed plans are made by the same code.
/// </summary>
/// <param name="Status">Planned or PlannedShort with legs; otherwise the reason why there are none.</param>
/// <param name="Detail">What was out of range and its bound; null where the status says all.</param>
/// <param name="Price">At which the account is left without debt, on the market's tick; null where there is
/// none.</param>
/// <param name="Shortfall">USD that the position's part of the account is short of, at the mark.</param>
/// <param name="Fund">The insurance fund, USD.</param>
public sealed record DeleveragingPlan(DeleveragingStatus Status, string? Detail, InstrumentId Instrument,
    AccountId Bankrupt, DeleveragingRule Rule, FrameNumber Frame, long FrameTimeMs, PriceState PriceState,
    long? PriceTimeMs, decimal? Mark, Price? Price, int Side, decimal Requested, decimal Residual, decimal Shortfall,
    decimal Fund, int Ranked, IReadOnlyDictionary<ExclusionReason, int> Excluded, IReadOnlyList<PlannedLeg> Legs)
{
    public bool HasLegs => Status is DeleveragingStatus.Planned or DeleveragingStatus.PlannedShort;

    public decimal Contracts => Requested - Residual;
}

/// <summary>
/// How far deleveraging is from beginning and from ending, in one market, live.
/// </summary>
/// <param name="State">Armed or active where a plan is, otherwise Disarmed.</param>
/// <param name="Inhibited">Why prices forbid it, in words; null where they do not.</param>
/// <param name="Shortfall">USD that insolvent accounts are short of in this market.</param>
public sealed record DeleveragingCondition(InstrumentId Instrument, DeleveragingStatus State, FrameNumber Frame,
    string? Inhibited, PriceState PriceState, long? PriceAgeMs, long PriceAgeMaxMs, int InsolventAccounts,
    decimal InsolventContracts, decimal Shortfall, decimal Fund)
{
    public const int LargestMax = 100;

    /// <summary>Of the frame that was looked at, Unix milliseconds; 0 where an engine does not tell it.</summary>
    public long FrameTimeMs { get; init; }

    /// <summary>
    /// Who is short of most, largest first, at most <see cref="LargestMax"/>; empty from an engine that does not tell
    /// them.
    /// </summary>
    public IReadOnlyList<InsolventPosition> Largest { get; init; } = [];

    /// <summary>USD by which the shortfall may grow before it is due; below 0 once it is.</summary>
    public decimal ToTrigger => Fund - Shortfall;

    /// <summary>USD of shortfall that must go before it ends; 0 or less where it is not due.</summary>
    public decimal ToStop => Shortfall - Fund;

    public bool IsDue => InsolventAccounts > 0 && ToStop > 0m;
}

/// <summary>Every position of a market under a rule.</summary>
public sealed record DeleveragingQueue(InstrumentId Instrument, DeleveragingRule Rule, FrameNumber Frame,
    long FrameTimeMs, decimal LotSize, IReadOnlyList<RankedCandidate> Longs, IReadOnlyList<RankedCandidate> Shorts);
