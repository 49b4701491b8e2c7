using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>
/// The largest accounts of a frame, by gross notional or by margin ratio: the n-th largest of the chunks' largest is a
/// bound that n accounts reach, so only chunks that reach it are looked into. Workers have listed the chunks that reach
/// a little less than the bound of the frame before; where that was too many, or the bound has fallen below, all are
/// asked.
/// </summary>
internal sealed unsafe class AccountRanking(AccountTable table, ISweep sweep, SweepPart[] parts, bool byRatio)
{
    private const int None = -1;
    private const double MarginMin = 1d / 1024;
    private const double MarginMax = 1d / 8;

    private readonly Largest<double> _largest = new(SweepSummary.TopCount);
    private Largest<RankedAccount> _list = null!;
    private MarkVector _marks = null!;
    private ChunkValues _values = null!;
    private double _bound;
    private double _listedFrom;
    private double _margin = MarginMax;
    private int _asked;

    /// <summary>Before the chunks of a frame are met.</summary>
    public void Begin()
    {
        foreach (var part in parts)
        {
            Listed(part).Begin(_listedFrom);
        }
    }

    /// <summary>Offers every account that may be among the largest, once each.</summary>
    /// <param name="list">Receives them; sorted afterwards.</param>
    /// <param name="marks">Those of the sweep.</param>
    /// <param name="values">Overwritten.</param>
    public void Rank(Largest<RankedAccount> list, MarkVector marks, ChunkValues values)
    {
        (_list, _marks, _values, _asked) = (list, marks, values, None);
        if (HasAll())
        {
            foreach (var part in parts)
            {
                foreach (ref readonly var chunk in Listed(part).Items)
                {
                    Ask(chunk.Index, chunk.Value);
                }
            }
        }
        else
        {
            BoundAll();
            for (var c = 0; c < table.ChunkCount; c++)
            {
                Ask(c, LargestOf(table.Chunks[c]));
            }
        }
        if (_asked != None)
        {
            Look(_asked, next: _asked);
        }
        list.Sort();
        _listedFrom = _bound * (1d - _margin);
    }

    private LargeChunks Listed(SweepPart part) => byRatio ? part.LargeByRisk : part.LargeByGross;

    private double LargestOf(in ChunkHead head) => byRatio ? head.LargestRisk : head.LargestGross;

    /// <summary>The bound by the chunks listed, and whether all that reach it are.</summary>
    private bool HasAll()
    {
        _largest.Clear();
        var (count, isCut) = (0, false);
        foreach (var part in parts)
        {
            count += Listed(part).Count;
            isCut |= Listed(part).IsCut;
            foreach (ref readonly var chunk in Listed(part).Items)
            {
                _largest.Offer(chunk.Value);
            }
        }
        // so many that prices may move a little, and not many more
        _margin = Math.Clamp(count > 3 * SweepSummary.TopCount ? _margin / 2d
            : count < 2 * SweepSummary.TopCount ? 2d * _margin : _margin, MarginMin, MarginMax);
        Bound();
        return !isCut && _bound >= _listedFrom;
    }

    private void BoundAll()
    {
        _largest.Clear();
        foreach (ref readonly var head in table.Chunks)
        {
            _largest.Offer(LargestOf(head));
        }
        Bound();
    }

    /// <summary>The largest risk of a chunk is right to 13 bits or more.</summary>
    private void Bound() => _bound = !_largest.IsFull ? 0d : _largest.Smallest * (byRatio ? 1d - 1d / 2048 : 1d);

    /// <summary>
    /// The chunk is looked into while the memory of the one after it comes: they lie anywhere, and what takes time is
    /// to fetch them.
    /// </summary>
    private void Ask(int index, double largest)
    {
        if (largest < _bound || !(largest > 0d))
        {
            return;
        }
        if (_asked != None)
        {
            Look(_asked, next: index);
        }
        _asked = index;
    }

    private void Look(int index, int next)
    {
        _values.LookAhead(table.Chunks[next], hasFigures: false);
        var chunk = new Chunk(ref table.Chunks[index]);
        sweep.Value(chunk, _marks, _values);
        for (var row = 0; row < Chunk.Rows; row++)
        {
            var gross = _values.Gross[row];
            var isCandidate = gross > 0d && (byRatio
                ? chunk.Class.HasExtras || _values.MayReach(row, _bound)
                : chunk.Place[row] != Distribution.None && gross >= _bound);
            if (!isCandidate || (chunk.State[row] & Chunk.FreeRow) != 0
                || !table.TryKey(chunk.Row[row], out var key))
            {
                continue;
            }
            var value = RowValue.Of(chunk, row, _marks);
            if (!byRatio || value.Risk >= _bound)
            {
                var ratio = double.IsFinite(value.MarginRatio) ? value.MarginRatio : (double?)null;
                _list.Offer(new RankedAccount(key, value.Gross, value.Equity, ratio, (RiskTier)chunk.Tier[row])
                {
                    Rank = byRatio ? value.MarginRatio : value.Gross,
                });
            }
        }
    }
}
