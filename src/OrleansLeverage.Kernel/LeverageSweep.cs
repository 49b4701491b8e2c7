using System.Numerics;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>What a sweep is asked for beside the figures of rows, tiers and the sums over accounts.</summary>
[Flags]
public enum SweepDetail
{
    None = 0,

    /// <summary>Long and short leverage by instrument: another look at every position.</summary>
    Instruments = 1,
}

/// <summary>
/// Sweeps one table, frame after frame: which chunks must be valued anew, on which workers, and what the market is
/// then. A chunk is left as it was where nothing that it holds has moved since it was swept and none of its rows
/// changed or is due: its values, tiers and sums are functions of its rows and of the terms and prices that they point
/// to, and all of those are bit by bit what they were. No allocation once warm.
/// <para>
/// Taking a chunk's part out again needs what its rows were: the figures. Writing them is a fifth of the memory that a
/// full frame moves, and of no use where the next frame is full as well. After some full frames in a row they are left
/// out; the first frame that could have passed chunks by is then full once more, and writes them.
/// </para>
/// </summary>
public sealed unsafe class LeverageSweep : IDisposable
{
    /// <summary>Chunks that a worker takes at a time.</summary>
    private const int AtOnce = 32;

    /// <summary>Frames in a row at which most rows are due, after which it is expected of the next.</summary>
    private const int Habit = 4;

    private readonly AccountTable _table;
    private readonly ISweep _sweep;
    private readonly SweepCrew _crew;
    private readonly SweepPart[] _parts;
    private readonly NominationQueue _nominations;
    private readonly Action<int> _work;
    private NativeBlock _instrumentSums = new(64);
    private readonly Int128[]?[] _wideInstrumentSums;
    private readonly Largest<double> _thresholds = new(SweepSummary.TopCount);
    private readonly LadderPass _ladder;
    private MarkVector? _marks;
    private HoldingMask _moved;
    private bool _isFull;
    private int _fullFrames;
    private bool _keepsFigures = true;
    private SweepDetail _detail;
    private long _lastLoad = -1;
    private int _nextChunk;
    private long _arrangement;
    private long _movedEpoch;

    /// <param name="table">What another sweep has kept of it is forgotten.</param>
    /// <param name="workers">Threads, the caller's included.</param>
    /// <param name="nominationsMax">Nominations kept per frame.</param>
    /// <param name="variant">One of <see cref="SweepVariant.Supported"/>; null for the environment's choice.</param>
    public LeverageSweep(AccountTable table, int workers = 1, int nominationsMax = 4096, string? variant = null)
    {
        _table = table;
        _sweep = SweepVariant.Of(variant);
        _crew = new SweepCrew(workers);
        _parts = Enumerable.Range(0, workers)
            .Select(_ => new SweepPart(table, nominationsMax)).ToArray();
        _wideInstrumentSums = new Int128[]?[workers];
        _nominations = new NominationQueue(nominationsMax);
        _ladder = new LadderPass(table, _sweep);
        _work = Work;
    }

    /// <summary>Name of the variant in use.</summary>
    public string Variant => _sweep.Name;

    public SweepSummary Summary { get; } = new();

    private bool HasInstruments => (_detail & SweepDetail.Instruments) != 0;

    /// <summary>Who is liquidated where, by the last complete pass; null before the first.</summary>
    public LiquidationLadder? Ladder => _ladder.Complete;

    /// <summary>What the last frame nominated.</summary>
    public NominationQueue Nominations => _nominations;

    /// <summary>Rows valued anew at the last frame, free places included.</summary>
    public long RowsSwept { get; private set; }

    /// <summary>Of these, rows whose tier was decided anew; by a scalar sweep none is left out.</summary>
    public long RowsDecided { get; private set; }

    /// <summary>One frame. The summary and the nominations are valid until the next.</summary>
    public SweepSummary Run(MarkVector marks, SweepDetail detail = SweepDetail.Instruments)
    {
        _table.BeginSweep();
        _crew.Call();
        try
        {
            return Sweep(marks, detail);
        }
        catch
        {
            // half of the chunks may be of the frame: the next sweep begins from nothing
            _table.Sweep = null;
            throw;
        }
        finally
        {
            _crew.Dismiss();
            _table.EndSweep();
        }
    }

    /// <summary>
    /// Looks at so many rows for the ladder, at the marks of the last frame: for the time between two frames. A pass
    /// over all of them makes <see cref="Ladder"/>.
    /// </summary>
    /// <returns>True where that made a ladder complete.</returns>
    public bool AdvanceLadder(int rows)
    {
        if (_marks is not { } marks || _table.Sweep != this)
        {
            return false;
        }
        _table.BeginSweep();
        try
        {
            // rows that came since may be of a universe that the marks do not have: they wait for the next frame
            return ReferenceEquals(_table.Layout, marks.Layout) && _table.AssetLast < marks.AssetCount
                && _ladder.Advance(marks, (rows + Chunk.RowMask) >> Chunk.RowBits);
        }
        finally
        {
            _table.EndSweep();
        }
    }

