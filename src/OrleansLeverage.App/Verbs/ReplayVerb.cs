using System.CommandLine;
using System.Globalization;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Replay;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.Replay;
using OrleansLeverage.Market.Files;
using OrleansLeverage.Market.Simulation;

namespace OrleansLeverage.App.Verbs;

/// <summary>
/// <c>leverage replay</c>: price history over a seeded population, the same files for the same inputs.
/// </summary>
internal static class ReplayVerb
{
    private static readonly Option<string[]> Prices = new("--prices")
    {
        Description = "Price files, plain, gzip or zip; FEED=FILE names the feed where the file does not",
        HelpName = "[FEED=]FILE",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string> Format = new("--format")
    {
        Description = "Format of the price files",
        DefaultValueFactory = _ => "auto",
    };

    private static readonly Option<int> Accounts = new("--accounts")
    {
        Description = "Accounts of the population",
        DefaultValueFactory = _ => 10_000,
    };

    private static readonly Option<ulong> Seed = RunOptions.Seed<ulong>("the population");

    private static readonly Option<string> Out = new("--out")
    {
        Description = "Folder for system.csv, triggers.csv and summary.json",
        HelpName = "DIR",
        Required = true,
    };

    private static readonly Option<int> Workers = RunOptions.Workers();

    private static readonly Option<string> BarWalk = new("--path")
    {
        Description = "One frame per bar (close), four along the bar (ohlc), or a simulated path through its four "
            + "prices (bridge)",
        DefaultValueFactory = _ => "close",
    };

    private static readonly Option<int> Steps = new("--steps")
    {
        Description = "Frames per bar of a bridge",
        DefaultValueFactory = _ => 48,
    };

    private static readonly Option<string?> From = new("--from")
    {
        Description = "First day, UTC, such as 2020-03-11",
        HelpName = "DATE",
    };

    private static readonly Option<string?> To = new("--to")
    {
        Description = "Day after the last",
        HelpName = "DATE",
    };

    private static readonly Option<bool> Liquidate = new("--liquidate")
    {
        Description = "Liquidate what is triggered, through the insurance fund and deleveraging, and write "
            + ReplaySummary.FillsFile,
    };

    private static readonly Option<decimal> Fund = new("--fund")
    {
        Description = "Insurance fund of a venue that liquidates, USD",
        DefaultValueFactory = _ => 1_000_000m,
    };

    private static readonly Option<string> Deleveraging = new("--deleveraging")
    {
        Description = "How a venue that liquidates deleverages",
        DefaultValueFactory = _ => "queue",
    };

    private static readonly Option<bool> Attribution = new("--attribution")
    {
        Description = "Attribute each frame's change of leverage to price, position, collateral and funding, and write "
            + ReplaySummary.AttributionFile,
    };

    private static readonly Option<long?> LiquidationsMax = new("--liquidations-max")
    {
        Description = "Exit code 3 where more liquidation triggers are raised",
        HelpName = "N",
    };

    private static readonly UniverseOptions Universe = new();

    public static Command Command()
    {
        Format.AcceptOnlyFromAmong([.. PriceFileFormats.All]);
        BarWalk.AcceptOnlyFromAmong("close", "ohlc", "bridge");
        Deleveraging.AcceptOnlyFromAmong([.. Policies.Keys]);
        Steps.AcceptWithin(BridgedHistory.StepsMin, BridgedHistory.StepsMax);
        Accounts.AcceptWithin(1, 10_000_000);
        var command = new Command("replay", "History over a seeded population: leverage of the market at every frame")
        {
            Prices, Format, From, To, Accounts, Seed, Out, Workers, BarWalk, Steps, Liquidate, Fund, Deleveraging,
            Attribution, LiquidationsMax,
        };
        Universe.AddTo(command);
        return command.Does((parsed, terminal, cancellation) =>
            Task.Run(() => Run(parsed, terminal, cancellation), CancellationToken.None));
    }

    private static int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var market = ReplayMarket.Load(parsed.GetRequiredValue(Prices), FormatOf(parsed), Universe.Instruments(parsed),
            DayOf(parsed, From), DayOf(parsed, To));
        var begins = DateTimeOffset.FromUnixTimeMilliseconds(market.History.Bars[0].EndMs);
        var settings = new ReplaySettings
        {
            Market = market,
            Universe = UniverseOptions.Build(market.Instruments, Universe.Rules(parsed), begins),
            Accounts = parsed.GetValue(Accounts),
            Seed = parsed.GetValue(Seed),
            Path = parsed.GetValue(BarWalk) == "ohlc" ? BarPath.Ohlc : BarPath.Close,
            BridgeSteps = parsed.GetValue(BarWalk) == "bridge" ? parsed.GetValue(Steps) : null,
            WithAttribution = parsed.GetValue(Attribution),
            Venue = parsed.GetValue(Liquidate) ? VenueOf(parsed) : null,
            Workers = parsed.GetValue(Workers),
            Folder = parsed.GetRequiredValue(Out),
        };
        foreach (var note in market.Notes)
        {
            terminal.Error.WriteLine(note);
        }
        ReplaySummary summary;
        try
        {
            summary = new ReplayRun(settings).Run(
                (total, what) => ProgressReport.On(terminal, what, total, TimeProvider.System), cancellation);
        }
        catch (OperationCanceledException)
        {
            terminal.Error.WriteLine(
                "leverage replay: stopped, nothing was written; run the same command to begin again");
            return ExitCode.Failed;
        }
        File.WriteAllBytes(Path.Combine(settings.Folder, ReplaySummary.SummaryFile), Terminal.JsonBytes(summary));
        Tell(terminal, settings, summary);
        return parsed.GetValue(LiquidationsMax) is { } most && summary.Counts.Triggers["LIQUIDATION"] > most
            ? ExitCode.Threshold
            : ExitCode.Ok;
    }

