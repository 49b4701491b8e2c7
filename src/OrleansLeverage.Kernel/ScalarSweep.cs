using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>
/// One row at a time in plain doubles: the reference that vector variants are compared with, itself compared with
/// <see cref="AccountValuation"/>. Nothing in here can overflow: entries are within 1e30, prices within 1e12.
/// </summary>
public sealed unsafe class ScalarSweep : ISweep
{
    public string Name => "scalar";

    public void Run(AccountTable table, MarkVector marks, SweepSummary summary, NominationQueue nominations)
    {
        // rows index the marks without a check of their own
        if (table.AssetLast >= marks.AssetCount || table.InstrumentLast >= marks.InstrumentCount)
        {
            throw new ArgumentException($"rows hold asset {table.AssetLast} and instrument {table.InstrumentLast}, "
                + $"the marks have {marks.AssetCount} and {marks.InstrumentCount}", nameof(marks));
        }
        summary.Begin(marks);
        nominations.Clear();
        foreach (var chunk in table.Chunks)
        {
            Run(chunk, table, marks, summary, nominations);
            summary.EndChunk();
        }
        summary.End();
        nominations.Close();
        GC.KeepAlive(marks);
    }

    private static void Run(Chunk chunk, AccountTable table, MarkVector marks, SweepSummary summary,
        NominationQueue nominations)
    {
        var notionals = stackalloc double[chunk.Class.Positions];
        for (var row = 0; row < chunk.Used; row++)
        {
            if (chunk.Slot[row] < 0)
            {
                continue;
            }
            RowValue value = default;
            if (chunk.Class.HasExtras)
            {
                ValueExtended(chunk, row, marks, notionals, ref value);
            }
            else
            {
                ValueCross(chunk, row, marks, notionals, ref value);
            }
            var tier = value.Tier(chunk.Class.ErrorFactor);
            Store(chunk, row, value, tier);
            summary.Add(value, tier, chunk, row, notionals);
            if (IsDue(tier, chunk.Raised[row]))
            {
                var handle = table.HandleOf(chunk.Slot[row]);
                nominations.Offer(new Nomination(handle, chunk.Key[row], tier, value.Severity));
            }
        }
    }

    /// <summary>
    /// Worse than what was told, or better, so that the tier may be armed again, wholly or half way; or asked for with
    /// <see cref="Chunk.AlwaysDue"/>, which is no tier. Unknown is no judgement: what was told stands; and bankruptcy
    /// is left where liquidation is left.
    /// </summary>
    private static bool IsDue(RiskTier tier, byte raised) => tier != RiskTier.Unknown && (byte)tier != raised
        && !(tier == RiskTier.Liquidation && raised == (byte)RiskTier.Bankrupt);

    private static void Store(Chunk chunk, int row, in RowValue value, RiskTier tier)
    {
        chunk.Equity[row] = value.Equity;
        chunk.MarginBalance[row] = value.MarginBalance;
        chunk.Long[row] = value.Long;
        chunk.Short[row] = value.Short;
        chunk.Maintenance[row] = value.Maintenance;
        chunk.Initial[row] = value.Initial;
        chunk.MarginRatio[row] = value.MarginRatio;
        chunk.Tier[row] = (byte)tier;
    }

    /// <summary>Balances: into equity in full, into the margin balance at their weight unless owed.</summary>
    private static void ValueCollateral(Chunk chunk, int row, MarkVector marks, ref RowValue value)
    {
        double equity = 0d, balance = 0d, magnitude = 0d;
        var at = row;
        for (var c = 0; c < chunk.Class.Collateral; c++, at += chunk.Rows)
        {
            var asset = chunk.Asset[at];
            var amount = chunk.Amount[at];
            var worth = amount * marks.AssetPrice[asset];
            equity += worth;
            balance += amount > 0d ? worth * marks.AssetWeight[asset] : worth;
            magnitude += Math.Abs(worth);
        }
        value.Equity = equity;
        value.MarginBalance = balance;
        value.Magnitude = magnitude;
    }

