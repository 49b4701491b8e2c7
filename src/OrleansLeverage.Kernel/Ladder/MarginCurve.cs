namespace OrleansLeverage.Kernel;

/// <summary>
/// What one margin bucket of a row has above its line while one feed goes from P to y·P and all else is held:
/// <code>
/// surplus(y) = B − M + Σ_i q_i·σ_i·A_i·(y^k_i − 1) − Σ_i q_i·F_i·S_i·(y^s_i − 1) + C·(y − 1)
///              − Σ_i (M_i(|q_i|·A_i·y^k_i) − M_i(|q_i|·A_i))
/// </code>
/// with B the margin balance and M the maintenance margin of the bucket, A the USD per contract, σ the sign of profit,
/// F·S the funding and C the weighted collateral that the feed prices; s is 1 where the feed prices the settlement
/// asset, k is s plus 1 (linear) or minus 1 (inverse) where the feed is the mark. M_i is looked up by bracket at every
/// y. Where all k are 0 or 1, which they are unless a contract is settled in a coin that is not its own, the surplus is
/// concave, so that it is met once on either side of a y where it is not negative.
/// </summary>
internal unsafe ref struct MarginCurve(Chunk chunk, int row, MarkVector marks, FeedTable feeds)
{
    private readonly Chunk _chunk = chunk;
    private int _feed;
    private int _only;
    private double _now;
    private double _collateral;

    /// <summary>Where all k are 0 or 1.</summary>
    public bool IsConcave { get; private set; }

    /// <summary>
    /// Turns to a feed and a bucket: all cross positions, or the isolated one in the column
    /// <paramref name="isolated"/>; −1 for none.
    /// </summary>
    /// <param name="surplus">B − M.</param>
    public void Turn(int feed, int isolated, double surplus)
    {
        (_feed, _only, _now, _collateral) = (feed, isolated, surplus, 0d);
        IsConcave = true;
        for (var p = 0; p < _chunk.Class.Positions; p++)
        {
            var word = TermOf(p * Chunk.Rows + row);
            IsConcave &= feeds.Mark[word] != feed
                || feeds.IsInverse[word] == (feeds.Settlement[word] == feed);
        }
        if (isolated >= 0)
        {
            var at = isolated * Chunk.Rows + row;
            _collateral = feeds.Settlement[TermOf(at)] == feed
                ? _chunk.Isolated[at] * marks.Terms[marks.FirstTerm[Chunk.TermOf(_chunk.Word[at])]
                    + MarkVector.Settlement]
                : 0d;
            return;
        }
        for (var c = 0; c < _chunk.Class.Collateral; c++)
        {
            var code = _chunk.Code[c * Chunk.Rows + row];
            if (feeds.Asset[code / 2] == feed)
            {
                var worth = _chunk.Amount[c * Chunk.Rows + row] * marks.BalancePrice[code];
                _collateral += worth > 0d ? worth * marks.BalanceWeight[code] : worth;
            }
        }
    }

    /// <summary>The same by the terms of a venue, which may be met more than once; what is left at the price now.
    /// </summary>
    public double TurnByTerms(int feed, int isolated)
    {
        (_feed, _only, IsConcave) = (feed, isolated, false);
        return ByTerms(1d);
    }

    /// <summary>Surplus at y times the price of the feed; y above 0.</summary>
    public readonly double At(double y)
    {
        if (marks.Venue is not null)
        {
            return ByTerms(y);
        }
        var surplus = _now + _collateral * (y - 1d);
        if (_only >= 0)
        {
            return surplus + Change(_only * Chunk.Rows + row, y);
        }
        for (var p = 0; p < _chunk.Class.Positions; p++)
        {
            var at = p * Chunk.Rows + row;
            if (!_chunk.Class.HasExtras || double.IsNaN(_chunk.Isolated[at]))
            {
                surplus += Change(at, y);
            }
        }
        return surplus;
    }

    /// <summary>All of the bucket, at y times the price of the feed.</summary>
    private readonly double ByTerms(double y)
    {
        var terms = marks.Venue!;
        var surplus = 0d;
        for (var c = 0; _only < 0 && c < _chunk.Class.Collateral; c++)
        {
            var at = c * Chunk.Rows + row;
            var code = _chunk.Code[at];
            surplus += terms.CountedBalance(code, _chunk.Amount[at],
                _chunk.Amount[at] * marks.BalancePrice[code] * (feeds.Asset[code / 2] == _feed ? y : 1d));
        }
        for (var p = 0; p < _chunk.Class.Positions; p++)
        {
            var at = p * Chunk.Rows + row;
            if (_only < 0 ? double.IsNaN(_chunk.Isolated[at]) : p == _only)
            {
                surplus += ByTerms(at, y, terms);
            }
        }
        return surplus;
    }

    private readonly double ByTerms(int at, double y, MarginTerms terms)
    {
        var word = TermOf(at);
        var term = marks.Terms + marks.FirstTerm[word];
        var (quantity, place) = (_chunk.Quantity[at], marks.Layout.PlaceOf(word));
        var (isMark, sign) = (feeds.Mark[word] == _feed, feeds.IsInverse[word] ? -1d : 1d);
        var settled = feeds.Settlement[word] == _feed ? y : 1d;
        var scale = settled * (isMark ? sign > 0d ? y : 1d / y : 1d);
        var profit = quantity * sign * term[MarkVector.Unit];
        var notional = Math.Abs(profit) * scale;
        var settlement = term[MarkVector.Settlement] * settled;
        var margin = _only < 0 ? 0d : _chunk.Isolated[at] * settlement;
        var basis = _only >= 0 && terms.IsAtEntry ? _chunk.Entry[at] * settlement : notional;
        return margin
            + terms.CountedGain(_chunk.Cash[at] * settlement + profit * scale
                - (profit - quantity * term[MarkVector.Gain]) * settled)
            - (quantity == 0d ? 0d : terms.Maintenance(place, basis, Math.Abs(quantity),
                RowValue.Bracket(term, basis)));
    }

    private readonly int TermOf(int at) => Chunk.TermOf(_chunk.Word[at]);

    /// <summary>What one position's part of the surplus changes by.</summary>
    private readonly double Change(int at, double y)
    {
        var word = TermOf(at);
        var isMark = feeds.Mark[word] == _feed;
        var isSettlement = feeds.Settlement[word] == _feed;
        if (!isMark && !isSettlement)
        {
            return 0d;
        }
        var term = marks.Terms + marks.FirstTerm[word];
        var quantity = _chunk.Quantity[at];
        var sign = feeds.IsInverse[word] ? -1d : 1d;
        var scale = (isSettlement ? y : 1d) * (isMark ? sign > 0d ? y : 1d / y : 1d);
        var profit = quantity * sign * term[MarkVector.Unit];
        var notional = Math.Abs(profit);
        var change = profit * (scale - 1d) - (Maintenance(term, notional * scale) - Maintenance(term, notional));
        return isSettlement
            ? change - (profit - quantity * term[MarkVector.Gain]) * (y - 1d)
            : change;
    }

    private static double Maintenance(double* term, double notional)
    {
        while (notional > term[MarkVector.Ceiling])
        {
            term += MarkVector.TermWidth;
        }
        return Math.FusedMultiplyAdd(notional, term[MarkVector.Rate], term[MarkVector.NegativeAmount]);
    }
}
