using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace OrleansLeverage.Kernel;

/// <summary>
/// The work of <see cref="InstrumentScan"/> eight rows at a time: what neighbours hold alike is added up in registers,
/// the rest is scattered row by row.
/// </summary>
internal static unsafe class VectorInstruments<T>
    where T : struct, ILanes<T>
{
    private const int Width = 8;

    [SkipLocalsInit]
    public static void Add(Chunk chunk, MarkVector marks, ChunkValues values, long* sums)
    {
        sums += InstrumentScan.Population(chunk, marks);
        var ratios = stackalloc double[Chunk.Rows];
        var counted = stackalloc double[Chunk.Rows];
        Ratios(chunk, values.AheadFigures, ratios, counted);
        var ahead = values.AheadQuantity;
        for (var p = 0; p < chunk.Class.Positions; p++, ahead += Chunk.Rows * sizeof(double))
        {
            for (var i = 0; i < Chunk.Rows; i += Width)
            {
                Sse.Prefetch0(ahead + i * sizeof(double));
            }
            var words = chunk.Word + p * Chunk.Rows;
            var quantities = chunk.Quantity + p * Chunk.Rows;
            var lead = chunk.Lead[p];
            if (lead != Chunk.NoLead)
            {
                AddAlike(quantities, 0, Chunk.Rows, marks.Terms + lead, ratios, counted, At(sums, lead));
                continue;
            }
            var like = chunk.Like[p];
            for (var i = 0; i < Chunk.Rows; i += Width)
            {
                if ((like >> (i / Width) & 1) == 0)
                {
                    Scatter(words, quantities, i, marks.Terms, ratios, counted, sums);
                    continue;
                }
                // as far as the instrument goes
                var term = marks.FirstTerm[Chunk.TermOf(words[i])];
                var from = i;
                while (i + Width < Chunk.Rows && (like >> (i / Width + 1) & 1) != 0
                    && marks.FirstTerm[Chunk.TermOf(words[i + Width])] == term)
                {
                    i += Width;
                }
                AddAlike(quantities, from, i + Width, marks.Terms + term, ratios, counted, At(sums, term));
            }
        }
    }

    /// <summary>The sums of a term's long side, those of the short side follow.</summary>
    private static long* At(long* sums, uint term) => sums + term / MarkVector.TermWidth * InstrumentSum.Count;

    /// <summary>Rows that all hold the instrument of a term.</summary>
    private static void AddAlike(double* quantities, int from, int to, double* term, double* ratios, double* counted,
        long* sums)
    {
        var unit = T.Of(term[MarkVector.Unit]);
        var bias = T.Of(FixedPoint.Bias);
        T notionals = T.Zero, shares = T.Zero, shortNotionals = T.Zero, shortShares = T.Zero;
        for (var i = from; i < to; i += Width)
        {
            var signed = T.Load(quantities + i) * unit;
            var notional = T.Abs(signed) & T.Load(counted + i);
            var share = notional * T.Load(ratios + i);
            notionals = T.AddIntegers(notionals, T.SubtractIntegers(notional + bias, bias));
            shares = T.AddIntegers(shares, T.SubtractIntegers(share + bias, bias));
            shortNotionals = T.AddIntegers(shortNotionals,
                T.SubtractIntegers(T.KeepNegative(signed, notional) + bias, bias));
            shortShares = T.AddIntegers(shortShares,
                T.SubtractIntegers(T.KeepNegative(signed, share) + bias, bias));
        }
        var found = stackalloc long[Width];
        T.Store((double*)found, T.AddAcross(T.SubtractIntegers(notionals, shortNotionals), shortNotionals,
            T.SubtractIntegers(shares, shortShares), shortShares, T.Zero, T.Zero, T.Zero, T.Zero));
        for (var i = 0; i < InstrumentSum.Count; i++)
        {
            sums[i] += found[i];
        }
    }

    private static void Scatter(uint* words, double* quantities, int i, double* terms, double* ratios, double* counted,
        long* sums)
    {
        for (var end = i + Width; i < end; i++)
        {
            var term = words[i] & Chunk.TermMask;
            var signed = quantities[i] * terms[term + MarkVector.Unit];
            if (counted[i] == 0d)
            {
                continue;
            }
            var notional = Math.Abs(signed);
            var at = At(sums, term) + (BitConverter.DoubleToUInt64Bits(signed) >> 63);
            at[0] += FixedPoint.Of(notional);
            at[InstrumentSum.LongEquity] += FixedPoint.Of(notional * ratios[i]);
        }
    }

    /// <summary>Equity per notional, and ones where the row is counted at all.</summary>
    private static void Ratios(Chunk chunk, double* ahead, double* ratios, double* counted)
    {
        var ones = BitConverter.Int64BitsToDouble(-1L);
        for (var i = 0; i < Chunk.Rows; i += Width)
        {
            Sse.Prefetch0(ahead + i);
            Sse.Prefetch0(ahead + i + Chunk.Rows);
            var gross = T.Load(chunk.Gross + i);
            var isHeld = gross > T.Zero;
            T.Store(ratios + i, T.Keep(isHeld, T.Load(chunk.Equity + i) / gross));
            T.Store(counted + i, T.Keep(isHeld, T.Of(ones)));
        }
        var places = new ReadOnlySpan<ushort>(chunk.Place, Chunk.Rows);
        for (var row = places.IndexOf(Distribution.None); row >= 0 && row < Chunk.Rows; row++)
        {
            if (chunk.Place[row] == Distribution.None)
            {
                ratios[row] = counted[row] = 0d;
            }
        }
    }
}
