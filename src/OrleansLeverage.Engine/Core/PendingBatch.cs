using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;

namespace OrleansLeverage.Engine.Core;

/// <summary>
/// What has been decided and is not yet durable: records in order, and the accounts as they will be. Discarding it leaves
/// nothing behind; a part of it can be taken back to a mark, which is how a list of commands is all or nothing.
/// </summary>
internal sealed class PendingBatch
{
    private readonly Dictionary<AccountId, Account> _accounts = [];
    private readonly List<(AccountId Id, Account? Before)> _undo = [];

    public List<JournalRecord> Records { get; } = [];

    /// <summary>Ids entered in the window by this batch.</summary>
    public List<CommandId> Ids { get; } = [];

    public int Applied { get; private set; }

    /// <summary>The last frame recorded in this batch.</summary>
    public FrameNumber? Frame { get; private set; }

    public int Triggers { get; private set; }

    public IReadOnlyCollection<Account> Accounts => _accounts.Values;

    public Account? Find(AccountId id) => _accounts.GetValueOrDefault(id);

    public void Put(Account account)
    {
        _undo.Add((account.Id, _accounts.GetValueOrDefault(account.Id)));
        _accounts[account.Id] = account;
    }

    public void Add(JournalRecord record)
    {
        Records.Add(record);
        Applied += record is AppliedRecord ? 1 : 0;
        Triggers += record is TriggerRecord { Trigger: not null } ? 1 : 0;
        Frame = record is FrameRecord frame ? frame.Number : Frame;
    }

    public (int Records, int Ids, int Undo) Mark() => (Records.Count, Ids.Count, _undo.Count);

    /// <summary>Takes back all since a mark; returns the ids that must leave the window.</summary>
    public IReadOnlyCollection<CommandId> Return((int Records, int Ids, int Undo) mark)
    {
        for (var i = _undo.Count - 1; i >= mark.Undo; i--)
        {
            var (id, before) = _undo[i];
            if (before is null)
            {
                _accounts.Remove(id);
            }
            else
            {
                _accounts[id] = before;
            }
        }
        _undo.RemoveRange(mark.Undo, _undo.Count - mark.Undo);
        var ids = Ids[mark.Ids..];
        Ids.RemoveRange(mark.Ids, ids.Count);
        Records.RemoveRange(mark.Records, Records.Count - mark.Records);
        Applied = Records.Count(r => r is AppliedRecord);
        Triggers = Records.Count(r => r is TriggerRecord { Trigger: not null });
        Frame = Records.OfType<FrameRecord>().LastOrDefault()?.Number;
        return ids;
    }

    public void Clear()
    {
        _accounts.Clear();
        _undo.Clear();
        Records.Clear();
        Ids.Clear();
        (Applied, Triggers, Frame) = (0, 0, null);
    }
}
