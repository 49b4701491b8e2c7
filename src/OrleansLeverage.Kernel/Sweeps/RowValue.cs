using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>
/// One row at one frame. NaN throughout where a price has not been measured. The operations, and their order, are those
/// of the vector sweeps: same bits.
/// </summary>
internal unsafe struct RowValue
{
    public double Equity;

    /// <summary>Of all buckets.</summary>
    public double MarginBalance;
    public double Gross;
    public double Net;
    public double Maintenance;
    public double Initial;

    /// <summary>M of <see cref="ScreeningBound"/>.</summary>
    public double Magnitude;

    /// <summary>Largest of maintenance − threshold·balance over the buckets that hold something.</summary>
    public double OverWarning;
    public double OverMarginCall;
    public double OverLiquidation;

    /// <summary>Largest maintenance / balance of the buckets; infinite where a bucket has no balance.</summary>
    public double MarginRatio;

    public readonly double Long => 0.5 * (Gross + Net);

    public readonly double Short => 0.5 * (Gross - Net);

    public readonly bool IsKnown => !double.IsNaN(Equity);

    /// <summary>
    /// Grows as the margin ratio does: ratio / (1 + ratio), and above 1 by the notional where a bucket has no balance.
    /// </summary>
    public readonly double Risk => double.IsInfinity(MarginRatio) ? 1d + Gross : MarginRatio / (1d + MarginRatio);

    public readonly double Severity => double.IsNegativeInfinity(OverLiquidation) ? -Equity : OverLiquidation;

    /// <summary>
    /// Values a row. Nothing in here can overflow: entries are within 1e30, prices within 1e12.
    /// </summary>
    public static RowValue Of(Chunk chunk, int row, MarkVector marks)
    {
        RowValue value = default;
        value.OverWarning = value.OverMarginCall = value.OverLiquidation = double.NegativeInfinity;
        if (marks.Venue is { } terms)
        {
            value.AddByTerms(chunk, row, marks, terms);
            return value;
        }
        value.AddCollateral(chunk, row, marks);
        if (chunk.Class.HasExtras)
        {
            value.AddExtended(chunk, row, marks);
        }
        else
        {
            value.AddCross(chunk, row, marks);
        }
        return value;
    }

    /// <summary>Error of the figures that decide a tier.</summary>
    public readonly double Error(double errorFactor) => errorFactor * Magnitude + ScreeningBound.DecimalFloor;

    /// <summary>
    /// The worst tier that the exact figures can have: every comparison gives way by ε. Written as "not better than",
    /// so that a value that compares to nothing would be reported rather than hidden.
    /// </summary>
    public readonly RiskTier Tier(double errorFactor)
    {
        if (!IsKnown)
        {
            return RiskTier.Unknown;
        }
        // a row of nothing is exactly 0 and healthy
        if (Magnitude == 0d)
        {
            return RiskTier.Healthy;
        }
        var error = Error(errorFactor);
        if (!(Equity > error))
        {
            return RiskTier.Bankrupt;
        }
        return !(OverLiquidation < -error) ? RiskTier.Liquidation
            : !(OverMarginCall < -error) ? RiskTier.MarginCall
            : !(OverWarning < -error) ? RiskTier.Warning
            : RiskTier.Healthy;
    }

    /// <summary>The comparisons of a row of one margin bucket whose values are known.</summary>
    public void JudgeCross(MarkVector marks)
    {
        OverWarning = OverMarginCall = OverLiquidation = double.NegativeInfinity;
        MarginRatio = 0d;
        if (Gross > 0d)
        {
            Judge(marks, Maintenance, MarginBalance);
        }
    }

    /// <summary>Balances: into equity in full, into the margin balance at their weight unless owed.</summary>
    private void AddCollateral(Chunk chunk, int row, MarkVector marks)
    {
        var at = row;
        for (var c = 0; c < chunk.Class.Collateral; c++, at += Chunk.Rows)
        {
            var code = chunk.Code[at];
            var amount = chunk.Amount[at];
            var worth = amount * marks.BalancePrice[code];
            Equity += worth;
            MarginBalance += amount > 0d ? worth * marks.BalanceWeight[code] : worth;
            Magnitude += Math.Abs(worth);
        }
    }

