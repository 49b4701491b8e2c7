using System.Globalization;
using System.Text;
using OrleansLeverage.Domain;
using Spectre.Console;

namespace OrleansLeverage.App.Output;

/// <summary>
/// A table that is drawn on a terminal, aligned in plain text elsewhere, or written as comma-separated values.
/// </summary>
internal sealed class Report(string title, params string[] columns)
{
    private readonly List<string[]> _rows = [];

    public int Count => _rows.Count;

    /// <summary>Decimals in plain digits, other numbers as they round-trip, nothing for what is absent.</summary>
    public Report Row(params object?[] values)
    {
        if (values.Length != columns.Length)
        {
            throw new ArgumentException($"{values.Length} values for {columns.Length} columns", nameof(values));
        }
        _rows.Add([.. values.Select(Text)]);
        return this;
    }

    public void Write(Terminal terminal)
    {
        if (terminal.OutputScreen is { } screen)
        {
            var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape(title));
            foreach (var column in columns)
            {
                var aligned = new TableColumn(Markup.Escape(column));
                table.AddColumn(IsNumeric(Array.IndexOf(columns, column)) ? aligned.RightAligned() : aligned);
            }
            _rows.ForEach(row => table.AddRow([.. row.Select(Markup.Escape)]));
            screen.Write(table);
            return;
        }
        terminal.Output.WriteLine(title);
        WriteLine(terminal.Output, columns);
        _rows.ForEach(row => WriteLine(terminal.Output, row));
    }

    public string Csv()
    {
        var text = new StringBuilder();
        foreach (var row in _rows.Prepend(columns))
        {
            text.AppendJoin(',', row.Select(Quoted)).Append('\n');
        }
        return text.ToString();
    }

    private void WriteLine(TextWriter output, string[] row)
    {
        var line = new StringBuilder();
        for (var i = 0; i < columns.Length; i++)
        {
            var width = _rows.Select(r => r[i].Length).Append(columns[i].Length).Max();
            line.Append("  ").Append(IsNumeric(i) ? row[i].PadLeft(width) : row[i].PadRight(width));
        }
        output.WriteLine(line.ToString().TrimEnd());
    }

    private bool IsNumeric(int column) => _rows.Count > 0 && _rows.All(row => row[column].Length == 0
        || row[column].All(c => char.IsAsciiDigit(c) || c is '.' or ',' or '-' or '+' or '%' or 'x'));

    private static string Text(object? value) => value switch
    {
        null => "",
        decimal number => Decimals.Text(number),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static string Quoted(string field) => field.AsSpan().IndexOfAny(",\"\n") < 0
        ? field
        : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
