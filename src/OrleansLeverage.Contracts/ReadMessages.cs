namespace OrleansLeverage.Contracts;

/// <summary>Which accounts, in which order; enums by their numbers, −1 for none.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.ListingQuery.v1")]
public sealed record ListingQuery(
    [property: Id(0)] int Order, [property: Id(1)] int[] Tiers, [property: Id(2)] int Side,
    [property: Id(3)] string? Holds, [property: Id(4)] double? LeverageMin, [property: Id(5)] double? NotionalMin,
    [property: Id(6)] PlaceMessage? After, [property: Id(7)] int CountMax)
{
    [Id(8)]
    public string? Market { get; init; }

    [Id(9)]
    public decimal? MoveFrom { get; init; }

    [Id(10)]
    public decimal? MoveTo { get; init; }

    [Id(11)]
    public double? LeverageBelow { get; init; }

    [Id(12)]
    public double? EquityMin { get; init; }

    [Id(13)]
    public double? EquityBelow { get; init; }
}

/// <summary>An account and the figure that it is placed by.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Place.v1")]
public sealed record PlaceMessage([property: Id(0)] double Key, [property: Id(1)] string Account);

/// <summary>A page of one silo's accounts or, merged, of all.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Listing.v1")]
public sealed record ListingMessage(
    [property: Id(0)] NumberMessage Frame, [property: Id(1)] long FrameTimeMs, [property: Id(2)] long Accounts,
    [property: Id(3)] ListedMessage[] Items, [property: Id(4)] double[] Keys, [property: Id(5)] PlaceMessage? Next)
{
    [Id(6)]
    public PartsMessage? Parts { get; init; }
}

/// <summary>The oldest frame of the parts of an answer, and the silos that gave none.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Parts.v1")]
public sealed record PartsMessage([property: Id(0)] NumberMessage Oldest, [property: Id(1)] string[] Missing);

/// <summary>The number of a frame.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.FrameNumber.v1")]
public readonly record struct NumberMessage([property: Id(0)] int Epoch, [property: Id(1)] long Sequence);

/// <summary>An account's line in a listing, USD; null where a price is missing.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Listed.v1")]
public sealed record ListedMessage(
    [property: Id(0)] string Account, [property: Id(1)] long Sequence, [property: Id(2)] byte Tier,
    [property: Id(3)] decimal? MarginRatio, [property: Id(4)] decimal? Leverage,
    [property: Id(5)] byte LeverageReason, [property: Id(6)] decimal? Equity, [property: Id(7)] decimal? GrossNotional,
    [property: Id(8)] decimal? NetNotional, [property: Id(9)] int Positions,
    [property: Id(10)] string? NearestPosition, [property: Id(11)] decimal? Distance,
    [property: Id(12)] long? PriceAgeMs);

/// <summary>Who holds what, of one silo's accounts or, merged, of all.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Census.v1")]
public sealed record CensusMessage
{
    [Id(0)]
    public NumberMessage From { get; init; }

    [Id(1)]
    public NumberMessage Frame { get; init; }

    [Id(2)]
    public long FrameTimeMs { get; init; }

    [Id(3)]
    public long Accounts { get; init; }

    [Id(4)]
    public long Unknown { get; init; }

    [Id(5)]
    public HoldersMessage[] Feeds { get; init; } = [];

    [Id(6)]
    public HoldersMessage[] Instruments { get; init; } = [];

    [Id(7)]
    public double[] LongContracts { get; init; } = [];

    [Id(8)]
    public double[] MakerContracts { get; init; } = [];

    [Id(9)]
    public CohortMessage[] Cohorts { get; init; } = [];

    [Id(10)]
    public PartsMessage? Parts { get; init; }
}

[GenerateSerializer, Immutable]
[Alias("leverage.Holders.v1")]
public readonly record struct HoldersMessage(
    [property: Id(0)] long LongAccounts, [property: Id(1)] long ShortAccounts, [property: Id(2)] double LongNotional,
    [property: Id(3)] double ShortNotional);

[GenerateSerializer, Immutable]
[Alias("leverage.Cohort.v1")]
public readonly record struct CohortMessage(
    [property: Id(0)] double? EquityFrom, [property: Id(1)] double? EquityBelow, [property: Id(2)] long Accounts,
    [property: Id(3)] HoldersMessage Holders);

/// <summary>A ladder in bytes of its own, and the silos that have no part in it.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Ladder.v1")]
public sealed record LadderMessage([property: Id(0)] byte[] Ladder, [property: Id(1)] string[] Missing);

/// <summary>A command that was applied to an account, in bytes of the journal's codec, by the account's sequence.
/// </summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Applied.v1")]
public sealed record AppliedMessage(
    [property: Id(0)] long Sequence, [property: Id(1)] byte[] Record, [property: Id(2)] long? FrameTimeMs);

/// <summary>Accounts as they are committed, in bytes of the account codec, and their share of the house.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Cut.v1")]
public sealed record CutMessage(
    [property: Id(0)] string[] Accounts, [property: Id(1)] byte[][] States, [property: Id(2)] HouseAmount[] House);

/// <summary>A cut of the rows of one silo in a bucket, with the count that makes the bucket whole.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.BucketCut.v1")]
public sealed record BucketCut([property: Id(0)] RowCount Rows, [property: Id(1)] CutMessage Cut);

/// <summary>Accounts of one silo that are in debt, and its rows by bucket of the roster.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Debtors.v1")]
public sealed record DebtorsMessage([property: Id(0)] int InDebt, [property: Id(1)] RowCount[] Buckets);

/// <summary>Who speaks of a feed.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.FeedSources.v1")]
public sealed record FeedSourcesMessage(
    [property: Id(0)] string Feed, [property: Id(1)] long CadenceMs, [property: Id(2)] int SourcesConfigured,
    [property: Id(3)] int SourcesMin, [property: Id(4)] SourceQuoteMessage[] Sources);

[GenerateSerializer, Immutable]
[Alias("leverage.SourceQuote.v1")]
public sealed record SourceQuoteMessage(
    [property: Id(0)] string Source, [property: Id(1)] decimal Price, [property: Id(2)] long TimeMs,
    [property: Id(3)] long AgeMs, [property: Id(4)] decimal? Deviation, [property: Id(5)] int Verdict);
