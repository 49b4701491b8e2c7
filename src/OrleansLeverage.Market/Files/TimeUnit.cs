namespace OrleansLeverage.Market.Files;

/// <summary>
/// Epoch times carry their unit in their number of digits: between 2001 and 2286 seconds have 10, milliseconds 13,
/// microseconds 16 and nanoseconds 19.
/// </summary>
internal static class TimeUnit
{
    public const int SecondDigits = 10;
    public const int MilliDigits = 13;
    public const int MicroDigits = 16;
    public const int NanoDigits = 19;

    public static bool IsDigits(ReadOnlySpan<char> text) => text.Length > 0 && !text.ContainsAnyExceptInRange('0', '9');

    /// <summary>The unit's name, or null where the text has no epoch's number of digits.</summary>
    public static string? Guess(ReadOnlySpan<char> text) => !IsDigits(text) ? null : text.Length switch
    {
        SecondDigits => "seconds",
        MilliDigits => "milliseconds",
        MicroDigits => "microseconds",
        NanoDigits => "nanoseconds",
        _ => null,
    };

    /// <summary>
    /// Reads a time of one of the allowed units into milliseconds. Another recognisable unit means that the whole file
    /// is misread, which is an error that names the unit; any other text is a matter of its row (false).
    /// </summary>
    public static bool TryReadMs(
        string path, long line, string column, ReadOnlySpan<char> text, bool milli, bool micro, out long ms)
    {
        ms = 0;
        if (Guess(text) is not { } unit)
        {
            return false;
        }
        if ((milli && text.Length == MilliDigits) || (micro && text.Length == MicroDigits))
        {
            var value = long.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
            ms = text.Length == MicroDigits ? value / 1000 : value;
            return true;
        }
        var wanted = (milli, micro) switch
        {
            (true, true) => "milliseconds (13 digits) or microseconds (16 digits)",
            (true, false) => "milliseconds (13 digits)",
            _ => "microseconds (16 digits)",
        };
        throw new PriceFileException(path,
            $"line {line}: {column} {text} has {text.Length} digits and looks like {unit}; "
            + $"this format carries {wanted}");
    }
}
