using System.Numerics;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>
/// Builds a <see cref="LiquidationLadder"/> a few chunks at a time, in the time between two frames. Each row is looked
/// at once in a pass: a row that changes its place meanwhile takes along whether it was
/// (<see cref="ChunkHead.Looked"/>), and one that comes to a chunk that is through, is looked at late. Rearranged rows
/// begin a new pass.
/// </summary>
internal sealed unsafe class LadderPass(AccountTable table, ISweep sweep) : IDisposable
{
    private const double NotionalMax = LiquidationLadder.NotionalMax;
    private const double Slack = LiquidationLadder.Slack;
    private const double Furthest = LiquidationLadder.Furthest;

    private readonly ChunkValues _values = new();
    private FeedTable? _feeds;
    private long[] _cells = [];
    private double[] _prices = [];

    // price now / price at the beginning, by feed
    private double[] _drift = [];
    private long _arrangement = -1;
    private FrameNumber _from;
    private long _accounts;
    private long _unknown;
    private int _next;

    /// <summary>The last complete one; null before.</summary>
    public LiquidationLadder? Complete { get; private set; }

    /// <summary>Looks at the rows of so many chunks. True where that made a ladder complete.</summary>
    public bool Advance(MarkVector marks, int chunks)
    {
        if (_arrangement != table.Arrangements || !ReferenceEquals(_feeds?.Layout, marks.Layout))
        {
            Begin(marks);
        }
        // by number: an enumerator of an interface is an allocation
        for (var feed = 0; feed < _prices.Length; feed++)
        {
            // a price that came since the beginning counts from itself
            var now = Price(marks, marks.Frame.Universe.Feeds[feed]);
            _prices[feed] = double.IsNaN(_prices[feed]) ? now : _prices[feed];
            _drift[feed] = now / _prices[feed];
        }
        table.LookedBelow = _next;
        foreach (var row in table.TakeUnlooked())
        {
            Look(row, marks);
        }
        var to = Math.Min(_next + chunks, table.ChunkCount);
        for (; _next < to; _next++)
        {
            Look(_next, marks, ~0UL);
        }
        table.LookedBelow = _next;
        if (_next < table.ChunkCount)
        {
            return false;
        }
        Complete = new LiquidationLadder(_cells, _prices, _from, marks.Frame, _accounts, _unknown);
        _arrangement = -1;
        table.LookedBelow = 0;
        return true;
    }

    public void Dispose() => _values.Dispose();

    private void Begin(MarkVector marks)
    {
        if (!ReferenceEquals(_feeds?.Layout, marks.Layout))
        {
            _feeds = new FeedTable(marks.Layout);
            _cells = new long[_feeds.FeedCount * LiquidationLadder.Places * LiquidationLadder.CellWidth];
            _prices = new double[_feeds.FeedCount];
            _drift = new double[_feeds.FeedCount];
        }
        Array.Clear(_cells);
        Array.Fill(_prices, double.NaN);
        foreach (ref var head in table.Chunks)
        {
            head.Looked = 0;
        }
        (_next, _accounts, _unknown, _from) = (0, 0, 0, marks.Frame.Number);
        _arrangement = table.Arrangements;
        table.LookedBelow = 0;
        table.TakeUnlooked();
    }

    private static double Price(MarkVector marks, Feed feed) =>
        (double?)marks.Frame[feed].Price?.Value ?? double.NaN;

    private void Look(RowHandle row, MarkVector marks)
    {
        if (table.LocationOf(row) is { } location)
        {
            Look(location >> Chunk.RowBits, marks, 1UL << (location & Chunk.RowMask));
        }
    }

    private void Look(int index, MarkVector marks, ulong rows)
    {
        var chunk = new Chunk(ref table.Chunks[index]);
        rows &= ~chunk.Head.Looked;
        chunk.Head.Looked |= rows;
        if (rows == 0)
        {
            return;
        }
        if ((chunk.Head.Flags & ChunkFlags.Changed) != 0)
        {
            AccountTable.Mask(chunk, marks.Layout);
        }
        sweep.Value(chunk, marks, _values);
        for (; rows != 0; rows &= rows - 1)
        {
            var row = BitOperations.TrailingZeroCount(rows);
            if ((chunk.State[row] & Chunk.FreeRow) == 0)
            {
                Look(chunk, row, marks);
            }
        }
    }

