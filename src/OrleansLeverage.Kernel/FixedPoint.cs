namespace OrleansLeverage.Kernel;

/// <summary>
/// Figures of rows as integers, so that a sum of them is exact: the same on any number of threads, in any order and
/// partition, and a row's share can be taken out again.
/// <code>
/// x + 1.5·2^34       has a last bit worth 2^-18 for |x| &lt; 2^33: the addition rounds x to a multiple of that,
///                    half to even, and the difference of the bits of both is the multiple
/// x²                 high part in multiples of 2^16 the same way, what is left (exact) in multiples of 2^-18
/// </code>
/// A figure of a row is summed to within 2^-19 USD (2·10^-6), its square to within 2^-19 USD². Rows of 2^33 USD
/// (8.6·10^9) and more take a slower way with the same result.
/// </summary>
internal static class FixedPoint
{
    public const double Quantum = 1d / (1 << 18);

    /// <summary>Magnitudes from here on are wide.</summary>
    public const double WideFrom = 1L << 33;

    /// <summary>Magnitudes from here on are not summed at all; more than all the money there is.</summary>
    public const double Limit = 1L << 60;

    public const double Bias = 1.5 * (1L << 34);
    public const double SquareQuantum = 1 << 16;
    public const double SquareBias = Bias * (1L << 34);

    /// <summary>The bits of the biases.</summary>
    public const long BiasBits = 0x4218_0000_0000_0000;
    public const long SquareBiasBits = 0x4438_0000_0000_0000;

    /// <summary>Multiples of the quantum in a value that is not wide.</summary>
    public static long Of(double value) => BitConverter.DoubleToInt64Bits(value + Bias) - BiasBits;

    /// <summary>Both parts of a square of a value that is not wide.</summary>
    public static (long High, long Low) OfSquare(double square)
    {
        var biased = square + SquareBias;
        return (BitConverter.DoubleToInt64Bits(biased) - SquareBiasBits, Of(square - (biased - SquareBias)));
    }

    /// <summary>The same of any value below <see cref="Limit"/>.</summary>
    public static Int128 OfWide(double value) => (Int128)Math.Round(value / Quantum, MidpointRounding.ToEven);

    public static (Int128 High, Int128 Low) OfWideSquare(double square)
    {
        var high = Math.Round(square / SquareQuantum, MidpointRounding.ToEven);
        return ((Int128)high, OfWide(square - high * SquareQuantum));
    }

    public static double Value(Int128 quanta) => (double)quanta * Quantum;

    public static double Value(Int128 high, Int128 low) => (double)((high << 34) + low) * Quantum;
}
