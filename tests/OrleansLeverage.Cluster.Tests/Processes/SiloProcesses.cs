using System.Diagnostics;
using Orleans.Configuration;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Cluster.Tests.Processes;

/// <summary>
/// Silos in processes of their own over PostgreSQL and the emulator, and a client of theirs in this one.
/// </summary>
internal sealed class SiloProcesses : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("leverage-silos-").FullName;
    private readonly string _clusterId = $"test-{Environment.ProcessId}-{Stopwatch.GetTimestamp()}";
    private readonly ChildProcess?[] _silos;
    private readonly (int Silo, int Gateway)[] _ports;
    private readonly Postgres _postgres;
    private readonly int _storagePort;
    private IHost? _client;

    public SiloProcesses(Postgres postgres, int storagePort, int silos)
    {
        (_postgres, _storagePort) = (postgres, storagePort);
        _silos = new ChildProcess?[silos];
        _ports = [.. Enumerable.Range(0, silos).Select(_ => (Servers.FreePort(), Servers.FreePort()))];
        File.WriteAllText(OracleFile, OracleProfiles.Write(Profiles));
    }

    public static Universe Universe { get; } = StandardRules.Universe();

    /// <summary>One source per feed, so that a test can be the source.</summary>
    public static IReadOnlyList<OracleProfile> Profiles { get; } = [.. Universe.Feeds.Select(f => new OracleProfile
    {
        Feed = f.Id, SourcesConfigured = 1, MinSources = 1, JumpConfirmations = 1, FrozenMs = 0, HeartbeatMs = 10_000,
        GraceMs = 5_000, TickSize = f.TickSize,
    })];

    public int Count => _silos.Length;

    public ClusterGrid Grid { get; private set; } = null!;

    public IGrainFactory Grains => _client!.Services.GetRequiredService<IClusterClient>();

    private string OracleFile => Path.Combine(_folder, "oracle.json");

    public async Task StartAsync()
    {
        for (var i = 0; i < _silos.Length; i++)
        {
            await StartAsync(i);
        }
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (_clusterId, "leverage"));
            client.UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) =
                ("Npgsql", _postgres.ConnectionString));
            client.Configure<GatewayOptions>(o => o.GatewayListRefreshPeriod = TimeSpan.FromSeconds(1));
            client.Configure<ClientMessagingOptions>(o => o.ResponseTimeout = TimeSpan.FromSeconds(2));
        });
        builder.Services.AddLeverageGridClient(new ClusterGridOptions
        {
            Universe = Universe, CommandDeadlineMs = 30_000, PollIntervalMs = 50,
        });
        _client = builder.Build();
        await _client.StartAsync();
        Grid = _client.Services.GetRequiredService<ClusterGrid>();
    }

    public async Task StartAsync(int silo)
    {
        var settings = new Dictionary<string, string>
        {
            ["ClusterId"] = _clusterId,
            ["SiloPort"] = $"{_ports[silo].Silo}",
            ["GatewayPort"] = $"{_ports[silo].Gateway}",
            ["Clustering"] = "PostgreSql",
            ["ClusteringConnection"] = _postgres.ConnectionString,
            ["Storage"] = "AzureBlob",
            ["StorageConnection"] = Azurite.ConnectionString(_storagePort),
            ["OracleFile"] = OracleFile,
            ["FrameIntervalMs"] = "50",
            ["DeathVotes"] = "1",
        };
        var process = ChildProcess.Start("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "OrleansLeverage.Silo.dll")],
            settings.ToDictionary(s => $"Leverage__{s.Key}", s => s.Value));
        _silos[silo] = process;
        await process.SaysAsync("is up", StartPatience);
    }

    public void Signal(int silo, int signal) => _silos[silo]!.Signal(signal);

    public string Said(int silo) => _silos[silo]?.Said ?? "";

    public async Task<int> EndsAsync(int silo)
    {
        int code;
        try
        {
            code = await _silos[silo]!.EndsAsync(TimeSpan.FromSeconds(75));
        }
        catch (TimeoutException)
        {
            var said = _silos[silo]!.Said;
            throw new TimeoutException($"silo {silo} does not end; it said {said[Math.Max(0, said.Length - 4_000)..]}");
        }
        await _silos[silo]!.DisposeAsync();
        _silos[silo] = null;
        return code;
    }

    public async Task ForgetIfEndedAsync(int silo)
    {
        if (_silos[silo] is { IsRunning: false })
        {
            await EndsAsync(silo);
        }
    }

    public Task StartIfEndedAsync(int silo) => _silos[silo] is null ? StartAsync(silo) : Task.CompletedTask;

    /// <summary>Until all accounts are covered at a newer frame; how long that took.</summary>
    public async Task<TimeSpan> CoveredAsync(TimeSpan patience)
    {
        var start = Stopwatch.GetTimestamp();
        var frame = Grid.Reading?.Frame.Number() ?? default;
        while (!(Grid.System is { Coverage: 1.0 } system && system.Frame.CompareTo(frame) > 0
            && Grid.Reading is { Late.Length: 0 } reading && reading.Silos == _silos.Count(s => s is not null)))
        {
            if (Stopwatch.GetElapsedTime(start) > patience)
            {
                var last = Grid.Reading;
                throw new TimeoutException($"not covered in {patience.TotalSeconds:0} s: {last?.Covered} of "
                    + $"{last?.Listed}, {last?.PartialBuckets} partial, {last?.OvercoveredBuckets} over, "
                    + $"{last?.Late.Length} of {last?.Silos} late at {last?.Frame.Number()}; {Grid.Health}");
            }
            await Task.Delay(20);
        }
        return Stopwatch.GetElapsedTime(start);
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await _client.StopAsync();
            _client.Dispose();
        }
        foreach (var silo in _silos)
        {
            if (silo is not null)
            {
                await silo.DisposeAsync();
            }
        }
        Directory.Delete(_folder, recursive: true);
    }
}
