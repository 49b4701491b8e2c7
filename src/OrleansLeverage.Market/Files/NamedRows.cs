using System.Text;
using System.Text.Json;
using CsvHelper;

namespace OrleansLeverage.Market.Files;

/// <summary>Reads the rows of a table whose columns have names, as CSV with a header or as JSON.</summary>
public static class NamedRows
{
    /// <summary>A JSON list of objects, or CSV.</summary>
    /// <exception cref="PriceFileException">It is neither, or damaged.</exception>
    public static IReadOnlyList<NamedRow> Parse(string text, string file)
    {
        using MemoryStream stream = new(Encoding.UTF8.GetBytes(text));
        try
        {
            return text.AsSpan().TrimStart() is ['[', ..] ? OfJson(stream)
                : text.Length == 0 ? throw new InvalidOperationException("the file is empty")
                : [.. OfCsv(stream)];
        }
        catch (Exception cause) when (cause is CsvFormatException or JsonException or InvalidOperationException)
        {
            throw new PriceFileException(file, $"neither CSV with a header nor a JSON list of objects: "
                + cause.Message.Split('\n')[0], cause);
        }
    }

    internal static IEnumerable<NamedRow> OfCsv(Stream stream)
    {
        string[]? names = null;
        Dictionary<string, int> places = [];
        foreach (var (line, fields) in CsvRows.Read(stream))
        {
            if (names is null)
            {
                names = [.. fields.Select(name => name.Trim().TrimStart('#', '\uFEFF').Trim())];
                places = NamedRow.Places(names);
                continue;
            }
            yield return new NamedRow(line, names, places, fields);
        }
    }

    /// <summary>
    /// A list of objects; or, where a list's name is given, an object with that list, whose other plain fields stand in
    /// every row that has none of that name.
    /// </summary>
    /// <param name="list">Null where only a bare list is one.</param>
    /// <param name="beside">The column in which a field beside the list stands.</param>
    internal static IReadOnlyList<NamedRow> OfJson(
        Stream stream, string? list = null, Func<string, string>? beside = null)
    {
        using var document = JsonDocument.Parse(stream);
        var root = document.RootElement;
        var items = root.ValueKind == JsonValueKind.Array ? root
            : list is not null && root.ValueKind == JsonValueKind.Object && root.TryGetProperty(list, out var named)
                && named.ValueKind == JsonValueKind.Array
                ? named
                : throw new JsonException(list is null
                    ? "this is no list of objects"
                    : $"in JSON it is a list, or an object with a list '{list}'");
        var outer = root.ValueKind == JsonValueKind.Object
            ? root.EnumerateObject()
                .Where(field => field.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number)
                .Select(field => (Name: beside?.Invoke(field.Name) ?? field.Name, Value: Shown(field.Value))).ToList()
            : [];
        List<NamedRow> rows = [];
        foreach (var item in items.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                throw new JsonException($"item {rows.Count + 1} of the list is no object");
            }
            // the row's own fields first: of one name the first counts
            var fields = item.EnumerateObject().Select(field => (field.Name, Value: Shown(field.Value)))
                .Concat(outer).ToList();
            rows.Add(new NamedRow(rows.Count + 1, [.. fields.Select(field => field.Name)],
                [.. fields.Select(field => field.Value)]));
        }
        return rows;
    }

    private static string? Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText(),
    };
}
