using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Columns;
using OrleansLeverage.Grains;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Domain;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Tests.Engine.Triggers;
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

    [Fact]
    public async Task A_silo_that_does_not_report_in_time_is_named_and_the_others_are_shown()
    {
        await using var cluster = await GridCluster.StartAsync(new GridOptions
        {
            Universe = GridFixture.Universe, Oracle = GridFixture.Profiles, Workers = 1, FrameIntervalMs = 20,
            ReportEveryFrames = 2,
        }, silos: 2);
        var (a, b) = (cluster.Cluster.Silos[0].SiloAddress, cluster.Cluster.Silos[1].SiloAddress);
        var systemic = cluster.Grains.GetGrain<ISystemicGrain>(0);
        // of an epoch that no silo of this cluster comes to
        await systemic.ReportAsync(Report(a, sequence: 1_000_000, frame: 4, applied: 3, epoch: 1_000));
        Assert.Null(await systemic.ReadAsync(1_000, 0));

        var reading = await GridFixture.EventuallyAsync(() => systemic.ReadAsync(1_000, 0), r => r is not null,
            "the others are waited for for ever");

        Assert.Equal([b.ToString()], reading!.Late);
        Assert.Equal((2, 3L, 4L), (reading.Silos, reading.Applied, reading.Frame.Sequence));
    }

    /// <summary>
    /// Accounts that are listed and have no row: at first nobody knows what they hold, then what was last known of
    /// them, and since when, is said beside the figures.
    /// </summary>
    [Fact]
    public async Task Missing_notional_is_unknown_until_the_roster_was_asked_and_then_what_it_last_knew()
    {
        var time = new ManualTime(Crowd.StartMs);
        await using var cluster = await GridCluster.StartAsync(new GridOptions
        {
            Universe = Books.Universe, Oracle = Crowd.Profiles, Time = time, MakesFrames = false, Workers = 1,
            RecoverAfterMs = 0,
        });
        var frame = await PublishAsync(cluster, time, 0);
        foreach (var command in Crowd.Commands(3, 40))
        {
            await cluster.Grid.ExecuteAsync(command);
        }
        frame = await PublishAsync(cluster, time, frame);
        var whole = cluster.Grid.System!;
        Assert.Equal((1d, 1d), (whole.Coverage, whole.NotionalCoverage));

        var ghosts = Enumerable.Range(0, 1_000).Select(i => $"ghost-{i}").DistinctBy(GrainKeys.RosterBucket).Take(3)
            .ToArray();
        var knownAt = time.NowMs - 7_000;
        foreach (var (i, ghost) in ghosts.Index())
        {
            var roster = cluster.Grains.GetGrain<IAccountRosterGrain>(GrainKeys.RosterBucket(ghost));
            await roster.EnlistAsync(ghost);
            // of the third nothing was ever known
            await roster.ReportAsync(i < 2 ? [new RiskMessage(ghost, 5_000d * (i + 1), 0.9)] : [], knownAt - i);
        }
        var (sawUnknown, reading) = (false, cluster.Grid.Reading!);
        for (var tries = 0; tries < 500 && !(reading.PartialBuckets == 3 && reading.UnmeasuredBuckets == 0); tries++)
        {
            frame = await PublishAsync(cluster, time, frame);
            reading = cluster.Grid.Reading!;
            if (reading.UnmeasuredBuckets > 0)
            {
                sawUnknown = true;
                Assert.Null(cluster.Grid.System!.NotionalCoverage);
                Assert.True(reading.Covered < reading.Listed);
            }
        }

        Assert.True(sawUnknown, "what is missing was known before anybody was asked");
        Assert.Equal((43L, 15_000d, knownAt - 1), (reading.Listed, reading.MissingNotional, reading.MissingKnownAtMs));
        var found = cluster.Grid.System!;
        Assert.Equal(found.GrossNotional / (found.GrossNotional + 15_000d), found.NotionalCoverage!.Value, 1e-12);
        Assert.Equal((double)reading.Covered / 43, found.Coverage!.Value, 1e-12);
        Assert.InRange(reading.Covered, 30, 40);
    }

    private static async Task<int> PublishAsync(GridCluster cluster, ManualTime time, int frame)
    {
        var timeMs = Crowd.StartMs + frame * Crowd.FrameMs;
        time.Advance(timeMs - time.NowMs);
        foreach (var (feed, price) in Crowd.StartPrices)
        {
            await cluster.Grid.PublishAsync(new PriceUpdate(feed, price.Value, new SourceId("history"), 1, frame + 1,
                timeMs));
        }
        await cluster.Grid.StepAsync(timeMs);
        return frame + 1;
    }

    private static SiloReport Report(SiloAddress silo, long sequence, long frame, long applied, long epoch = 1) => new()
    {
        Silo = silo, Sequence = sequence, Frame = new FrameMessage { Epoch = epoch, Sequence = frame },
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
