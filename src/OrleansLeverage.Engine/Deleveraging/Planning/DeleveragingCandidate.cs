using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Deleveraging;

namespace OrleansLeverage.Engine.Deleveraging;

/// <summary>
/// A position that could be reduced, with what its account had at the frame. Amounts in USD; contracts are counted in
/// whole lots, so that shares of them are integers.
/// </summary>
public sealed record DeleveragingCandidate
{
    public required AccountId Account { get; init; }

    /// <summary>+1 long, −1 short.</summary>
    public required int Side { get; init; }

    /// <summary>Lots held, above 0.</summary>
    public required long Lots { get; init; }

    /// <summary>Of these, lots that the account's other positions in the same coin offset.</summary>
    public long HedgedLots { get; init; }

    /// <summary>Value at which the position was entered, and its value at the mark; unsigned.</summary>
    public required decimal EntryValue { get; init; }

    public required decimal MarkValue { get; init; }

    /// <summary>Unrealised profit of the position.</summary>
    public required decimal Profit { get; init; }

    /// <summary>Equity of the account without unrealised profit.</summary>
    public required decimal Wallet { get; init; }

    public required decimal Equity { get; init; }

    public required decimal MaintenanceMargin { get; init; }

    public required decimal GrossNotional { get; init; }

    /// <summary>Commands applied to the account when it was looked at.</summary>
    public long Sequence { get; init; }

    public ScoreInputs ScoreInputs =>
        new(Side, Lots, EntryValue, MarkValue, Profit, Wallet, Equity, MaintenanceMargin);
}
