using System.Diagnostics;
using System.Net;
using Orleans.Configuration;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Cluster.Tests.Processes;

/// <summary>
/// Silos in processes of their own and a client of theirs in this one: members in PostgreSQL, or, without one, kept by
/// the first silo; state in the emulator, or, without one, in memory.
/// </summary>
internal sealed class SiloProcesses : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("leverage-silos-").FullName;
    private readonly string _clusterId = $"test-{System.Environment.ProcessId}-{Stopwatch.GetTimestamp()}";
    private readonly ChildProcess?[] _silos;
    private readonly (int Silo, int Gateway, int Health)[] _ports;
    private readonly Postgres? _postgres;
    private readonly int? _storagePort;
    private IHost? _client;

    public SiloProcesses(Postgres? postgres, int? storagePort, int silos)
    {
        (_postgres, _storagePort) = (postgres, storagePort);
        _silos = new ChildProcess?[silos];
        _ports = [.. Enumerable.Range(0, silos).Select(_ => (Servers.FreePort(), Servers.FreePort(),
            Servers.FreePort()))];
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

    /// <summary>Settings of every silo that is started from now on, over those that are usual here.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>Settings of one silo on top: its place, their name, and what it is there.</summary>
    public Func<int, Dictionary<string, string>> SettingsOf { get; set; } = static _ => [];

    /// <summary>Variables of the silos' environment that are no settings.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public Action<IClientBuilder> Client { get; set; } = static _ => { };

    /// <summary>Of one call of the client.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(2);

    public string ClusterId => _clusterId;

    public int SiloPort(int silo) => _ports[silo].Silo;

    public int GatewayPort(int silo) => _ports[silo].Gateway;

    /// <summary>A port that is free for the probes of a silo.</summary>
    public int HealthPort(int silo) => _ports[silo].Health;

    public ClusterGrid Grid { get; private set; } = null!;

    public IGrainFactory Grains => _client!.Services.GetRequiredService<IClusterClient>();

    private string OracleFile => Path.Combine(_folder, "oracle.json");

    public async Task StartAsync()
    {
        for (var i = 0; i < _silos.Length; i++)
        {
            await StartAsync(i);
        }
        await ConnectAsync();
    }

    /// <summary>The client, for silos that have been started.</summary>
    public async Task ConnectAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (_clusterId, "leverage"));
            if (_postgres is not null)
            {
                client.UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) =
                    ("Npgsql", _postgres.ConnectionString));
            }
            else
            {
                client.UseStaticClustering([.. _ports.Select(p => new IPEndPoint(IPAddress.Loopback, p.Gateway))]);
            }
            client.Configure<GatewayOptions>(o => o.GatewayListRefreshPeriod = TimeSpan.FromSeconds(1));
            client.Configure<ClientMessagingOptions>(o => o.ResponseTimeout = ResponseTimeout);
            Client(client);
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
            ["PrimaryPort"] = $"{_ports[0].Silo}",
            ["Clustering"] = _postgres is null ? "Localhost" : "PostgreSql",
            ["ClusteringConnection"] = _postgres?.ConnectionString ?? "",
            ["Storage"] = _storagePort is null ? "Memory" : "AzureBlob",
            ["StorageConnection"] = _storagePort is { } port ? Azurite.ConnectionString(port) : "",
            ["OracleFile"] = OracleFile,
            ["FrameIntervalMs"] = "50",
            ["DeathVotes"] = "1",
        };
        var environment = new Dictionary<string, string>(Environment);
        foreach (var (name, value) in settings.Concat(Settings).Concat(SettingsOf(silo)))
        {
            environment[$"Leverage__{name}"] = value;
        }
        var process = ChildProcess.Start("dotnet", [Program], environment);
        _silos[silo] = process;
        await process.SaysAsync("is up", StartPatience);
    }

    /// <summary>The silo's program; another build of it where a test needs one.</summary>
    public string Program { get; set; } = Path.Combine(AppContext.BaseDirectory, "OrleansLeverage.Silo.dll");

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
