using System.Numerics;
using System.Runtime.CompilerServices;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>
/// What one worker has of a sweep: the changes of sums and of the distribution by the chunks it swept, and what they
/// nominate. All of it adds up exactly, so which worker swept which chunk leaves no trace.
/// </summary>
internal sealed unsafe class SweepPart(AccountTable table, int nominationsMax) : IDisposable
{
    /// <summary>Chunks that a worker takes at a time; then <see cref="CountMoved"/>.</summary>
    public const int AtOnce = 32;

    private const int ChunksPerFlush = 16;

    // sums of the chunks since the last flush, by maker: 16 chunks of 64 rows below 2^51 quanta stay below 2^62
    private readonly NativeBlock _pending = new(2 * ChunkSum.Count * sizeof(long));
    private readonly Int128[] _wideBefore = new Int128[ChunkSum.Count];
    private readonly NativeBlock _places = new((AtOnce + 1) * Chunk.Rows * sizeof(ushort));
    private readonly Moves[] _moves = new Moves[AtOnce + 1];
    private int _movesCount;
    private bool _wasWide;
    private int _pendingChunks;
    private bool _isDue;

    public ChunkValues Values { get; } = new();

    /// <summary>Chunks with large accounts by gross notional; by <see cref="RowValue.Risk"/>.</summary>
    public LargeChunks LargeByGross { get; } = new();

    public LargeChunks LargeByRisk { get; } = new();

    public Distribution Moved { get; } = new();

    /// <summary>By maker (0, 1) and <see cref="ChunkSum"/>: what the chunks are now less what they were.</summary>
    public Int128[] Totals { get; } = new Int128[2 * ChunkSum.Count];

    public NominationQueue Nominations { get; } = new(nominationsMax);

    public long RowsSwept { get; private set; }

    /// <summary>Of these, rows whose tier was asked for; the others' was known to be Healthy.</summary>
    public long RowsDecided { get; set; }

    /// <summary>Gross notional by place of rows too large for <see cref="Distribution.Gross"/>.</summary>
    public Int128[]? WideGross { get; private set; }

    public Int128[]? WideTierGross { get; private set; }

    public void Begin()
    {
        Flush();
        Moved.Clear();
        Array.Clear(Totals);
        Array.Clear(WideGross ?? []);
        Array.Clear(WideTierGross ?? []);
        Nominations.Clear();
        _movesCount = 0;
        RowsSwept = 0;
        RowsDecided = 0;
    }

    /// <summary>Takes what a chunk was out of the totals, and empties its sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Open(Chunk chunk)
    {
        var pending = Pending(chunk);
        for (var i = 0; i < ChunkSum.Count; i += Vector<long>.Count)
        {
            Vector.Store(Vector.Load(pending + i) - Vector.Load(chunk.Sums + i), pending + i);
            Vector.Store(Vector<long>.Zero, chunk.Sums + i);
        }
        _wasWide = (chunk.Head.Flags & ChunkFlags.Wide) != 0;
        if (_wasWide)
        {
            chunk.Head.WideSums.CopyTo(_wideBefore.AsSpan());
        }
        chunk.Head.Flags = ChunkFlags.None;
        _isDue = false;
    }

    /// <summary>Sums without a limit, for the chunk that was opened.</summary>
    public Int128[] OpenWide(Chunk chunk)
    {
        chunk.Head.Flags = ChunkFlags.Wide;
        var sums = chunk.Head.WideSums ??= new Int128[ChunkSum.Count];
        Array.Clear(sums);
        return sums;
    }

    /// <summary>Adds what a chunk is now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Close(Chunk chunk)
    {
        var pending = Pending(chunk);
        for (var i = 0; i < ChunkSum.Count; i += Vector<long>.Count)
        {
            Vector.Store(Vector.Load(pending + i) + Vector.Load(chunk.Sums + i), pending + i);
        }
        var isWide = chunk.Head.Flags == ChunkFlags.Wide;
        if (isWide || _wasWide)
        {
            var totals = Totals.AsSpan(chunk.Class.IsMarketMaker ? ChunkSum.Count : 0, ChunkSum.Count);
            for (var i = 0; i < ChunkSum.Count; i++)
            {
                totals[i] += (isWide ? chunk.Head.WideSums![i] : 0) - (_wasWide ? _wideBefore[i] : 0);
            }
        }
        if (_isDue)
        {
            chunk.Head.Flags |= ChunkFlags.Due;
        }
        RowsSwept += Chunk.Rows;
        if (++_pendingChunks == ChunksPerFlush)
        {
            Flush();
        }
    }

    /// <summary>
    /// Room for where the rows of a chunk are now in the distribution, until the next chunk; or, where one of them has
    /// moved, until <see cref="CountMoved"/>.
    /// </summary>
    public ushort* Places => (ushort*)_places.Pointer + _movesCount * Chunk.Rows;

