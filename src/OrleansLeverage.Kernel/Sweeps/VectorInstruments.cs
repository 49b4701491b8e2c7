using System.Runtime.CompilerServices;

namespace OrleansLeverage.Kernel;

/// <summary>The work of <see cref="InstrumentScan"/> eight rows at a time; what is scattered, is scattered row by row.
/// </summary>
internal static unsafe class VectorInstruments<T>
    where T : struct, ILanes<T>
{
    private const int Width = 8;

    [SkipLocalsInit]
    public static void Add(Chunk chunk, MarkVector marks, long* sums)
    {
        sums += InstrumentScan.Population(chunk, marks);
        var notionals = stackalloc long[Chunk.Rows];
        var shares = stackalloc long[Chunk.Rows];
        var ratios = stackalloc double[Chunk.Rows];
        var counted = stackalloc double[Chunk.Rows];
        Ratios(chunk, ratios, counted);
        var terms = marks.Terms;
        var words = chunk.Word;
        var quantities = chunk.Quantity;
        var positions = chunk.Class.Positions;
        var bias = T.Of(FixedPoint.Bias);
        for (var p = 0; p < positions; p++, words += Chunk.Rows, quantities += Chunk.Rows)
        {
            for (var i = 0; i < Chunk.Rows; i += Width)
            {
                T.LoadFirstHalf(terms, words + i, out _, out var unit, out _, out _);
                var notional = T.Abs(T.Load(quantities + i) * unit);
                var share = notional * T.Load(ratios + i);
                notional = T.Load(counted + i) & notional;
                T.Store((double*)(notionals + i), T.SubtractIntegers(notional + bias, bias));
                T.Store((double*)(shares + i), T.SubtractIntegers((T.Load(counted + i) & share) + bias, bias));
            }
            for (var i = 0; i < Chunk.Rows; i++)
            {
                // the word is the term times eight, the sums are four to a term: half of it is the place
                var at = sums + (words[i] & Chunk.TermMask) / (MarkVector.TermWidth / InstrumentSum.Count)
                    + (BitConverter.DoubleToUInt64Bits(quantities[i]) >> 63);
                at[0] += notionals[i];
                at[InstrumentSum.LongEquity] += shares[i];
            }
        }
    }

    /// <summary>Equity per notional, and ones where the row is counted at all.</summary>
    private static void Ratios(Chunk chunk, double* ratios, double* counted)
    {
        for (var i = 0; i < Chunk.Rows; i += Width)
        {
            T.Store(ratios + i, T.Load(chunk.Equity + i) / T.Load(chunk.Gross + i));
        }
        var ones = BitConverter.Int64BitsToDouble(-1L);
        for (var row = 0; row < Chunk.Rows; row++)
        {
            counted[row] = chunk.Place[row] != Distribution.None && chunk.Gross[row] > 0d ? ones : 0d;
        }
    }
}
