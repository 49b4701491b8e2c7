using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Columns;
using OrleansLeverage.Grains;
using OrleansLeverage.Tests.Engine;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>What is made of the silos' reports, which come in any order and not always.</summary>
public sealed class SystemicMergeTests
{
    [Fact]
    public async Task Reports_of_different_frames_are_never_added_and_old_ones_are_dropped()
    {
        await using var cluster = await GridCluster.StartAsync(new GridOptions
        {
            Universe = GridFixture.Universe, Oracle = GridFixture.Profiles, MakesFrames = false, Workers = 1,
        }, silos: 2);
        var (a, b) = (cluster.Cluster.Silos[0].SiloAddress, cluster.Cluster.Silos[1].SiloAddress);
        var systemic = cluster.Grains.GetGrain<ISystemicGrain>(0);

        await systemic.ReportAsync(Report(a, sequence: 1, frame: 4, applied: 1));
        await systemic.ReportAsync(Report(a, sequence: 2, frame: 8, applied: 100));
        Assert.Null(await systemic.ReadAsync(0, 0));

        await systemic.ReportAsync(Report(b, sequence: 1, frame: 4, applied: 10));
        var reading = (await systemic.ReadAsync(0, 0))!;
        Assert.Equal((4L, 11L, 2), (reading.Frame.Sequence, reading.Applied, reading.Silos));
        Assert.Empty(reading.Late);

        // a report that was overtaken by another
        await systemic.ReportAsync(Report(b, sequence: 1, frame: 8, applied: 5_000));
        Assert.Null(await systemic.ReadAsync(1, 4));
        await systemic.ReportAsync(Report(b, sequence: 2, frame: 8, applied: 1_000));
        reading = (await systemic.ReadAsync(1, 4))!;
        Assert.Equal((8L, 1_100L), (reading.Frame.Sequence, reading.Applied));
    }

    private static SiloReport Report(SiloAddress silo, long sequence, long frame, long applied) => new()
    {
        Silo = silo, Sequence = sequence, Frame = new FrameMessage { Epoch = 1, Sequence = frame },
        Summary = Nothing(), Applied = applied,
        Buckets = new RowCount[GrainKeys.RosterBuckets],
    };

    /// <summary>The sums of no rows.</summary>
    private static byte[] Nothing()
    {
        var universe = GridFixture.Universe;
        using var columns = new GridColumns(universe, 1);
        return columns.Sweep(new PriceFrame(new FrameNumber(1, 1), 1L, universe,
            new FramePrice[universe.Feeds.Count])).Summary.ToBytes(key => key);
    }
}
