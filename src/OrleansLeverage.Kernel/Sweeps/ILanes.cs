using System.Runtime.Intrinsics;

namespace OrleansLeverage.Kernel;

/// <summary>
/// Eight doubles that are worked on together, whatever the registers are called. Every operation is the IEEE one, so
/// that all implementations, and the scalar sweep, give the same bits. Masks are all ones or all zeros per lane.
/// </summary>
internal unsafe interface ILanes<T>
    where T : struct, ILanes<T>
{
    static abstract bool IsSupported { get; }

    static abstract T Zero { get; }

    static abstract T Load(double* from);

    static abstract void Store(double* to, T value);

    static abstract T Of(double value);

    static abstract T Of(long value);

    static abstract T operator +(T left, T right);

    static abstract T operator -(T left, T right);

    static abstract T operator *(T left, T right);

    static abstract T operator /(T left, T right);

    static abstract T operator &(T left, T right);

    static abstract T operator |(T left, T right);

    static abstract T operator <(T left, T right);

    static abstract T operator >(T left, T right);

    static abstract T operator <=(T left, T right);

    static abstract T operator >=(T left, T right);

    /// <summary>left·right + addend, rounded once.</summary>
    static abstract T Fused(T left, T right, T addend);

    static abstract T Max(T left, T right);

    static abstract T Min(T left, T right);

    static abstract T Abs(T value);

    /// <summary>left / right to at least 14 bits; which, depends on the machine.</summary>
    static abstract T DivideRoughly(T left, T right);

    static abstract T Select(T mask, T yes, T no);

    /// <summary>A value where the mask is set, 0 elsewhere.</summary>
    static abstract T Keep(T mask, T value);

    /// <summary>The sign bits, lane 0 lowest.</summary>
    static abstract uint Bits(T mask);

    /// <summary>Where left &gt; right, lane 0 lowest.</summary>
    static abstract uint BitsGreater(T left, T right);

    /// <summary>A value in the lanes where another is below 0 or -0.</summary>
    static abstract T KeepNegative(T sign, T value);

    /// <summary>The largest lane; none is NaN.</summary>
    static abstract double Largest(T value);

    /// <summary>Sum of the lanes as 64-bit integers.</summary>
    static abstract T AddIntegers(T left, T right);

    static abstract T SubtractIntegers(T left, T right);

    /// <summary>In each lane the sum, as integers, of all lanes of one of the eight.</summary>
    static abstract T AddAcross(T a, T b, T c, T d, T e, T f, T g, T h);

    static abstract T ShiftRight(T value, int bits);

    /// <summary>The low 16 bits of each lane as an integer.</summary>
    static abstract Vector128<ushort> Narrow(T value);

    /// <summary>table[index] for eight 16-bit indexes.</summary>
    static abstract T Lookup(double* table, ushort* indexes);

    /// <summary>table[high byte] for eight words.</summary>
    static abstract T LookupHigh(double* table, uint* words);

    /// <summary>The first four, and with <see cref="LoadSecondHalf"/> the last four, columns of eight terms.</summary>
    static abstract void LoadFirstHalf(double* terms, uint* words, out T first, out T second, out T third,
        out T fourth);

    static abstract void LoadSecondHalf(double* terms, uint* words, out T first, out T second, out T third);
}
