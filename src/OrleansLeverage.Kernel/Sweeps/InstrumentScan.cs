using System.Runtime.CompilerServices;

namespace OrleansLeverage.Kernel;

/// <summary>
/// Notional and equity share by instrument and side, from the rows as their chunk was last swept: each position of
/// notional n brings n and n·E/G of its account with equity E above 0 and gross notional G. Added up by term, market
/// makers after all others; terms of an instrument are put together at the end.
/// </summary>
internal static unsafe class InstrumentScan
{
    /// <summary>Adds a chunk to the sums, four to a term.</summary>
    public static void Add(Chunk chunk, MarkVector marks, long* sums, ref Int128[]? wideSums)
    {
        var isWide = (chunk.Head.Flags & ChunkFlags.Wide) != 0;
        var ratios = stackalloc double[Chunk.Rows];
        for (var i = 0; i < Chunk.Rows; i++)
        {
            ratios[i] = chunk.Place[i] == Distribution.None || !(chunk.Gross[i] > 0d)
                ? double.NaN
                : chunk.Equity[i] / chunk.Gross[i];
        }
        var population = Population(chunk, marks);
        for (var p = 0; p < chunk.Class.Positions; p++)
        {
            var words = chunk.Word + p * Chunk.Rows;
            var quantities = chunk.Quantity + p * Chunk.Rows;
            for (var i = 0; i < Chunk.Rows; i++)
            {
                var ratio = ratios[i];
                if (double.IsNaN(ratio))
                {
                    continue;
                }
                var term = words[i] & Chunk.TermMask;
                var signed = quantities[i] * marks.Terms[term + MarkVector.Unit];
                var notional = Math.Abs(signed);
                var at = population + (int)term / MarkVector.TermWidth * InstrumentSum.Count
                    + (int)(BitConverter.DoubleToUInt64Bits(signed) >> 63);
                if (isWide)
                {
                    AddWide(at, notional, ratio, marks, ref wideSums);
                    continue;
                }
                sums[at] += FixedPoint.Of(notional);
                sums[at + 2] += FixedPoint.Of(notional * ratio);
            }
        }
    }

    /// <summary>Where the sums of a chunk's population begin.</summary>
    public static int Population(Chunk chunk, MarkVector marks) =>
        chunk.Class.IsMarketMaker ? marks.Layout.Count * InstrumentSum.Count : 0;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddWide(int at, double notional, double ratio, MarkVector marks, ref Int128[]? sums)
    {
        sums ??= new Int128[2 * marks.Layout.Count * InstrumentSum.Count];
        if (notional < FixedPoint.Limit)
        {
            sums[at] += FixedPoint.OfWide(notional);
            sums[at + 2] += FixedPoint.OfWide(notional * ratio);
        }
    }
}
