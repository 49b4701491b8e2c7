using System.CommandLine;
using OrleansLeverage.App.Adl;
using OrleansLeverage.App.Output;

namespace OrleansLeverage.App.Verbs;

/// <summary><c>leverage adl</c>: who would be deleveraged, by how much, and what was.</summary>
internal static class AdlVerb
{
    public static readonly Option<string?> Csv = new("--csv")
    {
        Description = "Also as comma-separated values into a file; - writes them to the standard output alone",
        HelpName = "FILE|-",
    };

    public static Command Command() => new("adl", "Deleveraging: queue, plan, comparison of policies, log")
    {
        AdlQueue.Command(), AdlPlan.Command(), AdlCompare.Command(), AdlLog.Command(),
    };

    /// <summary>Writes a report in the form that is asked for.</summary>
    public static void Show(ParseResult parsed, Terminal terminal, object json, Report report, params Report[] more)
    {
        var csv = parsed.GetValue(Csv);
        if (csv is not null and not "-")
        {
            File.WriteAllText(csv, report.Csv());
        }
        if (terminal.IsJson)
        {
            terminal.WriteJson(json);
        }
        else if (csv == "-")
        {
            terminal.Output.Write(report.Csv());
        }
        else
        {
            foreach (var part in more.Prepend(report))
            {
                part.Write(terminal);
            }
        }
    }
}
