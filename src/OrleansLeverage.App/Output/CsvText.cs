using OrleansLeverage.Domain;

namespace OrleansLeverage.App.Output;

/// <summary>Rows of CSV on a stream (RFC 4180, LF): texts are quoted where they must be, null is empty.</summary>
internal static class CsvText
{
    private static readonly char[] Quoted = [',', '"', '\n', '\r'];

    public static void WriteRow(TextWriter output, params IEnumerable<object?> values) =>
        output.Write(string.Join(',', values.Select(Field)) + "\n");

    private static string Field(object? value)
    {
        var text = value switch
        {
            null => "",
            decimal number => Decimals.Text(number),
            bool flag => flag ? "true" : "false",
            DateTimeOffset time => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'",
                System.Globalization.CultureInfo.InvariantCulture),
            IFormattable form => form.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
        return text.IndexOfAny(Quoted) < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
