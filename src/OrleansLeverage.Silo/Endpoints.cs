using OrleansLeverage.Engine;
using OrleansLeverage.Grains.Rows;
using OrleansLeverage.Web;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Silo;

/// <summary>
/// The HTTP API over this silo's own client, on the loopback address, and the probes on every address: an orchestrator
/// asks from outside, and learns nothing but a word.
/// </summary>
internal sealed class Endpoints(ILeverageGrid grid, SiloGrid rows, SiloSettings settings) : IHostedService
{
    private GridServer? _server;
    private WebApplication? _probes;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.HttpPort >= 0)
        {
            _server = await GridServer.StartAsync(grid, new GridServerOptions
            {
                Port = settings.HttpPort, MovesOnFromBusyPort = false,
                Access = new ServerAccess
                {
                    IsOpen = settings.HttpInsecureLocal,
                    KeyFile = settings.KeyFile.Length > 0 ? settings.KeyFile : null,
                    Tokens = settings.TokenFile.Length > 0 ? TokenRules.Read(settings.TokenFile) : null,
                },
                AuditFile = settings.AuditFile.Length > 0 ? settings.AuditFile : null,
            }, cancellationToken);
        }
        if (settings.HealthPort >= 0)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            builder.WebHost.UseUrls($"http://*:{settings.HealthPort}");
            _probes = builder.Build();
            // live: the process answers; startup: the first frame came; ready: sweeps succeed and commands are taken
            _probes.MapGet("/healthz/live", () => "live");
            _probes.MapGet("/healthz/startup", () => Answer(rows.Frame.Number != default, "started"));
            _probes.MapGet("/healthz/ready", () => Answer(rows.Fault is null && rows.Frame.Number != default
                && grid.Health.Condition is GridCondition.Ready or GridCondition.Degraded, "ready"));
            await _probes.StartAsync(cancellationToken);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
        if (_probes is not null)
        {
            await _probes.StopAsync(cancellationToken);
            await _probes.DisposeAsync();
        }
    }

    private static IResult Answer(bool holds, string word) =>
        holds ? Results.Text(word) : Results.Text($"not {word}", statusCode: StatusCodes.Status503ServiceUnavailable);
}