    /// <summary>All positions cross, no orders: one margin bucket.</summary>
    private void AddCross(Chunk chunk, int row, MarkVector marks)
    {
        var moves = 0d;
        var at = row;
        for (var p = 0; p < chunk.Class.Positions; p++, at += Chunk.Rows)
        {
            var quantity = chunk.Quantity[at];
            var term = TermOf(chunk, at, quantity, marks);
            var initial = Math.Max(term[MarkVector.Initial],
                marks.InverseLeverage[chunk.Word[at] >> Chunk.LeverageShift]);
            var move = quantity * term[MarkVector.Gain];
            moves += move;
            Magnitude += marks.HasLargeGains ? Math.Abs(move) : 0d;
            var notional = AddNotional(quantity, term);
            Maintenance += Math.FusedMultiplyAdd(notional, term[MarkVector.Rate], term[MarkVector.NegativeAmount]);
            Initial = Math.FusedMultiplyAdd(notional, initial, Initial);
        }
        Equity += moves;
        MarginBalance += moves;
        Magnitude = Math.FusedMultiplyAdd(Gross, marks.HasLargeGains ? 1d : 3d, Magnitude);
        JudgeCross(marks);
    }

    /// <summary>
    /// Isolated positions are buckets of their own; initial margin is for the orders' worst fill. For positions in the
    /// portfolio scenarios ask, in the cross bucket.
    /// </summary>
    private void AddExtended(Chunk chunk, int row, MarkVector marks)
    {
        var crossBalance = MarginBalance;
        double crossMaintenance = 0d, crossNotional = 0d;
        var at = row;
        for (var p = 0; p < chunk.Class.Positions; p++, at += Chunk.Rows)
        {
            var quantity = chunk.Quantity[at];
            var term = TermOf(chunk, at, quantity, marks);
            var isPortfolio = double.IsPositiveInfinity(chunk.Isolated[at]);
            var isIsolated = !double.IsNaN(chunk.Isolated[at]) && !isPortfolio;
            var cash = isIsolated ? chunk.Isolated[at] * term[MarkVector.Settlement] : 0d;
            var move = quantity * term[MarkVector.Gain];
            var worth = cash + move;
            Equity += worth;
            MarginBalance += worth;
            Magnitude += Math.Abs(cash) + (marks.HasLargeGains ? Math.Abs(move) : 0d);
            var notional = AddNotional(quantity, term);
            var maintenance = isPortfolio ? 0d
                : Math.FusedMultiplyAdd(notional, term[MarkVector.Rate], term[MarkVector.NegativeAmount]);
            Maintenance += maintenance;
            if (!isIsolated)
            {
                crossBalance += worth;
                crossMaintenance += maintenance;
                crossNotional += notional;
            }
            else if (notional > 0d)
            {
                Judge(marks, maintenance, worth);
            }
            var place = marks.Layout.PlaceOf(Chunk.TermOf(chunk.Word[at]));
            var orders = chunk.Orders[at] * term[MarkVector.Unit];
            var rate = Bracket(marks.Terms + marks.Layout.First(place) * MarkVector.TermWidth, orders)
                [MarkVector.Initial];
            Initial = Math.FusedMultiplyAdd(orders, Math.Max(rate, chunk.InverseLeverage[at]), Initial);
        }
        var (required, requiredInitial) = (chunk.Required[row], chunk.Required[row + Chunk.Rows]);
        if (double.IsNaN(required))
        {
            Equity = double.NaN;
            return;
        }
        crossMaintenance += required;
        Maintenance += required;
        Initial += requiredInitial;
        Magnitude = Math.FusedMultiplyAdd(Gross, marks.HasLargeGains ? 1d : 3d, Magnitude) + required;
        if (crossNotional > 0d)
        {
            Judge(marks, crossMaintenance, crossBalance);
        }
    }

