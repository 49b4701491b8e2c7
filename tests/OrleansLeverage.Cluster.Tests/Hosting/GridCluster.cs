using Orleans.Configuration;
using Orleans.Storage;
using Orleans.TestingHost;
using OrleansLeverage.Contracts;
using OrleansLeverage.Grains;
using OrleansLeverage.Grains.Rows;
using OrleansLeverage.Grains.Storage;

namespace OrleansLeverage.Cluster.Tests.Hosting;

/// <summary>Silos in this process over one <see cref="TestStorage"/>, and the grid of a client of theirs.</summary>
internal sealed class GridCluster : IAsyncDisposable
{
    private GridCluster(InProcessTestCluster cluster, TestStorage storage, ClusterGrid grid, SilentSilos silent)
    {
        (Cluster, Storage, Grid, Silent) = (cluster, storage, grid, silent);
    }

    public InProcessTestCluster Cluster { get; }

    public TestStorage Storage { get; }

    public ClusterGrid Grid { get; }

    /// <summary>Silos that do not answer other silos.</summary>
    public SilentSilos Silent { get; }

    /// <summary>What a silo may call: of the first that runs.</summary>
    public IGrainFactory Grains => Cluster.GetSiloServiceProvider(Cluster.Silos[0].SiloAddress)
        .GetRequiredService<IGrainFactory>();

    /// <summary>What a client may call.</summary>
    public IGrainFactory Client => Cluster.Client;

    public static async Task<GridCluster> StartAsync(GridOptions options, short silos = 1, TestStorage? storage = null,
        int responseMs = 20_000)
    {
        storage ??= new TestStorage();
        var silent = new SilentSilos();
        var response = TimeSpan.FromMilliseconds(responseMs);
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((_, silo) =>
        {
            // before the grid's own, which would keep the host of the test out
            silo.AddIncomingGrainCallFilter<TestHostCalls>();
            silo.AddLeverageGrains(options);
            silo.Services.AddSingleton(silent);
            silo.AddIncomingGrainCallFilter<SilentSilos.Filter>();
            silo.Services.AddKeyedSingleton<IGrainStorage>(GridStorage.Name, storage);
            silo.Services.Configure<SiloMessagingOptions>(o => o.ResponseTimeout = response);
        });
        builder.ConfigureClient(client => client.Services.Configure<ClientMessagingOptions>(
            o => o.ResponseTimeout = response));
        builder.ConfigureSiloHost((_, host) => host.Logging.SetMinimumLevel(LogLevel.Warning));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        var grid = new ClusterGrid(cluster.Client,
            new ClusterGridOptions { Universe = options.Universe, Polls = options.MakesFrames, PollIntervalMs = 10 },
            TimeProvider.System);
        grid.Start();
        return new GridCluster(cluster, storage, grid, silent);
    }

    /// <summary>The columns of every silo that runs.</summary>
    public IEnumerable<SiloGrid> Columns => Cluster.Silos
        .Select(s => Cluster.GetSiloServiceProvider(s.SiloAddress).GetRequiredService<SiloGrid>());

    public async ValueTask DisposeAsync()
    {
        await Grid.DisposeAsync();
        await Cluster.DisposeAsync();
    }
}
