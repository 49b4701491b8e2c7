using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Grains;
using OrleansLeverage.Tests.Engine;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>Rows through everything that can happen to an activation between two frames.</summary>
public sealed class LifecycleTests
{
    private const string Subscriber = "fuzz";
    private const int Accounts = 24;

    /// <summary>
    /// Accounts move, are deactivated, lose their silo; after each bout every crossing is told, of every account,
    /// within two frames of the price, and no row is left behind.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task No_crossing_is_missed_and_no_stale_row_is_believed(int seed)
    {
        var random = new Random(seed);
        var time = new ManualTime(1_700_000_000_000);
        await using var cluster = await GridCluster.StartAsync(new GridOptions
        {
            Universe = GridFixture.Universe, Oracle = GridFixture.Profiles, Time = time, FrameIntervalMs = 100,
            ReportEveryFrames = 1, Workers = 1, RecoverAfterMs = 200,
        }, silos: 3);
        var fixture = new GridFixture(cluster.Grid, time, directory: null);
        await fixture.StandardPricesAsync();
        await fixture.DepositAsync("maker", 1_000_000_000m);
        for (var i = 0; i < Accounts; i++)
        {
            await fixture.DepositAsync($"a-{i}", 2_000m);
            Assert.True((await cluster.Grid.ExecuteAsync(fixture.Fill($"a-{i}", "maker", 1m, 60_000m))).IsApplied);
        }
        await cluster.Grid.TriggersAsync(Subscriber, 1);
        for (var bout = 0; bout < 6; bout++)
        {
            await DisturbAsync(cluster, random, kills: bout % 3 == 1);
            await CoveredAsync(cluster);
            // 2,000 at 60,000 bear a fall of 1,900 to 58,100, which leaves less than maintenance
            await TellsAllAsync(cluster, fixture, 58_100m, TriggerKind.Liquidation);
            await TellsAllAsync(cluster, fixture, 60_000m, TriggerKind.Recovered);
        }
        Assert.Equal(Accounts + 1, cluster.Columns.Sum(c => c.Count));
    }

    private static async Task DisturbAsync(GridCluster cluster, Random random, bool kills)
    {
        for (var i = 0; i < 30; i++)
        {
            var account = cluster.Grains.GetGrain<IAccountGrain>($"a-{random.Next(Accounts)}");
            var silos = cluster.Cluster.Silos;
            switch (random.Next(3))
            {
                case 0:
                    await account.MoveAsync();
                    break;
                case 1:
                    await cluster.Cluster.DeactivateAsync(account);
                    break;
                default:
                    await account.TouchAsync();
                    break;
            }
        }
        if (kills)
        {
            await cluster.Cluster.KillSiloAsync(cluster.Cluster.Silos[random.Next(1, cluster.Cluster.Silos.Count)]);
            await cluster.Cluster.StartAdditionalSiloAsync();
            await cluster.Cluster.WaitForLivenessToStabilizeAsync();
        }
    }

    /// <summary>By a reading that is newer than what was done: moves and deactivations take a moment.</summary>
    private static async Task CoveredAsync(GridCluster cluster)
    {
        const int Moment = 4;
        var frame = cluster.Grid.Frame.Number;
        await GridFixture.EventuallyAsync(() => Task.FromResult(cluster.Grid.Reading), r => r is { Late.Length: 0 }
            && (r.Frame.Epoch > frame.Epoch || r.Frame.Sequence > frame.Sequence + Moment)
            && r.Covered == r.Listed && r.Listed == Accounts + 1, "the accounts are not covered again");
    }

    private static async Task TellsAllAsync(GridCluster cluster, GridFixture fixture, decimal price, TriggerKind kind)
    {
        await fixture.PriceAsync(GridFixture.Bitcoin, price);
        var told = await GridFixture.EventuallyAsync(async () => (await cluster.Grid.TriggersAsync(Subscriber, 1_000))
            .Where(t => t.Kind == kind).ToArray(), t => t.Select(x => x.Account).Distinct().Count() == Accounts,
            $"not everybody was told of {kind}");
        Assert.Equal(Accounts, told.Length);
        var first = cluster.Columns.Select(c => FirstAt(c.KeptFrames, price)).Max();
        // recovery takes the frames that the rules ask for on top
        var within = kind == TriggerKind.Recovered ? 2 + GridFixture.Universe.Rules.RearmFrames : 2;
        Assert.All(told, t => Assert.InRange(t.Frame.Sequence, 0, first + within));
        await cluster.Grid.AcknowledgeAsync(Subscriber, told.Max(t => t.Sequence));
    }

    /// <summary>The first of the frames kept that has had the price since.</summary>
    private static long FirstAt(IReadOnlyList<PriceFrame> frames, decimal price)
    {
        var feed = GridFixture.Universe.Feed(GridFixture.Bitcoin)!;
        return frames.Reverse().TakeWhile(f => f[feed].Price?.Value == price).Select(f => f.Number.Sequence)
            .DefaultIfEmpty(0L).Last();
    }
}