    private void Look(Chunk chunk, int row, MarkVector marks)
    {
        _accounts++;
        var gross = _values.Gross[row];
        if (double.IsNaN(_values.Equity[row]) || AccountTable.HasPortfolio(chunk, row))
        {
            _unknown++;
            return;
        }
        if (!(gross > 0d))
        {
            return;
        }
        var equity = _values.Equity[row];
        var band = LiquidationLadder.Band(equity > 0d ? gross / equity : double.PositiveInfinity);
        var curve = new MarginCurve(chunk, row, marks, _feeds!);
        var (crossBalance, crossMaintenance) = Cross(chunk, row, marks);
        for (var p = 0; p < chunk.Class.Positions; p++)
        {
            var at = p * Chunk.Rows + row;
            var quantity = chunk.Quantity[at];
            if (quantity == 0d)
            {
                continue;
            }
            var term = Chunk.TermOf(chunk.Word[at]);
            var feed = _feeds!.Mark[term];
            if (IsIsolated(chunk, at))
            {
                double own;
                if (chunk.Class.HasTerms)
                {
                    own = curve.TurnByTerms(feed, p);
                }
                else
                {
                    own = Isolated(chunk, at, marks);
                    curve.Turn(feed, p, own);
                }
                Add(feed, Place(curve, feed, own, quantity > 0d), band, Notional(chunk, at, marks));
                continue;
            }
            if (chunk.Class.HasTerms)
            {
                if (!HasEarlier(chunk, row, p, feed, quantity > 0d))
                {
                    Add(feed, Place(curve, feed, curve.TurnByTerms(feed, -1), quantity > 0d), band,
                        SameSide(chunk, row, p, marks, feed, quantity > 0d));
                }
                continue;
            }
            var surplus = crossBalance - crossMaintenance;
            if (IsAlone(chunk, row, p, term, feed))
            {
                var notional = Notional(chunk, at, marks);
                Add(feed, surplus < 0d ? LiquidationLadder.PastLine : Place(feed, SimpleCurve.Root(
                    marks.Terms + marks.FirstTerm[term], notional, quantity > 0d, surplus), quantity > 0d), band,
                    notional);
            }
            else if (!HasEarlier(chunk, row, p, feed, quantity > 0d))
            {
                curve.Turn(feed, -1, surplus);
                Add(feed, Place(curve, feed, surplus, quantity > 0d), band,
                    SameSide(chunk, row, p, marks, feed, quantity > 0d));
            }
        }
    }

    private static bool IsIsolated(Chunk chunk, int at) =>
        chunk.Class.HasExtras && !double.IsNaN(chunk.Isolated[at]);

