using System.CommandLine;
using OrleansLeverage.Analytics.Scenarios;
using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;

namespace OrleansLeverage.App.Verbs;

/// <summary>Which instruments and rules a verb works under: the shipped ones unless files are named.</summary>
internal sealed class UniverseOptions
{
    private readonly Option<string?> _instruments = new("--instruments")
    {
        Description = "Instrument file; the shipped instruments where it is left out",
        HelpName = "FILE",
    };

    private readonly Option<string?> _rules = new("--rules")
    {
        Description = "Folder of rule files, each with its effective time, or the name of a shipped venue (see "
            + "`rules list`); the shipped generic rules where it is left out",
        HelpName = "DIR|VENUE",
    };

    public void AddTo(Command command)
    {
        command.Add(_instruments);
        command.Add(_rules);
    }

    public InstrumentFile Instruments(ParseResult parsed) => parsed.GetValue(_instruments) is { } path
        ? InstrumentFile.Parse(ReadText(path), Path.GetFileName(path))
        : StandardRules.Instruments;

    public RuleBook Rules(ParseResult parsed)
    {
        if (parsed.GetValue(_rules) is not { } folder)
        {
            return StandardRules.Rules;
        }
        if (!Directory.Exists(folder) && VenueRules.Ids.Contains(folder))
        {
            return Checked(() => VenueRules.Book(folder));
        }
        var paths = Directory.Exists(folder)
            ? Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal).ToArray()
            : throw new InputException($"--rules {folder} is neither a folder nor one of the venues "
                + string.Join(", ", VenueRules.Ids));
        return paths.Length > 0
            ? Checked(() => new RuleBook(paths.Select(p => RuleFile.Parse(ReadText(p), Path.GetFileName(p)))))
            : throw new InputException($"--rules {folder} holds no .json file");
    }

    /// <summary>The universe under the rules in force at a time.</summary>
    public Universe Universe(ParseResult parsed, DateTimeOffset time) =>
        Build(Instruments(parsed), Rules(parsed), time);

    public static Universe Build(InstrumentFile instruments, RuleBook rules, DateTimeOffset time)
    {
        if (rules.Files[0].Rules.EffectiveFrom > time)
        {
            throw new InputException($"no rules are in force at {time:u}; the first begin at "
                + $"{rules.Files[0].Rules.EffectiveFrom:u}");
        }
        return Checked(() => instruments.Build(rules.At(time), version: 1, FrameScenarios.Instance));
    }

    public static string ReadText(string path) =>
        File.Exists(path) ? File.ReadAllText(path) : throw new InputException($"{path} does not exist");

    private static T Checked<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FormatException exception)
        {
            throw new InputException(exception.Message);
        }
    }
}
