using System.Globalization;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Web.Edge;

/// <summary>How a decimal's text reads, whatever its size.</summary>
internal enum NumberForm
{
    /// <summary>Not in the form, or more than a decimal can hold exactly.</summary>
    Unreadable,

    /// <summary>More digits after the point than <see cref="Decimals.ScaleMax"/>; the value is not read.</summary>
    TooFine,

    Exact,
}

/// <summary>
/// Reads decimals without ever rounding: <c>-?(0|[1-9][0-9]*)(\.[0-9]+)?</c>, and in JSON number tokens an exponent
/// too. Linear in the length of the text and never throws, so 64 KiB of digits are as harmless as one.
/// </summary>
internal static class NumberText
{
    /// <summary>Digits before the point of <see cref="decimal.MaxValue"/>.</summary>
    private const int WholeDigitsMax = 29;

    private const int ExponentBound = 1_000_000;

    public static NumberForm Read(ReadOnlySpan<char> text, bool allowExponent, out decimal value)
    {
        value = 0m;
        if (!TrySplit(text, allowExponent, out var negative, out var whole, out var fraction, out var exponent))
        {
            return NumberForm.Unreadable;
        }
        // value = 0.d1 d2 d3 ... × 10^point, with leading zeros of the digits skipped
        var point = whole.Length + exponent;
        var zeros = Leading(whole, fraction);
        var isZero = zeros == whole.Length + fraction.Length;
        if (!isZero && point - zeros > WholeDigitsMax)
        {
            return NumberForm.Unreadable;
        }
        if (fraction.Length - exponent > Decimals.ScaleMax)
        {
            return NumberForm.TooFine;
        }
        return isZero || TryExact(Plain(negative, whole, fraction, point), out value)
            ? NumberForm.Exact
            : NumberForm.Unreadable;
    }

    private static bool TrySplit(ReadOnlySpan<char> text, bool allowExponent, out bool negative,
        out ReadOnlySpan<char> whole, out ReadOnlySpan<char> fraction, out int exponent)
    {
        negative = text is ['-', ..];
        var rest = negative ? text[1..] : text;
        whole = rest;
        fraction = default;
        exponent = 0;
        var e = rest.IndexOfAny('e', 'E');
        if (e >= 0)
        {
            if (!allowExponent || !TryExponent(rest[(e + 1)..], out exponent))
            {
                return false;
            }
            whole = rest = rest[..e];
        }
        var dot = rest.IndexOf('.');
        if (dot >= 0)
        {
            whole = rest[..dot];
            fraction = rest[(dot + 1)..];
        }
        return whole.Length > 0 && (whole.Length == 1 || whole[0] != '0') && (dot < 0 || fraction.Length > 0)
            && !whole.ContainsAnyExceptInRange('0', '9') && !fraction.ContainsAnyExceptInRange('0', '9');
    }

    /// <summary>An exponent beyond any sense is cut to a bound that is still beyond it.</summary>
    private static bool TryExponent(ReadOnlySpan<char> text, out int exponent)
    {
        exponent = 0;
        var digits = text is ['+' or '-', ..] ? text[1..] : text;
        if (digits.Length == 0 || digits.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }
        foreach (var digit in digits)
        {
            exponent = Math.Min(exponent * 10 + (digit - '0'), ExponentBound);
        }
        exponent = text[0] == '-' ? -exponent : exponent;
        return true;
    }

    private static int Leading(ReadOnlySpan<char> whole, ReadOnlySpan<char> fraction)
    {
        var inWhole = whole.IndexOfAnyExcept('0');
        if (inWhole >= 0)
        {
            return inWhole;
        }
        var inFraction = fraction.IndexOfAnyExcept('0');
        return whole.Length + (inFraction >= 0 ? inFraction : fraction.Length);
    }

    private static string Plain(bool negative, ReadOnlySpan<char> whole, ReadOnlySpan<char> fraction, int point)
    {
        var digits = string.Concat(whole, fraction);
        var (before, after) = point <= 0
            ? ("0", new string('0', -point) + digits)
            : (digits[..Math.Min(point, digits.Length)].PadRight(point, '0'), digits[Math.Min(point, digits.Length)..]);
        before = before.TrimStart('0').PadLeft(1, '0');
        after = after.TrimEnd('0');
        return $"{(negative ? "-" : "")}{before}{(after.Length > 0 ? "." : "")}{after}";
    }

    private static bool TryExact(string plain, out decimal value)
    {
        const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        var exact = decimal.TryParse(plain, Plain, CultureInfo.InvariantCulture, out value)
            && Decimals.Text(value) == plain;
        value = exact ? value : 0m;
        return exact;
    }
}
