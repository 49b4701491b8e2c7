using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace OrleansLeverage.Kernel;

/// <summary>
/// Eight rows at a time. First the values of the chunk's 64 rows, position by position: eight terms are loaded as whole
/// lines and transposed, which on the machines measured is faster than gathering seven columns. Then tiers, sums and
/// the distribution of the eight vectors. The operations are those of <see cref="RowValue"/> and
/// <see cref="ScalarSweep"/> in the same order.
/// </summary>
internal sealed unsafe class VectorSweep<T>(string name) : ISweep
    where T : struct, ILanes<T>
{
    private const int Width = 8;

    private readonly ScalarSweep _wide = new();

    public string Name => name;

    public void Sweep(Chunk chunk, MarkVector marks, SweepPart part, bool isFull)
    {
        if ((chunk.Head.Flags & ChunkFlags.Wide) == 0)
        {
            if (chunk.Class.HasExtras)
            {
                ScalarSweep.Value(chunk, marks, part.Values);
            }
            else
            {
                Value(chunk, marks, part.Values);
            }
            if (part.Values.Widest < FixedPoint.WideFrom)
            {
                VectorJudge<T>.Judge(chunk, marks, part, isFull);
                return;
            }
        }
        _wide.Sweep(chunk, marks, part, isFull);
    }

    public void AddInstruments(Chunk chunk, MarkVector marks, long* sums, ref Int128[]? wideSums)
    {
        if ((chunk.Head.Flags & ChunkFlags.Wide) != 0)
        {
            InstrumentScan.Add(chunk, marks, sums, ref wideSums);
            return;
        }
        VectorInstruments<T>.Add(chunk, marks, sums);
    }

    /// <summary>Brackets are looked up anew only where a notional left its own, which is seldom: then all
    /// again.</summary>
    private static void Value(Chunk chunk, MarkVector marks, ChunkValues values)
    {
        while (!(chunk.Class.HasSettings ? TryValue<True>(chunk, marks, values)
            : TryValue<False>(chunk, marks, values)))
        {
            Rebracket(chunk, marks);
        }
    }

    /// <summary>
    /// False where a notional is outside its bracket. Nothing is called in here, so that all that adds up stays in
    /// registers.
    /// </summary>
    private static bool TryValue<TSettings>(Chunk chunk, MarkVector marks, ChunkValues values)
        where TSettings : struct, IFlag
    {
        var collateral = chunk.Class.Collateral;
        var positions = chunk.Class.Positions;
        var terms = marks.Terms;
        var to = values.Equity;
        var codeColumn = chunk.Code;
        var amountColumn = chunk.Amount;
        var wordColumn = chunk.Word;
        var quantityColumn = chunk.Quantity;
        T widest = T.Zero, outside = T.Zero;
        var ahead = values.Ahead;
        var aheadPart = (values.AheadBytes / Width + NativeBlock.Alignment - 1) & -NativeBlock.Alignment;
        for (var i = 0; i < Chunk.Rows; i += Width)
        {
            for (var end = ahead + aheadPart; ahead < end; ahead += NativeBlock.Alignment)
            {
                Sse.Prefetch0(ahead);
            }
            T equity = T.Zero, balance = T.Zero, magnitude = T.Zero;
            var codes = codeColumn + i;
            var amounts = amountColumn + i;
            for (var c = 0; c < collateral; c++, codes += Chunk.Rows, amounts += Chunk.Rows)
            {
                AddCollateral(marks, codes, amounts, ref equity, ref balance, ref magnitude);
            }
            T gross = T.Zero, net = T.Zero, maintenance = T.Zero, initial = T.Zero;
            var words = wordColumn + i;
            var quantities = quantityColumn + i;
            for (var p = 0; p < positions; p++, words += Chunk.Rows, quantities += Chunk.Rows)
            {
                var quantity = T.Load(quantities);
                T gain, unit, rate, amount, initialRate, floor, ceiling;
                if (T.AreAllLike(words))
                {
                    var term = terms + (words[0] & Chunk.TermMask);
                    gain = T.Of(term[MarkVector.Gain]);
                    unit = T.Of(term[MarkVector.Unit]);
                    rate = T.Of(term[MarkVector.Rate]);
                    amount = T.Of(term[MarkVector.NegativeAmount]);
                    initialRate = T.Of(term[MarkVector.Initial]);
                    floor = T.Of(term[MarkVector.Floor]);
                    ceiling = T.Of(term[MarkVector.Ceiling]);
                }
                else
                {
                    T.LoadFirstHalf(terms, words, out gain, out unit, out rate, out amount);
                    T.LoadSecondHalf(terms, words, out initialRate, out floor, out ceiling);
                }
                var signed = quantity * unit;
                var notional = T.Abs(signed);
                outside = T.Max(T.Max(floor - notional, notional - ceiling), outside);
                var move = quantity * gain;
                equity += move;
                balance += move;
                magnitude += T.Abs(move);
                gross += notional;
                net += signed;
                maintenance += T.Fused(notional, rate, amount);
                if (TSettings.IsSet)
                {
                    initialRate = T.Max(T.LookupHigh(marks.InverseLeverage, words), initialRate);
                }
                initial = T.Fused(notional, initialRate, initial);
            }
            magnitude += gross;
            widest = T.Max(T.Max(magnitude, initial), widest);
            T.Store(to + i, equity);
            T.Store(to + i + Chunk.Rows, balance);
            T.Store(to + i + 2 * Chunk.Rows, gross);
            T.Store(to + i + 3 * Chunk.Rows, net);
            T.Store(to + i + 4 * Chunk.Rows, maintenance);
            T.Store(to + i + 5 * Chunk.Rows, initial);
            T.Store(to + i + 6 * Chunk.Rows, magnitude);
        }
        values.Widest = Largest(widest);
        return !(Largest(outside) > 0d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddCollateral(MarkVector marks, ushort* codes, double* amounts, ref T equity, ref T balance,
        ref T magnitude)
    {
        T price, weight;
        var first = codes[0] * 0x0001_0001_0001_0001UL;
        if (((ulong*)codes)[0] == first && ((ulong*)codes)[1] == first)
        {
            price = T.Of(marks.BalancePrice[codes[0]]);
            weight = T.Of(marks.BalanceWeight[codes[0]]);
        }
        else
        {
            price = T.Lookup(marks.BalancePrice, codes);
            weight = T.Lookup(marks.BalanceWeight, codes);
        }
        var amount = T.Load(amounts);
        var worth = amount * price;
        equity += worth;
        balance += T.Select(amount > T.Zero, worth * weight, worth);
        magnitude += T.Abs(worth);
    }

    private static void Rebracket(Chunk chunk, MarkVector marks)
    {
        for (var at = 0; at < chunk.Class.Positions * Chunk.Rows; at++)
        {
            RowValue.TermOf(chunk, at, chunk.Quantity[at], marks);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Largest(T lanes)
    {
        var values = stackalloc double[Width];
        T.Store(values, lanes);
        var largest = 0d;
        for (var k = 0; k < Width; k++)
        {
            largest = Math.Max(largest, values[k]);
        }
        return largest;
    }

    private interface IFlag
    {
        static abstract bool IsSet { get; }
    }

    private readonly struct True : IFlag
    {
        public static bool IsSet => true;
    }

    private readonly struct False : IFlag
    {
        public static bool IsSet => false;
    }
}
