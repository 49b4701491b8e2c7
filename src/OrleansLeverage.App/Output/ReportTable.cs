using System.Globalization;
using System.Text;

namespace OrleansLeverage.App.Output;

/// <summary>
/// Rows under named columns, for people in aligned columns and for programs as CSV (RFC 4180, LF). Cells are text,
/// whole numbers, numbers or nothing; nothing is an empty field and "--" in text.
/// </summary>
internal sealed class ReportTable(params string[] columns)
{
    private readonly List<object?[]> _rows = [];

    public int Count => _rows.Count;

    public void Add(params object?[] cells)
    {
        if (cells.Length != columns.Length)
        {
            throw new ArgumentException($"{cells.Length} cells under {columns.Length} columns", nameof(cells));
        }
        _rows.Add(cells);
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

    /// <summary>Numbers to the right, text to the left.</summary>
    public string ToText(int rowsMax = int.MaxValue)
    {
        var shown = _rows.Take(rowsMax).Select(row => row.Select(Shown).ToArray()).ToList();
        var widths = columns.Select((name, i) => shown.Select(r => r[i].Length).Append(name.Length).Max()).ToArray();
        var isText = columns.Select((_, i) => _rows.Any(r => r[i] is string)).ToArray();
        var text = new StringBuilder();
        foreach (var row in shown.Prepend(columns))
        {
            var cells = row.Select((cell, i) => isText[i] ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]));
            text.Append(string.Join("  ", cells).TrimEnd()).Append('\n');
        }
        if (_rows.Count > rowsMax)
        {
            text.Append(CultureInfo.InvariantCulture, $"... {_rows.Count - rowsMax} more\n");
        }
        return text.ToString();
    }

    private static string Shown(object? cell) => cell switch
    {
        null => "--",
        double number when number == 0.0 => "0",
        double number when Math.Abs(number) >= 1e6 => number.ToString("N0", CultureInfo.InvariantCulture),
        double number when Math.Abs(number) >= 100.0 => number.ToString("N1", CultureInfo.InvariantCulture),
        double number => number.ToString("0.####", CultureInfo.InvariantCulture),
        long count => count.ToString("N0", CultureInfo.InvariantCulture),
        int count => count.ToString("N0", CultureInfo.InvariantCulture),
        _ => cell.ToString() ?? "",
    };
}
