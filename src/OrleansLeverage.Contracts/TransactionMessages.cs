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
/// An account that is held: its state as the next command would find it (null where there is none), how many commands
/// it has counted, and how each id of the transaction stands. Not granted: the account is busy or its store is gone.
/// </summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Hold.v1")]
public sealed record HoldMessage(
    [property: Id(0)] bool Granted, [property: Id(1)] byte[]? Account, [property: Id(2)] long Applied,
    [property: Id(3)] IdAnswer[] Ids);

/// <summary>
/// One account's part of a transaction: for each of its commands whether the account counts it, and the journal record
/// of what it does to this account and, where it counts it, to the house.
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