    /// <summary>Everything by the terms of a venue: gain counts by position, margin by schedule.</summary>
    private void AddByTerms(Chunk chunk, int row, MarkVector marks, MarginTerms terms)
    {
        if (!chunk.Class.HasTerms)
        {
            // a row that was written without them cannot be valued by them
            Equity = double.NaN;
            return;
        }
        var crossBalance = AddCollateral(chunk, row, marks, terms);
        double crossMaintenance = 0d, crossNotional = 0d;
        var at = row;
        for (var p = 0; p < chunk.Class.Positions; p++, at += Chunk.Rows)
        {
            var quantity = chunk.Quantity[at];
            var term = TermOf(chunk, at, quantity, marks);
            var isPortfolio = double.IsPositiveInfinity(chunk.Isolated[at]);
            var isIsolated = !double.IsNaN(chunk.Isolated[at]) && !isPortfolio;
            var margin = isIsolated ? chunk.Isolated[at] * term[MarkVector.Settlement] : 0d;
            var (cash, move) = (chunk.Cash[at] * term[MarkVector.Settlement], quantity * term[MarkVector.Gain]);
            var counted = margin + terms.CountedGain(cash + move);
            Equity += margin + (cash + move);
            MarginBalance += counted;
            var place = marks.Layout.PlaceOf(Chunk.TermOf(chunk.Word[at]));
            var first = marks.Terms + marks.Layout.First(place) * MarkVector.TermWidth;
            var notional = AddNotional(quantity, term);
            var maintenance = isPortfolio ? 0d
                : isIsolated && terms.IsAtEntry
                    ? AtEntry(chunk.Entry[at] * term[MarkVector.Settlement], quantity, place, first, terms)
                    : terms.Maintenance(place, notional, Math.Abs(quantity), term);
            Maintenance += maintenance;
            Magnitude += Math.Abs(margin) + Math.Abs(cash) + Math.Abs(move) + maintenance;
            if (!isIsolated)
            {
                crossBalance += counted;
                crossMaintenance += maintenance;
                crossNotional += notional;
            }
            else if (notional > 0d)
            {
                Judge(marks, maintenance, counted);
            }
            var orders = chunk.Orders[at] * term[MarkVector.Unit];
            Initial += chunk.Reserve[at] + terms.Initial(place, orders, chunk.Orders[at],
                Bracket(first, orders), chunk.InverseLeverage[at]);
        }
        var (required, requiredInitial) = (chunk.Required[row], chunk.Required[row + Chunk.Rows]);
        if (double.IsNaN(required))
        {
            Equity = double.NaN;
            return;
        }
        crossMaintenance += required;
        Maintenance += required;
        Initial += requiredInitial;
        Magnitude = Math.FusedMultiplyAdd(Gross, 3d, Magnitude) + required;
        if (crossNotional > 0d)
        {
            Judge(marks, crossMaintenance, crossBalance);
        }
    }

    private double AddCollateral(Chunk chunk, int row, MarkVector marks, MarginTerms terms)
    {
        var at = row;
        for (var c = 0; c < chunk.Class.Collateral; c++, at += Chunk.Rows)
        {
            var code = chunk.Code[at];
            var worth = chunk.Amount[at] * marks.BalancePrice[code];
            var counted = terms.CountedBalance(code, chunk.Amount[at], worth);
            Equity += worth;
            MarginBalance += counted;
            Magnitude += Math.Max(Math.Abs(worth), Math.Abs(counted));
        }
        return MarginBalance;
    }

    private static double AtEntry(double notional, double quantity, int place, double* first, MarginTerms terms) =>
        quantity == 0d ? 0d : terms.Maintenance(place, notional, Math.Abs(quantity), Bracket(first, notional));

    private double AddNotional(double quantity, double* term)
    {
        var signed = quantity * term[MarkVector.Unit];
        Net += signed;
        Gross += Math.Abs(signed);
        return Math.Abs(signed);
    }

    /// <summary>Takes one margin bucket that holds something.</summary>
    private void Judge(MarkVector marks, double maintenance, double balance)
    {
        OverWarning = Math.Max(OverWarning, Math.FusedMultiplyAdd(-marks.WarningRatio, balance, maintenance));
        OverMarginCall = Math.Max(OverMarginCall, Math.FusedMultiplyAdd(-marks.MarginCallRatio, balance, maintenance));
        OverLiquidation =
            Math.Max(OverLiquidation, Math.FusedMultiplyAdd(-marks.LiquidationRatio, balance, maintenance));
        MarginRatio = Math.Max(MarginRatio, balance > 0d ? maintenance / balance : double.PositiveInfinity);
    }

    /// <summary>The term of a position: the row keeps its bracket, which is looked up anew when the notional left it.
    /// </summary>
    public static double* TermOf(Chunk chunk, int at, double quantity, MarkVector marks)
    {
        var term = marks.Terms + (chunk.Word[at] & Chunk.TermMask);
        var notional = Math.Abs(quantity * term[MarkVector.Unit]);
        if (notional > term[MarkVector.Ceiling] || notional < term[MarkVector.Floor])
        {
            term = Rebracket(chunk, at, notional, marks);
        }
        return term;
    }

    /// <summary>Finds the bracket of a notional and keeps it in the row.</summary>
    private static double* Rebracket(Chunk chunk, int at, double notional, MarkVector marks)
    {
        var word = chunk.Word[at];
        var first = marks.Layout.First(marks.Layout.PlaceOf(Chunk.TermOf(word)));
        var term = Bracket(marks.Terms + first * MarkVector.TermWidth, notional);
        chunk.Word[at] = (word & ~Chunk.TermMask) | (uint)(term - marks.Terms);
        return term;
    }

    /// <summary>The last bracket's ceiling is infinite, which ends the search.</summary>
    internal static double* Bracket(double* term, double notional)
    {
        while (notional > term[MarkVector.Ceiling])
        {
            term += MarkVector.TermWidth;
        }
        return term;
    }
}
