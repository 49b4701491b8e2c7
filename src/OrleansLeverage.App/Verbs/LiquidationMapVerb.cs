using System.CommandLine;
using System.Globalization;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Risk;

namespace OrleansLeverage.App.Verbs;

/// <summary><c>leverage liquidation-map</c>: who is liquidated at which price, per feed.</summary>
internal static class LiquidationMapVerb
{
    private static readonly Option<string[]> Feeds = new("--feed")
    {
        Description = "Feeds to map; all that anybody holds where it is left out",
        HelpName = "FEED",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<double> Range = new("--range")
    {
        Description = "Largest move, 0.5 is 50 % down and up",
        DefaultValueFactory = _ => 0.5,
    };

    private static readonly Option<double> Step = new("--step")
    {
        Description = "Width of a bucket; the range is a whole number of them",
        DefaultValueFactory = _ => 0.01,
    };

    private static readonly Option<double> AtRisk = new("--at-risk")
    {
        Description = "Move of the at-risk skew",
        DefaultValueFactory = _ => 0.05,
    };

    private static readonly MarketOptions Market = new();

    public static Command Command()
    {
        var command = new Command("liquidation-map", "Notional and accounts that liquidate per price, per feed")
        {
            Feeds, Range, Step, AtRisk,
        };
        Market.AddTo(command);
        return command.Does(RunAsync);
    }

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var (range, step, atRisk) = (parsed.GetValue(Range), parsed.GetValue(Step), parsed.GetValue(AtRisk));
        if (!(range is > 0.0 and <= 10.0) || !(step > 0.0) || Math.Abs(range / step - Math.Round(range / step)) > 1e-9
            || range / step > 10_000.0 || !(atRisk > 0.0 && atRisk <= range))
        {
            throw new InputException(string.Create(CultureInfo.InvariantCulture,
                $"--range {range} is within 0 and 10 and a whole number of --step {step}, and --at-risk {atRisk} "
                + $"within it"));
        }
        var book = await Market.LoadAsync(parsed, cancellation);
        var report = await Task.Run(() => LiquidationMapReport.Of(book, parsed.GetValue(Feeds) ?? [], range, step,
            atRisk, Market.Work(parsed, cancellation)), cancellation);
        Answer.Give(parsed, terminal, report, report.Rows(), () => report.WriteTo(terminal.Output));
        return ExitCode.Ok;
    }
}
