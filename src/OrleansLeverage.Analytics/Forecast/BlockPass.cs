using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OrleansLeverage.Analytics.Forecast;

/// <summary>
/// All accounts over one block of paths after the other, and what one worker has counted. What is added up over blocks
/// are integers, so the order of blocks, and who did which, leaves no trace.
/// <para>
/// Three screens, each exact: an account whose surplus stays above 0 with every factor at its worst of the block is
/// done with one sum; so are eight paths over a few steps at the worst of these; only what is left walks the steps, and
/// ends when all eight are liquidated.
/// </para>
/// </summary>
internal sealed class BlockPass
{
    private const int Lanes = 8;

    private readonly ForecastColumns _book;
    private readonly FactorBlock _block;
    private readonly ForecastTally _tally;
    private readonly bool _withLeverage;
    private readonly int _steps;
    private int[] _pieceStart = new int[64];
    private Vector512<double>[] _slope = new Vector512<double>[64];
    private Vector512<double>[] _amount = new Vector512<double>[64];

    public BlockPass(ForecastColumns book, IPathSource source, ForecastTally tally, bool withLeverage)
    {
        (_book, _tally, _withLeverage, _steps) = (book, tally, withLeverage, source.Steps);
        _block = new FactorBlock(source, book.Factors);
    }

    public ForecastTally Tally => _tally;

    // whole at once: a forecast is often over before the loops would have been compiled again
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(long first, PathOutcomes outcomes)
    {
        _block.Fill(first);
        var paths = (int)Math.Min(FactorBlock.Width, outcomes.Count - first);
        for (var account = 0; account < _book.Cash.Length; account++)
        {
            var (from, to) = (_book.TermStart[account], _book.TermStart[account + 1]);
            var isSafe = IsSafe(account, from, to);
            if (isSafe && !_withLeverage)
            {
                continue;
            }
            var isShort = !isSafe && Prepare(from, to) && to - from <= ShortAccount.TermsMax;
            var brief = isShort ? new ShortAccount(_book, account, _slope, _amount) : default;
            for (var lane = 0; lane < paths; lane += Lanes)
            {
                // lanes beyond the last path count as liquidated already
                var asked = (1 << Math.Min(Lanes, paths - lane)) - 1;
                var touched = isSafe ? 0
                    : isShort ? WalkShort(brief, lane, asked, first, outcomes)
                    : IsSafe(account, from, to, lane) ? 0
                    : Walk(account, from, to, lane, asked, first, outcomes);
                if (_withLeverage && touched != asked)
                {
                    Survive(account, from, to, lane, asked & ~touched, first, outcomes);
                }
            }
        }
    }

    private bool IsSafe(int account, int from, int to)
    {
        var low = _book.Cash[account];
        for (var term = from; term < to; term++)
        {
            var factor = _book.Factor[term];
            low += _book.Least(term, _block.Least[factor], _block.Most[factor]);
        }
        // beyond what adding up in another order can change
        return low > 1e-12 * Math.Abs(_book.Cash[account]) + 1e-9;
    }

    private bool IsSafe(int account, int from, int to, int lane)
    {
        var low = Vector512.Create(_book.Cash[account]);
        for (var term = from; term < to; term++)
        {
            var at = _book.Factor[term] * FactorBlock.Width + lane;
            low += Vector512.Min(Term(term - from, Vector512.Create(_block.Low, at)),
                Term(term - from, Vector512.Create(_block.High, at)));
        }
        return Vector512.GreaterThanAll(low, Vector512.Create(1e-12 * Math.Abs(_book.Cash[account]) + 1e-9));
    }

    // the brackets that a term can reach in this block, as lines; true where each has one
    private bool Prepare(int from, int to)
    {
        var count = 0;
        Reserve(to - from + 1, ref _pieceStart);
        for (var term = from; term < to; term++)
        {
            _pieceStart[term - from] = count;
            var (schedule, gross, factor) = (_book.Schedule[term], _book.Gross[term], _book.Factor[term]);
            var (low, high) = schedule < 0 ? (-1, -1)
                : _book.IsLine(term) ? (_book.BracketStart[schedule], _book.BracketStart[schedule])
                : (_book.Bracket(schedule, gross * _block.Least[factor]),
                    _book.Bracket(schedule, gross * _block.Most[factor]));
            for (var bracket = low; bracket <= high; bracket++, count++)
            {
                Reserve(count + 1, ref _slope);
                Reserve(count + 1, ref _amount);
                var (slope, amount) = _book.Line(term, bracket);
                _slope[count] = Vector512.Create(slope);
                _amount[count] = Vector512.Create(amount);
            }
        }
        _pieceStart[to - from] = count;
        return count == to - from;
    }

