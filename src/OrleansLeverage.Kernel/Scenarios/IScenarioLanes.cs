using System.Runtime.Intrinsics;

namespace OrleansLeverage.Kernel.Scenarios;

/// <summary>
/// Eight scenarios that are worked on together, whatever the registers are called. Every operation is the IEEE one, so
/// that all implementations, and the scalar sweep, give the same bits.
/// </summary>
internal unsafe interface IScenarioLanes<T>
    where T : struct, IScenarioLanes<T>
{
    static abstract bool IsSupported { get; }

    static abstract T Zero { get; }

    static abstract T Of(double value);

    static abstract T Load(double* from);

    static abstract void Store(double* to, T value);

    static abstract T operator +(T left, T right);

    static abstract T operator *(T left, T right);

    static abstract T operator -(T left, T right);

    static abstract T operator |(T left, T right);

    /// <summary>left·right + addend, rounded once.</summary>
    static abstract T Fused(T left, T right, T addend);

    /// <summary>Of two numbers; of none, nothing is said.</summary>
    static abstract T Min(T left, T right);

    static abstract T Max(T left, T right);

    static abstract T Abs(T value);

    /// <summary><paramref name="below"/> where a value is below 0, the other elsewhere.</summary>
    static abstract T BySign(T value, T below, T other);

    /// <summary>The least of the eight, in every lane.</summary>
    static abstract T LeastAcross(T value);

    static abstract double First(T value);

    static abstract Vector256<double> FirstFour(T value);

    /// <summary>Bits of the lanes where left is below right, lane 0 lowest; not where one is no number.</summary>
    static abstract uint BelowBits(T left, T right);

    /// <summary>Bits of the lanes that are equal, lane 0 lowest.</summary>
    static abstract uint EqualBits(T left, T right);
}
