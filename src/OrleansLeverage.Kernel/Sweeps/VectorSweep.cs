using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace OrleansLeverage.Kernel;

/// <summary>
/// Eight rows at a time. First the values of the chunk's 64 rows, position by position: where all eight hold one
/// instrument its brackets are broadcast and chosen by comparison, elsewhere eight terms are loaded as whole lines and
/// transposed, which on the machines measured is faster than gathering seven columns. Then tiers, sums and the
/// distribution of the eight vectors. The operations are those of <see cref="RowValue"/> and
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
            Value(chunk, marks, part.Values);
            if (part.Values.Widest < FixedPoint.WideFrom)
            {
                VectorJudge<T>.Judge(chunk, marks, part, isFull);
                return;
            }
        }
        _wide.Sweep(chunk, marks, part, isFull);
    }

    public void AddInstruments(Chunk chunk, MarkVector marks, ChunkValues values, long* sums,
        ref Int128[]? wideSums)
    {
        if ((chunk.Head.Flags & ChunkFlags.Wide) != 0)
        {
            InstrumentScan.Add(chunk, marks, sums, ref wideSums);
            return;
        }
        VectorInstruments<T>.Add(chunk, marks, values, sums);
    }

    /// <summary>Brackets are looked up anew only where a notional left its own, which is seldom: then all
    /// again.</summary>
    public void Value(Chunk chunk, MarkVector marks, ChunkValues values)
    {
        if (chunk.Class.HasExtras)
        {
            _wide.Value(chunk, marks, values);
            return;
        }
        while (true)
        {
            var (outside, above) = marks.HasLargeGains ? TryValue<True, True, False>(chunk, marks, values)
                : chunk.Class.HasSettings ? TryValue<True, False, False>(chunk, marks, values)
                : chunk.Head.IsFlat ? TryValue<False, False, True>(chunk, marks, values)
                : TryValue<False, False, False>(chunk, marks, values);
            if (outside)
            {
                Rebracket(chunk, marks);
            }
            else if (above)
            {
                chunk.Head.IsFlat = false;
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>
    /// Whether a notional is outside the bracket that its word names, and, tried as if all were in the first bracket,
    /// whether one is above it: the values are none then. Nothing is called in here, so that all that adds up stays in
    /// registers.
    /// </summary>
    private static (bool IsOutside, bool IsAbove) TryValue<TSettings, TLarge, TFlat>(Chunk chunk, MarkVector marks,
        ChunkValues values)
        where TSettings : struct, IFlag
        where TLarge : struct, IFlag
        where TFlat : struct, IFlag
    {
        var collateral = chunk.Class.Collateral;
        var positions = chunk.Class.Positions;
        var terms = marks.Terms;
        var firstTerm = marks.FirstTerm;
        var to = values.Equity;
        var codeColumn = chunk.Code;
        var amountColumn = chunk.Amount;
        var wordColumn = chunk.Word;
        var quantityColumn = chunk.Quantity;
        var lead = chunk.Lead;
        var like = chunk.Like;
        var magnitudePerGross = T.Of(TLarge.IsSet ? 1d : 3d);
        T widest = T.Zero, outside = T.Zero, aboveFirst = T.Zero;
        // a line of what is next with each column of eight rows, and one for what follows the columns
        var ahead = values.Ahead - NativeBlock.Alignment;
        for (var i = 0; i < Chunk.Rows; i += Width)
        {
            Sse.Prefetch0(ahead += NativeBlock.Alignment);
            var alike = 1 << (int)((uint)i / Width);
            T equity = T.Zero, balance = T.Zero, magnitude = T.Zero;
            var codes = codeColumn + i;
            var amounts = amountColumn + i;
            for (var c = 0; c < collateral; c++, codes += Chunk.Rows, amounts += Chunk.Rows)
            {
                Sse.Prefetch0(ahead += NativeBlock.Alignment);
                var code = lead[positions + c];
                if (code == Chunk.NoLead && (like[positions + c] & alike) != 0)
                {
                    code = codes[0];
                }
                AddCollateral(marks, code, codes, amounts, ref equity, ref balance, ref magnitude);
            }
            T moves = T.Zero, gross = T.Zero, net = T.Zero, maintenance = T.Zero, initial = T.Zero;
            var words = wordColumn + i;
            var quantities = quantityColumn + i;
            for (var p = 0; p < positions; p++, words += Chunk.Rows, quantities += Chunk.Rows)
            {
                Sse.Prefetch0(ahead += NativeBlock.Alignment);
                var quantity = T.Load(quantities);
                T move, signed, notional, rate, amount, initialRate;
                var first = lead[p];
                if (first == Chunk.NoLead && (like[p] & alike) != 0)
                {
                    first = firstTerm[(words[0] & Chunk.TermMask) / MarkVector.TermWidth];
                }
                if (first != Chunk.NoLead)
                {
                    // one instrument: its brackets from the first up, as far as the largest notional goes
                    var term = terms + first;
                    move = quantity * T.Of(term[MarkVector.Gain]);
                    signed = quantity * T.Of(term[MarkVector.Unit]);
                    notional = T.Abs(signed);
                    rate = T.Of(term[MarkVector.Rate]);
                    amount = T.Of(term[MarkVector.NegativeAmount]);
                    initialRate = T.Of(term[MarkVector.Initial]);
                    if (TFlat.IsSet)
                    {
                        aboveFirst = T.Max(notional - T.Of(term[MarkVector.Ceiling]), aboveFirst);
                    }
                    else
                    {
                        T above;
                        do
                        {
                            above = notional > T.Of(term[MarkVector.Ceiling]);
                            term += MarkVector.TermWidth;
                            rate = T.Select(above, T.Of(term[MarkVector.Rate]), rate);
                            amount = T.Select(above, T.Of(term[MarkVector.NegativeAmount]), amount);
                            initialRate = T.Select(above, T.Of(term[MarkVector.Initial]), initialRate);
                        }
                        // beyond the last bracket is another instrument's, which nobody is above
                        while (T.BitsGreater(T.Keep(above, notional), T.Of(term[MarkVector.Ceiling])) != 0);
                    }
                }
                else
                {
                    T.LoadFirstHalf(terms, words, out var gain, out var unit, out rate, out amount);
                    T.LoadSecondHalf(terms, words, out initialRate, out var floor, out var ceiling);
                    move = quantity * gain;
                    signed = quantity * unit;
                    notional = T.Abs(signed);
                    outside = T.Max(T.Max(floor - notional, notional - ceiling), outside);
                }
                moves += move;
                if (TLarge.IsSet)
                {
                    magnitude += T.Abs(move);
                }
                gross += notional;
                net += signed;
                maintenance += T.Fused(notional, rate, amount);
                if (TSettings.IsSet)
                {
                    initialRate = T.Max(T.LookupHigh(marks.InverseLeverage, words), initialRate);
                }
                initial = T.Fused(notional, initialRate, initial);
            }
            magnitude = T.Fused(gross, magnitudePerGross, magnitude);
            widest = T.Max(T.Max(magnitude, initial), widest);
            T.Store(to + i, equity + moves);
            T.Store(to + i + Chunk.Rows, balance + moves);
            T.Store(to + i + 2 * Chunk.Rows, gross);
            T.Store(to + i + 3 * Chunk.Rows, net);
            T.Store(to + i + 4 * Chunk.Rows, maintenance);
            T.Store(to + i + 5 * Chunk.Rows, initial);
            T.Store(to + i + 6 * Chunk.Rows, magnitude);
        }
        values.Widest = T.Largest(widest);
        return (T.Largest(outside) > 0d, TFlat.IsSet && T.Largest(aboveFirst) > 0d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddCollateral(MarkVector marks, uint code, ushort* codes, double* amounts, ref T equity,
        ref T balance, ref T magnitude)
    {
        var amount = T.Load(amounts);
        if (code != Chunk.NoLead)
        {
            var worth = amount * T.Of(marks.BalancePrice[code]);
            equity += worth;
            magnitude += T.Abs(worth);
            // a weight of 1 leaves the product as it is
            balance += marks.BalanceWeight[code] == 1d ? worth
                : T.Select(amount > T.Zero, worth * T.Of(marks.BalanceWeight[code]), worth);
        }
        else
        {
            var worth = amount * T.Lookup(marks.BalancePrice, codes);
            equity += worth;
            magnitude += T.Abs(worth);
            balance += T.Select(amount > T.Zero, worth * T.Lookup(marks.BalanceWeight, codes), worth);
        }
    }

    private static void Rebracket(Chunk chunk, MarkVector marks)
    {
        for (var at = 0; at < chunk.Class.Positions * Chunk.Rows; at++)
        {
            RowValue.TermOf(chunk, at, chunk.Quantity[at], marks);
        }
    }
}
