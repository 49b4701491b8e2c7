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

    private static readonly Option<string?> Venue = new("--venue")
    {
        Description = "Under the rules of this venue (see `rules list`); markets by its own names",
        HelpName = "VENUE",
    };

    private static readonly Option<string?> At = new("--at")
    {
        Description = "With --venue: the rules that were in force then; now where it is left out",
        HelpName = "TIME",
    };

    public static Command Command() =>
        new Command("calc", "Leverage of the accounts in a file, without storing anything") { In, Venue, At }
            .Does(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var name = parsed.GetRequiredValue(In);
        var text = name == "-"
            ? await CalcFile.ReadTextAsync("the standard input", Console.In, cancellation)
            : await CalcFile.ReadTextAsync(name, cancellation);
        var shown = name == "-" ? "the standard input" : Path.GetFileName(name);
        if (parsed.GetValue(Venue) is { } venue)
        {
            return UnderVenue(terminal, venue, RulesVerb.TimeOf(parsed.GetValue(At)), text, shown);
        }
        if (parsed.GetValue(At) is not null)
        {
            throw new InputException("--at goes with --venue; without it the file names its time");
        }
        var file = CalcFile.Parse(text, shown, TimeProvider.System);
        terminal.WriteJson(new
        {
            accounts = file.Accounts.Select(account => SnapshotJson.Of(
                LeverageCalculator.Snapshot(account, file.Frame))),
        });
        return ExitCode.Ok;
    }

    private static int UnderVenue(Terminal terminal, string venue, DateTimeOffset time, string text, string name)
    {
        var rules = RulesVerb.Find(venue, time);
        terminal.WriteJson(new
        {
            venue,
            rulesVersion = rules.Rules.Version,
            rulesFrom = rules.Rules.EffectiveFrom,
            accounts = VenueCalcFile.Parse(text, name)
                .Select(row => VenueCalcFile.Shown(row.Id, rules, row.Account)).ToArray(),
        });
        return ExitCode.Ok;
    }
}
