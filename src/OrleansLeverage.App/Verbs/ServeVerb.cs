using System.CommandLine;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Serve;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;

namespace OrleansLeverage.App.Verbs;

/// <summary><c>leverage serve</c>: the durable engine over HTTP, until Ctrl+C or SIGTERM.</summary>
internal static class ServeVerb
{
    private static readonly Option<string> Data = new("--data")
    {
        Description = "Folder of the journal; an absent or empty one begins a new journal",
        HelpName = "DIR",
        Required = true,
    };

    private static readonly Option<string?> Oracle = new("--oracle")
    {
        Description = "Oracle profiles by feed; the live profiles where it is left out",
        HelpName = "FILE",
    };

    private static readonly AccessOptions Access = new();

    private static readonly Option<string?> Desk = new("--liquidation-desk")
    {
        Description = "Liquidate by itself under the rules in force, against this account; left out, triggers only",
        HelpName = "ACCOUNT",
    };

    private static readonly Option<bool> ShareLosses = new("--share-losses")
    {
        Description = "With a desk: what the insurance fund cannot pay is shared by who gained, instead of waiting for "
            + "deleveraging",
    };

    private static readonly Option<string?> Reports = new("--reports")
    {
        Description = "Folder of calibration reports to show: what calibrate and backtest write, as JSON and HTML",
        HelpName = "DIR",
    };

    private static readonly Option<int> Port = PortOption.Make("a busy one is an error");

    private static readonly Option<int?> MetricsPort = new("--metrics-port")
    {
        Description = "A port for /metrics and nothing else, 0 for any; left out, it is beside the API",
        HelpName = "PORT",
    };

    private static readonly UniverseOptions Universe = new();

    private static readonly OtlpChoice Otlp = new();

    public static Command Command()
    {
        var command = new Command("serve", "The grid over HTTP, every acknowledged command on disk")
        {
            Data, Oracle, Port, MetricsPort, Desk, ShareLosses, Reports,
        };
        Access.AddTo(command);
        Universe.AddTo(command);
        Otlp.AddTo(command);
        return command.Does(RunAsync);
    }

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var data = parsed.GetRequiredValue(Data);
        using var certificate = Access.Certificate(parsed);
        var server = Access.Server(parsed, data) with
        {
            Port = parsed.GetValue(Port), MovesOnFromBusyPort = false, Mode = "LIVE", Certificate = certificate,
            Reports = ReportsOf(parsed),
            Otlp = Otlp.Of(parsed),
            MetricsPort = parsed.GetValue(MetricsPort) is not { } metrics ? null
                : metrics is >= 0 and <= ushort.MaxValue ? metrics
                : throw new InputException($"--metrics-port {metrics} is no port"),
        };
        var universe = Universe.Universe(parsed, TimeProvider.System.GetUtcNow());
        var settings = new ServeSettings(data, universe,
            OracleChoice.Of(universe, parsed.GetValue(Oracle)), server, Liquidation(parsed));
        await new ServeRun(settings, terminal).RunAsync(cancellation);
        return ExitCode.Ok;
    }

    private static string? ReportsOf(ParseResult parsed) => parsed.GetValue(Reports) is not { } folder ? null
        : Directory.Exists(folder) ? folder
        : throw new InputException($"--reports {folder} is no folder");

    private static LiveLiquidation? Liquidation(ParseResult parsed)
    {
        var shares = parsed.GetValue(ShareLosses);
        if (parsed.GetValue(Desk) is not { } name)
        {
            return shares ? throw new InputException("--share-losses goes with --liquidation-desk") : null;
        }
        return AccountId.TryParse(name, out var desk)
            ? new LiveLiquidation
            {
                Desk = desk, Residual = shares ? ResidualLoss.ShareByGain : ResidualLoss.Deleverage,
            }
            : throw new InputException($"--liquidation-desk {name} is no account id");
    }
}
