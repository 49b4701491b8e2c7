using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>The rows themselves: for whoever has them at the time, the sweep or the writer.</summary>
public sealed unsafe partial class AccountTable
{
    private const int UnlookedMax = 1 << 16;

    private readonly List<RowHandle> _unlooked = [];
    private readonly List<RowHandle> _unlookedBefore = [];
    private ChunkHead[] _heads = [];
    private readonly Dictionary<int, SizeClass> _classes = [];

    internal Span<ChunkHead> Chunks => _heads.AsSpan(0, ChunkCount);

    internal int ChunkCount { get; private set; }

    /// <summary>What the words of rows point into.</summary>
    internal TermLayout Layout { get; private set; } = TermLayout.Places;

    /// <summary>Chunks below are through in the ladder's pass.</summary>
    internal int LookedBelow { get; set; }

    /// <summary>Rows that came to a chunk that is through and had not been looked at, since the last call.</summary>
    internal List<RowHandle> TakeUnlooked()
    {
        _unlookedBefore.Clear();
        _unlookedBefore.AddRange(_unlooked);
        _unlooked.Clear();
        return _unlookedBefore;
    }

    /// <summary>Where a row is, if it still is.</summary>
    internal int? LocationOf(RowHandle row) =>
        IsLive(row) && _directory.At(row.Slot)->Location is >= 0 and var location ? location : null;

    /// <summary>Rewrites the rows for marks of another universe; a row finds its brackets anew.</summary>
    internal void UseLayout(TermLayout layout)
    {
        if (ReferenceEquals(layout, Layout))
        {
            return;
        }
        foreach (ref var head in Chunks)
        {
            var chunk = new Chunk(ref head);
            var words = new Span<uint>(chunk.Word, chunk.Class.Positions * Chunk.Rows);
            foreach (ref var word in words)
            {
                word = Chunk.WithTerm(word, layout.First(Layout.PlaceOf(Chunk.TermOf(word))));
            }
            head.Flags |= ChunkFlags.Changed;
        }
        Layout = layout;
    }

    /// <summary>Makes chunks as if they had never been swept, for another sweep.</summary>
    internal void Forget()
    {
        foreach (ref var head in Chunks)
        {
            var chunk = new Chunk(ref head);
            new Span<byte>(chunk.Tier, Chunk.Rows).Fill(Chunk.NoTier);
            new Span<ushort>(chunk.Place, Chunk.Rows).Fill(Distribution.None);
            new Span<double>(chunk.Gross, Chunk.Rows).Clear();
            new Span<long>(chunk.Sums, ChunkSum.Count).Clear();
            head.Flags = ChunkFlags.Changed;
        }
    }

    /// <summary>What a chunk's rows hold, and where neighbours hold the same, anew.</summary>
    internal static void Mask(Chunk chunk, TermLayout layout)
    {
        var mask = default(HoldingMask);
        var (positions, collateral) = (chunk.Class.Positions, chunk.Class.Collateral);
        Span<uint> column = stackalloc uint[Chunk.Rows];
        chunk.Head.Mixed = 0;
        chunk.Head.IsFlat = true;
        for (var c = 0; c < positions + collateral; c++)
        {
            for (var i = 0; i < Chunk.Rows; i++)
            {
                column[i] = c >= positions ? chunk.Code[(c - positions) * Chunk.Rows + i]
                    : (uint)layout.First(layout.PlaceOf(Chunk.TermOf(chunk.Word[c * Chunk.Rows + i])))
                        * MarkVector.TermWidth;
            }
            chunk.Like[c] = Likeness(column);
            chunk.Lead[c] = column.ContainsAnyExcept(column[0]) ? Chunk.NoLead : column[0];
            chunk.Head.Mixed |= c < positions && chunk.Lead[c] == Chunk.NoLead ? 1UL << Math.Min(c, 63) : 0;
        }
        foreach (var word in new ReadOnlySpan<uint>(chunk.Word, chunk.Class.Positions * Chunk.Rows))
        {
            var place = layout.PlaceOf(Chunk.TermOf(word));
            mask |= place > 0 ? HoldingMask.OfInstrument(place - 1) : default;
        }
        foreach (var code in new ReadOnlySpan<ushort>(chunk.Code, chunk.Class.Collateral * Chunk.Rows))
        {
            // an asset without a feed, such as the dollar, does not move
            mask |= code > 1 && layout.Universe?.Assets[code / 2 - 1].PriceFeed is not null
                ? HoldingMask.OfAsset(code / 2 - 1) : default;
        }
        chunk.Head.Holds = mask;
    }

