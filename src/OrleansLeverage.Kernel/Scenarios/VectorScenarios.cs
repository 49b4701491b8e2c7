using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel.Scenarios;

/// <summary>
/// Values the rows of a chunk with eight scenarios to a vector: per position the quantity in every lane and two or four
/// multiply-adds of the unit's row, no gather. 33 to 64 scenarios are two passes of 32.
/// <see cref="ScenarioValue"/> says the same plainly.
/// </summary>
internal sealed unsafe class VectorScenarios<T>(string name) : IScenarioRows
    where T : struct, IScenarioLanes<T>
{
    private const int Pass = 32;

    public string Name => name;

    public void Sweep(ScenarioChunk chunk, ScenarioVectors marks, ScenarioPart part)
    {
        if (marks.IsGrouped)
        {
            Grouped(chunk, marks, part);
        }
        else if (marks.Lanes == 2 * 8)
        {
            Linear16(chunk, marks, part);
        }
        else
        {
            Linear32(chunk, marks, part);
        }
        if (marks.Netting.IsAny)
        {
            part.Netting.Net(chunk, marks.Netting, part.Shock, part.Naked);
        }
        Judge(chunk, marks, part);
    }

    private static void Linear16(ScenarioChunk chunk, ScenarioVectors marks, ScenarioPart part)
    {
        const nuint Lanes = 16;
        const nuint Stride = Lanes + ScenarioVectors.SideWidth;
        var values = marks.Values;
        var positions = (nuint)chunk.Positions;
        var start0 = T.Load(marks.Start);
        var start1 = T.Load(marks.Start + 8);
        var quantity = chunk.Quantity;
        var unit = chunk.Unit;
        var scratch = part.Least;
        var worst = chunk.Worst;
        for (nuint row = 0; row < ScenarioChunk.Rows; row++)
        {
            Ask(part, row);
            var sum0 = start0;
            var sum1 = start1;
            var side = Vector256<double>.Zero;
            for (var end = quantity + positions; quantity < end; quantity++, unit++)
            {
                var q = T.Of(*quantity);
                var of = values + *unit * Stride;
                sum0 = T.Fused(q, T.Load(of), sum0);
                sum1 = T.Fused(q, T.Load(of + 8), sum1);
                side = AddSide(q, of + Lanes, side);
            }
            var across = T.LeastAcross(T.Min(sum0, sum1));
            var bits = T.EqualBits(sum0, across) | (T.EqualBits(sum1, across) << 8);
            Put(scratch + row, worst + row, T.First(across), BitOperations.TrailingZeroCount(bits), side);
        }
    }

    private static void Linear32(ScenarioChunk chunk, ScenarioVectors marks, ScenarioPart part)
    {
        var (positions, lanes, stride) = ((nuint)chunk.Positions, (nuint)marks.Lanes, (nuint)marks.Stride);
        for (nuint row = 0; row < ScenarioChunk.Rows; row++)
        {
            Ask(part, row);
            var (best, lane) = (0d, 0);
            var side = Vector256<double>.Zero;
            for (nuint from = 0; from < lanes; from += Pass)
            {
                var quantity = chunk.Quantity + row * positions;
                var unit = chunk.Unit + row * positions;
                var values = marks.Values + from;
                var start = marks.Start + from;
                var (sum0, sum1) = (T.Load(start), T.Load(start + 8));
                var (sum2, sum3) = (T.Load(start + 16), T.Load(start + 24));
                side = Vector256<double>.Zero;
                for (var end = quantity + positions; quantity < end; quantity++, unit++)
                {
                    var q = T.Of(*quantity);
                    var of = values + *unit * stride;
                    sum0 = T.Fused(q, T.Load(of), sum0);
                    sum1 = T.Fused(q, T.Load(of + 8), sum1);
                    sum2 = T.Fused(q, T.Load(of + 16), sum2);
                    sum3 = T.Fused(q, T.Load(of + 24), sum3);
                    side = AddSide(q, of + (lanes - from), side);
                }
                Keep(sum0, sum1, sum2, sum3, (int)from, ref best, ref lane);
            }
            Put(part.Least + row, chunk.Worst + row, best, lane, side);
        }
    }

    private static void Grouped(ScenarioChunk chunk, ScenarioVectors marks, ScenarioPart part)
    {
        var side0 = marks.Values + marks.Lanes;
        var groups = marks.Groups;
        var (positions, lanes, stride) = ((nuint)chunk.Positions, (nuint)marks.Lanes, (nuint)marks.Stride);
        // of 16 lanes the first two vectors stand in for the second two
        nuint second = marks.Lanes > 16 ? 16u : 0u;
        var buffer = stackalloc double[Pass];
        for (nuint row = 0; row < ScenarioChunk.Rows; row++)
        {
            Ask(part, row);
            var (best, lane, basis) = (0d, 0, 0d);
            var side = Vector256<double>.Zero;
            for (nuint from = 0; from < lanes; from += Pass)
            {
                var quantity = chunk.Quantity + row * positions;
                var unit = chunk.Unit + row * positions;
                var end = quantity + positions;
                var values = marks.Values + from;
                var (all0, all1, all2, all3) = (T.Zero, T.Zero, T.Zero, T.Zero);
                side = Vector256<double>.Zero;
                while (quantity < end)
                {
                    var group = groups[*unit];
                    var (sum0, sum1, sum2, sum3) = (T.Zero, T.Zero, T.Zero, T.Zero);
                    var own = Vector256<double>.Zero;
                    do
                    {
                        var q = T.Of(*quantity);
                        var of = values + *unit * stride;
                        sum0 = T.Fused(q, T.Load(of), sum0);
                        sum1 = T.Fused(q, T.Load(of + 8), sum1);
                        sum2 = T.Fused(q, T.Load(of + second), sum2);
                        sum3 = T.Fused(q, T.Load(of + second + 8), sum3);
                        own = AddSide(q, side0 + *unit * stride, own);
                        quantity++;
                        unit++;
                    }
                    while (quantity < end && groups[*unit] == group);
                    var terms = marks.Terms + (nuint)group * ScenarioVectors.TermWidth;
                    var mark = own.ToScalar();
                    if (from == 0 && terms[2] != 0d)
                    {
                        Store(buffer, sum0, sum1, sum2, sum3);
                        basis += Math.Min(Math.Min(buffer[marks.BasisUp] - mark, buffer[marks.BasisDown] - mark), 0d)
                            * terms[2];
                    }
                    var turn = marks.Turns + (terms[3] != 0d ? lanes : 0) + from;
                    var (less, gain, loss) = (T.Of(-mark), T.Of(terms[0]), T.Of(terms[1]));
                    all0 += Profit(sum0, gain, loss, less, turn);
                    all1 += Profit(sum1, gain, loss, less, turn + 8);
                    all2 += Profit(sum2, gain, loss, less, turn + second);
                    all3 += Profit(sum3, gain, loss, less, turn + second + 8);
                    side += own;
                }
                var weight = marks.Weights + from;
                var start = marks.Start + from;
                Keep(T.Fused(all0, T.Load(weight), T.Load(start)),
                    T.Fused(all1, T.Load(weight + 8), T.Load(start + 8)),
                    T.Fused(all2, T.Load(weight + second), T.Load(start + second)),
                    T.Fused(all3, T.Load(weight + second + 8), T.Load(start + second + 8)),
                    (int)from, ref best, ref lane);
            }
            Put(part.Least + row, chunk.Worst + row, best, lane - marks.FirstScenario, side);
            if (basis < best)
            {
                part.Least[row] = basis;
                chunk.Worst[row] = ScenarioChunk.BasisScenario;
            }
        }
    }

    /// <summary>
    /// Eight rows at a time: nearly always all of them are healthy and have been told so, and then there is nothing to
    /// do but keep their losses. Other rows are looked at one by one.
    /// </summary>
    private static void Judge(ScenarioChunk chunk, ScenarioVectors marks, ScenarioPart part)
    {
        var (factor, dampener) = (T.Of(chunk.ErrorFactor), T.Of(marks.DampenerMax));
        var (maintenance, warning) = (T.Of(marks.MaintenanceFactor), T.Of(part.Thresholds.Warning));
        var naked = T.Of(marks.Netting.NakedMaintenance);
        var healthy = 0;
        for (nuint row = 0; row < ScenarioChunk.Rows; row += 8)
        {
            var cash = T.Load(chunk.Cash + row);
            var magnitude = T.Load(part.Magnitude + row);
            var charge = T.Load(part.NetCharge + row) + T.Load(part.GrossCharge + row)
                + T.Load(part.Naked + row) * naked;
            var loss = T.Zero - T.Load(part.Least + row);
            var error = factor * (T.Abs(cash) + dampener + magnitude);
            var margin = (loss + T.Load(part.Shock + row)) * maintenance + charge + error;
            var equity = cash + T.Load(part.Mark + row) - error;
            if (T.BelowBits(margin, warning * equity) == 0xFF
                && *(ulong*)(chunk.Told + row) == (ulong)RiskTier.Healthy * 0x0101010101010101UL)
            {
                T.Store(chunk.Loss + row, loss);
                T.Store(chunk.Margin + row, margin);
                *(ulong*)(chunk.Tier + row) = (ulong)RiskTier.Healthy * 0x0101010101010101UL;
                healthy += 8;
                continue;
            }
            for (var i = (int)row; i < (int)row + 8; i++)
            {
                if (chunk.Told[i] != ScenarioChunk.Free)
                {
                    part.Take(chunk, i, marks, part.Scratch(chunk, i, marks));
                }
            }
        }
        part.Tiers[(int)RiskTier.Healthy] += healthy;
    }

    /// <summary>A row's share of the next chunk, so that it is there when its turn comes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Ask(ScenarioPart part, nuint row)
    {
        if (Sse.IsSupported)
        {
            var perRow = part.AheadPerRow;
            var from = part.Ahead + row * perRow;
            for (nuint at = 0; at < perRow; at += NativeBlock.Alignment)
            {
                Sse.Prefetch0(from + at);
            }
        }
    }

    /// <summary>What a row came to; <paramref name="least"/> counts only below 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(double* scratch, byte* worst, double least, int scenario, Vector256<double> side)
    {
        *worst = least < 0d ? (byte)scenario : ScenarioChunk.NoScenario;
        scratch[0] = least < 0d ? least : 0d;
        scratch[ScenarioChunk.Rows] = side.GetElement(0);
        scratch[2 * ScenarioChunk.Rows] = side.GetElement(1);
        scratch[3 * ScenarioChunk.Rows] = side.GetElement(2);
        scratch[4 * ScenarioChunk.Rows] = side.GetElement(3);
    }

    /// <summary>What a group's value counts, less its mark; a skew takes it as a loss.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Profit(T value, T gain, T loss, T less, double* turn) =>
        T.Fused(value, T.BySign(value, loss, gain), less) | T.Load(turn);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(T sum0, T sum1, T sum2, T sum3, int from, ref double best, ref int lane)
    {
        var across = T.LeastAcross(T.Min(T.Min(sum0, sum1), T.Min(sum2, sum3)));
        var least = T.First(across);
        if (least < best)
        {
            best = least;
            lane = from + BitOperations.TrailingZeroCount(T.EqualBits(sum0, across)
                | (T.EqualBits(sum1, across) << 8) | (T.EqualBits(sum2, across) << 16)
                | (T.EqualBits(sum3, across) << 24));
        }
    }

    private static void Store(double* buffer, T sum0, T sum1, T sum2, T sum3)
    {
        T.Store(buffer, sum0);
        T.Store(buffer + 8, sum1);
        T.Store(buffer + 16, sum2);
        T.Store(buffer + 24, sum3);
    }

    /// <summary>q, q, |q| and |q|, each times its column of the side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> AddSide(T quantity, double* side, Vector256<double> sum) =>
        Vector256.FusedMultiplyAdd(T.FirstFour(quantity)
            & Vector256.Create(-1L, -1L, long.MaxValue, long.MaxValue).AsDouble(), Vector256.Load(side), sum);
}
