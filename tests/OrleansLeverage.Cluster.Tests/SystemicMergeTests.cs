using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
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

    /// <summary>What a silo said before it died is its own: its accounts are elsewhere by now.</summary>
    [Fact]
    public async Task A_report_of_a_silo_that_has_died_is_in_no_sum()
    {
        await using var cluster = await GridCluster.StartAsync(new GridOptions
        {
            Universe = GridFixture.Universe, Oracle = GridFixture.Profiles, MakesFrames = false, Workers = 1,
        }, silos: 3);
        var systemic = cluster.Grains.GetGrain<ISystemicGrain>(0);
        await systemic.ReadAsync(0, 0);
        Assert.True(cluster.Cluster.TryGetGrainContext(systemic.GetGrainId(), out var context));
        // neither the first, which the others know each other by, nor where the reports are kept
        var victim = cluster.Cluster.Silos.Last(s => !s.SiloAddress.Equals(context.Address.SiloAddress));
        var c = victim.SiloAddress;
        var others = cluster.Cluster.Silos.Select(s => s.SiloAddress).Where(s => !s.Equals(c)).ToArray();
        var (a, b) = (others[0], others[1]);
        await systemic.ReportAsync(Report(a, sequence: 1, frame: 8, applied: 1));
        await systemic.ReportAsync(Report(c, sequence: 1, frame: 8, applied: 100));
        await cluster.Cluster.KillSiloAsync(victim);
        await GridFixture.EventuallyAsync(() => Task.FromResult(others.All(silo => cluster.Cluster
                .GetSiloServiceProvider(silo).GetRequiredService<ISiloStatusOracle>().IsDeadSilo(c))),
            isDead => isDead, "nobody notices");

        await systemic.ReportAsync(Report(b, sequence: 1, frame: 8, applied: 10));

        var reading = (await systemic.ReadAsync(0, 0))!;
        Assert.Equal((8L, 11L, 2), (reading.Frame.Sequence, reading.Applied, reading.Silos));
        Assert.Empty(reading.Late);
    }

    /// <summary>An account of which a price is not known is counted, and not covered.</summary>
    [Fact]
    public async Task Accounts_without_a_known_price_are_not_covered()
    {
        var time = new ManualTime(1_700_000_000_000);
        await using var cluster = await GridCluster.StartAsync(new GridOptions
        {
            Universe = GridFixture.Universe, Oracle = GridFixture.Profiles, Time = time, MakesFrames = false,
            Workers = 1,
        });
        await cluster.Grid.StepAsync(time.NowMs);
        foreach (var (i, (account, asset)) in new[] { ("alice", "USD"), ("bob", "USD"), ("carol", "BTC") }.Index())
        {
            Assert.True((await cluster.Grid.ExecuteAsync(new Deposit(CommandId.Series(time.NowMs, 1, i + 1),
                new AccountId(account), new AssetId(asset), 1m))).IsApplied);
        }
        await cluster.Grid.StepAsync(time.NowMs + 50);

        Assert.Equal((3L, 3L), (cluster.Grid.Reading!.Listed, cluster.Grid.Reading.Covered));
        Assert.Equal(2d / 3d, cluster.Grid.System!.Coverage);
        Assert.Null(cluster.Grid.System.NotionalCoverage);
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
        var health = cluster.Grid.Health;
        Assert.Equal(GridCondition.Degraded, health.Condition);
        Assert.Contains($"{43 - reading.Covered} of 43 accounts are not covered", health.Reason,
            StringComparison.Ordinal);
    }

    /// <summary>Each silo names its own; put together, a place in the list is still the account it was.</summary>
    [Fact]
    public async Task Accounts_at_risk_of_several_silos_keep_their_names()
    {
        var time = new ManualTime(Crowd.StartMs);
        await using var cluster = await GridCluster.StartAsync(new GridOptions
        {
            Universe = Books.Universe, Oracle = Crowd.Profiles, Time = time, MakesFrames = false, Workers = 1,
        }, silos: 3);
        var frame = await PublishAsync(cluster, time, 0);
        for (var i = 0; i < 24; i++)
        {
            // ever nearer to the line: maintenance of BTC-USD-PERP at 60,000 against 400 to 860
            await cluster.Grid.ExecuteAsync(new ImportAccount(CommandId.Series(time.NowMs, 1, i + 1),
                new AccountId($"n-{i:00}"), [new ImportedBalance(AssetId.Usd, 400m + 20m * i)],
                [new ImportedPosition(new InstrumentId("BTC-USD-PERP"), new Quantity(1m), new Price(60_000m))]));
        }
        await PublishAsync(cluster, time, frame);

        Assert.True(cluster.Columns.Count(c => c.Count > 0) > 1, "all are on one silo");
        var worst = cluster.Grid.System!.MostAtRisk.Select(a => a.Account.Value).ToArray();
        Assert.Equal(Enumerable.Range(0, worst.Length).Select(i => $"n-{i:00}"), worst);
        Assert.True(worst.Length >= 10, $"{worst.Length} are named");
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
