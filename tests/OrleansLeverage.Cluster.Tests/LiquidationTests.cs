using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Replay;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Tests.Engine.Triggers;
using Xunit;
using static OrleansLeverage.Cluster.Tests.Hosting.LiquidationPair;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>
/// A cluster that liquidates by itself, against the engine of one process under the same rules: the same closes, fees
/// to the insurance fund and claims from it, and what it cannot pay waits on both.
/// </summary>
public sealed class LiquidationTests
{
    /// <summary>Without a fund; with fees that fill one; with one that pays some and is then empty.</summary>
    [Theory]
    [InlineData(5, LiquidationScope.Bucket, 0.0, 0)]
    [InlineData(6, LiquidationScope.Bucket, 0.002, 0)]
    [InlineData(5, LiquidationScope.Bucket, 0.0, 3_000)]
    [InlineData(7, LiquidationScope.Bucket, 0.0, 500)]
    [InlineData(7, LiquidationScope.Bucket, 0.002, 5_000)]
    [InlineData(7, LiquidationScope.ToTarget, 0.001, 500)]
    public async Task The_same_accounts_are_closed_by_the_same_lots_in_lockstep(int seed, LiquidationScope scope,
        double feeRate, int fund)
    {
        var (time, universe) = (new ManualTime(Crowd.StartMs), Under(scope, (decimal)feeRate));
        await using var cluster = await GridCluster.StartAsync(Options(universe, time), silos: 1);
        using var lockstep = new LockstepGrid(universe, Crowd.Profiles, 1, 4096, How);
        var both = new LiquidationPair(cluster, lockstep, time);
        await both.OpenAsync(seed, fund > 0 ? [(AssetId.Usd, fund)] : []);
        var (claimed, paidIn) = (0, 0);
        for (var frame = 1; frame <= 10; frame++)
        {
            var before = Fund(lockstep.State);
            both.Move(frame % 3 == 0 ? 1.08m : 0.93m);
            await both.PublishAsync();
            var state = await cluster.Grid.StateAsync(default);
            Assert.Equal(Accounts(lockstep.State), Accounts(state));
            Assert.Equal(Funds(lockstep.State), Funds(state));
            Assert.Equal(lockstep.StateHash(), await cluster.Grid.StateHashAsync());
            Assert.Empty(Conservation.Check(state).Unbalanced);
            claimed += Fund(lockstep.State) < before ? 1 : 0;
            paidIn += Fund(lockstep.State) > before ? 1 : 0;
        }
        Assert.True(lockstep.Liquidations.Closes > 6, $"{lockstep.Liquidations}");
        Assert.True(lockstep.Liquidations.Waiting > 0, $"{lockstep.Liquidations}");
        Assert.Equal((feeRate > 0.0, fund > 0), (paidIn > 0, claimed > 0));
    }