    private SweepSummary Sweep(MarkVector marks, SweepDetail detail)
    {
        // rows index the marks without a check of their own
        if (_table.AssetLast >= marks.AssetCount || _table.InstrumentLast >= marks.InstrumentCount)
        {
            throw new ArgumentException($"rows hold asset {_table.AssetLast} and instrument {_table.InstrumentLast}, "
                + $"the marks have {marks.AssetCount} and {marks.InstrumentCount}", nameof(marks));
        }
        if (_table.Sweep != this)
        {
            _table.Forget();
            _table.Sweep = this;
            _arrangement = -1;
        }
        if (_arrangement != _table.Arrangements)
        {
            // fresh chunks have no sums that could be taken out: all begins from nothing
            _arrangement = _table.Arrangements;
            _lastLoad = -1;
            Summary.Clear();
        }
        _isFull = _lastLoad < 0 || !ReferenceEquals(marks, _marks) || !ReferenceEquals(_table.Layout, marks.Layout);
        _table.UseLayout(marks.Layout);
        if (!ReferenceEquals(marks, _marks) || _movedEpoch != marks.MovedEpoch)
        {
            _movedEpoch = marks.MovedEpoch;
            foreach (ref var chunk in _table.Chunks)
            {
                chunk.HealthyUntil = 0d;
            }
        }
        _marks = marks;
        _table.Marks = marks;
        _detail = detail;
        _moved = _isFull ? default : marks.MovedSince(_lastLoad);
        var areMostDue = _isFull || MostHaveMoved();
        _isFull = areMostDue || !_keepsFigures;
        _fullFrames = areMostDue ? _fullFrames + 1 : 0;
        _keepsFigures = _fullFrames <= Habit;
        _lastLoad = marks.Loads;
        if (HasInstruments)
        {
            PrepareInstruments(marks);
        }
        foreach (var part in _parts)
        {
            part.Begin();
        }
        _nextChunk = 0;
        _crew.Run(_work);
        Collect(marks);
        return Summary;
    }

    public void Dispose()
    {
        _crew.Dispose();
        _ladder.Dispose();
        _instrumentSums.Dispose();
        foreach (var part in _parts)
        {
            part.Dispose();
        }
    }

    /// <summary>
    /// True where more than three quarters of the chunks, going by every eighth, must be valued anew: then all are,
    /// because sums that begin from nothing cost less than those that take out what was.
    /// </summary>
    private bool MostHaveMoved()
    {
        const int Step = 8;
        var chunks = _table.Chunks;
        var due = 0;
        for (var c = 0; c < chunks.Length; c += Step)
        {
            due += IsDue(chunks[c]) ? 1 : 0;
        }
        return due * Step * 4L >= chunks.Length * 3L;
    }

    private bool IsDue(in ChunkHead chunk) => chunk.Flags != ChunkFlags.None || chunk.Holds.Meets(_moved);

    private void Work(int worker)
    {
        var (part, marks) = (_parts[worker], _marks!);
        var chunks = _table.Chunks;
        var sums = (long*)_instrumentSums.Pointer + (long)worker * 2 * marks.Layout.Count * InstrumentSum.Count;
        var hasInstruments = HasInstruments;
        // a worker takes its next piece before it begins with this one, so that it can ask for its memory in time
        int then;
        for (var from = Take(); from < chunks.Length; from = then)
        {
            then = Take();
            var batch = chunks[from..Math.Min(from + AtOnce, chunks.Length)];
            var due = 0U;
            for (var c = 0; c < batch.Length; c++)
            {
                due |= _isFull || IsDue(batch[c]) ? 1U << c : 0;
            }
            for (var left = due; left != 0;)
            {
                var c = BitOperations.TrailingZeroCount(left);
                left &= left - 1;
                var ahead = left != 0 ? from + BitOperations.TrailingZeroCount(left) : then;
                ref var next = ref chunks[Math.Min(ahead, chunks.Length - 1)];
                part.Values.Ahead = next.Memory;
                next.PrefetchNames();
                var chunk = _keepsFigures ? new Chunk(ref batch[c]) : new Chunk(ref batch[c], part.Values.Figures);
                if ((chunk.Head.Flags & ChunkFlags.Changed) != 0)
                {
                    AccountTable.Mask(chunk, marks.Layout);
                    chunk.Head.HealthyUntil = 0d;
                }
                _sweep.Sweep(chunk, marks, part, _isFull);
                if (hasInstruments && !_keepsFigures)
                {
                    _sweep.AddInstruments(chunk, marks, sums, ref _wideInstrumentSums[worker]);
                }
            }
            for (var c = 0; c < batch.Length; c++)
            {
                part.Rank(from + c, batch[c]);
                if (hasInstruments && _keepsFigures)
                {
                    _sweep.AddInstruments(new Chunk(ref batch[c]), marks, sums, ref _wideInstrumentSums[worker]);
                }
            }
        }
        part.Flush();
    }

