using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel.Scenarios;

/// <summary>What a row holds of one unit; see <see cref="ScenarioVectors.Unit"/>.</summary>
public readonly record struct ScenarioEntry(int Unit, double Quantity);

/// <summary>
/// The rows of accounts in portfolio margin: what each holds of one underlying, for a <see cref="ScenarioSweep"/>. An
/// account that holds several underlyings has a row for each; a row holds a unit once. One writer at a time; while a
/// sweep runs its changes wait in a bounded inbox and are made before the next. Chunks are only ever added; a row that
/// outgrows its place takes another and keeps its handle.
/// </summary>
public sealed unsafe class ScenarioTable : IDisposable
{
    /// <summary>Largest |quantity| or cash: products of three stay finite.</summary>
    public const double EntryMax = 1e30;

    private const int InboxMax = 1 << 12;
    private const int SlabBytes = 1 << 20;

    private static readonly int[] Capacities = [.. SizeClass.Capacities.Skip(1)];

    private readonly SlotDirectory _directory = new();
    private readonly List<ScenarioChunk> _chunks = [];
    private readonly List<NativeBlock> _slabs = [];
    private readonly Dictionary<int, Stack<int>> _free = [];
    private readonly Dictionary<int, (NativeBlock Slab, int Used)> _open = [];
    private readonly Change[] _inbox = new Change[InboxMax];
    private long _inboxHead;
    private long _inboxTail;
    private int _owner;

    private enum ChangeKind
    {
        Put,
        Remove,
        Tell,
    }

    /// <summary>Live rows.</summary>
    public int Count { get; private set; }

    public long NativeBytes => _slabs.Sum(slab => (long)slab.SizeBytes) + _directory.SizeBytes;

    internal IReadOnlyList<ScenarioChunk> Chunks => _chunks;

    /// <summary>Largest unit that a row holds.</summary>
    internal int UnitLast { get; private set; }

    /// <summary>Adds a row. <paramref name="key"/> is the caller's name for it.</summary>
    /// <param name="cash">Cash and unsettled profit in the settlement asset.</param>
    public RowHandle Add(long key, double cash, ReadOnlySpan<ScenarioEntry> entries)
    {
        Check(cash, entries);
        var row = _directory.Take(key);
        Count++;
        Put(row, cash, entries);
        return row;
    }

    /// <summary>Replaces what a row holds.</summary>
    public void Update(RowHandle row, double cash, ReadOnlySpan<ScenarioEntry> entries)
    {
        CheckLive(row);
        Check(cash, entries);
        Put(row, cash, entries);
    }

    /// <summary>Removes a row; its handle is refused from now on.</summary>
    public void Remove(RowHandle row)
    {
        CheckLive(row);
        _directory.Release(row.Slot);
        Count--;
        Submit(new Change(ChangeKind.Remove, row));
    }

    /// <summary>
    /// What the exact layer has told of the row: it is nominated when its screening tier is another, and every time
    /// where <paramref name="always"/> is set. A new row is told to be healthy.
    /// </summary>
    public void Tell(RowHandle row, RiskTier tier, bool always = false)
    {
        CheckLive(row);
        Submit(new Change(ChangeKind.Tell, row, (byte)((int)tier | (always ? ScenarioChunk.Always : 0))));
    }

    public bool IsLive(RowHandle row) => _directory.IsLive(row);

    /// <summary>Loss, tier and worst scenario of the last sweep. Not while a sweep runs.</summary>
    public ScenarioFigures Figures(RowHandle row)
    {
        var (chunk, i) = Place(row);
        var worst = chunk.Worst[i];
        return new ScenarioFigures(chunk.Loss[i], chunk.Margin[i], (RiskTier)chunk.Tier[i],
            worst is ScenarioChunk.NoScenario or ScenarioChunk.BasisScenario ? null : worst,
            worst == ScenarioChunk.BasisScenario);
    }

    /// <summary>The row anew at given marks, one scenario after the other. Not while a sweep runs.</summary>
    public ScenarioValue Value(RowHandle row, ScenarioVectors marks)
    {
        var (chunk, i) = Place(row);
        return ScenarioValue.Of(chunk, i, marks);
    }