    private static SortedDictionary<string, DeleveragingPolicy> Policies { get; } = new(StringComparer.Ordinal)
    {
        ["queue"] = DeleveragingPolicy.Queue,
        ["pro-rata-contracts"] = DeleveragingPolicy.ProRataContracts,
        ["pro-rata-profit"] = DeleveragingPolicy.ProRataProfit,
        ["pro-rata-equity"] = DeleveragingPolicy.ProRataEquity,
        ["capped-pro-rata"] = DeleveragingPolicy.CappedProRata,
        ["risk-aware"] = DeleveragingPolicy.RiskAware,
    };

    private static ReplayVenueRules VenueOf(ParseResult parsed) => new()
    {
        Fund = parsed.GetValue(Fund) is >= 0m and <= 1_000_000_000_000m and var fund ? fund
            : throw new InputException($"--fund {parsed.GetValue(Fund)} is not within 0 and 1000000000000"),
        Deleveraging = new DeleveragingRule { Policy = Policies[parsed.GetValue(Deleveraging)!] },
    };

    private static DateTimeOffset? DayOf(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) switch
    {
        null => null,
        var text when DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var day) => day,
        var text => throw new InputException($"{option.Name} {text} is no day such as 2020-03-12"),
    };

    private static PriceFileFormat FormatOf(ParseResult parsed) =>
        PriceFileFormats.TryParse(parsed.GetValue(Format), out var format) ? format : PriceFileFormat.Auto;

    private static void Tell(Terminal terminal, ReplaySettings settings, ReplaySummary summary)
    {
        if (terminal.IsJson)
        {
            terminal.WriteJson(summary);
            return;
        }
        var (counts, timings) = (summary.Counts, summary.Timings);
        var triggers = string.Join(", ", counts.Triggers.Select(t => $"{t.Value} {t.Key}"));
        terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{counts.Frames} frames x {counts.Accounts} accounts in {timings.TotalSeconds:0.0} s, "
            + $"{timings.FramesPerSecond:0} frames/s, {timings.PeakWorkingSetBytes / 1e6:0} MB"));
        terminal.Output.WriteLine($"triggers: {triggers}");
        terminal.Output.WriteLine($"state {summary.StateHash}");
        if (summary.Venue is { } venue)
        {
            terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"venue: {venue.Liquidations} liquidations, {venue.Bankruptcies} bankrupt, fund {venue.FundBefore:N0} "
                + $"-> {venue.FundAfter:N0} USD, {venue.Deleveraged} deleveraging fills over "
                + $"{venue.DeleveragedNotional:N0} USD, bad debt {venue.BadDebt:N2} USD; books closed to the unit "
                + $"{venue.BooksChecked} times; fills {venue.FillHash}"));
        }
        var files = (summary.Venue is null ? "" : $"{ReplaySummary.FillsFile}, ")
            + (summary.Sha256.AttributionCsv is null ? "" : $"{ReplaySummary.AttributionFile}, ");
        terminal.Output.WriteLine($"written: {ReplaySummary.SystemFile}, {ReplaySummary.TriggersFile}, {files}"
            + $"{ReplaySummary.SummaryFile} in {settings.Folder}");
    }
}
