using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OrleansLeverage.Kernel;

/// <summary>Eight lanes in two registers of 256 bits.</summary>
internal readonly unsafe struct Lanes256(Vector256<double> low, Vector256<double> high) : ILanes<Lanes256>
{
    private readonly Vector256<double> _low = low;
    private readonly Vector256<double> _high = high;

    public static bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    public static Lanes256 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector256<double>.Zero, Vector256<double>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Load(double* from) => new(Vector256.Load(from), Vector256.Load(from + 4));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(double* to, Lanes256 value)
    {
        value._low.Store(to);
        value._high.Store(to + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Of(double value) => new(Vector256.Create(value), Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Of(long value) =>
        new(Vector256.Create(value).AsDouble(), Vector256.Create(value).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator +(Lanes256 left, Lanes256 right) =>
        new(left._low + right._low, left._high + right._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator -(Lanes256 left, Lanes256 right) =>
        new(left._low - right._low, left._high - right._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator *(Lanes256 left, Lanes256 right) =>
        new(left._low * right._low, left._high * right._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator /(Lanes256 left, Lanes256 right) =>
        new(left._low / right._low, left._high / right._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator &(Lanes256 left, Lanes256 right) =>
        new(left._low & right._low, left._high & right._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator |(Lanes256 left, Lanes256 right) =>
        new(left._low | right._low, left._high | right._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator <(Lanes256 left, Lanes256 right) =>
        new(Vector256.LessThan(left._low, right._low), Vector256.LessThan(left._high, right._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator >(Lanes256 left, Lanes256 right) =>
        new(Vector256.GreaterThan(left._low, right._low), Vector256.GreaterThan(left._high, right._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator <=(Lanes256 left, Lanes256 right) =>
        new(Vector256.LessThanOrEqual(left._low, right._low), Vector256.LessThanOrEqual(left._high, right._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator >=(Lanes256 left, Lanes256 right) =>
        new(Vector256.GreaterThanOrEqual(left._low, right._low), Vector256.GreaterThanOrEqual(left._high, right._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Fused(Lanes256 left, Lanes256 right, Lanes256 addend) =>
        new(Fma.MultiplyAdd(left._low, right._low, addend._low),
            Fma.MultiplyAdd(left._high, right._high, addend._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Max(Lanes256 left, Lanes256 right) =>
        new(Avx.Max(left._low, right._low), Avx.Max(left._high, right._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Min(Lanes256 left, Lanes256 right) =>
        new(Avx.Min(left._low, right._low), Avx.Min(left._high, right._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Abs(Lanes256 value) =>
        new(Vector256.Abs(value._low), Vector256.Abs(value._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Select(Lanes256 mask, Lanes256 yes, Lanes256 no) =>
        new(Vector256.ConditionalSelect(mask._low, yes._low, no._low),
            Vector256.ConditionalSelect(mask._high, yes._high, no._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Keep(Lanes256 mask, Lanes256 value) =>
        new(mask._low & value._low, mask._high & value._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Bits(Lanes256 mask) =>
        mask._low.ExtractMostSignificantBits() | (mask._high.ExtractMostSignificantBits() << 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint BitsGreater(Lanes256 left, Lanes256 right) => Bits(left > right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 KeepNegative(Lanes256 sign, Lanes256 value) =>
        new(Avx.BlendVariable(Vector256<double>.Zero, value._low, sign._low),
            Avx.BlendVariable(Vector256<double>.Zero, value._high, sign._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 AddIntegers(Lanes256 left, Lanes256 right) =>
        new((left._low.AsInt64() + right._low.AsInt64()).AsDouble(),
            (left._high.AsInt64() + right._high.AsInt64()).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 SubtractIntegers(Lanes256 left, Lanes256 right) =>
        new((left._low.AsInt64() - right._low.AsInt64()).AsDouble(),
            (left._high.AsInt64() - right._high.AsInt64()).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 DivideRoughly(Lanes256 left, Lanes256 right) => new(
        Avx.ConvertToVector256Double(
            Avx.ConvertToVector128Single(left._low) / Avx.ConvertToVector128Single(right._low)),
        Avx.ConvertToVector256Double(
            Avx.ConvertToVector128Single(left._high) / Avx.ConvertToVector128Single(right._high)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 AddAcross(Lanes256 a, Lanes256 b, Lanes256 c, Lanes256 d, Lanes256 e, Lanes256 f,
        Lanes256 g, Lanes256 h) =>
        new(AddFour(Halves(a), Halves(b), Halves(c), Halves(d)), AddFour(Halves(e), Halves(f), Halves(g), Halves(h)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ShiftRight(Lanes256 value, int bits) =>
        new(Vector256.ShiftRightLogical(value._low.AsInt64(), bits).AsDouble(),
            Vector256.ShiftRightLogical(value._high.AsInt64(), bits).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Largest(Lanes256 value) => Largest(Vector256.MaxNative(value._low, value._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Largest(Vector256<double> value)
    {
        var halves = Vector128.MaxNative(value.GetLower(), value.GetUpper());
        return Math.Max(halves.ToScalar(), halves.GetElement(1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ushort> Narrow(Lanes256 value)
    {
        // lanes are below 2^16; the first pack leaves them as pairs low, high, low, high
        var pairs = Avx2.PackUnsignedSaturate(value._low.AsInt32(), value._high.AsInt32()).AsUInt64();
        var ordered = Avx2.Permute4x64(pairs, 0b11_01_10_00).AsInt32();
        return Sse41.PackUnsignedSaturate(ordered.GetLower(), ordered.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Lookup(double* table, ushort* indexes) => new(
        Vector256.Create(table[indexes[0]], table[indexes[1]], table[indexes[2]], table[indexes[3]]),
        Vector256.Create(table[indexes[4]], table[indexes[5]], table[indexes[6]], table[indexes[7]]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LookupHigh(double* table, uint* words) => new(
        Vector256.Create(table[words[0] >> Chunk.LeverageShift], table[words[1] >> Chunk.LeverageShift],
            table[words[2] >> Chunk.LeverageShift], table[words[3] >> Chunk.LeverageShift]),
        Vector256.Create(table[words[4] >> Chunk.LeverageShift], table[words[5] >> Chunk.LeverageShift],
            table[words[6] >> Chunk.LeverageShift], table[words[7] >> Chunk.LeverageShift]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadFirstHalf(double* terms, uint* words, out Lanes256 first, out Lanes256 second,
        out Lanes256 third, out Lanes256 fourth)
    {
        Quarter(terms, words, out var low0, out var low1, out var low2, out var low3);
        Quarter(terms, words + 4, out var high0, out var high1, out var high2, out var high3);
        first = new(low0, high0);
        second = new(low1, high1);
        third = new(low2, high2);
        fourth = new(low3, high3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadSecondHalf(double* terms, uint* words, out Lanes256 first, out Lanes256 second,
        out Lanes256 third)
    {
        Quarter(terms + 4, words, out var low0, out var low1, out var low2, out _);
        Quarter(terms + 4, words + 4, out var high0, out var high1, out var high2, out _);
        first = new(low0, high0);
        second = new(low1, high1);
        third = new(low2, high2);
    }

    /// <summary>Four columns of four terms: the transpose of four registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarter(double* terms, uint* words, out Vector256<double> column0,
        out Vector256<double> column1, out Vector256<double> column2, out Vector256<double> column3)
    {
        var a = Term(terms, words[0]);
        var b = Term(terms, words[1]);
        var c = Term(terms, words[2]);
        var d = Term(terms, words[3]);
        var abLow = Avx.UnpackLow(a, b);
        var abHigh = Avx.UnpackHigh(a, b);
        var cdLow = Avx.UnpackLow(c, d);
        var cdHigh = Avx.UnpackHigh(c, d);
        column0 = Avx.Permute2x128(abLow, cdLow, 0x20);
        column1 = Avx.Permute2x128(abHigh, cdHigh, 0x20);
        column2 = Avx.Permute2x128(abLow, cdLow, 0x31);
        column3 = Avx.Permute2x128(abHigh, cdHigh, 0x31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Term(double* terms, uint word) =>
        Vector256.Load(terms + (nuint)(word & Chunk.TermMask));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<long> Halves(Lanes256 value) => value._low.AsInt64() + value._high.AsInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> AddFour(Vector256<long> a, Vector256<long> b, Vector256<long> c,
        Vector256<long> d)
    {
        // a0 + a1, b0 + b1, a2 + a3, b2 + b3
        var ab = Avx2.UnpackLow(a, b) + Avx2.UnpackHigh(a, b);
        var cd = Avx2.UnpackLow(c, d) + Avx2.UnpackHigh(c, d);
        return (Avx2.Permute2x128(ab, cd, 0x20) + Avx2.Permute2x128(ab, cd, 0x31)).AsDouble();
    }
}
