using System.CommandLine;
using OrleansLeverage.App.Calc;
using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.App.Verbs;

/// <summary>
/// <c>leverage calc</c>: instruments, rules, prices and accounts in, snapshots out. Keeps nothing. From a journal: an
/// account as it was at an instant, under the rules in force then.
/// </summary>
internal static class CalcVerb
{
    private static readonly Option<string?> In = new("--in")
    {
        Description = "JSON file with prices and accounts, and instruments and rules where not the shipped ones; "
            + "- reads the standard input",
        HelpName = "FILE|-",
    };

    private static readonly Option<string?> Data = new("--data")
    {
        Description = "Instead of a file: the journal of a grid that is not being served, or a backup of it",
        HelpName = "DIR",
    };

    private static readonly Option<string?> Account = new("--account")
    {
        Description = "With --data: whose leverage and liquidation prices",
        HelpName = "ID",
    };

    private static readonly UniverseOptions Universe = new();

    private static readonly Option<string?> Venue = new("--venue")
    {
        Description = "Under the rules of this venue (see `rules list`); markets by its own names",
        HelpName = "VENUE",
    };

    private static readonly Option<string?> At = new("--at")
    {
        Description = "With --venue or --data: the rules that were in force then, and the account as it was; now "
            + "where it is left out",
        HelpName = "TIME",
    };

    public static Command Command()
    {
        var command = new Command("calc",
            "Leverage of the accounts in a file, or of one in a journal at an instant, without storing anything")
        {
            In, Venue, At, Data, Account,
        };
        Universe.AddTo(command);
        command.Validators.Add(result =>
        {
            if ((result.GetValue(In) is null) == (result.GetValue(Data) is null)
                || (result.GetValue(Data) is null) != (result.GetValue(Account) is null))
            {
                result.AddError("name --in, or --data and --account");
            }
        });
        return command.Does(RunAsync);
    }

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        if (parsed.GetValue(Data) is { } folder)
        {
            return FromJournal(parsed, terminal, folder);
        }
        var name = parsed.GetValue(In)!;
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
            throw new InputException("--at goes with --venue or --data; without them the file names its time");
        }
        var file = CalcFile.Parse(text, shown, TimeProvider.System);
        terminal.WriteJson(new
        {
            accounts = file.Accounts.Select(account => SnapshotJson.Of(
                LeverageCalculator.Snapshot(account, file.Frame))),
        });
        return ExitCode.Ok;
    }

    private static int FromJournal(ParseResult parsed, Terminal terminal, string folder)
    {
        var instant = RulesVerb.TimeOf(parsed.GetValue(At));
        var (universe, id) = (Universe.Universe(parsed, instant), parsed.GetValue(Account)!);
        var book = Read(folder, universe, instant);
        var frame = book.Frame ?? throw new InputException($"the journal in {folder} has no frame until {instant:u}");
        var account = AccountId.IsValid(id) ? book.Accounts.FirstOrDefault(a => a.Id.Value == id) : null;
        terminal.WriteJson(new
        {
            instant,
            rules = universe.Rules.Name,
            rulesVersion = universe.Rules.Version,
            rulesFrom = universe.Rules.EffectiveFrom,
            frameTime = DateTimeOffset.FromUnixTimeMilliseconds(frame.TimeMs),
            account = SnapshotJson.Of(LeverageCalculator.Snapshot(
                account ?? throw new InputException($"account {id} was not there at {instant:u}"), frame)),
        });
        return ExitCode.Ok;
    }

    private static ArchiveBook Read(string folder, Universe universe, DateTimeOffset instant)
    {
        try
        {
            return ArchiveBook.ReadAt(folder, universe, instant);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            throw new InputException(exception.Message);
        }
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