    /// <summary>
    /// Remembers rows that are at other <see cref="Places"/> than before. Half of the chunks have some, at random: to
    /// look at them at once would cost more than all else that is done once per chunk, because the processor would
    /// begin with the next one in vain.
    /// </summary>
    /// <param name="before">Where they were.</param>
    /// <param name="rows">A bit each.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CountLater(ushort* before, ulong rows)
    {
        _moves[_movesCount] = new Moves { Before = before, Rows = rows };
        _movesCount += rows != 0 ? 1 : 0;
    }

    /// <summary>Counts what was remembered.</summary>
    public void CountMoved()
    {
        var places = (ushort*)_places.Pointer;
        var counts = Moved.Counts;
        foreach (ref readonly var moves in _moves.AsSpan(0, _movesCount))
        {
            for (var rows = moves.Rows; rows != 0; rows &= rows - 1)
            {
                var row = BitOperations.TrailingZeroCount(rows);
                counts[moves.Before[row]]--;
                counts[places[row]]++;
                moves.Before[row] = places[row];
            }
            places += Chunk.Rows;
        }
        _movesCount = 0;
    }

    /// <summary>Ends the part of a frame.</summary>
    public void Flush()
    {
        var pending = (long*)_pending.Pointer;
        for (var i = 0; i < 2 * ChunkSum.Count; i++)
        {
            Totals[i] += pending[i];
            pending[i] = 0;
        }
        _pendingChunks = 0;
    }

    /// <summary>Counts a row where it is now, and where it was no more.</summary>
    public void Place(Chunk chunk, int row, ushort place, RiskTier tier, double gross, bool isFull)
    {
        if (!isFull)
        {
            AddGross(chunk.Place[row], (RiskTier)chunk.Tier[row], chunk.Gross[row], -1);
        }
        AddGross(place, tier, gross, 1);
        Count(chunk, row, place, tier);
        chunk.Gross[row] = gross;
    }

    /// <summary>Counts a row by number only.</summary>
    public void Count(Chunk chunk, int row, ushort place, RiskTier tier)
    {
        Moved.Counts[chunk.Place[row]]--;
        Moved.Counts[place]++;
        Moved.TierCounts[chunk.Tier[row]]--;
        Moved.TierCounts[(int)tier]++;
        chunk.Place[row] = place;
        chunk.Tier[row] = (byte)tier;
    }

    /// <summary>Gross notional of a row, which may be wide, by place and by tier.</summary>
    public void AddGross(ushort place, RiskTier tier, double gross, int sign)
    {
        if (gross >= FixedPoint.WideFrom)
        {
            AddWideGross(place, tier, gross, sign);
            return;
        }
        var quanta = sign * FixedPoint.Of(gross);
        Moved.Gross[place] += quanta;
        AddTierGross(tier, quanta);
    }

    public void AddTierGross(RiskTier tier, long quanta)
    {
        if (tier != RiskTier.Healthy)
        {
            Moved.TierGross[(int)tier] += quanta;
        }
    }

    /// <summary>
    /// Worse than what was told, or better, so that the tier may be armed again, wholly or half way; or asked for with
    /// <see cref="Chunk.AlwaysDue"/>. Unknown is no judgement: what was told stands; and bankruptcy is left where
    /// liquidation is left.
    /// </summary>
    public void NominateIfDue(Chunk chunk, int row, RiskTier tier)
    {
        var state = chunk.State[row];
        var raised = (RiskTier)(state & 7);
        var isDue = tier is not (RiskTier.Unknown or (RiskTier)Chunk.NoTier)
            && (tier != raised || (state & Chunk.AlwaysDue) != 0)
            && !(tier == RiskTier.Liquidation && raised == RiskTier.Bankrupt && (state & Chunk.AlwaysDue) == 0);
        if (isDue)
        {
            _isDue = true;
            var over = Values.OverLiquidation[row];
            var severity = double.IsNegativeInfinity(over) ? -Values.Equity[row] : over;
            if (table.TryKey(chunk.Row[row], out var key))
            {
                Nominations.Offer(new Nomination(chunk.Row[row], key, tier, severity));
            }
        }
    }

    public void Dispose()
    {
        Values.Dispose();
        Moved.Dispose();
        _pending.Dispose();
        _places.Dispose();
    }

    /// <summary>Rows of a chunk, a bit each, and where they were.</summary>
    private struct Moves
    {
        public ushort* Before;
        public ulong Rows;
    }

    private long* Pending(Chunk chunk) =>
        (long*)_pending.Pointer + (chunk.Class.IsMarketMaker ? ChunkSum.Count : 0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddWideGross(ushort place, RiskTier tier, double gross, int sign)
    {
        WideGross ??= new Int128[Distribution.Places + 1];
        WideTierGross ??= new Int128[Distribution.Tiers];
        var quanta = gross < FixedPoint.Limit ? sign * FixedPoint.OfWide(gross) : Int128.Zero;
        WideGross[place] += quanta;
        if (tier != RiskTier.Healthy)
        {
            WideTierGross[(int)tier] += quanta;
        }
    }
}
