using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Replay;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Grains;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Domain;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Tests.Engine.Triggers;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>
/// A cluster that liquidates by itself, against the engine of one process under the same rules: without fees, so that
/// neither has an insurance fund to pay from, and what needs one waits on both.
/// </summary>
public sealed class LiquidationTests
{
    private static readonly SourceId Source = new("history");
    private static readonly LiveLiquidation How = new() { Desk = new AccountId("desk") };

    [Theory]
    [InlineData(5, LiquidationScope.Bucket)]
    [InlineData(6, LiquidationScope.Bucket)]
    [InlineData(7, LiquidationScope.ToTarget)]
    public async Task The_same_accounts_are_closed_by_the_same_lots_in_lockstep(int seed, LiquidationScope scope)
    {
        var (time, universe) = (new ManualTime(Crowd.StartMs), Under(scope, feeRate: 0m));
        await using var cluster = await GridCluster.StartAsync(Options(universe, time), silos: 1);
        using var lockstep = new LockstepGrid(universe, Crowd.Profiles, 1, 4096, How);
        var both = new Both(cluster, lockstep, time);
        await both.OpenAsync(seed);
        for (var frame = 1; frame <= 10; frame++)
        {
            both.Move(frame % 3 == 0 ? 1.08m : 0.93m);
            await both.PublishAsync();
            Assert.Equal(Accounts(lockstep.State), Accounts(await cluster.Grid.StateAsync(default)));
            Assert.Equal(lockstep.StateHash(), await cluster.Grid.StateHashAsync());
        }
        Assert.True(lockstep.Liquidations.Closes > 6, $"{lockstep.Liquidations}");
        Assert.True(lockstep.Liquidations.Waiting > 0, $"{lockstep.Liquidations}");
    }

    /// <summary>
    /// Writes fail before and after they are made while two silos liquidate: nothing is closed twice, no position
    /// turns, the books close, and in the end everybody is where one process without faults has them.
    /// </summary>
    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    public async Task A_store_that_fails_closes_nothing_twice(int seed)
    {
        var (time, universe) = (new ManualTime(Crowd.StartMs), Under(LiquidationScope.Bucket, feeRate: 0m));
        var storage = new TestStorage();
        await using var cluster = await GridCluster.StartAsync(Options(universe, time), silos: 2, storage);
        using var lockstep = new LockstepGrid(universe, Crowd.Profiles, 1, 4096, How);
        var both = new Both(cluster, lockstep, time);
        await both.OpenAsync(seed);
        var random = new Random(seed);
        Task Fail(string grain)
        {
            lock (random)
            {
                return (grain.StartsWith("account/", StringComparison.Ordinal)
                    || grain.StartsWith("fill-journal/", StringComparison.Ordinal)) && random.Next(8) == 0
                    ? throw new IOException("the store is away") : Task.CompletedTask;
            }
        }
        both.Move(0.90m);
        (storage.Before, storage.After) = (Fail, Fail);
        for (var i = 0; i < 4; i++)
        {
            await both.PublishAsync();
        }
        (storage.Before, storage.After) = (static _ => Task.CompletedTask, static _ => Task.CompletedTask);
        for (var i = 0; i < 12; i++)
        {
            await both.PublishAsync();
        }

        var state = await cluster.Grid.StateAsync(default);
        Assert.Empty(Conservation.Check(state).Unbalanced);
        // the desk's books depend on who came first
        Assert.Equal(Accounts(lockstep.State, without: How.Desk), Accounts(state, without: How.Desk));
        Assert.True(lockstep.Liquidations.Closes > 5, $"{lockstep.Liquidations}");
    }

