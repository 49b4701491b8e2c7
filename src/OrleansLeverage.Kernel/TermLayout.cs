using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>
/// Places of terms: one per instrument and bracket, those of an instrument side by side, in the order of the universe;
/// term 0 is padding. Immutable; rows are written for one layout and rewritten where the universe is another.
/// </summary>
internal sealed class TermLayout
{
    /// <summary>Of rows that have met no marks: places stand for themselves.</summary>
    public static readonly TermLayout Places = new();

    private readonly int[]? _start;
    private readonly int[]? _instrument;

    public TermLayout(Universe universe)
    {
        Universe = universe;
        _start = new int[universe.Instruments.Count + 2];
        _start[1] = 1;
        foreach (var instrument in universe.Instruments)
        {
            var place = instrument.Index + 1;
            _start[place + 1] = _start[place] + instrument.Margin.Tiers.Count;
        }
        _instrument = new int[_start[^1]];
        for (var place = 1; place + 1 < _start.Length; place++)
        {
            _instrument.AsSpan(_start[place].._start[place + 1]).Fill(place);
        }
    }

    private TermLayout()
    {
    }

    public Universe? Universe { get; }

    /// <summary>Terms, padding included.</summary>
    public int Count => _instrument!.Length;

    /// <summary>Places of instruments, padding included.</summary>
    public int PlaceCount => _start!.Length - 1;

    public (int From, int To) TermsOf(int place) => (_start![place], _start[place + 1]);

    public bool Knows(int place) => _start is null || place < PlaceCount;

    /// <summary>First bracket of an instrument.</summary>
    public int First(int place) => _start?[place] ?? place;

    /// <summary>Place of the instrument whose term this is.</summary>
    public int PlaceOf(int term) => _instrument?[term] ?? term;
}
