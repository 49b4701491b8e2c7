using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>
/// The rows of a partition of accounts: columns in native memory that a <see cref="LeverageSweep"/> runs over.
/// <code>
///  handle (slot, generation) ──► directory page ──► location = chunk &lt;&lt; 6 | row
///                                                             │
///      size class 3 positions, 2 balances        ┌────────────▼──────────────────────────────────────────────┐
///      chunk: 64 rows                            │ amount[0][64] amount[1][64]   quantity[0..2][64]          │
///                                                │ lead[5] like[5]   state[64] tier[64] place[64]   sums[16] │
///      names, figures and handles                │ word[0..2][64] code[0..1][64]                             │
///      in pieces of their own                    │ equity[64] gross[64]                  handle[64]          │
///                                                └───────────────────────────────────────────────────────────┘
///      size class 1 position, 1 balance          next chunk …
/// </code>
/// Chunks are only ever added, so growth moves no row; one that outgrows its class takes a place in another and keeps
/// its handle. One writer at a time. It changes rows at once while no sweep runs; while one does, the change waits in a
/// bounded inbox and is made before the next: a sweep takes no lock and never meets a row that is half written. A
/// writer that fills the inbox waits for the sweep to end.
/// </summary>
public sealed unsafe partial class AccountTable : IDisposable
{
    /// <summary>Largest |amount|, |quantity| or cash of an entry; products of three stay finite.</summary>
    public const double EntryMax = 1e30;

    public const int PositionsMax = Account.PositionsMax + Account.ReservationsMax;

    /// <summary>Balances, and the cash of positions beside them.</summary>
    public const int CollateralMax = PositionsMax;

    private const int InboxMax = 1 << 14;

    private readonly SlotDirectory _directory = new();
    private readonly RowChange[] _inbox = new RowChange[InboxMax];
    private long _inboxHead;
    private long _inboxTail;
    private int _owner;

    /// <summary>Live rows.</summary>
    public int Count { get; private set; }

    /// <summary>Every slot that was ever used is below this.</summary>
    public int SlotLimit => _directory.Limit;

    /// <summary>Native memory held, used or not.</summary>
    public long NativeBytes => _classes.Values.Sum(c => c.SizeBytes) + _directory.SizeBytes;

    /// <summary>Changes that wait for the sweep to end.</summary>
    public long Waiting => Volatile.Read(ref _inboxTail) - Volatile.Read(ref _inboxHead);

    /// <summary>Whose sums the chunks keep.</summary>
    internal LeverageSweep? Sweep { get; set; }

    /// <summary>The marks of the last sweep; null before the first.</summary>
    internal MarkVector? Marks { get; set; }

    public bool IsLive(RowHandle row) => _directory.IsLive(row);

    /// <summary>Key of the row in a slot.</summary>
    public long Key(int slot) => (uint)slot < (uint)SlotLimit && (_directory.At(slot)->Generation & 1) != 0
        ? _directory.At(slot)->Key
        : throw new ArgumentOutOfRangeException(nameof(slot), slot, $"no row there, slots are below {SlotLimit}");

    /// <summary>False where the row has been removed, which the columns may not know yet.</summary>
    internal bool TryKey(RowHandle row, out long key)
    {
        var entry = _directory.At(row.Slot);
        key = entry->Key;
        return Volatile.Read(ref entry->Generation) == row.Generation;
    }

    /// <summary>Adds a row. <paramref name="key"/> is the caller's name for it and need not be unique.</summary>
    public RowHandle Add(long key, ReadOnlySpan<CollateralEntry> collateral, ReadOnlySpan<PositionEntry> positions,
        RowFlags flags = RowFlags.None)
    {
        Check(collateral, positions);
        var row = _directory.Take(key);
        Count++;
        Put(row, collateral, positions, flags);
        return row;
    }

    /// <summary>Replaces what a row holds; its tier stays that of the last sweep until the next.</summary>
    public void Update(RowHandle row, ReadOnlySpan<CollateralEntry> collateral, ReadOnlySpan<PositionEntry> positions,
        RowFlags flags = RowFlags.None)
    {
        CheckLive(row);
        Check(collateral, positions);
        Put(row, collateral, positions, flags);
    }

    /// <summary>Removes a row; its handle is refused from now on.</summary>
    public void Remove(RowHandle row)
    {
        CheckLive(row);
        _directory.Release(row.Slot);
        Count--;
        Change(RowChangeKind.Remove, row, 0);
    }

    /// <summary>
    /// What the exact layer has told of the row's account: the worst tier raised in its episode; of a new row, Healthy.
    /// A sweep nominates a row whose screening tier is another, and every time where <paramref name="always"/> is set.
    /// </summary>
    public void SetRaised(RowHandle row, RiskTier raised, bool always = false)
    {
        CheckLive(row);
        Change(RowChangeKind.Raise, row, (byte)((int)raised | (always ? Chunk.AlwaysDue : 0)));
    }

