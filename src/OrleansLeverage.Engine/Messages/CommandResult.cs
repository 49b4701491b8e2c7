using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine;

/// <summary>The answer to a command.</summary>
/// <param name="Original">For a duplicate, or an id that failed before: the first answer.</param>
/// <param name="Sequence">The grid's count of applied commands when this one (or its first arrival) was; 0 if it never
/// was.</param>
/// <param name="Detail">What was out of range and the bound, or the first field that differs; never the caller's own
/// text.</param>
public sealed record CommandResult(CommandId Id, CommandStatus Status, long Sequence, FrameNumber Frame,
    CommandStatus? Original = null, string? Detail = null)
{
    /// <summary>Applied now or before.</summary>
    public bool IsApplied => Status == CommandStatus.Applied || Original == CommandStatus.Applied;
}

/// <summary>An order that has not been sent: signed quantity at a limit price.</summary>
public sealed record PreTradeQuestion(AccountId Account, InstrumentId Instrument, Quantity Quantity, Price Price);

/// <summary>Whether the order may open and which rule limits it: Applied where none does.</summary>
public sealed record PreTradeAnswer(bool MayOpen, CommandStatus LimitingRule, string? Detail, FrameNumber Frame,
    decimal? InitialMarginAfter, decimal? MarginBalance, decimal? LeverageAfter);

/// <summary>Whether the grid works, in a word and in words.</summary>
public sealed record GridHealth(GridCondition Condition, string Reason, long Accounts, long CommandsApplied,
    long Frames);

public enum GridCondition
{
    Recovering,
    Ready,

    /// <summary>Commands are taken; the reason says what does not work: frames, an account, snapshots.</summary>
    Degraded,

    /// <summary>Reads go on; writes are refused until the store answers again.</summary>
    ReadOnly,
    Stopped,
}
