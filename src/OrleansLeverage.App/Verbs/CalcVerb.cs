using System.CommandLine;
using OrleansLeverage.App.Calc;
using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.App.Verbs;

/// <summary><c>leverage calc</c>: instruments, rules, prices and accounts in, snapshots out. Keeps nothing.</summary>
internal static class CalcVerb
{
    private static readonly Option<string> In = new("--in")
    {
        Description = "JSON file with prices and accounts, and instruments and rules where not the shipped ones; "
            + "- reads the standard input",
        HelpName = "FILE|-",
        Required = true,
    };

    public static Command Command() =>
        new Command("calc", "Leverage of the accounts in a file, without storing anything") { In }.Does(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var name = parsed.GetRequiredValue(In);
        var text = name == "-"
            ? await CalcFile.ReadTextAsync("the standard input", Console.In, cancellation)
            : await CalcFile.ReadTextAsync(name, cancellation);
        var file = CalcFile.Parse(text, name == "-" ? "the standard input" : Path.GetFileName(name),
            TimeProvider.System);
        terminal.WriteJson(new
        {
            accounts = file.Accounts.Select(account => SnapshotJson.Of(
                LeverageCalculator.Snapshot(account, file.Frame))),
        });
        return ExitCode.Ok;
    }
}
