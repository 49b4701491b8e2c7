using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OrleansLeverage.Kernel.Scenarios;

/// <summary>
/// Nets the charges of a chunk's rows, eight rows to a vector. Positions are first turned so that those of one place in
/// all rows lie side by side; then every pair of places is compared, which is a handful of operations for eight rows
/// where sums by expiry in memory wait for each other (25 against 5 ns a row of three positions). Rows of more than
/// <see cref="PositionsMax"/> positions are netted one by one.
/// </summary>
internal sealed unsafe class NettingVectors : IDisposable
{
    public const int PositionsMax = 8;

    private const int Lanes = 8;
    private const int Rows = ScenarioChunk.Rows;
    private const int Column = PositionsMax * Rows;

    // by place and row: q·δ | q | coin·rate | expiry and strike
    private readonly NativeBlock _turned = new(4 * Column * sizeof(double));

    /// <summary>Adds what is netted to the charges of a chunk's rows.</summary>
    public void Net(ScenarioChunk chunk, ScenarioNetting netting, double* shock, double* naked)
    {
        if (chunk.Positions > PositionsMax)
        {
            OneByOne(chunk, netting, shock, naked);
            return;
        }
        // all rows before the first is read: a vector cannot be read until what is in it has reached the cache
        Turn(chunk, netting);
        for (var row = 0; row < Rows; row += Lanes)
        {
            var turned = (double*)_turned.Pointer + row;
            if (netting.HasShocks)
            {
                Shock(turned, chunk.Positions, netting).Store(shock + row);
            }
            if (netting.HasNaked)
            {
                Naked(turned, chunk.Positions).Store(naked + row);
            }
        }
    }

    public void Dispose() => _turned.Dispose();

    private static void OneByOne(ScenarioChunk chunk, ScenarioNetting netting, double* shock, double* naked)
    {
        for (var row = 0; row < Rows; row++)
        {
            (shock[row], naked[row]) = netting.Of(chunk.Quantity + row * chunk.Positions,
                chunk.Unit + row * chunk.Positions, chunk.Positions);
        }
    }

    private void Turn(ScenarioChunk chunk, ScenarioNetting netting)
    {
        var units = netting.Units;
        var quantity = chunk.Quantity;
        var unit = chunk.Unit;
        var positions = chunk.Positions;
        for (var row = 0; row < Rows; row++)
        {
            var to = (double*)_turned.Pointer + row;
            for (var p = 0; p < positions; p++, to += Rows)
            {
                var of = units + *unit++ * ScenarioNetting.UnitWidth;
                var q = *quantity++;
                to[0] = q * of[0];
                to[Column] = q;
                to[2 * Column] = of[1];
                to[3 * Column] = of[2];
            }
        }
    }

    private static Vector512<double> Shock(double* delta, int positions, ScenarioNetting netting)
    {
        var expiry = Vector512.Create(0xFFFFFFFFL);
        var (roll, all, longs) = (Vector512<double>.Zero, Vector512<double>.Zero, Vector512<double>.Zero);
        for (var i = 0; i < positions; i++)
        {
            var (own, q, ids) = (At(delta, i), At(delta + Column, i), At(delta + 3 * Column, i).AsInt64());
            all += own;
            longs += own & Vector512.GreaterThan(q, Vector512<double>.Zero)
                & ~Vector512.Equals(ids & ~expiry, Vector512<long>.Zero).AsDouble();
            var sum = own;
            for (var j = i + 1; j < positions; j++)
            {
                sum += Same(delta, ids, j, expiry) & At(delta, j);
            }
            roll = Vector512.FusedMultiplyAdd(Vector512.Abs(sum) & ~HasBefore(delta, ids, i, expiry),
                At(delta + 2 * Column, i), roll);
        }
        var rest = all - longs;
        var both = longs + rest;
        var most = Vector512.ConditionalSelect(Vector512.LessThan(rest, Vector512<double>.Zero),
            -Vector512.MinNative(Vector512.MaxNative(both, rest), Vector512<double>.Zero),
            Vector512.MaxNative(Vector512.MinNative(both, rest), Vector512<double>.Zero));
        var above = Vector512.MaxNative(most - Vector512.Create(netting.DeltaThreshold), Vector512<double>.Zero);
        return roll + most * Vector512.MinNative(above * netting.DeltaIncrement, Vector512.Create(netting.DeltaMost))
            * netting.Coin;
    }

    private static Vector512<double> Naked(double* delta, int positions)
    {
        var strike = Vector512.Create(~0xFFFFFFFFL);
        var naked = Vector512<double>.Zero;
        for (var i = 0; i < positions; i++)
        {
            var ids = At(delta + 3 * Column, i).AsInt64();
            var sum = At(delta + Column, i);
            for (var j = i + 1; j < positions; j++)
            {
                sum += Same(delta, ids, j, strike) & At(delta + Column, j);
            }
            naked -= Vector512.MinNative(sum, Vector512<double>.Zero) & ~HasBefore(delta, ids, i, strike)
                & ~Vector512.Equals(ids & strike, Vector512<long>.Zero).AsDouble();
        }
        return naked;
    }

    /// <summary>All bits where place <paramref name="j"/> has the same id.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Same(double* delta, Vector512<long> ids, int j, Vector512<long> part) =>
        Vector512.Equals((ids ^ At(delta + 3 * Column, j).AsInt64()) & part, Vector512<long>.Zero).AsDouble();

    /// <summary>All bits where an earlier place has the same id, and with it the sum of both.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> HasBefore(double* delta, Vector512<long> ids, int place, Vector512<long> part)
    {
        var before = Vector512<double>.Zero;
        for (var j = 0; j < place; j++)
        {
            before |= Same(delta, ids, j, part);
        }
        return before;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> At(double* column, int place) => Vector512.Load(column + place * Rows);
}
