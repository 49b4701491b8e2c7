using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OrleansLeverage.Web.Edge;

/// <summary>
/// Rows as text: NDJSON, a JSON object a line; CSV (RFC 4180), with a header of the same names, where an object inside
/// a row gives a column to each of its members, a list of numbers one to each of its places, and any other list stands
/// in one cell as JSON. Columns are those of the type, so every row has the same, and a list without rows has its
/// header. Null is an empty field; a cell that a spreadsheet would take for a formula begins with an apostrophe.
/// </summary>
internal static class RowText
{
    public static string MediaType(ListFormat format) => format switch
    {
        ListFormat.Csv => "text/csv; charset=utf-8; header=present",
        ListFormat.NdJson => "application/x-ndjson; charset=utf-8",
        _ => "application/json; charset=utf-8",
    };

    /// <summary>
    /// The names of a row's columns: every row of a list has the same, if its lists of numbers are as long.
    /// </summary>
    public static string Header(object row) => Header(Columns(row.GetType(), [Json(row)]));

    /// <summary>
    /// The header of a list without rows, from the members of their type; what is in lists cannot be known without
    /// them.
    /// </summary>
    public static string Header(Type row) => Header(Columns(row, []));

    public static string Line(object row, ListFormat format) => format == ListFormat.Csv
        ? Line(Json(row), Columns(row.GetType(), [Json(row)]))
        : JsonSerializer.Serialize(row, row.GetType(), Answer.Json) + "\n";

    /// <summary>All rows at once.</summary>
    /// <param name="type">Of the rows, for the header where there are none.</param>
    public static string Of<T>(IEnumerable<T> rows, ListFormat format, Type? type = null)
        where T : class
    {
        var text = new StringBuilder();
        if (format == ListFormat.NdJson)
        {
            foreach (var row in rows)
            {
                text.Append(Line(row, format));
            }
            return text.ToString();
        }
        type ??= typeof(T) == typeof(object) ? null : typeof(T);
        object[] all = [.. rows];
        if (all.Length == 0 && type is null)
        {
            return "";
        }
        JsonElement[] elements = [.. all.Select(Json)];
        var columns = Columns(all.Length > 0 ? all[0].GetType() : type!, elements);
        text.Append(Header(columns));
        foreach (var element in elements)
        {
            text.Append(Line(element, columns));
        }
        return text.ToString();
    }

    private static JsonElement Json(object row) => JsonSerializer.SerializeToElement(row, row.GetType(), Answer.Json);

    private static string Header(IEnumerable<string[]> columns) =>
        string.Join(',', columns.Select(path => Quoted(string.Join('.', path)))) + "\r\n";

    private static string Line(JsonElement row, IEnumerable<string[]> columns) =>
        string.Join(',', columns.Select(path => Cell(At(row, path)))) + "\r\n";

    private static string Cell(JsonElement value) => Quoted(value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        JsonValueKind.String => Guarded(value.GetString()!),
        _ => value.GetRawText(),
    });

    private static JsonElement At(JsonElement value, IEnumerable<string> path)
    {
        foreach (var name in path)
        {
            value = value.ValueKind switch
            {
                JsonValueKind.Object => value.GetProperty(name),
                JsonValueKind.Array when int.Parse(name, CultureInfo.InvariantCulture) is var place
                    && place < value.GetArrayLength() => value[place],
                _ => default,
            };
        }
        return value;
    }

    /// <summary>Where the columns are in a row: names, or places, from the outermost in.</summary>
    private static List<string[]> Columns(Type row, IReadOnlyList<JsonElement> rows)
    {
        var columns = new List<string[]>();
        foreach (var member in Answer.Json.GetTypeInfo(row).Properties)
        {
            var type = Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType;
            JsonElement[] values = [.. rows.Where(r => r.ValueKind == JsonValueKind.Object)
                .Select(r => r.GetProperty(member.Name))];
            var kind = type == typeof(object) ? JsonTypeInfoKind.None : Answer.Json.GetTypeInfo(type).Kind;
            if (kind == JsonTypeInfoKind.Object)
            {
                columns.AddRange(Columns(type, values).Select(path => (string[])[member.Name, .. path]));
            }
            else if (kind == JsonTypeInfoKind.Enumerable && type.GenericTypeArguments is [var item]
                && (Nullable.GetUnderlyingType(item) ?? item).IsPrimitive)
            {
                var places = values.Max(v => v.ValueKind == JsonValueKind.Array ? (int?)v.GetArrayLength() : null) ?? 0;
                columns.AddRange(Enumerable.Range(0, places).Select(place =>
                    (string[])[member.Name, place.ToString(CultureInfo.InvariantCulture)]));
            }
            else
            {
                columns.Add([member.Name]);
            }
        }
        return columns;
    }

    private static string Guarded(string text)
    {
        var mayBeFormula = text.Length > 0 && (text[0] is '=' or '+' or '-' or '@' or '\t' or '\r')
            && !decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
        return mayBeFormula ? "'" + text : text;
    }

    private static string Quoted(string text) => text.AsSpan().ContainsAny("\",\r\n")
        ? $"\"{text.Replace("\"", "\"\"")}\""
        : text;
}
