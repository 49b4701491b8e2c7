using System.Numerics;
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

    public void AddInstruments(Chunk chunk, MarkVector marks, ChunkValues values, long* sums,
        ref Int128[]? wideSums) => InstrumentScan.Add(chunk, marks, sums, ref wideSums);

    /// <summary>The values of a chunk's rows.</summary>
    public void Value(Chunk chunk, MarkVector marks, ChunkValues values)
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
        part.RowsDecided += Chunk.Rows;
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
            if (value.IsKnown && wide is null)
            {
                Add<long, Narrow>(new Span<long>(chunk.Sums, ChunkSum.Count), value, isSolvent);
            }
            else if (value.IsKnown && Math.Max(value.Magnitude, value.Initial) < FixedPoint.Limit)
            {
                Add<Int128, Wide>(wide, value, isSolvent);
            }
            else if (value.IsKnown)
            {
                wide![ChunkSum.Beyond]++;
            }
            part.Place(chunk, row, Place(chunk.Class, value, isSolvent), tier, gross, isFull);
            chunk.Equity[row] = value.Equity;
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

    private static void Add<T, TQuanta>(Span<T> sums, in RowValue value, bool isSolvent)
        where T : IAdditionOperators<T, T, T>
        where TQuanta : IQuanta<T>
    {
        var gross = value.Gross;
        if (!isSolvent)
        {
            sums[ChunkSum.InsolventGross] += TQuanta.Of(gross);
            sums[ChunkSum.Deficit] += TQuanta.Of(Math.Max(0d, -value.Equity));
            return;
        }
        sums[ChunkSum.Equity] += TQuanta.Of(value.Equity);
        sums[ChunkSum.Initial] += TQuanta.Of(value.Initial);
        var (equityHigh, equityLow) = TQuanta.OfSquare(value.Equity * value.Equity);
        sums[ChunkSum.EquitySquaredHigh] += equityHigh;
        sums[ChunkSum.EquitySquaredLow] += equityLow;
        sums[ChunkSum.Borrowed] += TQuanta.Of(Math.Max(0d, gross - value.Equity));
        var (grossHigh, grossLow) = TQuanta.OfSquare(gross * gross);
        sums[ChunkSum.GrossSquaredHigh] += grossHigh;
        sums[ChunkSum.GrossSquaredLow] += grossLow;
        sums[ChunkSum.Maintenance] += TQuanta.Of(value.Maintenance);
        sums[ChunkSum.Gross] += TQuanta.Of(gross);
        sums[ChunkSum.Net] += TQuanta.Of(value.Net);
        if (gross > 0d)
        {
            sums[ChunkSum.LongEquity] += TQuanta.Of(0.5 * (gross + value.Net) * (value.Equity / gross));
            sums[ChunkSum.HoldersEquity] += TQuanta.Of(value.Equity);
        }
    }

    /// <summary>Rounding to integers, which is the same whether 64 bits are enough or not.</summary>
    private interface IQuanta<T>
    {
        static abstract T Of(double value);

        static abstract (T High, T Low) OfSquare(double square);
    }

    private readonly struct Narrow : IQuanta<long>
    {
        public static long Of(double value) => FixedPoint.Of(value);

        public static (long High, long Low) OfSquare(double square) => FixedPoint.OfSquare(square);
    }

    /// <summary>Without a limit that a market could reach.</summary>
    private readonly struct Wide : IQuanta<Int128>
    {
        public static Int128 Of(double value) => FixedPoint.OfWide(value);

        public static (Int128 High, Int128 Low) OfSquare(double square) => FixedPoint.OfWideSquare(square);
    }
}