    /// <summary>
    /// What a row must hold, in the settlement asset: not less than exactly, doubt of the oracles left out; NaN where a
    /// unit has no price. Not while a sweep runs.
    /// </summary>
    /// <param name="anew">True where the row changed after the last sweep, which else is what is read.</param>
    public (double Maintenance, double Initial) Required(RowHandle row, ScenarioVectors marks, bool anew)
    {
        var (chunk, i) = Place(row);
        var (loss, margin) = (chunk.Loss[i], chunk.Margin[i]);
        if (anew)
        {
            var value = ScenarioValue.Of(chunk, i, marks);
            (loss, margin) = (value.WorstLoss, value.MarginAtMost(marks));
        }
        return (margin, marks.InitialAtMost(chunk, i, loss, margin));
    }

    public void Dispose()
    {
        _slabs.ForEach(slab => slab.Dispose());
        _chunks.Clear();
        _directory.Dispose();
        Count = 0;
    }

    /// <summary>Makes the changes that came while a sweep ran.</summary>
    public void Settle()
    {
        BeginSweep();
        EndSweep();
    }

    internal bool TryKey(RowHandle row, out long key)
    {
        var entry = _directory.At(row.Slot);
        key = entry->Key;
        return Volatile.Read(ref entry->Generation) == row.Generation;
    }

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

    private void Put(RowHandle row, double cash, ReadOnlySpan<ScenarioEntry> entries)
    {
        if (TryOwn())
        {
            Drain();
            Write(row, cash, entries);
            EndSweep();
            return;
        }
        Wait(new Change(ChangeKind.Put, row, Cash: cash, Entries: entries.ToArray()));
    }

    private void Submit(Change change)
    {
        if (TryOwn())
        {
            Drain();
            Make(change);
            EndSweep();
            return;
        }
        Wait(change);
    }