    private Vector512<double> Term(int place, Vector512<double> factor)
    {
        var (piece, end) = (_pieceStart[place], _pieceStart[place + 1]);
        var value = Vector512.FusedMultiplyAdd(factor, _slope[piece], _amount[piece]);
        while (++piece < end)
        {
            value = Vector512.Min(value, Vector512.FusedMultiplyAdd(factor, _slope[piece], _amount[piece]));
        }
        return value;
    }

    // the lanes that are liquidated, each counted at its first step below the line
    private int Walk(int account, int from, int to, int lane, int asked, long first, PathOutcomes outcomes)
    {
        var cash = Vector512.Create(_book.Cash[account]);
        var touched = 0;
        for (var step = 0; step < _steps && touched != asked; step++)
        {
            var surplus = cash;
            for (var term = from; term < to; term++)
            {
                surplus += Term(term - from, Vector512.Create(_block.Values, At(_book.Factor[term], step, lane)));
            }
            var below = (int)Vector512.LessThan(surplus, Vector512<double>.Zero).ExtractMostSignificantBits();
            Liquidate(account, from, to, step, lane, below & asked & ~touched, first, outcomes);
            touched |= below & asked;
        }
        return touched;
    }

    // the same for up to three terms of one bracket each, kept in registers; a segment of steps whose worst is above 0
    // is passed over. Rounding is monotone in every factor, so the worst of a segment bounds its steps to the bit.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int WalkShort(in ShortAccount account, int lane, int asked, long first, PathOutcomes outcomes)
    {
        var touched = 0;
        if ((account.BelowInAll(_block, lane) & asked) == 0)
        {
            return touched;
        }
        for (var segment = 0; segment < _block.Segments && touched != asked; segment++)
        {
            if ((account.BelowInSegment(_block, segment, lane) & asked & ~touched) == 0)
            {
                continue;
            }
            var end = Math.Min(_steps, (segment + 1) * FactorBlock.SegmentSteps);
            for (var step = segment * FactorBlock.SegmentSteps; step < end; step++)
            {
                var below = account.Below(_block, _steps, step, lane) & asked & ~touched;
                if (below != 0)
                {
                    Liquidate(account.Account, account.From, account.To, step, lane, below, first, outcomes);
                    touched |= below;
                }
            }
        }
        return touched;
    }

    private void Liquidate(int account, int from, int to, int step, int lane, int lanes, long first,
        PathOutcomes outcomes)
    {
        for (; lanes != 0; lanes &= lanes - 1)
        {
            var which = BitOperations.TrailingZeroCount(lanes);
            var notional = 0.0;
            for (var term = from; term < to; term++)
            {
                notional += _book.Gross[term] * _block.Values[At(_book.Factor[term], step, lane + which)];
            }
            _tally.Liquidate(account, step, notional);
            outcomes.Liquidate(first + lane + which, notional);
        }
    }

    // leverage at the horizon of the lanes that are still there
    private void Survive(int account, int from, int to, int lane, int alive, long first, PathOutcomes outcomes)
    {
        var (equity, gross) = (Vector512.Create(_book.Cash[account]), Vector512<double>.Zero);
        for (var term = from; term < to; term++)
        {
            var factor = Vector512.Create(_block.Values, At(_book.Factor[term], _steps - 1, lane));
            equity = Vector512.FusedMultiplyAdd(factor, Vector512.Create(_book.Worth[term]), equity);
            gross = Vector512.FusedMultiplyAdd(factor, Vector512.Create(_book.Gross[term]), gross);
        }
        var leverage = gross / equity;
        for (; alive != 0; alive &= alive - 1)
        {
            var which = BitOperations.TrailingZeroCount(alive);
            outcomes.Survive(first + lane + which, equity[which], gross[which]);
            _tally.Survive(account, equity[which] > 0.0 ? leverage[which] : null);
        }
    }

    private int At(int factor, int step, int lane) => (factor * _steps + step) * FactorBlock.Width + lane;

    private static void Reserve<T>(int count, ref T[] array)
    {
        if (array.Length < count)
        {
            Array.Resize(ref array, Math.Max(count, 2 * array.Length));
        }
    }
}
