using System.CommandLine;

namespace OrleansLeverage.App.Output;

/// <summary>The one way in which a verb answers: rows as CSV where they are asked for, and JSON or words.</summary>
internal static class Answer
{
    /// <summary>For every verb that has rows.</summary>
    public static readonly Option<string?> Csv = new("--csv")
    {
        Description = "Also write the rows as CSV; - writes them, and nothing else, to the standard output",
        HelpName = "FILE|-",
    };

    /// <summary>
    /// Rows into the file that <c>--csv</c> names, which has its name only when it is complete, or alone on the
    /// standard output; besides a file, <paramref name="json"/> under <c>--json</c> and <paramref name="words"/>
    /// otherwise.
    /// </summary>
    public static void Give(ParseResult parsed, Terminal terminal, object json, ReportTable rows, Action words)
    {
        switch (parsed.GetValue(Csv))
        {
            case null:
                break;
            case "-":
                terminal.Output.Write(rows.ToCsv());
                return;
            case var path:
                File.WriteAllText(path + ".partial", rows.ToCsv());
                File.Move(path + ".partial", path, overwrite: true);
                terminal.Error.WriteLine($"written: {path}, {rows.Count} rows");
                break;
        }
        if (terminal.IsJson)
        {
            terminal.WriteJson(json);
            return;
        }
        words();
    }

    /// <summary>The same where the words are tables, the rows' first.</summary>
    public static void Give(ParseResult parsed, Terminal terminal, object json, ReportTable rows,
        params ReportTable[] more) => Give(parsed, terminal, json, rows, () =>
        {
            foreach (var table in more.Prepend(rows))
            {
                table.WriteTo(terminal);
            }
        });
}
