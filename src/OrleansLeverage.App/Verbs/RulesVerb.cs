using System.CommandLine;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Venues;
using OrleansLeverage.Domain;

namespace OrleansLeverage.App.Verbs;

/// <summary><c>leverage rules list|show|check</c>: rules of venues as data, today's and those of the past.</summary>
internal static class RulesVerb
{
    private static readonly Argument<string> Venue = new("venue")
    {
        Description = "Name of a venue as `rules list` gives it",
    };

    private static readonly Option<string?> At = new("--at")
    {
        Description = "The rules that were in force then; now where it is left out",
        HelpName = "TIME",
    };

    private static readonly Option<string?> Market = new("--market")
    {
        Description = "Only this market, by the venue's own name",
        HelpName = "NAME",
    };

    private static readonly Argument<string[]> Paths = new("path")
    {
        Description = "Rule files, or folders of them",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Command Command() => new("rules", "Margin and liquidation rules of venues")
    {
        new Command("list", "The venues and versions that are known") { Answer.Csv }
            .Does((parsed, terminal, _) => Task.FromResult(List(parsed, terminal))),
        new Command("show", "What one venue's rules say, at a time") { Venue, At, Market, Answer.Csv }
            .Does((parsed, terminal, _) => Task.FromResult(Show(parsed, terminal))),
        new Command("check", "Reads rule files strictly and says what is wrong with them") { Paths, Answer.Csv }
            .Does((parsed, terminal, _) => Task.FromResult(Check(parsed, terminal))),
    };

    /// <summary>Reads a time in UTC such as 2025-10-10T21:16:04Z; now where there is none.</summary>
    public static DateTimeOffset TimeOf(string? text) => text is null
        ? TimeProvider.System.GetUtcNow()
        : DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd"],
            System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal,
            out var time)
            ? time
            : throw new InputException($"--at '{text}' is not a time in UTC such as 2025-10-10T21:16:04Z");

    /// <summary>The rules of a venue in force at a time; an unknown name or an earlier time is the user's.</summary>
    public static RuleFile Find(string venue, DateTimeOffset time)
    {
        try
        {
            return VenueRules.At(venue, time);
        }
        catch (RuleException exception)
        {
            throw new InputException($"{exception.Message} ({exception.Status.Code()})");
        }
    }

    private static int List(ParseResult parsed, Terminal terminal)
    {
        var rows = VenueRules.Ids.SelectMany(id => VenueRules.Book(id).Files.Select(file => VenueRow.Of(id, file)))
            .ToArray();
        Answer.Give(parsed, terminal, new { venues = rows }, VenueRow.Table(rows),
            () => VenueRow.Tell(terminal.Output, rows));
        return ExitCode.Ok;
    }

    private static int Show(ParseResult parsed, Terminal terminal)
    {
        var venue = parsed.GetRequiredValue(Venue);
        var file = Find(venue, TimeOf(parsed.GetValue(At)));
        var market = parsed.GetValue(Market);
        var markets = MarketRow.Of(file, market);
        if (market is not null && markets.Count == 0)
        {
            throw new InputException($"{venue} has no market {market} ({RuleFileStatus.UnknownMarket.Code()})");
        }
        var shown = new VenueShown(VenueRow.Of(venue, file), VenueSections.Of(file), markets);
        Answer.Give(parsed, terminal, shown, MarketRow.Table(markets), () =>
        {
            VenueRow.Tell(terminal.Output, [shown.Rules]);
            VenueSections.Tell(terminal.Output, file);
            MarketRow.Tell(terminal.Output, markets, withTiers: market is not null || markets.Count <= 4);
        });
        return ExitCode.Ok;
    }

    private static int Check(ParseResult parsed, Terminal terminal)
    {
        var findings = parsed.GetRequiredValue(Paths).SelectMany(RuleCheck.Of).ToArray();
        Answer.Give(parsed, terminal, new { files = findings }, RuleCheck.Table(findings),
            () => RuleCheck.Tell(terminal.Output, findings));
        return findings.All(finding => finding.Status == RuleCheck.Ok) ? ExitCode.Ok : ExitCode.Failed;
    }
}
