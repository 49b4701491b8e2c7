using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.State;

namespace OrleansLeverage.Engine.Core;

/// <summary>
/// What has been decided and is not yet durable: records in order, the answers they give, and the accounts as they will
/// be.
/// Discarding it leaves nothing behind; a part of it can be taken back to a mark, which is how a list of commands is
/// all or nothing.
/// </summary>
internal sealed class PendingBatch
{
    private readonly Dictionary<AccountId, Account> _accounts = [];
    private readonly Dictionary<CommandId, RememberedCommand> _answers = [];
    private readonly List<(AccountId Id, Account? Before)> _undo = [];
    private Counts _counts;

    public List<JournalRecord> Records { get; } = [];

    public int Applied => _counts.Applied;

    /// <summary>Commands applied or refused in this batch.</summary>
    public int Answered => _answers.Count;

    public int Triggers => _counts.Triggers;

    /// <summary>The last frame recorded in this batch.</summary>
    public FrameNumber? Frame => _counts.Frame;

    public IReadOnlyCollection<Account> Accounts => _accounts.Values;

    public Account? Find(AccountId id) => _accounts.GetValueOrDefault(id);

    public bool TryGet(CommandId id, out RememberedCommand answer) => _answers.TryGetValue(id, out answer);

    public void Put(Account account)
    {
        _undo.Add((account.Id, _accounts.GetValueOrDefault(account.Id)));
        _accounts[account.Id] = account;
    }

    /// <summary>Adds a record; <paramref name="appliedBefore"/> counts the commands that are durable.</summary>
    public void Add(JournalRecord record, long appliedBefore)
    {
        Records.Add(record);
        switch (record)
        {
            case AppliedRecord applied:
                _counts.Applied++;
                _answers.Add(applied.Id,
                    new RememberedCommand(applied.Digest, CommandStatus.Applied, applied.Sequence));
                break;
            case RefusedRecord refused:
                _answers.Add(refused.Id,
                    new RememberedCommand(refused.Digest, refused.Status, appliedBefore + Applied));
                break;
            case TriggerRecord { Trigger: not null }:
                _counts.Triggers++;
                break;
            case FrameRecord frame:
                _counts.Frame = frame.Number;
                break;
        }
    }

    public Mark Here() => new(Records.Count, _undo.Count, _counts);

    /// <summary>Takes back all since a mark.</summary>
    public void Return(Mark mark)
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
        for (var i = mark.Records; i < Records.Count; i++)
        {
            _ = Records[i] switch
            {
                AppliedRecord applied => _answers.Remove(applied.Id),
                RefusedRecord refused => _answers.Remove(refused.Id),
                _ => false,
            };
        }
        Records.RemoveRange(mark.Records, Records.Count - mark.Records);
        _counts = mark.Counts;
    }

    public void Clear()
    {
        _accounts.Clear();
        _answers.Clear();
        _undo.Clear();
        Records.Clear();
        _counts = default;
    }

    internal readonly record struct Mark(int Records, int Undo, Counts Counts);

    internal record struct Counts(int Applied, int Triggers, FrameNumber? Frame);
}
