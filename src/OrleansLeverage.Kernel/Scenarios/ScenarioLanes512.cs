using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OrleansLeverage.Kernel.Scenarios;

/// <summary>Eight scenarios in one register of 512 bits.</summary>
internal readonly unsafe struct ScenarioLanes512(Vector512<double> value) : IScenarioLanes<ScenarioLanes512>
{
    private readonly Vector512<double> _value = value;

    public static bool IsSupported => Avx512F.IsSupported && Vector512.IsHardwareAccelerated;

    public static ScenarioLanes512 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector512<double>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScenarioLanes512 Of(double value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScenarioLanes512 Load(double* from) => new(Vector512.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(double* to, ScenarioLanes512 value) => value._value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScenarioLanes512 operator +(ScenarioLanes512 left, ScenarioLanes512 right) =>
        new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScenarioLanes512 operator *(ScenarioLanes512 left, ScenarioLanes512 right) =>
        new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScenarioLanes512 operator |(ScenarioLanes512 left, ScenarioLanes512 right) =>
        new(left._value | right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScenarioLanes512 Fused(ScenarioLanes512 left, ScenarioLanes512 right, ScenarioLanes512 addend) =>
        new(Vector512.FusedMultiplyAdd(left._value, right._value, addend._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScenarioLanes512 operator -(ScenarioLanes512 left, ScenarioLanes512 right) =>
        new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScenarioLanes512 Max(ScenarioLanes512 left, ScenarioLanes512 right) =>
        new(Vector512.MaxNative(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScenarioLanes512 Abs(ScenarioLanes512 value) => new(Vector512.Abs(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint BelowBits(ScenarioLanes512 left, ScenarioLanes512 right) =>
        (uint)Vector512.LessThan(left._value, right._value).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScenarioLanes512 Min(ScenarioLanes512 left, ScenarioLanes512 right) =>
        new(Vector512.MinNative(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScenarioLanes512 BySign(ScenarioLanes512 value, ScenarioLanes512 below, ScenarioLanes512 other) =>
        new(Vector512.ConditionalSelect(
            Vector512.LessThan(value._value, Vector512<double>.Zero), below._value, other._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScenarioLanes512 LeastAcross(ScenarioLanes512 value)
    {
        var v = value._value;
        v = Vector512.MinNative(v, Avx512F.Shuffle4x128(v, v, 0b01_00_11_10));
        v = Vector512.MinNative(v, Avx512F.Shuffle4x128(v, v, 0b10_11_00_01));
        return new(Vector512.MinNative(v, Avx512F.Permute2x64(v, 0b01_01_01_01)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double First(ScenarioLanes512 value) => value._value.ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> FirstFour(ScenarioLanes512 value) => value._value.GetLower();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint EqualBits(ScenarioLanes512 left, ScenarioLanes512 right) =>
        (uint)Vector512.Equals(left._value, right._value).ExtractMostSignificantBits();
}
