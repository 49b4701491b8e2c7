using System.Globalization;
using System.Text;
using OrleansLeverage.Domain;
using Spectre.Console;

namespace OrleansLeverage.App.Output;

/// <summary>
/// Rows under named columns: drawn on a terminal, aligned in plain text elsewhere, or CSV for programs (RFC 4180, LF).
/// Cells are text, whole numbers, decimals, doubles or nothing; nothing is an empty field and "--" in text.
/// </summary>
internal sealed class ReportTable(params string[] columns)
{
    private readonly List<object?[]> _rows = [];

    /// <summary>What stands above the table where people read it; null where nothing does.</summary>
    public string? Title { get; init; }

    public int Count => _rows.Count;

    public IReadOnlyList<string> Columns => columns;

    /// <summary>The cells as people read them.</summary>
    public IEnumerable<string[]> ShownRows() => _rows.Select(row => Array.ConvertAll(row, Shown));

    public ReportTable Add(params object?[] cells)
    {
        if (cells.Length != columns.Length)
        {
            throw new ArgumentException($"{cells.Length} cells under {columns.Length} columns", nameof(cells));
        }
        _rows.Add(cells);
        return this;
    }

    public string ToCsv()
    {
        using var text = new StringWriter();
        CsvText.WriteRow(text, columns);
        foreach (var row in _rows)
        {
            CsvText.WriteRow(text, row);
        }
        return text.ToString();
    }

    public void WriteTo(Terminal terminal)
    {
        if (terminal.OutputScreen is not { } screen)
        {
            terminal.Output.Write(ToText());
            return;
        }
        var rows = _rows.ConvertAll(row => Array.ConvertAll(row, Shown));
        var table = new Table().Border(TableBorder.Rounded);
        if (Title is not null)
        {
            table.Title(Markup.Escape(Title));
        }
        for (var i = 0; i < columns.Length; i++)
        {
            var column = new TableColumn(Markup.Escape(columns[i]));
            table.AddColumn(IsNumeric(rows, i) ? column.RightAligned() : column);
        }
        rows.ForEach(row => table.AddRow([.. row.Select(Markup.Escape)]));
        screen.Write(table);
    }

    /// <summary>Numbers to the right, text to the left.</summary>
    public string ToText(int rowsMax = int.MaxValue)
    {
        var rows = _rows.Take(rowsMax).Select(row => Array.ConvertAll(row, Shown)).ToList();
        var widths = columns.Select((name, i) => rows.Select(r => r[i].Length).Append(name.Length).Max()).ToArray();
        var isNumeric = columns.Select((_, i) => IsNumeric(rows, i)).ToArray();
        var text = new StringBuilder();
        if (Title is not null)
        {
            text.Append(Title).Append('\n');
        }
        foreach (var row in rows.Prepend(columns))
        {
            var cells = row.Select((cell, i) => isNumeric[i] ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
            text.Append(string.Join("  ", cells).TrimEnd()).Append('\n');
        }
        if (_rows.Count > rowsMax)
        {
            text.Append(CultureInfo.InvariantCulture, $"... {_rows.Count - rowsMax} more\n");
        }
        return text.ToString();
    }

    private static bool IsNumeric(List<string[]> rows, int column) => rows.Count > 0
        && rows.All(row => row[column].All(c => char.IsAsciiDigit(c) || c is '.' or ',' or '-' or '+' or '%' or 'x'));

    private static string Shown(object? cell) => cell switch
    {
        null => "--",
        decimal number => Decimals.Text(number),
        double number when number == 0.0 => "0",
        double number when Math.Abs(number) >= 1e6 => number.ToString("N0", CultureInfo.InvariantCulture),
        double number when Math.Abs(number) >= 100.0 => number.ToString("N1", CultureInfo.InvariantCulture),
        double number => number.ToString("0.####", CultureInfo.InvariantCulture),
        long count => count.ToString("N0", CultureInfo.InvariantCulture),
        int count => count.ToString("N0", CultureInfo.InvariantCulture),
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        _ => cell.ToString() ?? "",
    };
}
