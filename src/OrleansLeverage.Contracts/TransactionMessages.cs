namespace OrleansLeverage.Contracts;

/// <summary>One attempt of a command that touches several accounts, and the journal bucket that decides it.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Transaction.v1")]
public readonly record struct TransactionKey(
    [property: Id(0)] long Bucket, [property: Id(1)] Ulid Command, [property: Id(2)] Guid Attempt);

/// <summary>What an account remembers of a command id.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Remembered.v1")]
public readonly record struct RememberedMessage(
    [property: Id(0)] Ulid Command, [property: Id(1)] ulong Whole, [property: Id(2)] ulong Fields,
    [property: Id(3)] byte Status, [property: Id(4)] long Sequence);

/// <summary>How a command id stands at an account.</summary>
public enum IdStanding : byte
{
    New,
    Remembered,
    TooOld,
    NoRoom,
}

[GenerateSerializer, Immutable]
[Alias("leverage.IdAnswer.v1")]
public readonly record struct IdAnswer(
    [property: Id(0)] IdStanding Standing, [property: Id(1)] RememberedMessage Remembered);

/// <summary>
/// A party that is held: of an account its state as the next command would find it (null where there is none), how many
/// commands it has counted, and how each id of the transaction stands. Not granted: it is busy or its store is gone.
/// </summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Hold.v1")]
public sealed record HoldMessage(
    [property: Id(0)] bool Granted, [property: Id(1)] byte[]? Account, [property: Id(2)] long Applied,
    [property: Id(3)] IdAnswer[] Ids)
{
    /// <summary>What is booked here for the insurance fund: of a fund all that it may pay.</summary>
    [Id(4)]
    public HouseAmount[] Insurance { get; init; } = [];

    /// <summary>Of the frames: funding indices that are not 0.</summary>
    [Id(5)]
    public FundingIndexMessage[] Funding { get; init; } = [];

    /// <summary>
    /// Of an account that shares a loss: the id that the next list of it begins with; none where it shares none.
    /// </summary>
    [Id(6)]
    public Ulid Sharing { get; init; }
}

/// <summary>
/// What a list was planned on: the account's sequence, the sharing of a loss that it belongs to, and what those who pay
/// for it gain. Found otherwise once all are held, nothing of the list is done.
/// </summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Planned.v1")]
public sealed record PlannedMessage(
    [property: Id(0)] string Account, [property: Id(1)] long Sequence, [property: Id(2)] Ulid Sharing,
    [property: Id(3)] GainMessage[] Gains);

/// <summary>What an account gains at least in a market, at a mark, in units of the settlement asset.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Gain.v1")]
public readonly record struct GainMessage(
    [property: Id(0)] string Account, [property: Id(1)] string Instrument, [property: Id(2)] decimal Mark,
    [property: Id(3)] decimal Least);

/// <summary>
/// One party's part of a transaction: for each of its commands whether the party counts it, and the journal record of
/// what it does here and, where it counts it, to the house.
/// </summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Leg.v1")]
public sealed record LegMessage([property: Id(0)] TransactionKey Transaction, [property: Id(1)] byte[] Records);

/// <summary>An account's durable state by name, null where there is none, and its share of the house's books.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Account.v1")]
public sealed record AccountMessage(
    [property: Id(0)] byte[]? Account, [property: Id(1)] long Applied, [property: Id(2)] long Refused,
    [property: Id(3)] HouseAmount[] House);

/// <summary>An amount that one of the house's accounts got from here.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.HouseAmount.v1")]
public readonly record struct HouseAmount(
    [property: Id(0)] byte Account, [property: Id(1)] string Asset, [property: Id(2)] decimal Amount);

/// <summary>An account and what lies with it.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Share.v1")]
public readonly record struct ShareMessage([property: Id(0)] string Account, [property: Id(1)] decimal Amount);

/// <summary>What lies with the accounts of one silo, and its rows by bucket of the roster.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Shares.v1")]
public sealed record SharesMessage([property: Id(0)] ShareMessage[] Shares, [property: Id(1)] RowCount[] Buckets);
