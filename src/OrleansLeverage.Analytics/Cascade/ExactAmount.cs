using System.Numerics;

namespace OrleansLeverage.Analytics.Cascade;

/// <summary>
/// A decimal number of any length: sums and products of decimals without rounding, for comparisons at a knife's edge.
/// Nothing is divided.
/// </summary>
internal readonly struct ExactAmount : IComparable<ExactAmount>
{
    private readonly BigInteger _digits;
    private readonly int _scale;

    private ExactAmount(BigInteger digits, int scale) => (_digits, _scale) = (digits, scale);

    public static ExactAmount Of(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var digits = ((BigInteger)(uint)bits[2] << 64) + ((BigInteger)(uint)bits[1] << 32) + (uint)bits[0];
        return new ExactAmount(bits[3] < 0 ? -digits : digits, (bits[3] >> 16) & 0xFF);
    }

    public static ExactAmount operator +(ExactAmount left, ExactAmount right)
    {
        var scale = Math.Max(left._scale, right._scale);
        return new ExactAmount(left.At(scale) + right.At(scale), scale);
    }

    public static ExactAmount operator -(ExactAmount left, ExactAmount right) =>
        left + new ExactAmount(-right._digits, right._scale);

    public static ExactAmount operator *(ExactAmount left, ExactAmount right) =>
        new(left._digits * right._digits, left._scale + right._scale);

    public int Sign => _digits.Sign;

    public int CompareTo(ExactAmount other)
    {
        var scale = Math.Max(_scale, other._scale);
        return At(scale).CompareTo(other.At(scale));
    }

    /// <summary>The nearest decimal; exact where 28 digits hold it.</summary>
    public decimal ToDecimal()
    {
        var (digits, scale) = (_digits, _scale);
        while (scale > 0 && (scale > 28 || BigInteger.Abs(digits) > (BigInteger)decimal.MaxValue))
        {
            // one digit at a time, to even at the last: what is dropped is beyond the 28th place
            digits = scale > 29 || BigInteger.Abs(digits) > (BigInteger)decimal.MaxValue * 10
                ? BigInteger.Divide(digits, 10)
                : BigInteger.Divide(digits + (digits.Sign * 5), 10);
            scale--;
        }
        return (decimal)digits / (decimal)BigInteger.Pow(10, scale);
    }

    private BigInteger At(int scale) =>
        scale == _scale ? _digits : _digits * BigInteger.Pow(10, scale - _scale);
}
