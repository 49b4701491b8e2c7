using System.Text;

namespace OrleansLeverage.Web.Metrics;

/// <summary>
/// Names and escapes of the Prometheus text format 0.0.4. A dotted name becomes underscores, then the unit where it has
/// a word, then <c>_total</c> of what only grows, as OpenTelemetry says
/// (opentelemetry-specification, specification/compatibility/prometheus_and_openmetrics.md).
/// </summary>
internal static class PrometheusNames
{
    /// <param name="grows">A counter.</param>
    public static string Metric(string name, string? unit, bool grows)
    {
        var text = new StringBuilder(Letters(name, allowColon: true));
        if (Unit(unit, grows) is { } word && !Ends(text, word))
        {
            text.Append('_').Append(word);
        }
        if (grows && !Ends(text, "total"))
        {
            text.Append("_total");
        }
        return text.ToString();
    }

    /// <summary>A label's name; two underscores in front belong to Prometheus itself.</summary>
    public static string Label(string name)
    {
        var letters = Letters(name, allowColon: false);
        return letters.StartsWith("__", StringComparison.Ordinal) ? "key" + letters : letters;
    }

    /// <summary>The text of a HELP line: a backslash and the end of a line are written out.</summary>
    public static string Help(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>A label's value between its quotes: as help, and the quote too.</summary>
    public static string Value(string text) => Help(text).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string Letters(string name, bool allowColon)
    {
        var text = new StringBuilder(name.Length + 1);
        foreach (var letter in name)
        {
            var isGood = char.IsAsciiLetterOrDigit(letter) || letter == '_' || (allowColon && letter == ':');
            if (isGood || text.Length == 0 || text[^1] != '_')
            {
                text.Append(isGood ? letter : '_');
            }
        }
        if (text.Length == 0 || char.IsAsciiDigit(text[0]))
        {
            text.Insert(0, '_');
        }
        return text.ToString();
    }

    private static string? Unit(string? unit, bool grows) => unit switch
    {
        null or "" => null,
        ['{', ..] => null,
        "1" => grows ? null : "ratio",
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "By" => "bytes",
        "%" => "percent",
        _ => Letters(unit.ToLowerInvariant(), allowColon: false).Trim('_'),
    };

    private static bool Ends(StringBuilder text, string word)
    {
        var name = text.ToString();
        return name == word || name.EndsWith("_" + word, StringComparison.Ordinal);
    }
}
