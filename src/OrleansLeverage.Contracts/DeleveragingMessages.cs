namespace OrleansLeverage.Contracts;

/// <summary>An order to deleverage; enums by their numbers.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.DeleveragingOrder.v1")]
public sealed record OrderMessage(
    [property: Id(0)] Ulid Plan, [property: Id(1)] string Instrument, [property: Id(2)] string Bankrupt,
    [property: Id(3)] RuleMessage Rule, [property: Id(4)] string Operator, [property: Id(5)] decimal? Quantity);

[GenerateSerializer, Immutable]
[Alias("leverage.DeleveragingRule.v1")]
public sealed record RuleMessage(
    [property: Id(0)] string Name, [property: Id(1)] int Version, [property: Id(2)] byte Policy,
    [property: Id(3)] byte Score, [property: Id(4)] bool IsHedgeAware, [property: Id(5)] bool IsProfitableOnly,
    [property: Id(6)] decimal ProfitShareMax);

/// <summary>A plan as it was made, at one frame; amounts in USD.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.DeleveragingPlan.v1")]
public sealed record PlanMessage
{
    [Id(0)]
    public byte Status { get; init; }

    [Id(1)]
    public string? Detail { get; init; }

    [Id(2)]
    public string Instrument { get; init; } = "";

    [Id(3)]
    public string Bankrupt { get; init; } = "";

    [Id(4)]
    public RuleMessage Rule { get; init; } = new("", 0, 0, 0, false, false, 0m);

    [Id(5)]
    public long Epoch { get; init; }

    [Id(6)]
    public long FrameSequence { get; init; }

    [Id(7)]
    public long FrameTimeMs { get; init; }

    [Id(8)]
    public byte PriceState { get; init; }

    [Id(9)]
    public long? PriceTimeMs { get; init; }

    [Id(10)]
    public decimal? Mark { get; init; }

    [Id(11)]
    public decimal? Price { get; init; }

    [Id(12)]
    public int Side { get; init; }

    [Id(13)]
    public decimal Requested { get; init; }

    [Id(14)]
    public decimal Residual { get; init; }

    [Id(15)]
    public decimal Shortfall { get; init; }

    [Id(16)]
    public decimal Fund { get; init; }

    [Id(17)]
    public int Ranked { get; init; }

    [Id(18)]
    public ExclusionMessage[] Excluded { get; init; } = [];

    [Id(19)]
    public PlannedLegMessage[] Legs { get; init; } = [];
}

[GenerateSerializer, Immutable]
[Alias("leverage.Exclusion.v1")]
public readonly record struct ExclusionMessage([property: Id(0)] int Reason, [property: Id(1)] int Count);

[GenerateSerializer, Immutable]
[Alias("leverage.PlannedLeg.v1")]
public sealed record PlannedLegMessage(
    [property: Id(0)] string Counterparty, [property: Id(1)] int Side, [property: Id(2)] decimal Contracts,
    [property: Id(3)] decimal Held, [property: Id(4)] decimal Hedged, [property: Id(5)] int Rank,
    [property: Id(6)] decimal Quantile, [property: Id(7)] decimal? ProfitTerm, [property: Id(8)] decimal? LeverageTerm,
    [property: Id(9)] decimal? Score, [property: Id(10)] decimal Forgone, [property: Id(11)] OutcomeMessage Before,
    [property: Id(12)] OutcomeMessage After);

[GenerateSerializer, Immutable]
[Alias("leverage.AccountOutcome.v1")]
public sealed record OutcomeMessage(
    [property: Id(0)] decimal Equity, [property: Id(1)] decimal Gross, [property: Id(2)] decimal Net,
    [property: Id(3)] decimal? Leverage, [property: Id(4)] decimal? MarginRatio, [property: Id(5)] byte Tier);

/// <summary>
/// The answer to arming, disarming and executing: the plan where one was made, its record in bytes of the journal's
/// codec where one is kept, and whether somebody is at work on it.
/// </summary>
[GenerateSerializer, Immutable]
[Alias("leverage.DeleveragingReply.v1")]
public sealed record DeleveragingReply(
    [property: Id(0)] byte Status, [property: Id(1)] string? Detail, [property: Id(2)] PlanMessage? Plan,
    [property: Id(3)] byte[]? Record, [property: Id(4)] bool IsUnderWay);

/// <summary>How far deleveraging of a market is.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.DeleveragingCondition.v1")]
public sealed record ConditionMessage(
    [property: Id(0)] string Instrument, [property: Id(1)] byte State, [property: Id(2)] long Epoch,
    [property: Id(3)] long FrameSequence, [property: Id(4)] string? Inhibited, [property: Id(5)] byte PriceState,
    [property: Id(6)] long? PriceAgeMs, [property: Id(7)] long PriceAgeMaxMs, [property: Id(8)] int InsolventAccounts,
    [property: Id(9)] decimal InsolventContracts, [property: Id(10)] decimal Shortfall,
    [property: Id(11)] decimal Fund)
{
    [Id(12)]
    public long FrameTimeMs { get; init; }

    [Id(13)]
    public InsolventMessage[] Largest { get; init; } = [];
}

/// <summary>A position of an account that owes more than it has.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Insolvent.v1")]
public sealed record InsolventMessage(
    [property: Id(0)] string Account, [property: Id(1)] int Side, [property: Id(2)] decimal Contracts,
    [property: Id(3)] decimal Shortfall, [property: Id(4)] byte PriceState, [property: Id(5)] long? OldestPriceMs);

/// <summary>Holders of a market in some buckets of the roster; <see cref="NextBucket"/> is −1 after the last.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.MarketPage.v1")]
public sealed record MarketPage(
    [property: Id(0)] FrameMessage Frame, [property: Id(1)] HolderMessage[] Holders, [property: Id(2)] int NextBucket);

/// <summary>What one silo has of a bucket of the roster: its rows, and of them the holders of a market.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.BucketHolders.v1")]
public sealed record BucketHolders(
    [property: Id(0)] RowCount Rows, [property: Id(1)] decimal Insurance, [property: Id(2)] HolderMessage[] Holders);

/// <summary>One holder of a market at a frame; all 0 but the account where a price is missing.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Holder.v1")]
public sealed record HolderMessage
{
    [Id(0)]
    public string Account { get; init; } = "";

    [Id(1)]
    public bool IsKnown { get; init; }

    [Id(2)]
    public int Side { get; init; }

    [Id(3)]
    public long Lots { get; init; }

    [Id(4)]
    public long HedgedLots { get; init; }

    [Id(5)]
    public decimal EntryValue { get; init; }

    [Id(6)]
    public decimal MarkValue { get; init; }

    [Id(7)]
    public decimal Profit { get; init; }

    [Id(8)]
    public decimal Wallet { get; init; }

    [Id(9)]
    public decimal Equity { get; init; }

    [Id(10)]
    public decimal MaintenanceMargin { get; init; }

    [Id(11)]
    public decimal GrossNotional { get; init; }

    [Id(12)]
    public long Sequence { get; init; }

    /// <summary>What an insolvent account is short of; null for one that is not.</summary>
    [Id(13)]
    public decimal? Shortfall { get; init; }

    [Id(14)]
    public decimal Contracts { get; init; }

    [Id(15)]
    public byte PriceState { get; init; }

    [Id(16)]
    public long? OldestPriceMs { get; init; }
}

/// <summary>An ended plan's record, and its place in the order in which plans were armed.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.ArchivedPlan.v1")]
public readonly record struct ArchivedPlan([property: Id(0)] long Ordinal, [property: Id(1)] byte[] Record);
