using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;

namespace OrleansLeverage.Market.Files;

/// <summary>
/// A row whose fields have names: of CSV under a header, without quotes, or of a JSON list of objects. Names are
/// compared without regard to case; an empty field is an absent one.
/// </summary>
public sealed class NamedRow
{
    private readonly Dictionary<string, string> _fields;

    internal NamedRow(int line, Dictionary<string, string> fields) => (Line, _fields) = (line, fields);

    /// <summary>Line of the file, from 1; the object's place in a JSON list.</summary>
    public int Line { get; }

    public string? Text(string name) => _fields.TryGetValue(name, out var text) && text.Length > 0 ? text : null;

    /// <summary>Null where the field is absent.</summary>
    /// <exception cref="FormatException">It is there and no finite number.</exception>
    public double? Number(string name) => Text(name) is not { } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && double.IsFinite(value)
            ? value
            : throw new FormatException($"{name} '{text}' is no finite number");

    /// <exception cref="PriceFileException">It is neither, or damaged.</exception>
    public static IReadOnlyList<NamedRow> Parse(string text, string file)
    {
        try
        {
            return text.AsSpan().TrimStart() is ['[', ..] ? OfJson(text) : OfCsv(text);
        }
        catch (Exception cause) when (cause is CsvFormatException or JsonException or InvalidOperationException)
        {
            throw new PriceFileException(file, $"neither CSV with a header nor a JSON list of objects: "
                + cause.Message.Split('\n')[0], cause);
        }
    }

    private static List<NamedRow> OfCsv(string text)
    {
        using MemoryStream stream = new(Encoding.UTF8.GetBytes(text));
        List<NamedRow> rows = [];
        string[]? names = null;
        foreach (var (line, cells) in CsvRows.Read(stream))
        {
            if (names is null)
            {
                names = [.. cells.Select(name => name.Trim())];
                continue;
            }
            Dictionary<string, string> fields = new(StringComparer.OrdinalIgnoreCase);
            for (var i = 0; i < Math.Min(names.Length, cells.Length); i++)
            {
                fields[names[i]] = cells[i].Trim();
            }
            rows.Add(new NamedRow((int)line, fields));
        }
        return names is null ? throw new InvalidOperationException("the file is empty") : rows;
    }

    private static List<NamedRow> OfJson(string text)
    {
        using var json = JsonDocument.Parse(text);
        List<NamedRow> rows = [];
        foreach (var item in json.RootElement.EnumerateArray())
        {
            Dictionary<string, string> fields = new(StringComparer.OrdinalIgnoreCase);
            foreach (var field in item.EnumerateObject())
            {
                fields[field.Name] = field.Value.ValueKind switch
                {
                    JsonValueKind.Null => "",
                    JsonValueKind.String => field.Value.GetString()!,
                    _ => field.Value.GetRawText(),
                };
            }
            rows.Add(new NamedRow(rows.Count + 1, fields));
        }
        return rows;
    }
}
