using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Columns;
using OrleansLeverage.Kernel;

namespace OrleansLeverage.Engine.Census;

/// <summary>
/// Makes a census from the rows, a few chunks at a time between two frames. An account is taken once: who is met again,
/// because its row moved, is passed over, and who was not met is looked up at the end. Rows laid out anew begin the
/// pass again.
/// </summary>
internal sealed class CensusPass(GridColumns columns, CensusBuffers buffers) : IRowReader
{
    private CensusBuffer? _buffer;
    private int _count;
    private HolderSums? _sums;
    private FrameNumber _from;
    private long _layout;
    private int _next;

    public bool IsRunning { get; private set; }

    public void Begin(PriceFrame frame)
    {
        _buffer ??= buffers.Rent();
        _count = columns.Count;
        _buffer.Clear(_count);
        _sums = HolderSums.Begin(_sums, frame.Universe);
        (_from, _layout, _next, IsRunning) = (frame.Number, columns.Layouts, 0, true);
    }

    /// <summary>Reads so many chunks; the census where that completes it.</summary>
    public (CensusBuffer Buffer, int Count, MarketCensus Census)? Advance(PriceFrame frame, int chunks)
    {
        if (_layout != columns.Layouts || !_sums!.IsOf(frame.Universe))
        {
            Begin(frame);
        }
        _next = columns.Read(_next, chunks, this);
        if (_next >= 0)
        {
            return null;
        }
        var buffer = _buffer!;
        for (var number = 0; number < _count; number++)
        {
            if (!buffer.Taken[number] && !columns.ReadRow(number, this))
            {
                buffer.Rows[number] = CensusRow.Unknown;
            }
        }
        (IsRunning, _buffer) = (false, null);
        return (buffer, _count, _sums!.Build(_from, frame));
    }

    public void Take(long key, RowFlags flags, RowFigures? figures, ReadOnlySpan<RowHolding> holdings)
    {
        // who came since the beginning is in the next
        var (rows, taken) = (_buffer!.Rows, _buffer.Taken);
        if (key >= _count || taken[key])
        {
            return;
        }
        taken[key] = true;
        _sums!.Add(flags, figures, holdings);
        var holds = 0UL;
        foreach (ref readonly var holding in holdings)
        {
            holds |= CensusRow.Bit(holding.Instrument);
        }
        rows[key] = figures is { } known
            ? new CensusRow(known.Equity, known.GrossNotional, known.NetNotional,
                known.MarginRatio ?? double.PositiveInfinity, holds, known.Tier)
            : CensusRow.Unknown with { Holds = holds };
    }
}
