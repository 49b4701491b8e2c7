using System.Numerics;

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
    /// <summary>Frames in a row at which most rows are due, after which it is expected of the next.</summary>
    private const int Habit = 4;

    private readonly AccountTable _table;
    private readonly ISweep _sweep;
    private readonly SweepCrew _crew;
    private readonly SweepPart[] _parts;
    private readonly NominationQueue _nominations;
    private readonly Action<int> _work;
    private readonly Action<int> _collect;
    private readonly InstrumentSums _instruments;
    private readonly AccountRanking _byNotional;
    private readonly AccountRanking _byRatio;
    private readonly LadderPass _ladder;
    private MarkVector? _marks;
    private HoldingMask _moved;
    private bool _isFull;
    private int _fullFrames;
    private bool _keepsFigures = true;
    private SweepDetail _detail;
    private long _lastLoad = -1;
    private int _nextChunk;
    private int _nextTask;
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
        _byNotional = new AccountRanking(table, _sweep, _parts, byRatio: false);
        _byRatio = new AccountRanking(table, _sweep, _parts, byRatio: true);
        _instruments = new InstrumentSums(workers);
        _nominations = new NominationQueue(nominationsMax);
        _ladder = new LadderPass(table, _sweep);
        _work = Work;
        _collect = Collect;
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
            _instruments.Clear(marks.Layout);
        }
        foreach (var part in _parts)
        {
            part.Begin();
        }
        _byNotional.Begin();
        _byRatio.Begin();
        _nextChunk = 0;
        _crew.Run(_work);
        Summary.Begin(marks.Frame.Number, marks.InstrumentCount, HasInstruments);
        if (_isFull)
        {
            Summary.ClearGross();
        }
        _nextTask = 0;
        _crew.Run(_collect);
        return Summary;
    }

    public void Dispose()
    {
        _crew.Dispose();
        _ladder.Dispose();
        _instruments.Dispose();
        foreach (var part in _parts)
        {
            part.Dispose();
        }
    }

    /// <summary>
    /// True where more than three quarters of the chunks, going by some that lie evenly between the others, must be
    /// valued anew: then all are, because sums that begin from nothing cost less than those that take out what was.
    /// </summary>
    private bool MostHaveMoved()
    {
        const int Asked = 256;
        var chunks = _table.Chunks;
        var step = Math.Max(1, chunks.Length / Asked);
        var (asked, due) = (0, 0);
        for (var c = 0; c < chunks.Length; c += step)
        {
            asked++;
            due += IsDue(chunks[c]) ? 1 : 0;
        }
        return due * 4 >= asked * 3;
    }

    private bool IsDue(in ChunkHead chunk) => chunk.Flags != ChunkFlags.None || chunk.Holds.Meets(_moved);

    private void Work(int worker)
    {
        var (part, marks) = (_parts[worker], _marks!);
        var chunks = _table.Chunks;
        var hasInstruments = HasInstruments;
        var sums = hasInstruments ? _instruments.Of(worker, marks.Layout) : null;
        // a worker takes its next piece before it begins with this one, so that it can ask for its memory in time
        int then;
        for (var from = Take(); from < chunks.Length; from = then)
        {
            then = Take();
            var batch = chunks[from..Math.Min(from + SweepPart.AtOnce, chunks.Length)];
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
                part.Values.LookAhead(chunks[Math.Min(ahead, chunks.Length - 1)], _keepsFigures);
                var chunk = _keepsFigures ? new Chunk(ref batch[c]) : new Chunk(ref batch[c], part.Values.Figures);
                if ((chunk.Head.Flags & ChunkFlags.Changed) != 0)
                {
                    AccountTable.Mask(chunk, marks.Layout);
                    chunk.Head.HealthyUntil = 0d;
                }
                _sweep.Sweep(chunk, marks, part, _isFull);
                if (hasInstruments && !_keepsFigures)
                {
                    // which asks who counts where
                    part.CountMoved();
                    _sweep.AddInstruments(chunk, marks, part.Values, sums, ref _instruments.WideOf(worker));
                }
            }
            part.CountMoved();
            for (var c = 0; c < batch.Length; c++)
            {
                part.LargeByGross.Offer(batch[c].LargestGross, from + c);
                part.LargeByRisk.Offer(batch[c].LargestRisk, from + c);
                if (hasInstruments && _keepsFigures)
                {
                    part.Values.LookAhead(chunks[Math.Min(from + c + 1, chunks.Length - 1)], hasFigures: true);
                    _sweep.AddInstruments(new Chunk(ref batch[c]), marks, part.Values, sums,
                        ref _instruments.WideOf(worker));
                }
            }
        }
        part.Flush();
    }

    private int Take() => Interlocked.Add(ref _nextChunk, SweepPart.AtOnce) - SweepPart.AtOnce;

    /// <summary>What is left when all chunks have been swept: three tasks that have nothing in common.</summary>
    private void Collect(int worker)
    {
        var marks = _marks!;
        for (var task = NextTask(); task < 3; task = NextTask())
        {
            switch (task)
            {
                case 0:
                    _byNotional.Rank(Summary.ByNotional, marks, _parts[worker].Values);
                    break;
                case 1:
                    _byRatio.Rank(Summary.ByRatio, marks, _parts[worker].Values);
                    break;
                default:
                    AddUp(marks);
                    break;
            }
        }
    }

    private int NextTask() => Interlocked.Increment(ref _nextTask) - 1;

    private void AddUp(MarkVector marks)
    {
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
            _instruments.CopyTo(Summary.InstrumentSums, marks.Layout);
        }
    }
}
