using System.Globalization;
using System.Numerics;

namespace OrleansLeverage.Conformance;

/// <summary>
/// An exact rational: what a vector file wrote and what the product answered are compared without any rounding of the
/// comparison itself. A double stands for exactly the binary fraction it holds.
/// </summary>
public readonly struct ExactNumber : IComparable<ExactNumber>
{
    private const int ExponentMax = 5000;

    public ExactNumber(BigInteger numerator, BigInteger denominator)
    {
        ArgumentOutOfRangeException.ThrowIfZero(denominator);
        Numerator = denominator.Sign < 0 ? -numerator : numerator;
        Denominator = BigInteger.Abs(denominator);
    }

    public BigInteger Numerator { get; }

    public BigInteger Denominator { get => field.IsZero ? BigInteger.One : field; }

    public static ExactNumber Of(BigInteger value) => new(value, BigInteger.One);

    public static ExactNumber Of(decimal value)
    {
        var bits = decimal.GetBits(value);
        var magnitude = BigInteger.Zero;
        for (var word = 2; word >= 0; word--)
        {
            magnitude = (magnitude << 32) | unchecked((uint)bits[word]);
        }
        return new ExactNumber(bits[3] < 0 ? -magnitude : magnitude, BigInteger.Pow(10, (bits[3] >> 16) & 0xFF));
    }

    public static ExactNumber Of(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "only finite numbers are exact");
        }
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((bits >> 52) & 0x7FF);
        var fraction = bits & 0xF_FFFF_FFFF_FFFF;
        var mantissa = new BigInteger(exponent == 0 ? fraction : fraction | 0x10_0000_0000_0000);
        var power = Math.Max(exponent, 1) - 1075;
        var signed = bits < 0 ? -mantissa : mantissa;
        return power >= 0 ? Of(signed << power) : new ExactNumber(signed, BigInteger.One << -power);
    }

    /// <summary>Reads <c>-12.5e-3</c> or a fraction <c>49999/100</c>.</summary>
    public static bool TryParse(string text, out ExactNumber number)
    {
        number = default;
        var slash = text.IndexOf('/');
        if (slash < 0)
        {
            return TryParseDecimal(text, out number);
        }
        if (!TryParseDecimal(text[..slash], out var top) || !TryParseDecimal(text[(slash + 1)..], out var bottom)
            || bottom.Numerator.IsZero)
        {
            return false;
        }
        number = new ExactNumber(top.Numerator * bottom.Denominator, top.Denominator * bottom.Numerator);
        return true;
    }

    public static ExactNumber operator +(ExactNumber a, ExactNumber b) => new(
        (a.Numerator * b.Denominator) + (b.Numerator * a.Denominator), a.Denominator * b.Denominator);

    public static ExactNumber operator -(ExactNumber a, ExactNumber b) => new(
        (a.Numerator * b.Denominator) - (b.Numerator * a.Denominator), a.Denominator * b.Denominator);

    public static ExactNumber operator *(ExactNumber a, ExactNumber b) =>
        new(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    public ExactNumber Abs() => new(BigInteger.Abs(Numerator), Denominator);

    public int CompareTo(ExactNumber other) =>
        (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

    /// <summary>A short reading for messages; never used to decide.</summary>
    public override string ToString() => Denominator.IsOne
        ? Numerator.ToString(CultureInfo.InvariantCulture)
        : ((double)Numerator / (double)Denominator).ToString("R", CultureInfo.InvariantCulture);

    private static bool TryParseDecimal(string text, out ExactNumber number)
    {
        number = default;
        var mark = text.IndexOfAny(['e', 'E']);
        var digits = mark < 0 ? text : text[..mark];
        var exponent = 0;
        if (mark >= 0 && (!int.TryParse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture, out exponent) || Math.Abs(exponent) > ExponentMax))
        {
            return false;
        }
        var point = digits.IndexOf('.');
        var scale = point < 0 ? 0 : digits.Length - point - 1;
        var whole = point < 0 ? digits : digits.Remove(point, 1);
        if (!BigInteger.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var mantissa))
        {
            return false;
        }
        var power = exponent - scale;
        number = power >= 0
            ? Of(mantissa * BigInteger.Pow(10, power))
            : new ExactNumber(mantissa, BigInteger.Pow(10, -power));
        return true;
    }
}
