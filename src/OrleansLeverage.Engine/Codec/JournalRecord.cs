using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Deleveraging.Saga;

namespace OrleansLeverage.Engine.Codec;

/// <summary>
/// What the journal holds, in the order it happened. Each record is a result, never a question: folding them decides
/// nothing.
/// </summary>
internal abstract record JournalRecord;

/// <summary>The prices that the records after it were decided at, and the rules in force.</summary>
internal sealed record FrameRecord(FrameNumber Number, long TimeMs, int RulesVersion,
    IReadOnlyList<(FeedId Feed, decimal Price, PriceState State, long TimeMs)> Prices,
    IReadOnlyList<(InstrumentId Instrument, decimal Index)> Funding) : JournalRecord;

/// <summary>A command that was applied: its id and digest, and what it did to accounts and to the house.</summary>
internal sealed record AppliedRecord(CommandId Id, PayloadDigest Digest, long Sequence, FrameNumber Frame,
    IReadOnlyList<AccountChange> Changes, IReadOnlyList<HouseEntry> House) : JournalRecord
{
    /// <summary>
    /// The fill that closed something of a failing account; null for everything else. For whoever looks while the
    /// process lives: it is not in the journal.
    /// </summary>
    public ApplyFill? Liquidation { get; init; }
}

/// <summary>A command that was refused for a reason of state: its id answers so for ever.</summary>
internal sealed record RefusedRecord(CommandId Id, PayloadDigest Digest, CommandStatus Status, FrameNumber Frame)
    : JournalRecord;

/// <summary>A perpetual's funding index, as it is from the next frame on; follows the command that raised it.</summary>
internal sealed record FundingRecord(InstrumentId Instrument, decimal Index) : JournalRecord;

/// <summary>A trigger and the account's episode after it; the trigger is absent where only the episode moved.</summary>
internal sealed record TriggerRecord(Trigger? Trigger, AccountChange Change, FrameNumber Frame) : JournalRecord;

/// <summary>A subscriber came, or acknowledged everything up to a sequence.</summary>
internal sealed record AcknowledgedRecord(string Subscriber, long Sequence) : JournalRecord;

/// <summary>What happened to a plan of deleveraging.</summary>
internal sealed record DeleveragingRecord(SagaEvent Happened) : JournalRecord;

/// <summary>What happened to one account, and its sequence afterwards.</summary>
internal sealed record AccountChange(AccountId Account, long Sequence, IReadOnlyList<AccountEvent> Events)
{
    /// <summary>The account after the change, of what it was before: null for a new one. Changes neither.</summary>
    public Account ApplyTo(Account? before)
    {
        var account = before?.Copy() ?? new Account(Account);
        foreach (var fact in Events)
        {
            account.Apply(fact);
        }
        account.Sequence = Sequence;
        return account;
    }
}
