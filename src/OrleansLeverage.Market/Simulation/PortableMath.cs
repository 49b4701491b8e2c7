namespace OrleansLeverage.Market.Simulation;

/// <summary>
/// Logarithm and exponential from additions, multiplications and divisions alone, which IEEE 754 fixes to the last
/// bit, so that a seed gives the same bytes everywhere. Relative error below 1e-15; for simulation, not for pricing.
/// </summary>
internal static class PortableMath
{
    // ln 2 in two parts: k·Ln2High is exact for |k| ≤ 1100
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;

    /// <summary>Largest magnitude that <see cref="Exp"/> takes: beyond it the result is no normal double.</summary>
    public const double ExpMax = 700.0;

    /// <summary>
    /// Natural logarithm of a positive normal number: x = m·2^k with m in [√½, √2), ln m = 2·artanh((m − 1)/(m + 1)).
    /// </summary>
    public static double Log(double x)
    {
        if (!double.IsNormal(x) || x < 0.0)
        {
            throw new ArgumentOutOfRangeException(nameof(x), x, "a logarithm is taken of positive normal numbers");
        }
        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)(bits >> 52) - 1023;
        var mantissa = BitConverter.Int64BitsToDouble((bits & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000);
        if (mantissa > 1.4142135623730951)
        {
            mantissa *= 0.5;
            exponent++;
        }
        var s = (mantissa - 1.0) / (mantissa + 1.0);
        var s2 = s * s;
        var sum = 0.0;
        for (var n = 23; n >= 1; n -= 2)
        {
            sum = sum * s2 + 1.0 / n;
        }
        return exponent * Ln2High + (2.0 * s * sum + exponent * Ln2Low);
    }

    /// <summary>e^x: x = k·ln 2 + r with |r| ≤ ½ ln 2, Taylor to r^14.</summary>
    public static double Exp(double x)
    {
        if (!(Math.Abs(x) <= ExpMax))
        {
            throw new ArgumentOutOfRangeException(nameof(x), x, $"an exponent is within ±{ExpMax}");
        }
        var k = Math.Round(x / (Ln2High + Ln2Low));
        var r = x - k * Ln2High - k * Ln2Low;
        var sum = 1.0;
        for (var n = 14; n >= 1; n--)
        {
            sum = 1.0 + sum * r / n;
        }
        return sum * BitConverter.Int64BitsToDouble(((long)k + 1023) << 52);
    }
}
