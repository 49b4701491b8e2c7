using System.Globalization;
using System.Text;
using System.Text.Json;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Api.Reading;

/// <summary>
/// Rows as CSV (RFC 4180) or as one JSON object a line. Names are those of the JSON; a part with parts of its own stands
/// in one cell as JSON. A cell that a spreadsheet would take for a formula begins with an apostrophe.
/// </summary>
internal static class RowText
{
    public static byte[] Csv(Type row, IEnumerable<object> rows)
    {
        var text = new StringBuilder();
        text.AppendJoin(',', Answer.Json.GetTypeInfo(row).Properties.Select(property => property.Name)).Append("\r\n");
        foreach (var item in rows)
        {
            var cells = JsonSerializer.SerializeToElement(item, row, Answer.Json).EnumerateObject();
            text.AppendJoin(',', cells.Select(cell => Cell(cell.Value))).Append("\r\n");
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public static byte[] Lines(Type row, IEnumerable<object> rows)
    {
        using var stream = new MemoryStream();
        foreach (var item in rows)
        {
            JsonSerializer.Serialize(stream, item, row, Answer.Json);
            stream.WriteByte((byte)'\n');
        }
        return stream.ToArray();
    }

    private static string Cell(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "",
        JsonValueKind.String => Quoted(Guarded(value.GetString()!)),
        _ => Quoted(value.GetRawText()),
    };

    private static string Guarded(string text)
    {
        var mayBeFormula = text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r'
            && !decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
        return mayBeFormula ? "'" + text : text;
    }

    private static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0
        ? text
        : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
