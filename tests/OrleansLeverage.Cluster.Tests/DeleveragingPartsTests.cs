using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Grains;
using OrleansLeverage.Tests.Engine;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>What a plan stands on: everybody is looked at, and a leg that was given up never happens.</summary>
public sealed class DeleveragingPartsTests
{
    private const int Accounts = 40;

    [Fact]
    public async Task Nobody_is_missing_from_a_market_because_a_silo_was_lost()
    {
        // nothing is recovered by itself while this runs
        var (cluster, fixture) = await StartAsync(silos: 3, recoverAfterMs: 60_000);
        await using var held = cluster;
        await fixture.DepositAsync("maker", 1_000_000_000m);
        for (var i = 0; i < Accounts; i++)
        {
            await fixture.DepositAsync($"a-{i}", 5_000m);
            Assert.True((await cluster.Grid.ExecuteAsync(fixture.Fill($"a-{i}", "maker", 0.1m, 60_000m))).IsApplied);
        }
        var before = (await cluster.Grid.Deleveraging.QueueAsync(GridFixture.Perpetual, new DeleveragingRule()))!;
        Assert.Equal((Accounts, 1), (before.Longs.Count, before.Shorts.Count));
        // where accounts are placed is by chance
        var (lost, rows) = cluster.Cluster.Silos.Zip(cluster.Columns, (silo, columns) => (silo, columns.Count)).Skip(1)
            .MaxBy(s => s.Count);
        Assert.True(rows > 0, "the silo that is to be lost has no account");

        await cluster.Cluster.KillSiloAsync(lost);
        await cluster.Cluster.WaitForLivenessToStabilizeAsync();

        var after = (await cluster.Grid.Deleveraging.QueueAsync(GridFixture.Perpetual, new DeleveragingRule()))!;
        Assert.Equal(before.Longs.Select(c => c.Candidate.Account).Order(),
            after.Longs.Select(c => c.Candidate.Account).Order());
        Assert.Single(after.Shorts);
    }

    [Fact]
    public async Task A_fill_that_was_fenced_never_happens_and_one_that_happened_is_told()
    {
        var (cluster, fixture) = await StartAsync(silos: 1, recoverAfterMs: 300);
        await using var held = cluster;
        foreach (var name in new[] { "alice", "bob" })
        {
            await fixture.DepositAsync(name, 100_000m);
        }
        var (given, done) = (fixture.Fill("alice", "bob", 1m, 60_000m), fixture.Fill("alice", "bob", 1m, 60_000m));
        Assert.True((await cluster.Grid.ExecuteAsync(done)).IsApplied);

        var fenced = (await FenceAsync(given)).ToResult();
        Assert.Equal(CommandStatus.OracleStale, fenced.Status);
        Assert.Equal(CommandStatus.Duplicate, (await FenceAsync(done)).ToResult().Status);
        foreach (var name in new[] { "alice", "bob" })
        {
            await cluster.Cluster.DeactivateAsync(cluster.Grains.GetGrain<IAccountGrain>(name));
        }

        var late = await cluster.Grid.ExecuteAsync(given);
        Assert.Equal((CommandStatus.IdAlreadyFailed, CommandStatus.OracleStale), (late.Status, late.Original!.Value));
        Assert.Equal(1m, (await cluster.Grid.AccountAsync(GridFixture.Account("alice")))!.Positions
            .Sum(p => p.Position.Quantity.Value));

        Task<AnswerMessage> FenceAsync(ApplyFill fill) =>
            cluster.Grains.Journal(fill.Id).FenceAsync(fill.ToMessage());
    }

    private static async Task<(GridCluster Cluster, GridFixture Fixture)> StartAsync(short silos, int recoverAfterMs)
    {
        var time = new ManualTime(1_700_000_000_000);
        var cluster = await GridCluster.StartAsync(new GridOptions
        {
            Universe = GridFixture.Universe, Oracle = GridFixture.Profiles, Time = time, FrameIntervalMs = 20,
            ReportEveryFrames = 2, Workers = 1, RecoverAfterMs = recoverAfterMs,
        }, silos, responseMs: 3_000);
        var fixture = new GridFixture(cluster.Grid, time, directory: null);
        await fixture.StandardPricesAsync();
        return (cluster, fixture);
    }
}
