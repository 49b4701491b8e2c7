using System.CommandLine;
using OrleansLeverage.App.Output;
using OrleansLeverage.Engine.Embedded;

namespace OrleansLeverage.App.Verbs;

/// <summary>
/// <c>leverage backup</c>: a whole copy of a journal in a folder that appears complete or not at all.
/// </summary>
internal static class BackupVerb
{
    private static readonly Option<string> Data = VerifyVerb.DataOption();

    private static readonly Option<string> Out = new("--out")
    {
        Description = "New or empty folder for the copy",
        HelpName = "DIR",
        Required = true,
    };

    public static Command Command() => new Command("backup", "Copies a journal and its snapshots") { Data, Out }
        .Does((parsed, terminal, _) => Task.Run(() => Run(parsed, terminal)));

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        var (folder, copy) = (parsed.GetRequiredValue(Data), parsed.GetRequiredValue(Out));
        var last = GridArchive.Backup(folder, copy);
        if (terminal.IsJson)
        {
            terminal.WriteJson(new { copy, lastSequence = last });
        }
        else
        {
            terminal.Output.WriteLine($"batches up to {last} are copied to {copy}");
        }
        return ExitCode.Ok;
    }
}
