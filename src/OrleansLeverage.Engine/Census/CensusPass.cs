using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Columns;
using OrleansLeverage.Kernel;

namespace OrleansLeverage.Engine.Census;

/// <summary>
/// Makes a census from the rows, a few chunks at a time between two frames. An account is taken once: who is met again,
/// because its row moved, is passed over, and who was not met is looked up at the end. Rows laid out anew begin the
/// pass again.
/// </summary>
internal sealed class CensusPass(GridColumns columns, Func<int> accounts) : IRowReader
{
    private CensusRow[] _rows = [];
    private bool[] _taken = [];
    private HolderSums? _sums;
    private Universe? _universe;
    private FrameNumber _from;
    private long _layout;
    private int _next;

    public bool IsRunning { get; private set; }

    public void Begin(PriceFrame frame)
    {
        _rows = new CensusRow[accounts()];
        _taken = new bool[_rows.Length];
        _universe = frame.Universe;
        _sums = new HolderSums(_universe);
        (_from, _layout, _next, IsRunning) = (frame.Number, columns.Layouts, 0, true);
    }

    /// <summary>Reads so many chunks; the census where that completes it.</summary>
    public (CensusRow[] Rows, MarketCensus Census)? Advance(PriceFrame frame, int chunks)
    {
        if (_layout != columns.Layouts || !ReferenceEquals(_universe, frame.Universe))
        {
            Begin(frame);
        }
        _next = columns.Read(_next, chunks, this);
        if (_next >= 0)
        {
            return null;
        }
        for (var number = 0; number < _rows.Length; number++)
        {
            if (!_taken[number] && !columns.ReadRow(number, this))
            {
                _rows[number] = CensusRow.Unknown;
            }
        }
        IsRunning = false;
        var made = (_rows, _sums!.Build(_from, frame));
        (_rows, _taken, _sums) = ([], [], null);
        return made;
    }

    public void Take(long key, RowFlags flags, RowFigures? figures, ReadOnlySpan<RowHolding> holdings)
    {
        // who came since the beginning is in the next
        if (key >= _rows.Length || _taken[key])
        {
            return;
        }
        _taken[key] = true;
        _sums!.Add(flags, figures, holdings);
        var holds = 0UL;
        foreach (ref readonly var holding in holdings)
        {
            holds |= CensusRow.Bit(holding.Instrument);
        }
        _rows[key] = figures is { } known
            ? new CensusRow(known.Equity, known.GrossNotional, known.NetNotional,
                known.MarginRatio ?? double.PositiveInfinity, holds, known.Tier)
            : CensusRow.Unknown with { Holds = holds };
    }
}
