using System.CommandLine;
using OrleansLeverage.App.Backtests;
using OrleansLeverage.App.Output;

namespace OrleansLeverage.App.Verbs;

/// <summary><c>leverage calibrate</c>: parameters of the risk models through time, and when they ceased to fit.
/// </summary>
internal static class CalibrateVerb
{
    private static readonly Option<double> Maintenance = new("--maintenance")
    {
        Description = "Maintenance margin rate of the longs whose breaking fall is shown",
        DefaultValueFactory = _ => 0.005,
    };

    /// <summary>Every week of daily bars.</summary>
    private static readonly BacktestOptions Options = new(recalibrateEvery: 7);

    public static Command Command()
    {
        var command = new Command("calibrate", "Rolling calibration on a price file, drift alarms, reverse stress")
        {
            Maintenance,
        };
        Options.AddTo(command);
        return command.Does((parsed, terminal, cancellation) =>
            Task.Run(() => Run(parsed, terminal, cancellation), cancellation));
    }

    private static int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        if (!(parsed.GetValue(Maintenance) is >= 0.0 and < 0.5 and var maintenance))
        {
            throw new InputException($"--maintenance {parsed.GetValue(Maintenance)} is not within 0 and 0.5");
        }
        var series = Options.Series(parsed);
        var runs = Options.Run(parsed, series, CalibrationReport.Falls(maintenance), terminal, cancellation);
        var report = CalibrationReport.Of(
            series, runs, Options.Significance(parsed), Options.Seed(parsed), maintenance);
        Options.WritePage(parsed, terminal, () => report.Page(series, runs));
        Answer.Give(parsed, terminal, report, report.Rows(), () =>
        {
            report.Summary().WriteTo(terminal);
            report.Stress().WriteTo(terminal);
        });
        return ExitCode.Ok;
    }
}