    /// <summary>A full inbox is waited for: the sweep that must end is milliseconds long.</summary>
    private void Wait(Change change)
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
        _inbox[_inboxTail % InboxMax] = change;
        Volatile.Write(ref _inboxTail, _inboxTail + 1);
    }

    private bool TryOwn() => Interlocked.CompareExchange(ref _owner, 1, 0) == 0;

    private void Drain()
    {
        var tail = Volatile.Read(ref _inboxTail);
        for (var at = _inboxHead; at < tail; at++)
        {
            Make(_inbox[at % InboxMax]);
            _inbox[at % InboxMax] = default;
            Volatile.Write(ref _inboxHead, at + 1);
        }
    }

    private void Make(Change change)
    {
        if (change.Kind == ChangeKind.Put)
        {
            Write(change.Row, change.Cash, change.Entries);
            return;
        }
        var entry = _directory.At(change.Row.Slot);
        var (chunk, i) = (_chunks[entry->Location >> ScenarioChunk.RowBits], entry->Location & ScenarioChunk.RowMask);
        if (change.Kind == ChangeKind.Tell)
        {
            chunk.Told[i] = change.Told;
            return;
        }
        Release(entry->Location);
        entry->Location = -1;
    }

    private void Write(RowHandle row, double cash, ReadOnlySpan<ScenarioEntry> entries)
    {
        var entry = _directory.At(row.Slot);
        var capacity = CapacityFor(entries.Length);
        var location = entry->Location;
        var told = (byte)RiskTier.Healthy;
        if (location >= 0 && _chunks[location >> ScenarioChunk.RowBits].Positions != capacity)
        {
            told = _chunks[location >> ScenarioChunk.RowBits].Told[location & ScenarioChunk.RowMask];
            Release(location);
            location = -1;
        }
        if (location < 0)
        {
            location = Take(capacity);
            entry->Location = location;
            _chunks[location >> ScenarioChunk.RowBits].Told[location & ScenarioChunk.RowMask] = told;
        }
        var (chunk, i) = (_chunks[location >> ScenarioChunk.RowBits], location & ScenarioChunk.RowMask);
        chunk.Handles[i] = row;
        chunk.Cash[i] = cash;
        // padding first: unit 0 is of the group that never expires, and groups follow each other in order of units
        var padding = capacity - entries.Length;
        var sorted = entries.ToArray();
        Array.Sort(sorted, static (left, right) => left.Unit.CompareTo(right.Unit));
        for (var p = 0; p < capacity; p++)
        {
            var held = p < padding ? default : sorted[p - padding];
            chunk.Unit[i * capacity + p] = (ushort)held.Unit;
            chunk.Quantity[i * capacity + p] = held.Quantity;
            UnitLast = Math.Max(UnitLast, held.Unit);
        }
    }

    private (ScenarioChunk Chunk, int Row) Place(RowHandle row)
    {
        CheckLive(row);
        var location = _directory.At(row.Slot)->Location;
        return (_chunks[location >> ScenarioChunk.RowBits], location & ScenarioChunk.RowMask);
    }

    private int Take(int capacity)
    {
        if (!_free.TryGetValue(capacity, out var free))
        {
            _free.Add(capacity, free = new Stack<int>());
        }
        if (free.Count == 0)
        {
            var bytes = ScenarioChunk.SizeBytes(capacity);
            var (slab, used) = _open.GetValueOrDefault(capacity);
            if (slab is null || used + bytes > slab.SizeBytes)
            {
                // the first slab of a size is one chunk: most sizes are rare
                (slab, used) = (new NativeBlock(slab is null ? bytes : Math.Max(bytes, SlabBytes)), 0);
                _slabs.Add(slab);
            }
            _chunks.Add(new ScenarioChunk(slab.Pointer + used, capacity));
            _open[capacity] = (slab, used + bytes);
            for (var i = ScenarioChunk.Rows - 1; i >= 0; i--)
            {
                free.Push(((_chunks.Count - 1) << ScenarioChunk.RowBits) | i);
            }
        }
        return free.Pop();
    }

    private void Release(int location)
    {
        var (chunk, i) = (_chunks[location >> ScenarioChunk.RowBits], location & ScenarioChunk.RowMask);
        new Span<ushort>(chunk.Unit + i * chunk.Positions, chunk.Positions).Clear();
        new Span<double>(chunk.Quantity + i * chunk.Positions, chunk.Positions).Clear();
        chunk.Cash[i] = 0d;
        chunk.Loss[i] = chunk.Margin[i] = 0d;
        chunk.Told[i] = ScenarioChunk.Free;
        _free[chunk.Positions].Push(location);
    }

    private static int CapacityFor(int entries) => Array.Find(Capacities, size => size >= entries);

    private void CheckLive(RowHandle row)
    {
        if (!_directory.IsLive(row))
        {
            throw new ArgumentException($"row {row.Slot} of generation {row.Generation} is not there", nameof(row));
        }
    }

    private static void Check(double cash, ReadOnlySpan<ScenarioEntry> entries)
    {
        if (entries.Length > Capacities[^1])
        {
            throw new ArgumentException($"{entries.Length} positions, at most {Capacities[^1]}", nameof(entries));
        }
        if (!(Math.Abs(cash) <= EntryMax))
        {
            throw new ArgumentOutOfRangeException(nameof(cash), cash, $"cash is a number within ±{EntryMax}");
        }
        foreach (var entry in entries)
        {
            if (entry.Unit is <= 0 or >= ScenarioVectors.UnitsMax || !(Math.Abs(entry.Quantity) <= EntryMax))
            {
                throw new ArgumentOutOfRangeException(nameof(entries), entry,
                    $"a unit is from 1 and below {ScenarioVectors.UnitsMax}, a quantity a number within ±{EntryMax}");
            }
        }
    }

    private readonly record struct Change(
        ChangeKind Kind, RowHandle Row, byte Told = 0, double Cash = 0d, ScenarioEntry[]? Entries = null);
}

/// <summary>
/// What a sweep found of a row. Loss from 0, within the bound of the exact one; the maintenance margin is never less
/// than the exact one and at most twice the bound above it; the scenario is the screening's, and null where none loses,
/// or where the basis does most.
/// </summary>
public readonly record struct ScenarioFigures(double WorstLoss, double MarginAtMost, RiskTier Tier, int? Scenario,
    bool IsBasis);
