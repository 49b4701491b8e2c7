using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Grains;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Tests.Engine.Deleveraging;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>The promises of every engine, kept by a cluster of two silos.</summary>
public sealed class ClusterGridTests : LeverageGridContract, IAsyncLifetime
{
    private readonly FixtureClusters _clusters = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _clusters.DisposeAsync();

    private protected override GridFixture Open() => _clusters.Open();
}

/// <summary>The promises of every engine that deleverages, kept by a cluster of two silos.</summary>
public sealed class ClusterDeleveragingTests : DeleveragingContract, IAsyncLifetime
{
    private readonly FixtureClusters _clusters = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _clusters.DisposeAsync();

    private protected override GridFixture Open() => _clusters.Open();
}

/// <summary>Clusters behind fixtures, stopped after their test.</summary>
internal sealed class FixtureClusters
{
    private readonly List<GridCluster> _clusters = [];

    public GridFixture Open()
    {
        var time = new ManualTime(1_700_000_000_000);
        var options = new GridOptions
        {
            Universe = GridFixture.Universe, Oracle = GridFixture.Profiles, Time = time, FrameIntervalMs = 10,
            ReportEveryFrames = 2, Workers = 1,
        };
        // the fixture is opened without waiting
        var cluster = Task.Run(() => GridCluster.StartAsync(options, silos: 2)).GetAwaiter().GetResult();
        _clusters.Add(cluster);
        return new GridFixture(cluster.Grid, time, directory: null);
    }

    public async Task DisposeAsync()
    {
        foreach (var cluster in _clusters)
        {
            await cluster.DisposeAsync();
        }
    }
}
