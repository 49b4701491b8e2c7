using System.CommandLine;
using System.Globalization;
using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.App.Output;
using OrleansLeverage.Market.Files;
using OrleansLeverage.Market.OptionChains;

namespace OrleansLeverage.App.Volatility;

/// <summary>What the volatility verbs share: a file of options, its time, a rate, a picture.</summary>
internal sealed class ChainInput
{
    private const int RejectsTold = 5;

    public Option<string> In { get; } = new("--in")
    {
        Description = "Options: Deribit book summary, LEAN option universe, or this project's columns as CSV or JSON",
        HelpName = "FILE",
        Required = true,
    };

    public Option<string?> AsOf { get; } = new("--as-of")
    {
        Description = "When the quotes were seen, UTC, for files that do not say",
        HelpName = "TIME",
    };

    public Option<double> Rate { get; } = new("--rate")
    {
        Description = "Continuous per year at which prices are discounted; 0 for coins",
        DefaultValueFactory = _ => 0.0,
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[In, AsOf, Rate, PictureFile.Svg, Answer.Csv])
        {
            command.Options.Add(option);
        }
    }

    public OptionChain Load(ParseResult parsed, string path, Terminal terminal)
    {
        var file = OptionChainFile.Open(path, TimeOf("--as-of", parsed.GetValue(AsOf)));
        Tell(terminal, file.Rejects);
        return file.Chain;
    }

    public static IReadOnlyList<PillarRow> Pillars(string path, Terminal terminal)
    {
        var file = PillarFile.Open(path);
        Tell(terminal, file.Rejects);
        return file.Rows;
    }

    public static void Tell(Terminal terminal, IReadOnlyList<PriceFileReject> rejects)
    {
        foreach (var reject in rejects.Take(RejectsTold))
        {
            terminal.Error.WriteLine($"line {reject.Line} is not used: {reject.Reason}");
        }
        if (rejects.Count > RejectsTold)
        {
            terminal.Error.WriteLine($"... and {rejects.Count - RejectsTold} more");
        }
    }

    public double RateOf(ParseResult parsed) => parsed.GetValue(Rate) is var rate && double.IsFinite(rate)
        && Math.Abs(rate) <= 1.0
        ? rate
        : throw new InputException($"--rate {parsed.GetValue(Rate)} is not within -1 and 1");

    public static DateTimeOffset? TimeOf(string option, string? text) => text is null ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new InputException($"{option} '{text}' is not a time in UTC such as 2025-10-10T21:16:04Z");
}