    /// <summary>True where nothing else of the row depends on the feed of a linear position.</summary>
    private bool IsAlone(Chunk chunk, int row, int position, int term, int feed)
    {
        var (marks, settlements) = (_feeds!.Mark, _feeds.Settlement);
        if (_feeds.IsInverse[term] || settlements[term] == feed)
        {
            return false;
        }
        for (var p = 0; p < chunk.Class.Positions; p++)
        {
            var other = Chunk.TermOf(chunk.Word[p * Chunk.Rows + row]);
            if (p != position && (marks[other] == feed || settlements[other] == feed))
            {
                return false;
            }
        }
        for (var c = 0; c < chunk.Class.Collateral; c++)
        {
            if (_feeds.Asset[chunk.Code[c * Chunk.Rows + row] / 2] == feed)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The bucket of a line at y times the price now.</summary>
    private int Place(int feed, double y, bool losesWhenFalling)
    {
        if (losesWhenFalling ? !(y > 1d / Furthest) : !(y < Furthest))
        {
            return LiquidationLadder.Never;
        }
        return LiquidationLadder.Place(y * _drift[feed], losesWhenFalling);
    }

    private void Add(int feed, int place, int band, double notional)
    {
        var cell = _cells.AsSpan(LiquidationLadder.At(feed, place), LiquidationLadder.CellWidth);
        cell[band] += (long)Math.Round(Math.Min(notional, NotionalMax) / LiquidationLadder.Quantum);
        cell[LiquidationLadder.AccountsAt]++;
    }

    /// <summary>
    /// The bucket whose outer bound is the first at which nothing is left above the line; a line on a bound, or at the
    /// price itself, belongs to the bucket that the move passes whole.
    /// </summary>
    private int Place(in MarginCurve curve, int feed, double surplus, bool losesWhenFalling)
    {
        if (surplus < 0d)
        {
            return LiquidationLadder.PastLine;
        }
        // bounds are moves of the price at the beginning of the pass
        var unit = 1d / _drift[feed];
        var step = losesWhenFalling ? -LiquidationLadder.Step : LiquidationLadder.Step;
        const int Half = LiquidationLadder.Half;
        var (inside, outside) = (0, Half);
        if (!curve.IsConcave)
        {
            // bound by bound, because there may be more than one line
            for (outside = 1; outside <= Half && curve.At(unit * (1d + (outside + Slack) * step)) > 0d; outside++)
            {
                inside = outside;
            }
        }
        if (curve.IsConcave ? curve.At(unit * (1d + (Half + Slack) * step)) > 0d : inside == Half)
        {
            return IsReached(curve, unit * (1d + Half * step), losesWhenFalling ? 0.5 : 2d)
                ? LiquidationLadder.Beyond
                : LiquidationLadder.Never;
        }
        while (outside - inside > 1)
        {
            var middle = (inside + outside) / 2;
            if (curve.At(unit * (1d + (middle + Slack) * step)) > 0d)
            {
                inside = middle;
            }
            else
            {
                outside = middle;
            }
        }
        return losesWhenFalling ? Half - outside : Half + outside - 1;
    }

    /// <summary>True where a line lies outside a bound, going by factors of two.</summary>
    private static bool IsReached(in MarginCurve curve, double y, double factor)
    {
        for (; y is > 1d / Furthest and < Furthest; y *= factor)
        {
            if (curve.At(y) <= 0d)
            {
                return true;
            }
        }
        return false;
    }

    private (double Balance, double Maintenance) Cross(Chunk chunk, int row, MarkVector marks)
    {
        var (balance, maintenance) = (_values.MarginBalance[row], _values.Maintenance[row]);
        for (var p = 0; chunk.Class is { HasExtras: true, HasTerms: false } && p < chunk.Class.Positions; p++)
        {
            var at = p * Chunk.Rows + row;
            if (IsIsolated(chunk, at))
            {
                var required = Required(chunk, at, marks);
                balance -= Isolated(chunk, at, marks) + required;
                maintenance -= required;
            }
        }
        return (balance, maintenance);
    }

    /// <summary>What an isolated position has above its line.</summary>
    private static double Isolated(Chunk chunk, int at, MarkVector marks)
    {
        var term = marks.Terms + marks.FirstTerm[Chunk.TermOf(chunk.Word[at])];
        return chunk.Isolated[at] * term[MarkVector.Settlement] + chunk.Quantity[at] * term[MarkVector.Gain]
            - Required(chunk, at, marks);
    }

    private static double Required(Chunk chunk, int at, MarkVector marks)
    {
        var term = RowValue.TermOf(chunk, at, chunk.Quantity[at], marks);
        return Math.FusedMultiplyAdd(Notional(chunk, at, marks), term[MarkVector.Rate],
            term[MarkVector.NegativeAmount]);
    }

    private static double Notional(Chunk chunk, int at, MarkVector marks) => Math.Abs(chunk.Quantity[at]
        * marks.Terms[marks.FirstTerm[Chunk.TermOf(chunk.Word[at])] + MarkVector.Unit]);

    /// <summary>Cross positions of one feed and direction meet the line together: the first stands for all.</summary>
    private bool HasEarlier(Chunk chunk, int row, int position, int feed, bool isLong)
    {
        for (var p = 0; p < position; p++)
        {
            if (IsSame(chunk, p * Chunk.Rows + row, feed, isLong))
            {
                return true;
            }
        }
        return false;
    }

    private double SameSide(Chunk chunk, int row, int position, MarkVector marks, int feed, bool isLong)
    {
        var sum = 0d;
        for (var p = position; p < chunk.Class.Positions; p++)
        {
            var at = p * Chunk.Rows + row;
            sum += IsSame(chunk, at, feed, isLong) ? Notional(chunk, at, marks) : 0d;
        }
        return sum;
    }

    private bool IsSame(Chunk chunk, int at, int feed, bool isLong) =>
        (isLong ? chunk.Quantity[at] > 0d : chunk.Quantity[at] < 0d)
        && !IsIsolated(chunk, at) && _feeds!.Mark[Chunk.TermOf(chunk.Word[at])] == feed;
}