    /// <summary>The exact layer has looked and left all as it was: told is what the last sweep found.</summary>
    public void SetRaisedToSwept(RowHandle row)
    {
        CheckLive(row);
        Change(RowChangeKind.RaiseToSwept, row, 0);
    }

    /// <summary>
    /// What scenarios ask for the row's positions in portfolio margin at the frame that is swept next, USD, not less
    /// than exactly; NaN where it is not known, as it is of a new row until it is told. A row that is replaced keeps
    /// it. Means nothing of a row without such positions.
    /// </summary>
    public void Require(RowHandle row, double maintenance, double initial)
    {
        CheckLive(row);
        Change(RowChangeKind.Require, row, 0, maintenance, initial);
    }

    /// <summary>
    /// A row as it is now, at the marks of the last sweep; null where there has been none, or one of its prices has not
    /// been measured. Not while a sweep runs.
    /// </summary>
    public RowFigures? Figures(RowHandle row)
    {
        CheckLive(row);
        var location = _directory.At(row.Slot)->Location;
        if (location < 0 || Marks is null || !ReferenceEquals(Marks.Layout, Layout))
        {
            return null;
        }
        var chunk = ChunkOf(location);
        var value = RowValue.Of(chunk, location & Chunk.RowMask, Marks);
        var tier = value.Tier(chunk.Class.ErrorFactor);
        return tier == RiskTier.Unknown
            ? null
            : new RowFigures(value.Equity, value.MarginBalance, value.Long, value.Short, value.Maintenance,
                value.Initial, double.IsFinite(value.MarginRatio) ? value.MarginRatio : null, tier);
    }

    public void Dispose()
    {
        foreach (var sizeClass in _classes.Values)
        {
            sizeClass.Dispose();
        }
        _classes.Clear();
        ChunkCount = 0;
        _directory.Dispose();
        Count = 0;
    }

    /// <summary>
    /// Takes the rows for a sweep and makes the changes that wait. Whoever has them has them for the time of one
    /// change.
    /// </summary>
    internal void BeginSweep()
    {
        var wait = default(SpinWait);
        while (!TryOwn())
        {
            wait.SpinOnce();
        }
        Drain();
    }

    internal void EndSweep() => Volatile.Write(ref _owner, 0);

    private void Put(RowHandle row, ReadOnlySpan<CollateralEntry> collateral, ReadOnlySpan<PositionEntry> positions,
        RowFlags flags)
    {
        if (TryOwn())
        {
            Drain();
            Write(row, collateral, positions, flags);
            EndSweep();
            return;
        }
        NextChange().Set(row, collateral, positions, flags);
        Volatile.Write(ref _inboxTail, _inboxTail + 1);
    }

    private void Change(RowChangeKind kind, RowHandle row, byte raised, double maintenance = 0d, double initial = 0d)
    {
        if (TryOwn())
        {
            Drain();
            Make(kind, row, raised, maintenance, initial);
            EndSweep();
            return;
        }
        NextChange().Set(kind, row, raised, maintenance, initial);
        Volatile.Write(ref _inboxTail, _inboxTail + 1);
    }

    /// <summary>The next place of the inbox; a full one is waited for.</summary>
    private RowChange NextChange()
    {
        var wait = default(SpinWait);
        while (_inboxTail - Volatile.Read(ref _inboxHead) == InboxMax)
        {
            if (TryOwn())
            {
                Drain();
                EndSweep();
            }
            wait.SpinOnce();
        }
        return _inbox[_inboxTail & (InboxMax - 1)] ??= new RowChange();
    }

    /// <summary>Makes the changes that wait, in their order; whose the rows are.</summary>
    private void Drain()
    {
        var tail = Volatile.Read(ref _inboxTail);
        for (; _inboxHead < tail; Volatile.Write(ref _inboxHead, _inboxHead + 1))
        {
            var change = _inbox[_inboxHead & (InboxMax - 1)];
            if (change.Kind == RowChangeKind.Put)
            {
                Write(change.Row, change.Collateral, change.Positions, change.Flags);
            }
            else
            {
                Make(change.Kind, change.Row, change.Raised, change.Maintenance, change.Initial);
            }
        }
    }

    private bool TryOwn() => Interlocked.CompareExchange(ref _owner, 1, 0) == 0;

    private void CheckLive(RowHandle row)
    {
        if (!IsLive(row))
        {
            throw new InvalidOperationException($"row {row.Slot} of generation {row.Generation} is gone");
        }
    }
}
