using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OrleansLeverage.Kernel.Scenarios;

/// <summary>Eight scenarios in two registers of 256 bits.</summary>
internal readonly unsafe struct ScenarioLanes256(Vector256<double> low, Vector256<double> high)
    : IScenarioLanes<ScenarioLanes256>
{
    private readonly Vector256<double> _low = low;
    private readonly Vector256<double> _high = high;

    public static bool IsSupported => Vector256.IsHardwareAccelerated
        && System.Runtime.Intrinsics.X86.Fma.IsSupported;

    public static ScenarioLanes256 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector256<double>.Zero, Vector256<double>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScenarioLanes256 Of(double value) => new(Vector256.Create(value), Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScenarioLanes256 Load(double* from) => new(Vector256.Load(from), Vector256.Load(from + 4));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(double* to, ScenarioLanes256 value)
    {
        value._low.Store(to);
        value._high.Store(to + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScenarioLanes256 operator +(ScenarioLanes256 left, ScenarioLanes256 right) =>
        new(left._low + right._low, left._high + right._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScenarioLanes256 operator *(ScenarioLanes256 left, ScenarioLanes256 right) =>
        new(left._low * right._low, left._high * right._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScenarioLanes256 operator |(ScenarioLanes256 left, ScenarioLanes256 right) =>
        new(left._low | right._low, left._high | right._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScenarioLanes256 Fused(ScenarioLanes256 left, ScenarioLanes256 right, ScenarioLanes256 addend) =>
        new(Vector256.FusedMultiplyAdd(left._low, right._low, addend._low),
            Vector256.FusedMultiplyAdd(left._high, right._high, addend._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScenarioLanes256 operator -(ScenarioLanes256 left, ScenarioLanes256 right) =>
        new(left._low - right._low, left._high - right._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScenarioLanes256 Max(ScenarioLanes256 left, ScenarioLanes256 right) =>
        new(Vector256.MaxNative(left._low, right._low), Vector256.MaxNative(left._high, right._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScenarioLanes256 Abs(ScenarioLanes256 value) =>
        new(Vector256.Abs(value._low), Vector256.Abs(value._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint BelowBits(ScenarioLanes256 left, ScenarioLanes256 right) =>
        Vector256.LessThan(left._low, right._low).ExtractMostSignificantBits()
        | (Vector256.LessThan(left._high, right._high).ExtractMostSignificantBits() << 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScenarioLanes256 Min(ScenarioLanes256 left, ScenarioLanes256 right) =>
        new(Vector256.MinNative(left._low, right._low), Vector256.MinNative(left._high, right._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScenarioLanes256 BySign(ScenarioLanes256 value, ScenarioLanes256 below, ScenarioLanes256 other) =>
        new(Vector256.ConditionalSelect(
                Vector256.LessThan(value._low, Vector256<double>.Zero), below._low, other._low),
            Vector256.ConditionalSelect(
                Vector256.LessThan(value._high, Vector256<double>.Zero), below._high, other._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScenarioLanes256 LeastAcross(ScenarioLanes256 value)
    {
        var v = Vector256.MinNative(value._low, value._high);
        v = Vector256.MinNative(v, Vector256.Shuffle(v, Vector256.Create(2, 3, 0, 1)));
        v = Vector256.MinNative(v, Vector256.Shuffle(v, Vector256.Create(1, 0, 3, 2)));
        return new(v, v);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double First(ScenarioLanes256 value) => value._low.ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> FirstFour(ScenarioLanes256 value) => value._low;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint EqualBits(ScenarioLanes256 left, ScenarioLanes256 right) =>
        Vector256.Equals(left._low, right._low).ExtractMostSignificantBits()
        | (Vector256.Equals(left._high, right._high).ExtractMostSignificantBits() << 4);
}
