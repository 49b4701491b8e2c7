using System.Collections.Concurrent;
using System.Security.Cryptography;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Deleveraging.Saga;

namespace OrleansLeverage.Engine.State;

/// <summary>
/// Everything that is durable, and how a journal record changes it. Live commits and recovery go through the same
/// <see cref="Book"/> and the same events, so a recovered state is the state that was acknowledged.
/// </summary>
internal sealed class GridState
{
    private readonly SortedDictionary<InstrumentId, decimal> _funding = [];
    private volatile decimal[] _fundingIndices;
    private readonly ConcurrentDictionary<int, bool> _failing = new();
    private int _bankrupt;

    public GridState(Universe universe, int windowCapacity)
    {
        Accounts = new AccountStore(universe);
        Longs = new LongContracts(universe);
        Holders = new MarketHolders(universe);
        Window = new CommandWindow(windowCapacity);
        _fundingIndices = new decimal[universe.Instruments.Count];
    }

    public AccountStore Accounts { get; }

    public LongContracts Longs { get; }

    public MarketHolders Holders { get; }

    public HouseLedger House { get; } = new();

    public CommandWindow Window { get; }

    public TriggerOutbox Outbox { get; } = new();

    public DeleveragingLedger Deleveraging { get; } = new();

    /// <summary>Accounts that were confirmed bankrupt and have not recovered since.</summary>
    public int BankruptAccounts => _bankrupt;

    /// <summary>
    /// Numbers of the accounts that were found past their line and have not recovered since, or would have been if
    /// their prices allowed it. For any thread, in no order: whoever owes anything is among them once a frame was
    /// confirmed.
    /// </summary>
    public ICollection<int> Failing => _failing.Keys;

    /// <summary>Commands applied since the beginning.</summary>
    public long Applied { get; set; }

    /// <summary>Commands refused for a reason of state.</summary>
    public long Refused { get; set; }

    /// <summary>Told of every record that is taken into the books, in their order.</summary>
    public Action<JournalRecord> Booked { get; set; } = static _ => { };

    /// <summary>The newest frame that something durable was decided at.</summary>
    public FrameRecord? Frame { get; set; }

    /// <summary>Funding index by instrument, where not zero.</summary>
    public IReadOnlyDictionary<InstrumentId, decimal> Funding => _funding;

    /// <summary>
    /// The same by place in the universe: an array that is replaced and never changed, for any thread.
    /// </summary>
    public decimal[] FundingIndices => _fundingIndices;

    public void SetFunding(InstrumentId instrument, decimal index)
    {
        _funding[instrument] = index;
        if (Accounts.Universe.Instrument(instrument) is { } known)
        {
            var indices = (decimal[])_fundingIndices.Clone();
            indices[known.Index] = index;
            _fundingIndices = indices;
        }
    }

    /// <summary>
    /// Puts an account's committed state in place of <paramref name="before"/>, null for a new one; returns its number.
    /// </summary>
    public int Put(Account? before, Account account)
    {
        Longs.Move(before, account);
        _bankrupt += Bankrupt(account) - (before is null ? 0 : Bankrupt(before));
        var number = Accounts.Put(account);
        if (account.Episode is { Raised: >= RiskTier.Liquidation } or { Inhibited: true })
        {
            _failing[number] = true;
        }
        else
        {
            _failing.TryRemove(number, out _);
        }
        Holders.Move(before, account, number);
        return number;
    }

    /// <summary>
    /// Takes a record into the books: everything but the accounts' own state. <paramref name="nowMs"/> is for the
    /// window of ids.
    /// </summary>
    public void Book(JournalRecord record, long nowMs)
    {
        switch (record)
        {
            // a nomination may be confirmed at an earlier frame than commands were decided at since
            case FrameRecord frame when Frame is null || frame.Number.CompareTo(Frame.Number) > 0:
                Frame = frame;
                break;
            case FrameRecord:
                break;
            case AppliedRecord applied:
                Follows(applied.Sequence, Applied, $"command {applied.Id}");
                foreach (var entry in applied.House)
                {
                    House.Add(entry.Account, entry.Asset.Id, entry.Delta);
                }
                Applied = applied.Sequence;
                Window.Add(applied.Id, new RememberedCommand(applied.Digest, CommandStatus.Applied, Applied), nowMs);
                Deleveraging.Applied(applied.Id, applied.Sequence);
                break;
            case RefusedRecord refused:
                Refused++;
                Window.Add(refused.Id, new RememberedCommand(refused.Digest, refused.Status, Applied), nowMs);
                Deleveraging.Refused(refused.Id, refused.Status);
                break;
            case FundingRecord funding:
                SetFunding(funding.Instrument, funding.Index);
                break;
            case TriggerRecord { Trigger: { } raised }:
                Follows(raised.Sequence, Outbox.LastSequence, "trigger");
                Outbox.Add(raised);
                break;
            case TriggerRecord:
                break;
            case AcknowledgedRecord acknowledged:
                Outbox.Acknowledge(acknowledged.Subscriber, acknowledged.Sequence);
                break;
            case DeleveragingRecord deleveraging:
                Deleveraging.Apply(deleveraging.Happened);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(record), record.GetType().Name, "is not a record");
        }
        Booked(record);
    }

    /// <summary>
    /// Reads a stored record in: the books, the accounts, and the ids, at the time that the newest frame says it was.
    /// </summary>
    /// <exception cref="InvalidDataException">It does not follow from what came before.</exception>
    public void Recover(JournalRecord record)
    {
        Book(record, Frame?.TimeMs ?? 0L);
        switch (record)
        {
            case AppliedRecord applied:
                foreach (var change in applied.Changes)
                {
                    Recover(change, steps: 1);
                }
                break;
            case TriggerRecord trigger:
                Recover(trigger.Change, steps: 0);
                break;
        }
    }

    /// <summary>
    /// SHA-256 over accounts by id, the house's books, funding, triggers, counts and plans, everything by name and
    /// normalised. No times of the machine enter; the window of ids does not, because how long it is, is a setting.
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
        GridSnapshot.WritePlans(sink, this, isOutcome: true);
        sha.AppendData(sink.Written);
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    public static int Bankrupt(Account account) => account.Episode.Raised == RiskTier.Bankrupt ? 1 : 0;

    private static void Follows(long sequence, long last, string what)
    {
        if (sequence != last + 1)
        {
            throw new InvalidDataException($"{what} has sequence {sequence} after {last}");
        }
    }

    private void Recover(AccountChange change, int steps)
    {
        var before = Accounts.Read(change.Account);
        var account = before?.Copy() ?? new Account(change.Account);
        Follows(change.Sequence + 1 - steps, account.Sequence, $"account {change.Account}");
        foreach (var fact in change.Events)
        {
            if (fact is BalanceChanged moved && account.Balance(moved.Asset) + moved.Delta != moved.After)
            {
                throw new InvalidDataException(
                    $"account {change.Account}: {moved.Asset} {account.Balance(moved.Asset)} moved by "
                    + $"{moved.Delta} is not {moved.After}");
            }
            account.Apply(fact);
        }
        account.Sequence = change.Sequence;
        Put(before, account);
    }
}
