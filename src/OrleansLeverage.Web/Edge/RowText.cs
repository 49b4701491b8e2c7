using System.Collections.Concurrent;
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

    private static readonly ConcurrentDictionary<Type, IReadOnlyList<string[]>> Fixed = new();

    /// <summary>
    /// The names of a row's columns: every row of a list has the same, if its lists of numbers are as long.
    /// </summary>
    public static string Header(object row) => Header(ColumnsOf(row.GetType(), () => [Json(row)]));

    /// <summary>The header of a list without rows: a list of numbers has no places there.</summary>
    public static string Header(Type row) => Header(ColumnsOf(row, () => []));

    public static string Line(object row, ListFormat format)
    {
        if (format != ListFormat.Csv)
        {
            return JsonSerializer.Serialize(row, row.GetType(), Answer.Json) + "\n";
        }
        var json = Json(row);
        return Line(json, ColumnsOf(row.GetType(), () => [json]));
    }

    /// <summary>All rows at once.</summary>
    /// <param name="type">Of the rows, for the header where there are none and the list's type does not say.</param>
    public static string Of<T>(IEnumerable<T> rows, ListFormat format, Type? type = null)
        where T : class
    {
        if (format != ListFormat.Csv)
        {
            return string.Concat(rows.Select(row => Line(row, format)));
        }
        T[] all = [.. rows];
        type = all.Length > 0 ? all[0].GetType() : type ?? typeof(T);
        if (type == typeof(object))
        {
            return "";
        }
        JsonElement[] elements = [.. all.Select(row => Json(row))];
        var columns = ColumnsOf(type, () => elements);
        var text = new StringBuilder(Header(columns));
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

    /// <summary>The columns of a type, found once where no list decides how many there are.</summary>
    private static IReadOnlyList<string[]> ColumnsOf(Type row, Func<IReadOnlyList<JsonElement>> rows)
    {
        if (Fixed.TryGetValue(row, out var known))
        {
            return known;
        }
        var hasPlaces = false;
        var columns = Columns(row, rows(), ref hasPlaces);
        return hasPlaces ? columns : Fixed.GetOrAdd(row, columns);
    }

    /// <summary>Where the columns are in a row: names, or places, from the outermost in.</summary>
    private static List<string[]> Columns(Type row, IReadOnlyList<JsonElement> rows, ref bool hasPlaces)
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
                columns.AddRange(Columns(type, values, ref hasPlaces).Select(path => (string[])[member.Name, .. path]));
            }
            else if (kind == JsonTypeInfoKind.Enumerable && type.GenericTypeArguments is [var item]
                && (Nullable.GetUnderlyingType(item) ?? item).IsPrimitive)
            {
                hasPlaces = true;
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
