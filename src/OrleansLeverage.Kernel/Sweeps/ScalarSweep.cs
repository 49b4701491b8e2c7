using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>
/// One row at a time in plain doubles: the reference that vector sweeps are compared with, itself compared with
/// <see cref="AccountValuation"/>; and the way of what vectors leave out, rows of isolated margin and open orders, and
/// rows too large for 64-bit sums.
/// </summary>
internal sealed unsafe class ScalarSweep : ISweep
{
    public string Name => "scalar";

    public void Sweep(Chunk chunk, MarkVector marks, SweepPart part, bool isFull)
    {
        Value(chunk, marks, part.Values);
        Judge(chunk, part, isFull);
    }

    public void AddInstruments(Chunk chunk, MarkVector marks, long* sums, ref Int128[]? wideSums) =>
        InstrumentScan.Add(chunk, marks, sums, ref wideSums);

    /// <summary>The values of a chunk's rows.</summary>
    public static void Value(Chunk chunk, MarkVector marks, ChunkValues values)
    {
        values.Widest = 0d;
        for (var row = 0; row < Chunk.Rows; row++)
        {
            var value = RowValue.Of(chunk, row, marks);
            values.Set(row, value);
            if (value.IsKnown)
            {
                values.Widest = Math.Max(values.Widest, Math.Max(value.Magnitude, value.Initial));
            }
        }
    }

    /// <summary>Tiers, sums and nominations of a chunk whose values are known.</summary>
    private static void Judge(Chunk chunk, SweepPart part, bool isFull)
    {
        part.Open(chunk);
        var sums = chunk.Sums;
        var wide = part.Values.Widest >= FixedPoint.WideFrom ? part.OpenWide(chunk) : null;
        double largestGross = 0d, largestRisk = 0d;
        for (var row = 0; row < Chunk.Rows; row++)
        {
            var value = part.Values.Get(row);
            var isFree = (chunk.State[row] & Chunk.FreeRow) != 0;
            var tier = isFree ? (RiskTier)Chunk.NoTier : value.Tier(chunk.Class.ErrorFactor);
            var isSolvent = !isFree && value.Equity > value.Error(chunk.Class.ErrorFactor);
            var gross = value.IsKnown ? value.Gross : 0d;
            if (gross > 0d)
            {
                largestRisk = Math.Max(largestRisk, part.Values.Risk[row]);
                largestGross = isSolvent ? Math.Max(largestGross, gross) : largestGross;
            }
            if (value.IsKnown && wide is not null)
            {
                AddWide(wide, value, isSolvent);
            }
            else if (value.IsKnown)
            {
                Add(sums, value, isSolvent);
            }
            part.Place(chunk, row, Place(chunk.Class, value, isSolvent), tier, gross, isFull);
            chunk.Equity[row] = value.Equity;
            chunk.Maintenance[row] = value.Maintenance;
            part.NominateIfDue(chunk, row, tier);
        }
        chunk.Head.LargestGross = largestGross;
        chunk.Head.LargestRisk = largestRisk;
        part.Close(chunk);
    }

    /// <summary>Where a row is in the distribution.</summary>
    public static ushort Place(SizeClass sizeClass, in RowValue value, bool isSolvent)
    {
        if (!isSolvent)
        {
            return Distribution.None;
        }
        var half = sizeClass.IsMarketMaker ? Distribution.Half : 0;
        if (!(value.Gross > 0d))
        {
            return (ushort)(half + Distribution.Half - 1);
        }
        var side = value.Net == 0d ? NetSide.Flat : value.Net < 0d ? NetSide.Short : NetSide.Long;
        return (ushort)(half + (int)side * LeverageHistogram.Buckets
            + LeverageHistogram.BucketOf(value.Gross / value.Equity));
    }

    private static void Add(long* sums, in RowValue value, bool isSolvent)
    {
        var gross = value.Gross;
        if (!isSolvent)
        {
            sums[ChunkSum.InsolventGross] += FixedPoint.Of(gross);
            sums[ChunkSum.Deficit] += FixedPoint.Of(Math.Max(0d, -value.Equity));
            return;
        }
        sums[ChunkSum.Equity] += FixedPoint.Of(value.Equity);
        sums[ChunkSum.Initial] += FixedPoint.Of(value.Initial);
        var equity = FixedPoint.OfSquare(value.Equity * value.Equity);
        sums[ChunkSum.EquitySquaredHigh] += equity.High;
        sums[ChunkSum.EquitySquaredLow] += equity.Low;
        sums[ChunkSum.Borrowed] += FixedPoint.Of(Math.Max(0d, gross - value.Equity));
        var square = FixedPoint.OfSquare(gross * gross);
        sums[ChunkSum.GrossSquaredHigh] += square.High;
        sums[ChunkSum.GrossSquaredLow] += square.Low;
        sums[ChunkSum.Maintenance] += FixedPoint.Of(value.Maintenance);
        sums[ChunkSum.Gross] += FixedPoint.Of(gross);
        sums[ChunkSum.Net] += FixedPoint.Of(value.Net);
        if (gross > 0d)
        {
            sums[ChunkSum.LongEquity] += FixedPoint.Of(0.5 * (gross + value.Net) * (value.Equity / gross));
            sums[ChunkSum.HoldersEquity] += FixedPoint.Of(value.Equity);
        }
    }

    /// <summary>The same without a limit that a market could reach.</summary>
    private static void AddWide(Int128[] sums, in RowValue value, bool isSolvent)
    {
        if (!(Math.Max(value.Magnitude, value.Initial) < FixedPoint.Limit))
        {
            sums[ChunkSum.Beyond]++;
            return;
        }
        var gross = value.Gross;
        if (!isSolvent)
        {
            sums[ChunkSum.InsolventGross] += FixedPoint.OfWide(gross);
            sums[ChunkSum.Deficit] += FixedPoint.OfWide(Math.Max(0d, -value.Equity));
            return;
        }
        sums[ChunkSum.Equity] += FixedPoint.OfWide(value.Equity);
        sums[ChunkSum.Initial] += FixedPoint.OfWide(value.Initial);
        var equity = FixedPoint.OfWideSquare(value.Equity * value.Equity);
        sums[ChunkSum.EquitySquaredHigh] += equity.High;
        sums[ChunkSum.EquitySquaredLow] += equity.Low;
        sums[ChunkSum.Borrowed] += FixedPoint.OfWide(Math.Max(0d, gross - value.Equity));
        var square = FixedPoint.OfWideSquare(gross * gross);
        sums[ChunkSum.GrossSquaredHigh] += square.High;
        sums[ChunkSum.GrossSquaredLow] += square.Low;
        sums[ChunkSum.Maintenance] += FixedPoint.OfWide(value.Maintenance);
        sums[ChunkSum.Gross] += FixedPoint.OfWide(gross);
        sums[ChunkSum.Net] += FixedPoint.OfWide(value.Net);
        if (gross > 0d)
        {
            sums[ChunkSum.LongEquity] += FixedPoint.OfWide(0.5 * (gross + value.Net) * (value.Equity / gross));
            sums[ChunkSum.HoldersEquity] += FixedPoint.OfWide(value.Equity);
        }
    }
}
