using System.Numerics;

namespace OrleansLeverage.Domain;

/// <summary>
/// Products and quotients of decimals in integers, where 28 digits might not hold them: comparisons are exact, a
/// quotient is rounded once, down, to a quantum.
/// </summary>
internal static class ExactProduct
{
    /// <summary>Sign of a·b − c·d.</summary>
    public static int Compare(decimal a, decimal b, decimal c, decimal d)
    {
        var left = Mantissa(a) * Mantissa(b);
        var right = Mantissa(c) * Mantissa(d);
        var scale = a.Scale + b.Scale - c.Scale - d.Scale;
        return scale >= 0
            ? left.CompareTo(right * BigInteger.Pow(10, scale))
            : (left * BigInteger.Pow(10, -scale)).CompareTo(right);
    }

    /// <summary>The largest multiple of <paramref name="quantum"/> not above a·b / (c·d); c·d is above 0.</summary>
    public static decimal FloorQuotient(decimal a, decimal b, decimal c, decimal d, decimal quantum)
    {
        var numerator = Mantissa(a) * Mantissa(b);
        var denominator = Mantissa(c) * Mantissa(d) * Mantissa(quantum);
        var scale = c.Scale + d.Scale + quantum.Scale - a.Scale - b.Scale;
        if (scale >= 0)
        {
            numerator *= BigInteger.Pow(10, scale);
        }
        else
        {
            denominator *= BigInteger.Pow(10, -scale);
        }
        if (denominator.Sign <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(c), c, "a share is of something above 0, in quantums");
        }
        var quotient = BigInteger.DivRem(numerator, denominator, out var rest);
        return (decimal)(rest.Sign < 0 ? quotient - 1 : quotient) * quantum;
    }

    private static BigInteger Mantissa(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var mantissa = unchecked(((BigInteger)(uint)bits[2] << 64) | ((BigInteger)(uint)bits[1] << 32) | (uint)bits[0]);
        return value < 0m ? -mantissa : mantissa;
    }
}