    /// <summary>Bit v where the eight rows from 8v on are alike.</summary>
    private static byte Likeness(ReadOnlySpan<uint> column)
    {
        var like = 0;
        for (var v = 0; v < Chunk.Rows / 8; v++)
        {
            like |= column.Slice(8 * v, 8).ContainsAnyExcept(column[8 * v]) ? 0 : 1 << v;
        }
        return (byte)like;
    }

    private void Make(RowChangeKind kind, RowHandle row, byte raised, double maintenance, double initial)
    {
        var location = _directory.At(row.Slot)->Location;
        var chunk = ChunkOf(location);
        var i = location & Chunk.RowMask;
        if (kind == RowChangeKind.Require)
        {
            // a row that holds nothing in its portfolio any more asks for nothing
            if (HasPortfolio(chunk, i))
            {
                SetRequired(chunk, i, (maintenance, initial));
                chunk.Head.Flags |= ChunkFlags.Changed;
            }
            return;
        }
        if (kind == RowChangeKind.Remove)
        {
            Free(location);
            _directory.At(row.Slot)->Location = -1;
            return;
        }
        var tier = chunk.Tier[i] == Chunk.NoTier ? (byte)RiskTier.Unknown : chunk.Tier[i];
        chunk.State[i] = kind == RowChangeKind.Raise ? raised : tier;
        chunk.Head.Flags |= ChunkFlags.Changed;
    }

    private void Write(RowHandle row, ReadOnlySpan<CollateralEntry> collateral, ReadOnlySpan<PositionEntry> positions,
        RowFlags flags)
    {
        foreach (ref readonly var position in positions)
        {
            if (!Layout.Knows(position.Instrument + 1))
            {
                // of a universe that no sweep has seen yet
                UseLayout(TermLayout.Places);
            }
        }
        var sizeClass = ClassFor(collateral, positions, flags);
        var entry = _directory.At(row.Slot);
        var location = entry->Location;
        byte raised = (byte)RiskTier.Healthy;
        var isLooked = false;
        var required = (double.NaN, double.NaN);
        if (location >= 0 && ChunkOf(location).Class != sizeClass)
        {
            raised = ChunkOf(location).State[location & Chunk.RowMask];
            required = RequiredOf(ChunkOf(location), location & Chunk.RowMask);
            isLooked = (_heads[location >> Chunk.RowBits].Looked >> (location & Chunk.RowMask) & 1) != 0;
            Free(location);
            location = -1;
        }
        if (location < 0)
        {
            location = Take(sizeClass);
            entry->Location = location;
            ChunkOf(location).State[location & Chunk.RowMask] = raised;
            SetLooked(row, location, isLooked);
            if (sizeClass.HasExtras)
            {
                SetRequired(ChunkOf(location), location & Chunk.RowMask, required);
            }
        }
        var chunk = ChunkOf(location);
        Write(chunk, location & Chunk.RowMask, collateral, positions);
        chunk.Row[location & Chunk.RowMask] = row;
    }

    private void Write(Chunk chunk, int row, ReadOnlySpan<CollateralEntry> collateral,
        ReadOnlySpan<PositionEntry> positions)
    {
        chunk.Head.Flags |= ChunkFlags.Changed;
        var at = row;
        for (var c = 0; c < chunk.Class.Collateral; c++, at += Chunk.Rows)
        {
            var entry = c < collateral.Length ? collateral[c] : new CollateralEntry(-1, 0d);
            chunk.Code[at] = (ushort)(2 * (entry.Asset + 1) + (entry.IsCash ? 1 : 0));
            chunk.Amount[at] = entry.Amount;
        }
        at = row;
        var isPortfolio = false;
        for (var p = 0; p < chunk.Class.Positions; p++, at += Chunk.Rows)
        {
            var entry = p < positions.Length ? positions[p] : new PositionEntry(-1, 0d);
            var word = Chunk.WithTerm(0, Layout.First(entry.Instrument + 1));
            if (chunk.Class.HasExtras)
            {
                var held = Math.Abs(entry.Quantity);
                isPortfolio |= entry.IsPortfolio;
                chunk.Isolated[at] = entry.IsPortfolio ? Chunk.InPortfolio : entry.IsolatedCash;
                chunk.Orders[at] = entry.IsPortfolio
                    ? Math.Max(0d, entry.OrderQuantity - held)
                    : Math.Max(held, entry.OrderQuantity);
                chunk.InverseLeverage[at] = entry.Leverage == 0d ? 0d : 1d / entry.Leverage;
                if (chunk.Class.HasTerms)
                {
                    (chunk.Cash[at], chunk.Entry[at], chunk.Reserve[at]) = (entry.Cash, entry.Entry, entry.Reserve);
                }
            }
            else
            {
                word |= (uint)entry.Leverage << Chunk.LeverageShift;
            }
            chunk.Word[at] = word;
            chunk.Quantity[at] = entry.Quantity;
        }
        if (chunk.Class.HasExtras && !isPortfolio)
        {
            SetRequired(chunk, row, (0d, 0d));
        }
    }

