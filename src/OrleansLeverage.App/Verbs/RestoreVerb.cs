using System.CommandLine;
using OrleansLeverage.App.Output;
using OrleansLeverage.Engine.Embedded;

namespace OrleansLeverage.App.Verbs;

/// <summary><c>leverage restore</c>: proves a backup and brings it back; nothing is ever overwritten.</summary>
internal static class RestoreVerb
{
    private static readonly Option<string> From = new("--from")
    {
        Description = "Folder that leverage backup made",
        HelpName = "DIR",
        Required = true,
    };

    private static readonly Option<string> Data = new("--data")
    {
        Description = "New or empty folder to restore into",
        HelpName = "DIR",
        Required = true,
    };

    public static Command Command() => new Command("restore", "Verifies a backup and restores it") { From, Data }
        .Does((parsed, terminal, _) => Task.Run(() => Run(parsed, terminal)));

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        var (backup, folder) = (parsed.GetRequiredValue(From), parsed.GetRequiredValue(Data));
        var report = GridArchive.Restore(backup, folder);
        if (terminal.IsJson)
        {
            var findings = report.Findings.Select(f => f.Text);
            terminal.WriteJson(new { folder, lastSequence = report.LastSequence, findings });
        }
        else
        {
            terminal.Output.WriteLine($"{folder}: {report}");
        }
        return ExitCode.Ok;
    }
}
