using System.Globalization;
using System.Net;
using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Engine.Journal;
using OrleansLeverage.Engine.Replay;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Web;

namespace OrleansLeverage.App.Serve;

internal sealed record ServeSettings(string Folder, Universe Universe, IReadOnlyList<OracleProfile> Oracle,
    GridServerOptions Server, LiveLiquidation? Liquidation);

/// <summary>
/// Opens or recovers the journal, serves it, says when writes stop and come back, and ends with a snapshot.
/// </summary>
internal sealed class ServeRun(ServeSettings settings, Terminal terminal)
{
    private static readonly TimeSpan LooksEvery = TimeSpan.FromMilliseconds(500);

    public async Task RunAsync(CancellationToken cancellation)
    {
        var isNew = !Directory.Exists(settings.Folder) || !Directory.EnumerateFileSystemEntries(settings.Folder).Any();
        MakeFolder();
        var grid = Open();
        try
        {
            CrashRehearsal.Start();
            await using var server = await StartAsync(grid, cancellation);
            Tell(grid, server, isNew);
            await WatchAsync(grid, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            terminal.Error.WriteLine("stopping: requests in progress end, then a snapshot is taken");
        }
        finally
        {
            await CloseAsync(grid);
        }
        terminal.Error.WriteLine($"stopped; everything acknowledged is in {settings.Folder}");
    }

    private EmbeddedGrid Open()
    {
        try
        {
            return EmbeddedGrid.Open(new EmbeddedOptions
            {
                Universe = settings.Universe,
                Oracle = settings.Oracle,
                Directory = settings.Folder,
                Liquidation = settings.Liquidation,
            });
        }
        catch (Exception exception) when (exception is FormatException or InvalidDataException)
        {
            throw new InvalidDataException($"the journal in '{settings.Folder}' cannot be read into a state: "
                + $"{exception.Message}. Name the instruments and rules that it was written under, or restore a backup "
                + "into a new folder: leverage restore --from BACKUP --data NEW", exception);
        }
    }

    private void MakeFolder()
    {
        try
        {
            Directory.CreateDirectory(settings.Folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new JournalUnavailableException(
                File.Exists(settings.Folder) ? JournalObstacle.NotADirectory : JournalObstacle.InputOutput,
                $"the folder '{settings.Folder}' cannot be made: {exception.Message}", inner: exception);
        }
    }

    private async Task<GridServer> StartAsync(EmbeddedGrid grid, CancellationToken cancellation)
    {
        try
        {
            return await GridServer.StartAsync(grid, settings.Server with { Settings = Shown() }, cancellation);
        }
        catch (IOException busy)
        {
            throw new IOException($"port {settings.Server.Port} cannot be used ({busy.Message}); name another with "
                + "--port", busy);
        }
    }

    private Dictionary<string, string?> Shown() => new()
    {
        ["data"] = settings.Folder,
        ["rules"] = $"{settings.Universe.Rules.Name} version {settings.Universe.Rules.Version}",
        ["liquidationDesk"] = settings.Liquidation?.Desk.Value,
        ["residualLoss"] = settings.Liquidation?.Residual.ToString(),
        ["bind"] = settings.Server.Bind.ToString(),
        ["tls"] = settings.Server.Certificate is null ? "no" : "yes",
        ["keys"] = settings.Server.Access?.KeyFile,
        ["jwtIssuer"] = settings.Server.Access?.Tokens?.Issuer,
        ["audit"] = settings.Server.AuditFile,
        ["metricsPort"] = settings.Server.MetricsPort?.ToString(CultureInfo.InvariantCulture),
    };

    private void Tell(EmbeddedGrid grid, GridServer server, bool isNew)
    {
        var health = grid.Health;
        new Banner("LIVE", "", server.Address, settings.Folder,
        [
            isNew ? "a new journal was begun" : grid.Recovery,
            $"{health.Accounts} accounts, {settings.Universe.Instruments.Count} instruments, "
                + $"rules {settings.Universe.Rules.Name} version {settings.Universe.Rules.Version}",
            settings.Liquidation is { } how
                ? $"liquidates by itself, against {how.Desk}"
                : "liquidates nobody by itself",
            settings.Server.AuditFile is { } audit ? $"audit: {audit}" : "the audit is kept in memory only",
            .. settings.Server.MetricsPort is null ? Array.Empty<string>() : [$"metrics: {server.MetricsAddress}"],
        ], "Press Ctrl+C to stop.")
        {
            Login = server.LoginLink,
        }.Write(terminal);
        if (settings.Server.Access is { IsOpen: true })
        {
            terminal.Error.WriteLine(
                "note: there are no keys: whoever can reach this machine's loopback address may read and write");
        }
        else if (!IPAddress.IsLoopback(settings.Server.Bind) && settings.Server.Certificate is null)
        {
            terminal.Error.WriteLine(
                $"note: keys travel in clear to {settings.Server.Bind}: give --tls-cert, or put TLS in front of it");
        }
    }

    private async Task WatchAsync(EmbeddedGrid grid, CancellationToken cancellation)
    {
        var condition = GridCondition.Ready;
        using var timer = new PeriodicTimer(LooksEvery);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            var health = grid.Health;
            if (health.Condition != condition)
            {
                condition = health.Condition;
                terminal.Error.WriteLine(condition == GridCondition.ReadOnly
                    ? $"writes are refused, reads go on: {health.Reason}"
                    : "writes are taken again");
            }
        }
    }

    private async Task CloseAsync(EmbeddedGrid grid)
    {
        try
        {
            await grid.DisposeAsync();
        }
        catch (JournalUnavailableException exception)
        {
            terminal.Error.WriteLine(
                $"the closing snapshot is not written: {exception.Message}; the journal holds everything "
                + "acknowledged, the next start reads it");
        }
    }
}
