using System.CommandLine;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Risk;

namespace OrleansLeverage.App.Verbs;

/// <summary>
/// <c>leverage stress</c>: scenarios by full repricing, reverse stress, the fund's runway, and what of the market's
/// structure decides how it would spread.
/// </summary>
internal static class StressVerb
{
    private static readonly Option<string[]> Accounts = new("--account")
    {
        Description = "Accounts whose breaking move is searched, besides the venue's",
        HelpName = "ID",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<double> Depth = new("--depth")
    {
        Description = "Open interests that would move a feed's price by its whole value, for how losses spread",
        DefaultValueFactory = _ => 20.0,
    };

    private static readonly Option<double?> DeficitMax = new("--deficit-max")
    {
        Description = "Exit code 3 where a scenario leaves a larger deficit, USD",
        HelpName = "USD",
    };

    private static readonly MarketOptions Market = new();

    public static Command Command()
    {
        var command = new Command("stress", "Scenarios by full repricing, and the smallest shock that breaks the venue")
        {
            Accounts, Depth, DeficitMax,
        };
        Market.AddTo(command);
        return command.Does(RunAsync);
    }

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        if (!(parsed.GetValue(Depth) is > 0.0 and <= 1e9 and var depth))
        {
            throw new InputException($"--depth {parsed.GetValue(Depth)} is not within 0 and 1e9");
        }
        var book = await Market.LoadAsync(parsed, cancellation);
        var report = await Task.Run(() => StressReport.Of(book, Market.Fund(parsed), depth,
            parsed.GetValue(Accounts) ?? [], Market.Work(parsed, cancellation)), cancellation);
        var code = parsed.GetValue(DeficitMax) is { } most && report.Scenarios.Any(s => s.Deficit > most)
            ? ExitCode.Threshold
            : ExitCode.Ok;
        Answer.Give(parsed, terminal, report, report.Rows(), () => report.WriteTo(terminal.Output));
        return code;
    }
}
