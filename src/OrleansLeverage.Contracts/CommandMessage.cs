using OrleansLeverage.Domain;

namespace OrleansLeverage.Contracts;

/// <summary>128 bits of a command's id.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Ulid.v1")]
public readonly record struct Ulid([property: Id(0)] ulong High, [property: Id(1)] ulong Low)
{
    public static Ulid Of(CommandId id) => new((ulong)(id.Value >> 64), unchecked((ulong)id.Value));

    public CommandId ToId() => new(new UInt128(High, Low));
}

/// <summary>Which command a message holds; numbers never change meaning.</summary>
public enum CommandKind : byte
{
    Deposit = 1,
    Withdraw = 2,
    ReserveOrder = 3,
    ReleaseOrder = 4,
    SettleFunding = 5,
    SetLeverage = 6,
    SetMarginMode = 7,
    AssignIsolatedMargin = 8,
    ExpireInstrument = 9,
    Liquidate = 10,
    ImportAccount = 11,
    Fill = 12,
    PublishFunding = 13,
    Transfer = 14,
    InsuranceTransfer = 15,
}

/// <summary>
/// Any command, flat: what its kind does not have is left out. <see cref="Amount"/> is an amount, a rate or a leverage
/// setting; the second account's quantity is the first's with the other sign unless given.
/// </summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Command.v1")]
public sealed record CommandMessage
{
    [Id(0)]
    public CommandKind Kind { get; init; }

    [Id(1)]
    public Ulid Command { get; init; }

    [Id(2)]
    public string Account { get; init; } = "";

    [Id(3)]
    public string Other { get; init; } = "";

    [Id(4)]
    public string Asset { get; init; } = "";

    [Id(5)]
    public string Instrument { get; init; } = "";

    [Id(6)]
    public decimal Amount { get; init; }

    [Id(7)]
    public decimal Price { get; init; }

    [Id(8)]
    public decimal Quantity { get; init; }

    [Id(9)]
    public decimal OtherQuantity { get; init; }

    [Id(10)]
    public decimal Fee { get; init; }

    [Id(11)]
    public decimal OtherFee { get; init; }

    [Id(12)]
    public byte Choice { get; init; }

    [Id(13)]
    public Ulid Order { get; init; }

    [Id(14)]
    public HoldingMessage[] Holdings { get; init; } = [];
}

/// <summary>A balance or, with an instrument, a position of an import.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Holding.v1")]
public sealed record HoldingMessage
{
    [Id(0)]
    public string Asset { get; init; } = "";

    [Id(1)]
    public string Instrument { get; init; } = "";

    [Id(2)]
    public decimal Quantity { get; init; }

    [Id(3)]
    public decimal EntryPrice { get; init; }

    [Id(4)]
    public decimal? Leverage { get; init; }

    [Id(5)]
    public decimal IsolatedMargin { get; init; }
}

/// <summary>The answer to a command.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Answer.v1")]
public readonly record struct AnswerMessage(
    [property: Id(0)] Ulid Command, [property: Id(1)] byte Status, [property: Id(2)] long Sequence,
    [property: Id(3)] long Epoch, [property: Id(4)] long FrameSequence, [property: Id(5)] short Original,
    [property: Id(6)] string? Detail);
