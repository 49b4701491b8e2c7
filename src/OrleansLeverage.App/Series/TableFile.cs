using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using OrleansLeverage.App.Output;

namespace OrleansLeverage.App.Series;

/// <summary>
/// Rows with named fields: CSV with a header, or JSON that is an array of objects (or an object with one under "rows").
/// The one convention of all verbs that read tables; values are text, missing is empty.
/// </summary>
internal sealed record TableFile(string Name, IReadOnlyList<string> Columns, IReadOnlyList<string[]> Rows)
{
    private const int RowsMax = 5_000_000;

    private static readonly CsvReaderOptions Form = new() { HasHeader = false, Mode = CsvMode.Rfc4180 };

    /// <param name="path"><c>-</c> is the standard input.</param>
    public static TableFile Read(string path)
    {
        if (path != "-" && !File.Exists(path))
        {
            throw new InputException($"{path} does not exist");
        }
        var text = path == "-" ? Console.In.ReadToEnd() : File.ReadAllText(path);
        var name = path == "-" ? "the standard input" : Path.GetFileName(path);
        return text.AsSpan().TrimStart() is ['[' or '{', ..] ? OfJson(name, text) : OfCsv(name, text);
    }

    /// <summary>The field of a row, empty where the column is not there.</summary>
    public string Field(string[] row, string column)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (Columns[i].Equals(column, StringComparison.OrdinalIgnoreCase))
            {
                return row[i];
            }
        }
        return "";
    }

    /// <summary>A column as numbers; null where a field is empty.</summary>
    public IReadOnlyList<double?> Numbers(string column)
    {
        if (!Columns.Contains(column, StringComparer.OrdinalIgnoreCase))
        {
            throw new InputException($"{Name} has no column '{column}'; it has {string.Join(", ", Columns)}");
        }
        var numbers = new double?[Rows.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            var field = Field(Rows[i], column);
            numbers[i] = field.Length == 0 ? null
                : double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value
                : throw new InputException($"{Name} row {i + 1}: {column} '{field}' is no number");
        }
        return numbers;
    }

    /// <summary>Whether every field of a column is empty or a number, and one is a number.</summary>
    public bool IsNumeric(int column) => Rows.Any(row => row[column].Length > 0) && Rows.All(row =>
        row[column].Length == 0
        || double.TryParse(row[column], NumberStyles.Float, CultureInfo.InvariantCulture, out _));

    private static TableFile OfCsv(string name, string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        using var reader = CsvReader.Create(stream, Form, leaveOpen: true);
        if (!reader.Read())
        {
            throw new InputException($"{name} is empty; a header names the columns");
        }
        string[] header = [.. reader.Current.ToArray().Select(column => column.Trim())];
        var rows = new List<string[]>();
        try
        {
            while (reader.Read())
            {
                string[] fields = [.. reader.Current.ToArray().Select(field => field.Trim())];
                rows.Add(fields.Length == header.Length ? fields : throw new InputException(
                    $"{name} row {rows.Count + 1} has {fields.Length} fields, the header {header.Length}"));
                Limit(name, rows.Count);
            }
        }
        catch (CsvFormatException problem)
        {
            throw new InputException($"{name} row {rows.Count + 1}: {problem.Message}");
        }
        return new TableFile(name, header, rows);
    }

    private static TableFile OfJson(string name, string text)
    {
        JsonElement root;
        try
        {
            root = JsonDocument.Parse(text).RootElement;
        }
        catch (JsonException problem)
        {
            throw new InputException($"{name} is no JSON: {problem.Message}");
        }
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("rows", out var under))
        {
            root = under;
        }
        if (root.ValueKind != JsonValueKind.Array
            || root.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.Object))
        {
            throw new InputException($"{name} is neither an array of objects nor an object with one under \"rows\"");
        }
        var items = root.EnumerateArray().ToList();
        Limit(name, items.Count);
        string[] columns = [.. items.SelectMany(item => item.EnumerateObject().Select(p => p.Name)).Distinct()];
        return new TableFile(name, columns, [.. items.Select(item => columns.Select(column =>
            item.TryGetProperty(column, out var value) ? Text(value) : "").ToArray())]);
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "",
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };

    private static void Limit(string name, int rows)
    {
        if (rows > RowsMax)
        {
            throw new InputException($"{name} has more than {RowsMax} rows; split it");
        }
    }
}