    private int Take() => Interlocked.Add(ref _nextChunk, AtOnce) - AtOnce;

    private void PrepareInstruments(MarkVector marks)
    {
        var bytes = _parts.Length * 2 * marks.Layout.Count * InstrumentSum.Count * sizeof(long);
        if (bytes > _instrumentSums.SizeBytes)
        {
            _instrumentSums.Dispose();
            _instrumentSums = new NativeBlock(bytes);
        }
        new Span<byte>(_instrumentSums.Pointer, bytes).Clear();
    }

    private void Collect(MarkVector marks)
    {
        Summary.Begin(marks.Frame.Number, marks.InstrumentCount, HasInstruments);
        if (_isFull)
        {
            Summary.ClearGross();
        }
        _nominations.Clear();
        (RowsSwept, RowsDecided) = (0, 0);
        foreach (var part in _parts)
        {
            RowsDecided += part.RowsDecided;
            Summary.Add(part);
            RowsSwept += part.RowsSwept;
            _nominations.Take(part.Nominations);
        }
        _nominations.Close();
        if (Summary.HasInstruments)
        {
            CollectInstruments(marks);
        }
        Rank(Summary.ByNotional, marks, byRatio: false);
        Rank(Summary.ByRatio, marks, byRatio: true);
    }

    private void CollectInstruments(MarkVector marks)
    {
        var sums = Summary.InstrumentSums;
        Array.Clear(sums);
        var (terms, half) = (marks.Layout.Count, sums.Length / 2);
        for (var w = 0; w < _parts.Length; w++)
        {
            var of = (long*)_instrumentSums.Pointer + (long)w * 2 * terms * InstrumentSum.Count;
            var wide = _wideInstrumentSums[w];
            for (var t = 0; t < 2 * terms; t++)
            {
                var place = marks.Layout.PlaceOf(t % terms);
                var to = sums.AsSpan((t < terms ? 0 : half) + place * InstrumentSum.Count, InstrumentSum.Count);
                for (var i = 0; i < InstrumentSum.Count; i++)
                {
                    to[i] += of[t * InstrumentSum.Count + i] + (wide?[t * InstrumentSum.Count + i] ?? 0);
                }
            }
            Array.Clear(wide ?? []);
        }
    }

    /// <summary>
    /// The largest accounts: the n-th largest of the chunks' largest is a bound that n accounts reach, so only chunks
    /// that reach it are looked into. Workers have kept the largest chunks they met; where one had to leave out some
    /// that may reach the bound, all are asked.
    /// </summary>
    private void Rank(Largest<RankedAccount> list, MarkVector marks, bool byRatio)
    {
        _thresholds.Clear();
        foreach (var part in _parts)
        {
            foreach (var chunk in part.LargestChunks(byRatio).Items)
            {
                _thresholds.Offer(chunk.Value);
            }
        }
        // the largest risk of a chunk is right to 13 bits or more
        var bound = !_thresholds.IsFull ? 0d : _thresholds.Smallest * (byRatio ? 1d - 1d / 2048 : 1d);
        var hasAll = true;
        foreach (var part in _parts)
        {
            var kept = part.LargestChunks(byRatio);
            hasAll &= !kept.IsFull || kept.Smallest.Value < bound;
        }
        for (var c = 0; !hasAll && c < _table.ChunkCount; c++)
        {
            Rank(list, c, marks, byRatio, bound);
        }
        foreach (var part in _parts)
        {
            foreach (var chunk in hasAll ? part.LargestChunks(byRatio).Items : [])
            {
                Rank(list, chunk.Index, marks, byRatio, bound);
            }
        }
        list.Sort();
    }

    private void Rank(Largest<RankedAccount> list, int index, MarkVector marks, bool byRatio, double bound)
    {
        var chunk = new Chunk(ref _table.Chunks[index]);
        var largest = byRatio ? chunk.Head.LargestRisk : chunk.Head.LargestGross;
        if (largest < bound || !(largest > 0d))
        {
            return;
        }
        var values = _parts[0].Values;
        _sweep.Value(chunk, marks, values);
        for (var row = 0; row < Chunk.Rows; row++)
        {
            var gross = values.Gross[row];
            var isCandidate = gross > 0d && (byRatio
                ? chunk.Class.HasExtras || values.MayReach(row, bound)
                : chunk.Place[row] != Distribution.None && gross >= bound);
            if (!isCandidate || (chunk.State[row] & Chunk.FreeRow) != 0
                || !_table.TryKey(chunk.Row[row], out var key))
            {
                continue;
            }
            var value = RowValue.Of(chunk, row, marks);
            if (!byRatio || value.Risk >= bound)
            {
                var ratio = double.IsFinite(value.MarginRatio) ? value.MarginRatio : (double?)null;
                list.Offer(new RankedAccount(key, value.Gross, value.Equity, ratio, (RiskTier)chunk.Tier[row])
                {
                    Rank = byRatio ? value.MarginRatio : value.Gross,
                });
            }
        }
    }
}