    private static (double Maintenance, double Initial) RequiredOf(Chunk chunk, int row) =>
        chunk.Class.HasExtras
            ? (chunk.Required[row], chunk.Required[row + Chunk.Rows])
            : (double.NaN, double.NaN);

    private static void SetRequired(Chunk chunk, int row, (double Maintenance, double Initial) margin) =>
        (chunk.Required[row], chunk.Required[row + Chunk.Rows]) = margin;

    /// <summary>Whether scenarios ask for a part of the row's margin.</summary>
    internal static bool HasPortfolio(Chunk chunk, int row)
    {
        for (var at = row; chunk.Class.HasExtras && at < chunk.Class.Positions * Chunk.Rows; at += Chunk.Rows)
        {
            if (double.IsPositiveInfinity(chunk.Isolated[at]))
            {
                return true;
            }
        }
        return false;
    }

    private SizeClass ClassFor(ReadOnlySpan<CollateralEntry> collateral, ReadOnlySpan<PositionEntry> positions,
        RowFlags flags)
    {
        var (hasExtras, hasSettings) = (false, false);
        foreach (ref readonly var entry in positions)
        {
            hasExtras |= !double.IsNaN(entry.IsolatedCash) || entry.IsPortfolio
                || entry.OrderQuantity > Math.Abs(entry.Quantity)
                || entry.Leverage > LeverageCodeMax || entry.Leverage != Math.Floor(entry.Leverage);
            hasSettings |= entry.Leverage != 0d;
        }
        var isMaker = (flags & RowFlags.MarketMaker) != 0;
        var hasTerms = (flags & RowFlags.ByTerms) != 0;
        var p = SizeClass.CapacityIndex(positions.Length);
        var c = SizeClass.CapacityIndex(Math.Max(collateral.Length, 1));
        var id = (p << 16) | (c << 8) | (hasTerms ? 3 : hasExtras ? 1 : hasSettings ? 2 : 0)
            | (isMaker ? 4 : 0);
        if (!_classes.TryGetValue(id, out var sizeClass))
        {
            sizeClass = new SizeClass(SizeClass.Capacities[p], SizeClass.Capacities[c], hasExtras,
                hasSettings && !hasExtras && !hasTerms, isMaker, hasTerms);
            _classes.Add(id, sizeClass);
        }
        return sizeClass;
    }

    private int Take(SizeClass sizeClass)
    {
        Unarranged++;
        var location = sizeClass.FreeLocation;
        if (location >= 0)
        {
            var chunk = ChunkOf(location);
            sizeClass.FreeLocation = chunk.Row[location & Chunk.RowMask].Slot;
            return location;
        }
        if (sizeClass.OpenChunk < 0 || _heads[sizeClass.OpenChunk].Used == Chunk.Rows)
        {
            sizeClass.OpenChunk = AddChunk(sizeClass);
        }
        return (sizeClass.OpenChunk << Chunk.RowBits) | _heads[sizeClass.OpenChunk].Used++;
    }

    /// <summary>
    /// A row that comes to a place takes along whether the ladder's pass has looked at it. Where the list of those to
    /// be looked at late is full, the rest waits for the next pass.
    /// </summary>
    private void SetLooked(RowHandle row, int location, bool isLooked)
    {
        var (index, bit) = (location >> Chunk.RowBits, 1UL << (location & Chunk.RowMask));
        ref var head = ref _heads[index];
        head.Looked = isLooked ? head.Looked | bit : head.Looked & ~bit;
        if (!isLooked && index < LookedBelow && _unlooked.Count < UnlookedMax)
        {
            _unlooked.Add(row);
        }
    }

    private int AddChunk(SizeClass sizeClass)
    {
        if (ChunkCount == _heads.Length)
        {
            Array.Resize(ref _heads, Math.Max(64, 2 * ChunkCount));
        }
        ref var head = ref _heads[ChunkCount];
        sizeClass.Place(ref head);
        new Chunk(ref head).Initialize();
        return ChunkCount++;
    }

    private Chunk ChunkOf(int location) => new(ref _heads[location >> Chunk.RowBits]);

    /// <summary>A free place is a row of nothing.</summary>
    private void Free(int location)
    {
        var chunk = ChunkOf(location);
        var row = location & Chunk.RowMask;
        Write(chunk, row, [], []);
        chunk.State[row] = Chunk.FreeRow;
        chunk.Row[row] = new RowHandle(chunk.Class.FreeLocation, 0);
        chunk.Class.FreeLocation = location;
    }
}
