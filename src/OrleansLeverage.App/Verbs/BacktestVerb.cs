using System.CommandLine;
using OrleansLeverage.Analytics.Backtests;
using OrleansLeverage.App.Backtests;
using OrleansLeverage.App.Output;

namespace OrleansLeverage.App.Verbs;

/// <summary><c>leverage backtest</c>: did the risk figures of a price file hold?</summary>
internal static class BacktestVerb
{
    private static readonly Option<string?> FailOn = new("--fail-on")
    {
        Description = "Exit code 3 where a model's zone is this or worse",
        HelpName = "yellow|red",
    };

    private static readonly BacktestOptions Options = new(recalibrateEvery: 30);

    public static Command Command()
    {
        FailOn.AcceptOnlyFromAmong("yellow", "red");
        var command = new Command("backtest", "VaR and ES forecasts of a price file against what came") { FailOn };
        Options.AddTo(command);
        return command.Does((parsed, terminal, cancellation) =>
            Task.Run(() => Run(parsed, terminal, cancellation), cancellation));
    }

    private static int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var series = Options.Series(parsed);
        var runs = Options.Run(parsed, series, [], terminal, cancellation);
        var report = BacktestReport.Of(series, runs, Options.Significance(parsed), Options.Seed(parsed));
        Options.WritePage(parsed, terminal, () => BacktestPage.Of(series, report, runs));
        Answer.Give(parsed, terminal, report, report.Rows(), () => report.Short().WriteTo(terminal));
        var worst = parsed.GetValue(FailOn) switch { "yellow" => TrafficZone.Yellow, _ => TrafficZone.Red };
        return parsed.GetValue(FailOn) is not null && runs.Any(run => run.Verdict.Light?.Zone >= worst)
            ? ExitCode.Threshold
            : ExitCode.Ok;
    }
}
