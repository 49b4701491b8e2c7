using System.Security.Cryptography;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;

namespace OrleansLeverage.Engine.State;

/// <summary>
/// Everything that is durable, and how a journal record changes it. Live commits and recovery go through the same
/// <see cref="Book"/> and the same events, so a recovered state is the state that was acknowledged.
/// </summary>
internal sealed class GridState
{
    private readonly SortedDictionary<InstrumentId, decimal> _funding = [];

    public GridState(Universe universe, int windowCapacity)
    {
        Accounts = new AccountStore(universe);
        Window = new CommandWindow(windowCapacity);
    }

    public AccountStore Accounts { get; }

    public HouseLedger House { get; } = new();

    public CommandWindow Window { get; }

    public TriggerOutbox Outbox { get; } = new();

    /// <summary>Commands applied since the beginning.</summary>
    public long Applied { get; set; }

    /// <summary>Commands refused for a reason of state.</summary>
    public long Refused { get; set; }

    /// <summary>The newest frame that something durable was decided at.</summary>
    public FrameRecord? Frame { get; set; }

    /// <summary>Funding index by instrument, where not zero.</summary>
    public IReadOnlyDictionary<InstrumentId, decimal> Funding => _funding;

    public void SetFunding(InstrumentId instrument, decimal index) => _funding[instrument] = index;

    /// <summary>Takes a record into the books: everything but the accounts' own state.</summary>
    public void Book(JournalRecord record)
    {
        switch (record)
        {
            case FrameRecord frame:
                Frame = frame;
                foreach (var (instrument, index) in frame.Funding)
                {
                    SetFunding(instrument, index);
                }
                break;
            case AppliedRecord applied:
                foreach (var entry in applied.House)
                {
                    House.Add(entry.Account, entry.Asset.Id, entry.Delta);
                }
                Applied = applied.Sequence;
                break;
            case RefusedRecord:
                Refused++;
                break;
            case TriggerRecord { Trigger: { } raised }:
                Outbox.Add(raised);
                break;
            case TriggerRecord:
                break;
            case AcknowledgedRecord acknowledged:
                Outbox.Acknowledge(acknowledged.Subscriber, acknowledged.Sequence);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(record), record.GetType().Name, "is not a record");
        }
    }

    /// <summary>
    /// Reads a stored record in: the books, the accounts, and the ids, at the time that the newest frame says it was.
    /// </summary>
    public void Recover(JournalRecord record)
    {
        var nowMs = Frame?.TimeMs ?? 0L;
        switch (record)
        {
            case AppliedRecord applied:
                Window.Add(applied.Id, new RememberedCommand(applied.Digest, CommandStatus.Applied, applied.Sequence), nowMs);
                foreach (var change in applied.Changes)
                {
                    Recover(change);
                }
                break;
            case RefusedRecord refused:
                Window.Add(refused.Id, new RememberedCommand(refused.Digest, refused.Status, Applied), nowMs);
                break;
            case TriggerRecord trigger:
                Recover(trigger.Change);
                break;
        }
        Book(record);
    }

    /// <summary>
    /// SHA-256 over accounts by id, the house's books, funding, triggers and counts, everything by name and normalised. No
    /// times of the machine enter; the window of ids does not, because how long it is, is a setting.
    /// </summary>
    public string Hash()
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var sink = new ByteSink();
        foreach (var number in Accounts.InOrder())
        {
            sink.Clear();
            var account = Accounts.Read(number);
            sink.Text(account.Id.Value);
            AccountCodec.Write(sink, account, names: true);
            sha.AppendData(sink.Written);
        }
        sink.Clear();
        GridSnapshot.WriteBooks(sink, this);
        sha.AppendData(sink.Written);
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    private void Recover(AccountChange change)
    {
        var account = Accounts.Read(change.Account) ?? new Account(change.Account);
        if (change.Sequence != account.Sequence && change.Sequence != account.Sequence + 1)
        {
            throw new InvalidDataException($"account {change.Account}: change {change.Sequence} after {account.Sequence}");
        }
        foreach (var fact in change.Events)
        {
            account.Apply(fact);
        }
        account.Sequence = change.Sequence;
        Accounts.Put(account);
    }
}
