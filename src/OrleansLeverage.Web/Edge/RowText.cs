using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OrleansLeverage.Web.Edge;

/// <summary>
/// Rows as text: NDJSON, a JSON object a line; CSV (RFC 4180), with a header of the same names, where an object inside
/// a row gives a column to each of its members and a list one to each of its places. Null is an empty field.
/// </summary>
internal static class RowText
{
    public static string MediaType(ListFormat format) => format switch
    {
        ListFormat.Csv => "text/csv; charset=utf-8; header=present",
        ListFormat.NdJson => "application/x-ndjson; charset=utf-8",
        _ => "application/json; charset=utf-8",
    };

    /// <summary>The names of a row's columns, as its type gives them: every row of a list has the same.</summary>
    public static string Header(object row) =>
        string.Join(',', Cells(row).Select(cell => Quoted(cell.Name))) + "\r\n";

    public static string Line(object row, ListFormat format) => format == ListFormat.Csv
        ? string.Join(',', Cells(row).Select(cell => Quoted(cell.Value))) + "\r\n"
        : JsonSerializer.Serialize(row, row.GetType(), Answer.Json) + "\n";

    /// <summary>
    /// The header of a list without rows, from the members of their type; what is in lists cannot be known without
    /// them.
    /// </summary>
    public static string Header(Type row) => string.Join(',', Names("", row).Select(Quoted)) + "\r\n";

    /// <summary>All rows at once.</summary>
    public static string Of<T>(IEnumerable<T> rows, ListFormat format)
        where T : class
    {
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            if (format == ListFormat.Csv && text.Length == 0)
            {
                text.Append(Header(row));
            }
            text.Append(Line(row, format));
        }
        return text.Length == 0 && format == ListFormat.Csv && typeof(T) != typeof(object)
            ? Header(typeof(T))
            : text.ToString();
    }

    private static IEnumerable<string> Names(string name, Type type)
    {
        var members = Answer.Json.GetTypeInfo(type);
        if (members.Kind == JsonTypeInfoKind.None)
        {
            return [name];
        }
        return members.Kind == JsonTypeInfoKind.Object
            ? members.Properties.SelectMany(member => Names(name.Length == 0 ? member.Name : $"{name}.{member.Name}",
                member.PropertyType))
            : [];
    }

    private static List<(string Name, string Value)> Cells(object row)
    {
        var cells = new List<(string, string)>();
        Add(cells, "", JsonSerializer.SerializeToElement(row, row.GetType(), Answer.Json));
        return cells;
    }

    private static void Add(List<(string Name, string Value)> cells, string name, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    Add(cells, name.Length == 0 ? member.Name : $"{name}.{member.Name}", member.Value);
                }
                break;
            case JsonValueKind.Array:
                var place = 0;
                foreach (var item in value.EnumerateArray())
                {
                    Add(cells, $"{name}.{place++}", item);
                }
                break;
            default:
                cells.Add((name, value.ValueKind switch
                {
                    JsonValueKind.Null => "",
                    JsonValueKind.String => value.GetString()!,
                    _ => value.GetRawText(),
                }));
                break;
        }
    }

    private static string Quoted(string text) => text.AsSpan().ContainsAny("\",\r\n")
        ? $"\"{text.Replace("\"", "\"\"")}\""
        : text;
}
