using System.CommandLine;
using System.Globalization;
using OrleansLeverage.App.Calc;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Verbs;
using OrleansLeverage.Engine.Scenarios;
using OrleansLeverage.Market.Simulation;

namespace OrleansLeverage.App.Risk;

/// <summary>
/// The market a report is about: the accounts of a file as <c>calc</c> reads it, or a seeded population at the start
/// prices of the demo.
/// </summary>
internal sealed class MarketOptions
{
    /// <summary>Of the demo's start prices, whatever the clock says: a report of a seed is the same tomorrow.</summary>
    private static readonly DateTimeOffset SeededTime = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Option<string?> _in = new("--in")
    {
        Description = "JSON file with prices and accounts as leverage calc takes it; - reads the standard input; "
            + "a seeded population where it is left out",
        HelpName = "FILE|-",
    };

    private readonly Option<int> _accounts = new("--accounts")
    {
        Description = "Accounts of the seeded population",
        DefaultValueFactory = _ => 10_000,
    };

    private readonly Option<ulong> _seed = RunOptions.Seed<ulong>("the population and of every path");

    private readonly Option<double> _leverage = new("--leverage")
    {
        Description = "Median leverage of the population's levered accounts",
        DefaultValueFactory = _ => 4.0,
    };

    private readonly Option<double> _fund = new("--fund")
    {
        Description = "Insurance fund, USD",
        DefaultValueFactory = _ => 1_000_000.0,
    };

    private readonly Option<int> _workers = RunOptions.Workers();

    private readonly UniverseOptions _universe = new();

    public void AddTo(Command command)
    {
        _accounts.AcceptWithin(1, 10_000_000);
        foreach (var option in (Option[])[_in, _accounts, _seed, _leverage, _fund, _workers, Answer.Csv])
        {
            command.Add(option);
        }
        _universe.AddTo(command);
    }

    public ulong Seed(ParseResult parsed) => parsed.GetValue(_seed);

    public int Workers(ParseResult parsed) => parsed.GetValue(_workers);

    public Workload Work(ParseResult parsed, CancellationToken cancellation) =>
        new(Workers(parsed), Cancellation: cancellation);

    public double Fund(ParseResult parsed) => parsed.GetValue(_fund) is >= 0.0 and <= 1e15 and var fund
        ? fund
        : throw new InputException(string.Create(CultureInfo.InvariantCulture,
            $"--fund {parsed.GetValue(_fund)} is not within 0 and 1e15"));

    public async Task<MarketBook> LoadAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(_in) is { } name)
        {
            var text = name == "-"
                ? await CalcFile.ReadTextAsync("the standard input", Console.In, cancellation)
                : await CalcFile.ReadTextAsync(name, cancellation);
            var file = CalcFile.Parse(text, name == "-" ? "the standard input" : Path.GetFileName(name),
                TimeProvider.System);
            return MarketBook.Of(file.Frame, file.Accounts, name, Work(parsed, cancellation));
        }
        var universe = UniverseOptions.Build(_universe.Instruments(parsed), _universe.Rules(parsed), SeededTime);
        var timeMs = SeededTime.ToUnixTimeMilliseconds();
        var start = DemoStory.Over(universe, timeMs).Feeds.ToDictionary(f => f.Feed, f => f.Start);
        var options = new PopulationOptions
        {
            Accounts = parsed.GetValue(_accounts), Seed = parsed.GetValue(_seed),
            LeverageMedian = parsed.GetValue(_leverage),
        };
        try
        {
            var market = PopulationMarket.Create(universe, start, options, timeMs, Workers(parsed));
            return MarketBook.Of(market.Frame, market.Accounts, $"seed {options.Seed}", Work(parsed, cancellation));
        }
        catch (FormatException problem)
        {
            throw new InputException(problem.Message);
        }
    }
}