    /// <summary>Fees go to the fund's books, wherever they lie, and nothing is paid out of them.</summary>
    [Fact]
    public async Task Fees_are_booked_for_the_fund_and_what_needs_the_fund_waits()
    {
        var (time, universe) = (new ManualTime(Crowd.StartMs), Under(LiquidationScope.Bucket, feeRate: 0.002m));
        await using var cluster = await GridCluster.StartAsync(Options(universe, time), silos: 2);
        using var lockstep = new LockstepGrid(universe, Crowd.Profiles, 1, 4096, How);
        var both = new Both(cluster, lockstep, time);
        await both.OpenAsync(seed: 4);
        both.Move(0.93m);
        await both.PublishAsync();
        var state = await cluster.Grid.StateAsync(default);
        var fund = state.House.Balances.Where(b => b.Account == HouseAccount.Insurance).ToArray();
        Assert.Contains(fund, b => b.Amount > 0m);
        Assert.DoesNotContain(fund, b => b.Amount < 0m);
        Assert.Empty(Conservation.Check(state).Unbalanced);
    }

    [Fact]
    public void Shared_losses_are_refused_by_name()
    {
        var options = Options(Books.Universe, new ManualTime(Crowd.StartMs)) with
        {
            Liquidation = How with { Residual = ResidualLoss.ShareByGain },
        };
        Assert.Contains(nameof(ResidualLoss.ShareByGain),
            Assert.Throws<ArgumentOutOfRangeException>(options.Check).Message);
    }

    private static GridOptions Options(Universe universe, ManualTime time) => new()
    {
        Universe = universe, Oracle = Crowd.Profiles, Time = time, MakesFrames = false, Workers = 1,
        WindowCapacity = 4_096, TriggersMax = 100_000, Liquidation = How,
    };

    private static Universe Under(LiquidationScope scope, decimal feeRate) => new(2, Books.Rules with
    {
        Liquidation = new LiquidationRules { Scope = scope, FeeRate = feeRate, TargetRatio = 0.8m },
    }, Books.Universe.Feeds, Books.Universe.Assets, Books.Universe.Instruments);

    private static string Accounts(GridState state, AccountId without = default) => string.Join('\n',
        state.Accounts.InOrder().Select(state.Accounts.Read).Where(a => a.Id != without).Select(a => $"{a.Id}: "
            + string.Join(' ', a.Balances.Select(b => $"{b.Asset.Id} {Decimals.Text(b.Amount)}")) + " | "
            + string.Join(' ', a.Positions.Where(p => !p.Quantity.IsZero).Select(p =>
                $"{p.Instrument.Id} {Decimals.Text(p.Quantity.Value)} at {Decimals.Text(p.Cost)}"))));

    private sealed class Both(GridCluster cluster, LockstepGrid lockstep, ManualTime time)
    {
        private readonly Dictionary<FeedId, Price> _prices = new(Crowd.StartPrices);
        private long _sequence;

        public async Task OpenAsync(int seed)
        {
            await PublishAsync();
            AssetId[] assets = [AssetId.Usd, new("BTC"), new("ETH"), new("USDC")];
            await ExecuteAsync(new ImportAccount(CommandId.Series(Crowd.StartMs, 21, 1), How.Desk,
                [.. assets.Select(a => new ImportedBalance(a, a == AssetId.Usd ? 900_000_000m : 1_000_000m))], []));
            foreach (var command in Crowd.Commands(seed, accounts: 40))
            {
                await ExecuteAsync(command);
            }
        }

        public void Move(decimal factor)
        {
            foreach (var feed in Books.Universe.Feeds.Where(f => f.Beta != 0m))
            {
                _prices[feed.Id] = new Price(Math.Max(0.01m, Decimals.FloorTo(_prices[feed.Id].Value * factor, 0.01m)));
            }
        }

        public async Task PublishAsync()
        {
            time.Advance(Crowd.FrameMs);
            _sequence++;
            lockstep.Publish(time.NowMs, _prices, static _ => { });
            foreach (var (feed, price) in _prices)
            {
                await cluster.Grid.PublishAsync(new PriceUpdate(feed, price.Value, Source, 1, _sequence, time.NowMs));
            }
            await cluster.Grid.StepAsync(time.NowMs);
            Assert.Equal(lockstep.Frame.Number, cluster.Grid.Frame.Number);
        }

        private async Task ExecuteAsync(AccountCommand command)
        {
            var (here, there) = (lockstep.Execute(command), await cluster.Grid.ExecuteAsync(command));
            Assert.True(here.Status == there.Status, $"{command}: {here} and {there}");
        }
    }
}
