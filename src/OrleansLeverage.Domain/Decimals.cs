using System.Globalization;

namespace OrleansLeverage.Domain;

/// <summary>Exact decimal text and rounding. Everything here is exact or rounds in a named direction.</summary>
public static class Decimals
{
    /// <summary>Digits after the point that outside decimals may carry.</summary>
    public const int ScaleMax = 12;

    /// <summary>Digits before the point that outside decimals may carry.</summary>
    public const int IntegerDigitsMax = 12;

    /// <summary>
    /// The same value with no trailing zeros and no negative zero: the form that is hashed and shown.
    /// </summary>
    public static decimal Normalise(decimal value)
    {
        var scale = value.Scale;
        if (value == 0m || scale == 0)
        {
            return value == 0m ? 0m : value;
        }
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        if (bits[2] != 0)
        {
            return value / 1.000000000000000000000000000000000m;
        }
        // mantissas mostly fit in 64 bits, where dividing by ten is cheap: every price and quantity passes here
        var mantissa = unchecked(((ulong)(uint)bits[1] << 32) | (uint)bits[0]);
        var trimmed = mantissa;
        var left = (int)scale;
        while (left > 0 && trimmed % 10 == 0)
        {
            trimmed /= 10;
            left--;
        }
        return left == scale ? value
            : new decimal(unchecked((int)trimmed), unchecked((int)(trimmed >> 32)), 0, bits[3] < 0, (byte)left);
    }

    /// <summary>Digits after the point once trailing zeros are gone.</summary>
    public static int Scale(decimal value) => Normalise(value).Scale;

    /// <summary>Digits before the point, 0 for |value| below 1.</summary>
    public static int IntegerDigits(decimal value)
    {
        var digits = 0;
        for (var rest = decimal.Truncate(Math.Abs(value)); rest >= 1m; rest = decimal.Truncate(rest / 10m))
        {
            digits++;
        }
        return digits;
    }

    /// <summary>The largest multiple of <paramref name="quantum"/> not above <paramref name="value"/>.</summary>
    public static decimal FloorTo(decimal value, decimal quantum)
    {
        if (IsPowerOfTen(quantum))
        {
            return decimal.Round(value, quantum.Scale, MidpointRounding.ToNegativeInfinity);
        }
        var rest = value % quantum;
        return rest == 0m ? value : rest > 0m ? value - rest : value - rest - quantum;
    }

    /// <summary>The smallest multiple of <paramref name="quantum"/> not below <paramref name="value"/>.</summary>
    public static decimal CeilingTo(decimal value, decimal quantum) => -FloorTo(-value, quantum);

    public static bool IsMultipleOf(decimal value, decimal quantum) =>
        (IsPowerOfTen(quantum) && value.Scale <= quantum.Scale) || value % quantum == 0m;

    /// <summary>
    /// Reads the canonical form <c>-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,12})?</c>: no sign +, exponent, grouping, leading
    /// zero, bare point or space. A value that no longer fits is not rounded but refused.
    /// </summary>
    public static bool TryParseCanonical(ReadOnlySpan<char> text, out decimal value)
    {
        value = 0m;
        var digits = text is ['-', ..] ? text[1..] : text;
        var point = digits.IndexOf('.');
        var whole = point < 0 ? digits : digits[..point];
        var fraction = point < 0 ? [] : digits[(point + 1)..];
        if (whole.Length is 0 or > IntegerDigitsMax || (whole.Length > 1 && whole[0] == '0')
            || (point >= 0 && fraction.Length is 0 or > ScaleMax)
            || whole.ContainsAnyExceptInRange('0', '9') || fraction.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }
        return decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Plain digits, no exponent, no trailing zeros, ASCII minus; never "-0".</summary>
    public static string Text(decimal value) => Normalise(value).ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// 1, 0.1, 0.01 and so on: what nearly every quantum is, and what rounding needs no division for.
    /// </summary>
    private static bool IsPowerOfTen(decimal quantum)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(quantum, bits);
        return bits[0] == 1 && bits[1] == 0 && bits[2] == 0 && quantum > 0m;
    }
}
