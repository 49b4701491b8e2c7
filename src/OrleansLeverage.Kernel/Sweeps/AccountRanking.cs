using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>
/// The largest accounts of a frame, by gross notional or by margin ratio: the n-th largest of the chunks' largest is a
/// bound that n accounts reach, so only chunks that reach it are looked into. Workers have kept the largest chunks that
/// they met; where one had to leave out some that may reach the bound, all are asked.
/// </summary>
internal sealed unsafe class AccountRanking(AccountTable table, ISweep sweep, SweepPart[] parts, bool byRatio)
{
    private const int None = -1;

    private readonly Largest<double> _largest = new(SweepSummary.TopCount);
    private Largest<RankedAccount> _list = null!;
    private MarkVector _marks = null!;
    private ChunkValues _values = null!;
    private double _bound;
    private int _asked;

    /// <summary>Offers every account that may be among the largest, once each.</summary>
    /// <param name="list">Receives them; sorted afterwards.</param>
    /// <param name="marks">Those of the sweep.</param>
    /// <param name="values">Overwritten.</param>
    public void Rank(Largest<RankedAccount> list, MarkVector marks, ChunkValues values)
    {
        (_list, _marks, _values, _asked) = (list, marks, values, None);
        _bound = Bound();
        var hasAll = true;
        foreach (var part in parts)
        {
            var kept = part.LargestChunks(byRatio);
            hasAll &= !kept.IsFull || kept.Smallest.Value < _bound;
        }
        for (var c = 0; !hasAll && c < table.ChunkCount; c++)
        {
            ref readonly var head = ref table.Chunks[c];
            Ask(c, byRatio ? head.LargestRisk : head.LargestGross);
        }
        foreach (var part in parts)
        {
            foreach (ref readonly var chunk in hasAll ? part.LargestChunks(byRatio).Items : [])
            {
                Ask(chunk.Index, chunk.Value);
            }
        }
        if (_asked != None)
        {
            Look(_asked, next: _asked);
        }
        list.Sort();
    }

    private double Bound()
    {
        _largest.Clear();
        foreach (var part in parts)
        {
            foreach (ref readonly var chunk in part.LargestChunks(byRatio).Items)
            {
                _largest.Offer(chunk.Value);
            }
        }
        // the largest risk of a chunk is right to 13 bits or more
        return !_largest.IsFull ? 0d : _largest.Smallest * (byRatio ? 1d - 1d / 2048 : 1d);
    }

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
        ref var ahead = ref table.Chunks[next];
        _values.Ahead = ahead.Memory;
        ahead.PrefetchNames();
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
