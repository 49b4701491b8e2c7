using System.Globalization;
using System.Text.Json;
using OrleansLeverage.Market.Files;

namespace OrleansLeverage.Market.OptionChains;

/// <summary>One row of an option file as texts by column; an absent or empty one is null.</summary>
internal sealed class OptionRow(long line, IReadOnlyList<string> names, IReadOnlyList<string?> fields)
{
    public long Line { get; } = line;

    public IReadOnlyList<string> Names { get; } = names;

    public bool Has(params string[] columns) => columns.All(column => Names.Contains(column));

    public string? Text(string column)
    {
        for (var i = 0; i < Names.Count && i < fields.Count; i++)
        {
            if (Names[i] == column)
            {
                return string.IsNullOrEmpty(fields[i]) ? null : fields[i];
            }
        }
        return null;
    }

    public string Required(string column) => Text(column) ?? throw new FormatException($"{column} is missing");

    /// <summary>Null where it is not given; NaN and infinity are read, for whoever uses them to refuse.</summary>
    public double? Number(string column) => Text(column) is not { } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value
        : throw new FormatException($"{column} '{PriceText.Shorten(text)}' is no number");

    public double RequiredNumber(string column) =>
        Number(column) ?? throw new FormatException($"{column} is missing");

    public static IEnumerable<OptionRow> FromCsv(Stream stream)
    {
        string[]? names = null;
        foreach (var (line, fields) in CsvRows.Read(stream))
        {
            if (names is null)
            {
                names = [.. fields.Select(Name)];
                continue;
            }
            yield return new OptionRow(line, names, fields);
        }
    }

    /// <summary>Lines are places in the list, from 1; what stands beside the list stands in every row.</summary>
    public static IEnumerable<OptionRow> FromJson(Stream stream)
    {
        using var document = JsonDocument.Parse(stream);
        var root = document.RootElement;
        var outer = root.ValueKind == JsonValueKind.Object
            ? root.EnumerateObject().Where(field => field.Name != "quotes" && IsPlain(field.Value)).ToList()
            : [];
        var list = root.ValueKind == JsonValueKind.Array ? root
            : root.TryGetProperty("quotes", out var quotes) && quotes.ValueKind == JsonValueKind.Array ? quotes
            : throw new JsonException("an option file in JSON is a list, or an object with a list 'quotes'");
        var rows = new List<OptionRow>();
        var line = 0L;
        foreach (var row in list.EnumerateArray())
        {
            line++;
            var own = row.ValueKind == JsonValueKind.Object ? row.EnumerateObject().ToList() : [];
            var fields = own.Concat(outer.Where(field => field.Name != "underlying")
                .Where(field => own.All(other => other.Name != field.Name))).ToList();
            var named = outer.Where(field => field.Name == "underlying").Select(field => ("asset", field.Value));
            var all = fields.Select(field => (Name(field.Name), field.Value)).Concat(named).ToList();
            rows.Add(new OptionRow(line, [.. all.Select(field => field.Item1)],
                [.. all.Select(field => Shown(field.Value))]));
        }
        return rows;
    }

    private static bool IsPlain(JsonElement value) =>
        value.ValueKind is JsonValueKind.String or JsonValueKind.Number;

    private static string? Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText(),
    };

    // markIv and mark_iv are one column
    private static string Name(string text) => string.Concat(text.Trim().TrimStart('#', '\uFEFF')
        .Select((c, at) => char.IsAsciiLetterUpper(c) ? (at > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
