using System.Globalization;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Files;

/// <summary>
/// Exact decimals out of files. Text that cannot be read to the last digit is refused, never rounded.
/// </summary>
internal static class PriceText
{
    // decimal.Parse rounds beyond its 28 digits without a word
    private const int DigitsMax = 28;

    /// <summary>
    /// Plain or with an exponent (<c>1e-05</c> is how Python prints a small price); no grouping, no spaces.
    /// </summary>
    public static bool TryDecimal(ReadOnlySpan<char> text, out decimal value)
    {
        var digits = 0;
        foreach (var c in text)
        {
            if (c is 'e' or 'E')
            {
                break;
            }
            digits += char.IsAsciiDigit(c) ? 1 : 0;
        }
        value = 0m;
        return digits is > 0 and <= DigitsMax
            && decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign
                | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value)
            && (value != 0m || !HasNonZeroDigit(text));
    }

    public static bool TryPrice(string name, string text, out Price price, out string? reason)
    {
        price = default;
        reason = !TryDecimal(text, out var value) ? $"{name} '{Shorten(text)}' is not a number that can be read exactly"
            : value <= 0m ? $"{name} {Shorten(text)} is not above 0"
            : value > Price.Max ? $"{name} {Shorten(text)} is above {Price.Max}"
            : !Price.IsValid(value) ? $"{name} {Shorten(text)} has more than {Decimals.ScaleMax} digits after the point"
            : null;
        if (reason is not null)
        {
            return false;
        }
        price = new Price(value);
        return true;
    }

    /// <summary>What may be echoed of a bad text: short and printable.</summary>
    public static string Shorten(string text)
    {
        var shown = text.Length <= 32 ? text : text[..32] + "...";
        return string.Concat(shown.Select(c => c is >= ' ' and <= '~' ? c : '?'));
    }

    // 1e-29 parses to 0: a value that vanished is not zero
    private static bool HasNonZeroDigit(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (c is 'e' or 'E')
            {
                return false;
            }
            if (c is >= '1' and <= '9')
            {
                return true;
            }
        }
        return false;
    }
}
