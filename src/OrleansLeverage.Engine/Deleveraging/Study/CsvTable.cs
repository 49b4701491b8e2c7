using System.Globalization;

namespace OrleansLeverage.Engine.Deleveraging.Study;

/// <summary>A table of comma-separated values, read by the names of its columns. Fields hold no commas or quotes.
/// </summary>
internal sealed class CsvTable
{
    private readonly string _name;
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);
    private readonly List<string[]> _rows = [];

    private CsvTable(string name) => _name = name;

    public int Count => _rows.Count;

    public IEnumerable<CsvRow> Rows => Enumerable.Range(0, _rows.Count).Select(i => new CsvRow(this, i));

    /// <exception cref="FormatException">No header, or a row of another width.</exception>
    public static CsvTable Read(string path)
    {
        var table = new CsvTable(Path.GetFileName(path));
        using var reader = new StreamReader(path);
        var header = reader.ReadLine()?.Split(',') ?? throw new FormatException($"{table._name} is empty");
        for (var i = 0; i < header.Length; i++)
        {
            if (!table._columns.TryAdd(header[i], i))
            {
                throw new FormatException($"{table._name}: column {header[i]} comes twice");
            }
        }
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split(',');
            if (line.Contains('"') || fields.Length != header.Length)
            {
                throw new FormatException(
                    $"{table._name}, line {table.Count + 2}: {fields.Length} fields, the header has {header.Length}");
            }
            table._rows.Add(fields);
        }
        return table;
    }

    public string Field(int row, string column) => _columns.TryGetValue(column, out var at)
        ? _rows[row][at]
        : throw new FormatException($"{_name} has no column {column}");

    public FormatException Bad(int row, string column, string kind) =>
        new($"{_name}, line {row + 2}: {column} is no {kind}");
}

internal readonly struct CsvRow(CsvTable table, int row)
{
    public string Text(string column) => table.Field(row, column);

    public decimal Decimal(string column) =>
        decimal.TryParse(Text(column), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw table.Bad(row, column, "decimal");

    public long Whole(string column) =>
        long.TryParse(Text(column), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw table.Bad(row, column, "whole number");
}
