using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace OrleansLeverage.Analytics.Forecast;

/// <summary>
/// An account of up to three terms, each a single line in its factor over the block: what most accounts are. Fewer
/// terms repeat the first at slope 0.
/// </summary>
internal readonly struct ShortAccount
{
    public const int TermsMax = 3;

    private readonly Vector512<double> _cash;
    private readonly Vector512<double> _a;
    private readonly Vector512<double> _b;
    private readonly Vector512<double> _c;
    private readonly int _factorA;
    private readonly int _factorB;
    private readonly int _factorC;

    public ShortAccount(ForecastColumns book, int account, Vector512<double>[] slopes, Vector512<double>[] amounts)
    {
        (Account, From, To) = (account, book.TermStart[account], book.TermStart[account + 1]);
        var count = To - From;
        _cash = Vector512.Create(book.Cash[account]);
        for (var term = 0; term < count; term++)
        {
            _cash += amounts[term];
        }
        _a = count > 0 ? slopes[0] : default;
        _b = count > 1 ? slopes[1] : default;
        _c = count > 2 ? slopes[2] : default;
        _factorA = count > 0 ? book.Factor[From] : 0;
        _factorB = count > 1 ? book.Factor[From + 1] : _factorA;
        _factorC = count > 2 ? book.Factor[From + 2] : _factorA;
    }

    public int Account { get; }

    public int From { get; }

    public int To { get; }

    /// <summary>Lanes, of eight from one on, whose surplus is below 0 at a step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Below(FactorBlock block, int steps, int step, int lane)
    {
        // inside the array: factor below factors, step below steps, lane + 8 within the width
        ref var values = ref MemoryMarshal.GetArrayDataReference(block.Values);
        var at = step * FactorBlock.Width + lane;
        var stride = steps * FactorBlock.Width;
        return Mask(Vector512.LoadUnsafe(ref values, (nuint)(_factorA * stride + at)),
            Vector512.LoadUnsafe(ref values, (nuint)(_factorB * stride + at)),
            Vector512.LoadUnsafe(ref values, (nuint)(_factorC * stride + at)));
    }

    /// <summary>Lanes that may be below 0 within a segment: every factor at its worst there.</summary>
    public int BelowInSegment(FactorBlock block, int segment, int lane) => BelowAtWorst(block.SegmentLow,
        block.SegmentHigh, segment * FactorBlock.Width + lane, block.Segments * FactorBlock.Width);

    /// <summary>The same over all steps.</summary>
    public int BelowInAll(FactorBlock block, int lane) =>
        BelowAtWorst(block.Low, block.High, lane, FactorBlock.Width);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int BelowAtWorst(double[] lows, double[] highs, int at, int stride)
    {
        ref var low = ref MemoryMarshal.GetArrayDataReference(lows);
        ref var high = ref MemoryMarshal.GetArrayDataReference(highs);
        return Mask(
            Vector512.LoadUnsafe(ref (_a[0] < 0.0 ? ref high : ref low), (nuint)(_factorA * stride + at)),
            Vector512.LoadUnsafe(ref (_b[0] < 0.0 ? ref high : ref low), (nuint)(_factorB * stride + at)),
            Vector512.LoadUnsafe(ref (_c[0] < 0.0 ? ref high : ref low), (nuint)(_factorC * stride + at)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Mask(Vector512<double> a, Vector512<double> b, Vector512<double> c)
    {
        var surplus = Vector512.FusedMultiplyAdd(a, _a,
            Vector512.FusedMultiplyAdd(b, _b, Vector512.FusedMultiplyAdd(c, _c, _cash)));
        return (int)Vector512.LessThan(surplus, Vector512<double>.Zero).ExtractMostSignificantBits();
    }
}
