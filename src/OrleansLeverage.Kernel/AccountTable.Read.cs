using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>A position of a row that is read: signed contracts, and their signed notional, USD.</summary>
public readonly record struct RowHolding(int Instrument, double Quantity, double SignedNotional);

/// <summary>Takes rows one by one while they are held, so it is brief and touches no table.</summary>
public interface IRowReader
{
    /// <param name="key">The caller's name of the row.</param>
    /// <param name="figures">Null where one of its prices has not been measured; its holdings then say nothing.</param>
    /// <param name="holdings">Positions that are open.</param>
    void Take(long key, RowFlags flags, RowFigures? figures, ReadOnlySpan<RowHolding> holdings);
}

/// <summary>Rows read a few at a time, between two sweeps.</summary>
public sealed unsafe partial class AccountTable
{
    /// <summary>
    /// Reads the rows of at most <paramref name="chunks"/> chunks of 64 from chunk <paramref name="from"/> on, as they
    /// are now at the marks of the last sweep, and returns the chunk to go on from: −1 where there are no more. Nothing
    /// is read, and <paramref name="from"/> returned, where rows have come that those marks do not price. A row that
    /// changes its place between two calls is met twice or not at all. Waits for a sweep that runs.
    /// </summary>
    public int Read<T>(int from, int chunks, T reader)
        where T : IRowReader
    {
        BeginSweep();
        try
        {
            if (!MayRead(out var marks))
            {
                return from;
            }
            var to = Math.Min(from + chunks, ChunkCount);
            for (var c = from; c < to; c++)
            {
                var chunk = new Chunk(ref _heads[c]);
                for (var row = 0; row < Chunk.Rows; row++)
                {
                    if ((chunk.State[row] & Chunk.FreeRow) == 0 && TryKey(chunk.Row[row], out var key))
                    {
                        Read(key, chunk, row, marks, reader);
                    }
                }
            }
            return to < ChunkCount ? to : -1;
        }
        finally
        {
            EndSweep();
        }
    }

    /// <summary>The same of one row; false where it is gone or cannot be read yet.</summary>
    public bool Read<T>(RowHandle handle, T reader)
        where T : IRowReader
    {
        BeginSweep();
        try
        {
            if (!MayRead(out var marks) || LocationOf(handle) is not { } location || !TryKey(handle, out var key))
            {
                return false;
            }
            Read(key, ChunkOf(location), location & Chunk.RowMask, marks, reader);
            return true;
        }
        finally
        {
            EndSweep();
        }
    }

    /// <summary>How often the rows have been laid out anew: a walk by chunks begins again then.</summary>
    public long Layouts => Arrangements;

    private bool MayRead(out MarkVector marks)
    {
        marks = Marks!;
        return marks is not null && ReferenceEquals(marks.Layout, Layout) && AssetLast < marks.AssetCount
            && InstrumentLast < marks.InstrumentCount;
    }

    private static void Read<T>(long key, Chunk chunk, int row, MarkVector marks, T reader)
        where T : IRowReader
    {
        const int OnStack = 64;
        var value = RowValue.Of(chunk, row, marks);
        var tier = value.Tier(chunk.Class.ErrorFactor);
        RowFigures? figures = tier == RiskTier.Unknown ? null
            : new RowFigures(value.Equity, value.MarginBalance, value.Long, value.Short, value.Maintenance,
                value.Initial, double.IsFinite(value.MarginRatio) ? value.MarginRatio : null, tier);
        var count = 0;
        Span<RowHolding> holdings = chunk.Class.Positions <= OnStack
            ? stackalloc RowHolding[OnStack]
            : new RowHolding[chunk.Class.Positions];
        for (var (p, at) = (0, row); p < chunk.Class.Positions; p++, at += Chunk.Rows)
        {
            var quantity = chunk.Quantity[at];
            var place = marks.Layout.PlaceOf(Chunk.TermOf(chunk.Word[at]));
            if (place > 0 && quantity != 0d)
            {
                var unit = (marks.Terms + (chunk.Word[at] & Chunk.TermMask))[MarkVector.Unit];
                holdings[count++] = new RowHolding(place - 1, quantity, quantity * unit);
            }
        }
        reader.Take(key, chunk.Class.IsMarketMaker ? RowFlags.MarketMaker : RowFlags.None, figures, holdings[..count]);
    }
}
