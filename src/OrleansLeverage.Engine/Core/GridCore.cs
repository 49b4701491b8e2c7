using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.State;

namespace OrleansLeverage.Engine.Core;

/// <summary>
/// The exact half of the engine, without threads, clocks or files: decides commands and confirms nominations into a
/// <see cref="PendingBatch"/>, and takes a batch into the state once somebody has made it durable. One caller at a
/// time.
/// </summary>
internal sealed partial class GridCore : IVenueBooks
{
    private readonly CommandCodec _commands = new();
    private readonly Func<AccountId, Account?> _find;

    // accounts unpacked for this batch, as committed
    private readonly Dictionary<AccountId, Account> _read = [];
    private PriceFrame _frame;
    private FrameNumber _journaled;

    public GridCore(GridState state, PriceFrame frame)
    {
        State = state;
        _find = Find;
        _frame = frame;
        _journaled = state.Frame?.Number ?? default;
    }

    public GridState State { get; }

    public PendingBatch Pending { get; } = new();

    /// <summary>The time by which ids are judged, Unix milliseconds.</summary>
    public long NowMs { get; set; }

    /// <summary>Decisions are made at this frame.</summary>
    public PriceFrame Frame
    {
        get => _frame;
        set
        {
            _frame = value;
            State.Accounts.Universe = value.Universe;
            _read.Clear();
        }
    }

    /// <summary>
    /// The account as it will be when the pending batch is durable; null where there is none. Not to be changed.
    /// </summary>
    public Account? Find(AccountId id)
    {
        if (Pending.Find(id) is { } pending)
        {
            return pending;
        }
        if (!_read.TryGetValue(id, out var account) && State.Accounts.Read(id) is { } committed)
        {
            _read.Add(id, account = committed);
        }
        return account;
    }

    /// <summary>Takes the pending batch into the state. It is durable: this must not fail.</summary>
    public void Commit(Action<Account, int> published)
    {
        foreach (var record in Pending.Records)
        {
            State.Book(record, NowMs);
        }
        foreach (var account in Pending.Accounts)
        {
            published(account, State.Put(_read.GetValueOrDefault(account.Id), account));
        }
        _journaled = State.Frame?.Number ?? default;
        Pending.Clear();
        _read.Clear();
    }

    /// <summary>Forgets the pending batch: nothing of it is durable.</summary>
    public void Discard()
    {
        Pending.Clear();
        _read.Clear();
    }

    /// <summary>The frame's record, once per frame that anything is decided at.</summary>
    public void RecordFrame(PriceFrame frame)
    {
        if (frame.Number == (Pending.Frame ?? _journaled))
        {
            return;
        }
        var universe = frame.Universe;
        Add(new FrameRecord(frame.Number, frame.TimeMs, universe.Rules.Version,
            universe.Feeds.Where(f => frame[f].Price is not null)
                .Select(f => (f.Id, frame[f].Price!.Value.Value, frame[f].State, frame[f].TimeMs)).ToArray(),
            universe.Instruments.Where(i => frame.FundingIndices[i.Index] != 0m)
                .Select(i => (i.Id, frame.FundingIndices[i.Index])).ToArray()));
    }

    private void Add(JournalRecord record) => Pending.Add(record, State.Applied);
}
