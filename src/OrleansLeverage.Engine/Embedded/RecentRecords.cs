using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;

namespace OrleansLeverage.Engine.Embedded;

/// <summary>
/// The last commands that were applied and triggers that were raised, for whoever looks: what a journal is not read
/// for. Commands of an account are linked, newest first. One writer; readers on any thread.
/// </summary>
/// <param name="batch">The journal's newest batch, 0 where nothing is kept.</param>
internal sealed class RecentRecords(Func<long> batch)
{
    public const int CommandsMax = 32_768;
    public const int TriggersMax = 1_024;
    public const int LiquidationsMax = 1_024;

    private readonly Lock _gate = new();
    private readonly Entry[] _entries = new Entry[CommandsMax];
    private readonly Dictionary<AccountId, long> _newest = [];
    private readonly Queue<Trigger> _triggers = [];
    private readonly Queue<LiquidationFill> _liquidations = [];
    private long _count;
    private (FrameNumber Number, long TimeMs) _frame;

    public void Take(JournalRecord record)
    {
        switch (record)
        {
            case FrameRecord frame:
                _frame = (frame.Number, frame.TimeMs);
                break;
            case AppliedRecord applied:
                var place = batch();
                lock (_gate)
                {
                    foreach (var change in applied.Changes)
                    {
                        Add(change.Account, place, Command(applied, change,
                            _frame.Number == applied.Frame ? _frame.TimeMs : null));
                    }
                    if (applied.Liquidation is { } fill)
                    {
                        _liquidations.Enqueue(new LiquidationFill(applied.Sequence, fill.First.Account,
                            fill.Instrument, fill.First.Quantity, fill.Price, applied.Frame, _frame.TimeMs));
                        if (_liquidations.Count > LiquidationsMax)
                        {
                            _liquidations.Dequeue();
                        }
                    }
                }
                break;
            case TriggerRecord { Trigger: { } raised }:
                lock (_gate)
                {
                    _triggers.Enqueue(raised);
                    if (_triggers.Count > TriggersMax)
                    {
                        _triggers.Dequeue();
                    }
                }
                break;
        }
    }

    /// <summary>A command by itself, from where there are no records in one order: from any thread.</summary>
    public void Take(AccountId account, AppliedCommand command)
    {
        var place = batch();
        lock (_gate)
        {
            Add(account, place, command);
        }
    }

    public static AppliedCommand Command(AppliedRecord applied, AccountChange change, long? frameTimeMs) => new(
        applied.Id, applied.Sequence, change.Sequence, applied.Frame, frameTimeMs, change.Events);

    public IReadOnlyList<Trigger> TriggersAfter(long sequence, int countMax)
    {
        lock (_gate)
        {
            var after = _triggers.Where(t => t.Sequence > sequence).ToArray();
            return after.Length > countMax ? after[^countMax..] : after;
        }
    }

    public IReadOnlyList<LiquidationFill> LiquidationsAfter(long sequence, int countMax)
    {
        lock (_gate)
        {
            var after = _liquidations.Where(fill => fill.Sequence > sequence).ToArray();
            return after.Length > countMax ? after[^countMax..] : after;
        }
    }

    /// <summary>
    /// Commands of an account below a sequence, newest first, and the newest batch in which older ones may lie: null
    /// where the last of them was the account's first.
    /// </summary>
    public (List<AppliedCommand> Commands, long? Older) Before(AccountId account, long sequence, int countMax)
    {
        var found = new List<AppliedCommand>();
        lock (_gate)
        {
            // whatever is not here was applied before the oldest that is
            long? older = _count < CommandsMax ? (_count > 0 ? _entries[0].Batch : batch()) : Oldest.Batch;
            for (var at = _newest.GetValueOrDefault(account, -1L); at >= 0 && at >= _count - CommandsMax;)
            {
                ref readonly var entry = ref _entries[at % CommandsMax];
                if (entry.Command.Sequence < sequence)
                {
                    if (found.Count == countMax)
                    {
                        break;
                    }
                    found.Add(entry.Command);
                }
                older = entry.Command.AccountSequence == 1 ? null : Math.Min(older ?? entry.Batch, entry.Batch);
                at = entry.Before;
            }
            return (found, older);
        }
    }

    private ref readonly Entry Oldest => ref _entries[_count % CommandsMax];

    private void Add(AccountId account, long place, AppliedCommand command)
    {
        ref var entry = ref _entries[_count % CommandsMax];
        if (_count >= CommandsMax && _newest.GetValueOrDefault(entry.Account, -1L) == _count - CommandsMax)
        {
            _newest.Remove(entry.Account);
        }
        entry = new Entry(account, command, place, _newest.GetValueOrDefault(account, -1L));
        _newest[account] = _count++;
    }

    private readonly record struct Entry(AccountId Account, AppliedCommand Command, long Batch, long Before);
}
