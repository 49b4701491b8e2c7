using System.CommandLine;
using OrleansLeverage.App.Output;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.App.Verbs;

/// <summary><c>leverage audit</c>: proves that nobody changed the audit of a server.</summary>
internal static class AuditVerb
{
    private static readonly Option<string> File = new("--file")
    {
        Description = "The audit; the files that were set aside beside it are walked too",
        HelpName = "FILE",
        Required = true,
    };

    public static Command Command() =>
        new Command("audit", "Walks the chain of a server's audit") { File }.Does(RunAsync);

    private static Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var path = parsed.GetRequiredValue(File);
        if (!System.IO.File.Exists(path))
        {
            throw new InputException($"{path} does not exist");
        }
        var (records, fault) = AuditChain.Verify(path);
        if (terminal.IsJson)
        {
            terminal.WriteJson(new { records, fault, holds = fault is null });
        }
        else
        {
            terminal.Output.WriteLine(fault is null ? $"{records} records, the chain holds" : $"BROKEN  {fault}");
        }
        return Task.FromResult(fault is null ? ExitCode.Ok : ExitCode.Failed);
    }
}
