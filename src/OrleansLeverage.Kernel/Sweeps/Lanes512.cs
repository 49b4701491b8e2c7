using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OrleansLeverage.Kernel;

/// <summary>Eight lanes in one register of 512 bits.</summary>
internal readonly unsafe struct Lanes512(Vector512<double> value) : ILanes<Lanes512>
{
    private readonly Vector512<double> _value = value;

    public static bool IsSupported => Avx512F.IsSupported && Vector512.IsHardwareAccelerated;

    public static Lanes512 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector512<double>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Load(double* from) => new(Vector512.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(double* to, Lanes512 value) => value._value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Of(double value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Of(long value) => new(Vector512.Create(value).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator +(Lanes512 left, Lanes512 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator -(Lanes512 left, Lanes512 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator *(Lanes512 left, Lanes512 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator /(Lanes512 left, Lanes512 right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator &(Lanes512 left, Lanes512 right) => new(left._value & right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator |(Lanes512 left, Lanes512 right) => new(left._value | right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator <(Lanes512 left, Lanes512 right) =>
        new(Vector512.LessThan(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator >(Lanes512 left, Lanes512 right) =>
        new(Vector512.GreaterThan(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator <=(Lanes512 left, Lanes512 right) =>
        new(Vector512.LessThanOrEqual(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator >=(Lanes512 left, Lanes512 right) =>
        new(Vector512.GreaterThanOrEqual(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Fused(Lanes512 left, Lanes512 right, Lanes512 addend) =>
        new(Vector512.FusedMultiplyAdd(left._value, right._value, addend._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Max(Lanes512 left, Lanes512 right) => new(Vector512.MaxNative(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Min(Lanes512 left, Lanes512 right) => new(Vector512.MinNative(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Abs(Lanes512 value) => new(Vector512.Abs(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Select(Lanes512 mask, Lanes512 yes, Lanes512 no) =>
        new(Vector512.ConditionalSelect(mask._value, yes._value, no._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Keep(Lanes512 mask, Lanes512 value) =>
        new(Vector512.ConditionalSelect(mask._value, value._value, Vector512<double>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Bits(Lanes512 mask) => (uint)mask._value.ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint BitsGreater(Lanes512 left, Lanes512 right) =>
        (uint)Vector512.GreaterThan(left._value, right._value).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 KeepNegative(Lanes512 sign, Lanes512 value) =>
        new(Vector512.ShiftRightArithmetic(sign._value.AsInt64(), 63).AsDouble() & value._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 AddIntegers(Lanes512 left, Lanes512 right) =>
        new((left._value.AsInt64() + right._value.AsInt64()).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 SubtractIntegers(Lanes512 left, Lanes512 right) =>
        new((left._value.AsInt64() - right._value.AsInt64()).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 DivideRoughly(Lanes512 left, Lanes512 right) =>
        new(left._value * Avx512F.Reciprocal14(right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 AddAcross(Lanes512 a, Lanes512 b, Lanes512 c, Lanes512 d, Lanes512 e, Lanes512 f,
        Lanes512 g, Lanes512 h)
    {
        var left = AddQuarters(AddPairs(a, b), AddPairs(c, d));
        var right = AddQuarters(AddPairs(e, f), AddPairs(g, h));
        return new(AddQuarters(left, right).AsDouble());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 ShiftRight(Lanes512 value, int bits) =>
        new(Vector512.ShiftRightLogical(value._value.AsInt64(), bits).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Largest(Lanes512 value) => Lanes256.Largest(
        Vector256.MaxNative(value._value.GetLower(), value._value.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ushort> Narrow(Lanes512 value) =>
        Avx512F.ConvertToVector128UInt16(value._value.AsUInt64());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Lookup(double* table, ushort* indexes) => new(Vector512.Create(
        table[indexes[0]], table[indexes[1]], table[indexes[2]], table[indexes[3]],
        table[indexes[4]], table[indexes[5]], table[indexes[6]], table[indexes[7]]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LookupHigh(double* table, uint* words) => new(Vector512.Create(
        table[words[0] >> Chunk.LeverageShift], table[words[1] >> Chunk.LeverageShift],
        table[words[2] >> Chunk.LeverageShift], table[words[3] >> Chunk.LeverageShift],
        table[words[4] >> Chunk.LeverageShift], table[words[5] >> Chunk.LeverageShift],
        table[words[6] >> Chunk.LeverageShift], table[words[7] >> Chunk.LeverageShift]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadFirstHalf(double* terms, uint* words, out Lanes512 first, out Lanes512 second,
        out Lanes512 third, out Lanes512 fourth)
    {
        Quarter(terms, words, out var low02, out var high02, out var low13, out var high13);
        first = new(low02);
        second = new(high02);
        third = new(low13);
        fourth = new(high13);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadSecondHalf(double* terms, uint* words, out Lanes512 first, out Lanes512 second,
        out Lanes512 third)
    {
        Quarter(terms + 4, words, out var column0, out var column1, out var column2, out _);
        first = new(column0);
        second = new(column1);
        third = new(column2);
    }

    /// <summary>
    /// Four columns of eight terms: a term's half is a register of 256 bits; two terms that lie two lanes apart are put
    /// into one of 512, and pairs are interleaved, which leaves the columns in the order of the lanes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarter(double* terms, uint* words, out Vector512<double> column0,
        out Vector512<double> column1, out Vector512<double> column2, out Vector512<double> column3)
    {
        var a = Pair(terms, words[0], words[2]);
        var b = Pair(terms, words[1], words[3]);
        var c = Pair(terms, words[4], words[6]);
        var d = Pair(terms, words[5], words[7]);
        // a: 0.0 0.1 0.2 0.3 | 2.0 2.1 2.2 2.3 and so on: term.column
        var abLow = Avx512F.UnpackLow(a, b);    // 0.0 1.0 0.2 1.2 | 2.0 3.0 2.2 3.2
        var abHigh = Avx512F.UnpackHigh(a, b);
        var cdLow = Avx512F.UnpackLow(c, d);
        var cdHigh = Avx512F.UnpackHigh(c, d);
        column0 = Avx512F.Shuffle4x128(abLow, cdLow, 0b10_00_10_00);
        column2 = Avx512F.Shuffle4x128(abLow, cdLow, 0b11_01_11_01);
        column1 = Avx512F.Shuffle4x128(abHigh, cdHigh, 0b10_00_10_00);
        column3 = Avx512F.Shuffle4x128(abHigh, cdHigh, 0b11_01_11_01);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Pair(double* terms, uint low, uint high) => Avx512F.InsertVector256(
        Vector256.Load(terms + (nuint)(low & Chunk.TermMask)).ToVector512Unsafe(),
        Vector256.Load(terms + (nuint)(high & Chunk.TermMask)), 1);

    /// <summary>a0 + a1, b0 + b1, a2 + a3, b2 + b3 and so on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<long> AddPairs(Lanes512 a, Lanes512 b) =>
        Avx512F.UnpackLow(a._value.AsInt64(), b._value.AsInt64())
        + Avx512F.UnpackHigh(a._value.AsInt64(), b._value.AsInt64());

    /// <summary>Of each the first quarter and the second, the third and the fourth.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<long> AddQuarters(Vector512<long> left, Vector512<long> right) =>
        Avx512F.Shuffle4x128(left, right, 0b10_00_10_00) + Avx512F.Shuffle4x128(left, right, 0b11_01_11_01);
}
