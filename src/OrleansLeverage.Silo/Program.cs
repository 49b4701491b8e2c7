using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Replay;
using OrleansLeverage.Grains;
using OrleansLeverage.Silo;
using OrleansLeverage.Silo.Clustering;

// SIGTERM drains: Orleans moves its grains' last writes out before the process ends
var shutdown = TimeSpan.FromSeconds(60);

var builder = Host.CreateApplicationBuilder(args);
builder.Logging.AddFilter("Orleans", LogLevel.Warning).AddFilter("Polly", LogLevel.Warning);
SiloSettings settings;
GridOptions options;
try
{
    settings = SiloSettings.Read(builder.Configuration);
    var universe = UniverseFiles.Universe(settings, TimeProvider.System.GetUtcNow());
    options = new GridOptions
    {
        Universe = universe, Oracle = UniverseFiles.Oracle(settings, universe),
        FrameIntervalMs = settings.FrameIntervalMs, StorageTimeoutMs = settings.StorageTimeoutMs,
        SiloPatienceMs = settings.SiloPatienceMs,
        Liquidation = settings.LiquidationDesk.Length == 0 ? null
            : new LiveLiquidation
            {
                Desk = new AccountId(settings.LiquidationDesk),
                Residual = settings.ShareLosses ? ResidualLoss.ShareByGain : ResidualLoss.Deleverage,
            },
        SharesAtOnce = settings.SharesAtOnce,
    };
    options.Check();
    if (settings.Clustering == ClusteringKind.PostgreSql)
    {
        await MembershipSchema.ApplyAsync(settings.ClusteringConnection, CancellationToken.None);
    }
    builder.AddSilo(settings, options);
}
catch (Exception exception) when (exception is FormatException or ArgumentException or IOException
    or Npgsql.NpgsqlException or System.Security.Cryptography.CryptographicException)
{
    await Console.Error.WriteLineAsync($"this silo cannot start: {exception.Message}");
    return 2;
}
builder.Services.AddSingleton(settings);
builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = shutdown);
builder.Services.AddLeverageGridClient(new ClusterGridOptions
{
    Universe = options.Universe, ReadDeadlineMs = settings.ReadDeadlineMs,
});
builder.Services.AddHostedService<SiloMetrics>();
builder.Services.AddHostedService<Endpoints>();
CrashRehearsal.Start();
using var host = builder.Build();
await host.StartAsync();
await Console.Error.WriteLineAsync($"silo {settings.Address}:{settings.SiloPort} of cluster {settings.ClusterId} is "
    + $"up, {options.Universe.Instruments.Count} instruments, clustering {settings.Clustering}, storage "
    + $"{settings.Storage}");
await host.WaitForShutdownAsync();
return 0;