    /// <summary>
    /// Writes fail before and after they are made while two silos liquidate: nothing is closed or paid twice, no
    /// position turns, the books close, and in the end everybody, the fund too, is where one process without faults has
    /// them.
    /// </summary>
    [Theory]
    [InlineData(8, false)]
    [InlineData(9, false)]
    [InlineData(8, true)]
    [InlineData(9, true)]
    public async Task A_store_that_fails_closes_nothing_twice(int seed, bool hasFund)
    {
        // a fund that is enough for all: then who comes first makes no difference
        var (time, universe) = (new ManualTime(Crowd.StartMs),
            Under(LiquidationScope.Bucket, feeRate: hasFund ? 0.002m : 0m));
        var storage = new TestStorage();
        await using var cluster = await GridCluster.StartAsync(Options(universe, time), silos: 2, storage);
        using var lockstep = new LockstepGrid(universe, Crowd.Profiles, 1, 4096, How);
        var both = new LiquidationPair(cluster, lockstep, time);
        await both.OpenAsync(seed, !hasFund ? [] : [.. new[] { "USD", "USDC", "BTC", "ETH" }
            .Select(a => (new AssetId(a), 900_000m))]);
        var before = Funds(lockstep.State);
        var random = new Random(seed);
        Task Fail(string grain)
        {
            lock (random)
            {
                return (grain.StartsWith("account/", StringComparison.Ordinal)
                    || grain.StartsWith("insurance-fund/", StringComparison.Ordinal)
                    || grain.StartsWith("fill-journal/", StringComparison.Ordinal)) && random.Next(8) == 0
                    ? throw new IOException("the store is away") : Task.CompletedTask;
            }
        }
        var rounds = 0;
        both.Move(0.90m);
        (storage.Before, storage.After) = (Fail, Fail);
        for (var i = 0; i < 4; i++)
        {
            await both.PublishAsync();
        }
        (storage.Before, storage.After) = (static _ => Task.CompletedTask, static _ => Task.CompletedTask);
        // who was given up comes back through the roster, in its own time
        var state = await GridFixture.EventuallyAsync(async () =>
        {
            await both.PublishAsync();
            return await cluster.Grid.StateAsync(default);
        }, s => Accounts(s, without: How.Desk) == Accounts(lockstep.State, without: How.Desk)
            && Funds(s) == Funds(lockstep.State) || ++rounds > 150, "never");
        Assert.Empty(Conservation.Check(state).Unbalanced);
        // the desk's books depend on who came first
        Assert.Equal(Accounts(lockstep.State, without: How.Desk).Split('\n'),
            Accounts(state, without: How.Desk).Split('\n'));
        Assert.Equal(Funds(lockstep.State), Funds(state));
        Assert.Equal(hasFund, before != Funds(state));
        Assert.True(lockstep.Liquidations.Closes > 5, $"{lockstep.Liquidations}");
    }

    /// <summary>
    /// What the fund cannot pay is shared by those who gain: in one transaction, to the hash; in several, after which
    /// everybody has the same units; the same over three silos.
    /// </summary>
    [Theory]
    [InlineData(5, LiquidationScope.Bucket, 0.0, 0, 1, 128)]
    [InlineData(6, LiquidationScope.Bucket, 0.002, 0, 1, 128)]
    [InlineData(7, LiquidationScope.Bucket, 0.0, 500, 1, 128)]
    [InlineData(8, LiquidationScope.ToTarget, 0.001, 500, 1, 128)]
    [InlineData(7, LiquidationScope.Bucket, 0.0, 500, 1, 3)]
    [InlineData(8, LiquidationScope.ToTarget, 0.001, 500, 1, 2)]
    [InlineData(5, LiquidationScope.Bucket, 0.0, 0, 3, 128)]
    [InlineData(9, LiquidationScope.Bucket, 0.002, 500, 3, 3)]
    [InlineData(10, LiquidationScope.Bucket, 0.0, 0, 3, 2)]
    public async Task Losses_are_shared_to_the_unit_in_lockstep(int seed, LiquidationScope scope, double feeRate,
        int fund, short silos, int atOnce)
    {
        var (time, universe) = (new ManualTime(Crowd.StartMs), Under(scope, (decimal)feeRate));
        await using var cluster = await GridCluster.StartAsync(
            Options(universe, time) with { Liquidation = Shares, SharesAtOnce = atOnce }, silos);
        using var lockstep = new LockstepGrid(universe, Crowd.Profiles, 1, 4096, Shares);
        var both = new LiquidationPair(cluster, lockstep, time);
        await both.OpenAsync(seed, fund > 0 ? [(AssetId.Usd, fund)] : []);
        for (var frame = 1; frame <= 10; frame++)
        {
            both.Move(frame % 3 == 0 ? 1.08m : 0.93m);
            await both.PublishAsync();
            var state = await cluster.Grid.StateAsync(default);
            Assert.Equal(Accounts(lockstep.State).Split('\n'), Accounts(state).Split('\n'));
            Assert.Equal(Funds(lockstep.State), Funds(state));
            Assert.Empty(Conservation.Check(state).Unbalanced);
            if (silos == 1 && atOnce == 128)
            {
                Assert.Equal(lockstep.StateHash(), await cluster.Grid.StateHashAsync());
            }
        }
        Assert.True(lockstep.Liquidations is { Closes: > 6, Shared: > 10, Waiting: 0 }, $"{lockstep.Liquidations}");
    }
}
