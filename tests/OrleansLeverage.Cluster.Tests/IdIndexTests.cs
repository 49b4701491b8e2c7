using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Grains;
using OrleansLeverage.Tests.Engine;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>An id that a client uses again for something else, where no account named now has heard of it.</summary>
public sealed class IdIndexTests
{
    [Fact]
    public async Task An_id_that_another_client_uses_at_other_accounts_is_refused_and_named()
    {
        await using var cluster = await StartAsync();
        await using var other = new ClusterGrid(cluster.Cluster.Client, new ClusterGridOptions
        {
            Universe = GridFixture.Universe, Polls = false,
        }, TimeProvider.System);
        var id = CommandId.Series(1_700_000_000_000, 1, 1);
        var first = new Deposit(id, new AccountId("alice"), AssetId.Usd, 10m);
        Assert.Equal(CommandStatus.Applied, (await cluster.Grid.ExecuteAsync(first)).Status);

        foreach (var again in new AccountCommand[]
        {
            new Deposit(id, new AccountId("bob"), AssetId.Usd, 10m),
            new Transfer(id, new AccountId("bob"), new AccountId("carol"), AssetId.Usd, 1m),
            new PublishFunding(id, new InstrumentId("BTC-USD-PERP"), 0.001m),
        })
        {
            Assert.Equal(CommandStatus.CommandIdReused, (await other.ExecuteAsync(again)).Status);
        }
        var list = await other.ExecuteAllAsync([
            new Deposit(CommandId.Series(1_700_000_000_000, 1, 2), new AccountId("bob"), AssetId.Usd, 10m),
            new Deposit(id, new AccountId("carol"), AssetId.Usd, 10m)]);
        Assert.All(list, r => Assert.Equal(CommandStatus.CommandIdReused, r.Status));
        Assert.Null(await other.AccountAsync(new AccountId("bob")));
        Assert.Equal(CommandStatus.Duplicate, (await other.ExecuteAsync(first)).Status);
    }

    [Fact]
    public async Task An_id_whose_command_nothing_remembers_may_be_used_again()
    {
        await using var cluster = await StartAsync();
        var (id, next) = (CommandId.Series(1_700_000_000_000, 2, 1), CommandId.Series(1_700_000_000_000, 2, 2));
        // refused for what they are, or as a list: neither is remembered
        Assert.False((await cluster.Grid.ExecuteAsync(
            new Deposit(id, new AccountId("alice"), AssetId.Usd, -1m))).IsApplied);
        Assert.False((await cluster.Grid.ExecuteAllAsync([
            new Deposit(next, new AccountId("alice"), AssetId.Usd, 1m),
            new Deposit(CommandId.Series(1_700_000_000_000, 2, 3), new AccountId("bob"), AssetId.Usd, -1m)]))[0]
            .IsApplied);

        foreach (var command in new[] { id, next })
        {
            Assert.Equal(CommandStatus.Applied, (await cluster.Grid.ExecuteAsync(
                new Deposit(command, new AccountId("carol"), AssetId.Usd, 2m))).Status);
        }
    }

    [Fact]
    public async Task An_index_that_is_gone_holds_nobody_up_and_no_command_is_applied_twice()
    {
        await using var cluster = await StartAsync();
        var id = CommandId.Series(1_700_000_000_000, 3, 1);
        var first = new Deposit(id, new AccountId("alice"), AssetId.Usd, 10m);
        Assert.True((await cluster.Grid.ExecuteAsync(first)).IsApplied);
        await cluster.Cluster.DeactivateAsync(
            cluster.Grains.GetGrain<IIdIndexGrain>(GrainKeys.JournalBucket(id)));

        Assert.Equal(CommandStatus.Duplicate, (await cluster.Grid.ExecuteAsync(first)).Status);
        Assert.Equal(CommandStatus.CommandIdReused, (await cluster.Grid.ExecuteAsync(
            new Deposit(id, new AccountId("alice"), AssetId.Usd, 11m))).Status);
    }

    private static Task<GridCluster> StartAsync() => GridCluster.StartAsync(new GridOptions
    {
        Universe = GridFixture.Universe, Oracle = GridFixture.Profiles, Workers = 1,
        Time = new ManualTime(1_700_000_000_000), MakesFrames = false,
    }, silos: 2);
}