    /// <summary>All positions cross, no orders: one margin bucket.</summary>
    private static void ValueCross(Chunk chunk, int row, MarkVector marks, double* notionals, ref RowValue value)
    {
        ValueCollateral(chunk, row, marks, ref value);
        var words = chunk.Word + row;
        var quantities = chunk.Quantity + row;
        var costs = chunk.Cost + row;
        var rows = chunk.Rows;
        var gainOf = marks.Gain;
        var unitOf = marks.Unit;
        var settlementOf = marks.Settlement;
        double gains = 0d, longs = 0d, shorts = 0d, maintenance = 0d, initial = 0d, magnitude = 0d;
        for (var p = 0; p < chunk.Class.Positions; p++, words += rows, quantities += rows, costs += rows)
        {
            var word = *words;
            var i = (int)(word & Chunk.InstrumentMask);
            var quantity = *quantities;
            var move = quantity * gainOf[i];
            var cost = *costs * settlementOf[i];
            var notional = Math.Abs(quantity) * unitOf[i];
            gains += move - cost;
            magnitude += Math.Abs(move) + Math.Abs(cost) + notional;
            notionals[p] = Math.CopySign(notional, quantity);
            longs += Unless(quantity, notional);
            shorts += Unless(-quantity, notional);
            var tier = TierOf(marks, i, notional);
            maintenance += notional * marks.TierRate[tier] - marks.TierAmount[tier];
            initial += notional * Math.Max(marks.TierInitial[tier], marks.InverseLeverage[word >> Chunk.LeverageShift]);
        }
        value.Equity += gains;
        value.MarginBalance += gains;
        value.Magnitude += magnitude;
        value.Long = longs;
        value.Short = shorts;
        value.Maintenance = maintenance;
        value.Initial = initial;
        value.ClearBuckets();
        if (longs + shorts > 0d)
        {
            value.Judge(marks, maintenance, value.MarginBalance);
        }
    }

    /// <summary>Isolated positions are buckets of their own; initial margin is for the orders' worst fill.</summary>
    private static void ValueExtended(Chunk chunk, int row, MarkVector marks, double* notionals, ref RowValue value)
    {
        ValueCollateral(chunk, row, marks, ref value);
        value.ClearBuckets();
        var crossBalance = value.MarginBalance;
        double crossMaintenance = 0d, crossNotional = 0d;
        var at = row;
        for (var p = 0; p < chunk.Class.Positions; p++, at += chunk.Rows)
        {
            var i = (int)(chunk.Word[at] & Chunk.InstrumentMask);
            var quantity = chunk.Quantity[at];
            var move = quantity * marks.Gain[i];
            var cost = chunk.Cost[at] * marks.Settlement[i];
            var notional = Math.Abs(quantity) * marks.Unit[i];
            var isIsolated = !double.IsNaN(chunk.Isolated[at]);
            var margin = isIsolated ? chunk.Isolated[at] * marks.Settlement[i] : 0d;
            var worth = margin + (move - cost);
            value.Equity += worth;
            value.MarginBalance += worth;
            value.Magnitude += Math.Abs(move) + Math.Abs(cost) + notional + Math.Abs(margin);
            notionals[p] = Math.CopySign(notional, quantity);
            value.Long += Unless(quantity, notional);
            value.Short += Unless(-quantity, notional);
            var tier = TierOf(marks, i, notional);
            var maintenance = notional * marks.TierRate[tier] - marks.TierAmount[tier];
            value.Maintenance += maintenance;
            if (!isIsolated)
            {
                crossBalance += worth;
                crossMaintenance += maintenance;
                crossNotional += notional;
            }
            else if (notional > 0d)
            {
                value.Judge(marks, maintenance, worth);
            }
            var orders = chunk.Orders[at] * marks.Unit[i];
            value.Initial += orders * Math.Max(marks.TierInitial[TierOf(marks, i, orders)], chunk.InverseLeverage[at]);
        }
        if (crossNotional > 0d)
        {
            value.Judge(marks, crossMaintenance, crossBalance);
        }
    }

    /// <summary>
    /// <paramref name="value"/> unless <paramref name="sign"/> is negative, then 0; by mask, because a branch on the
    /// side of a position is predicted wrongly half the time. A flat position has value 0 on both sides.
    /// </summary>
    private static double Unless(double sign, double value)
    {
        var negative = BitConverter.DoubleToInt64Bits(sign) >> 63;
        return BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(value) & ~negative);
    }

    /// <summary>Bracket of a notional; the floor of infinity after an instrument's last one ends the search.</summary>
    private static int TierOf(MarkVector marks, int instrument, double notional)
    {
        var tier = marks.TierStart[instrument];
        while (notional >= marks.TierFloor[tier + 1])
        {
            tier++;
        }
        return tier;
    }
}
