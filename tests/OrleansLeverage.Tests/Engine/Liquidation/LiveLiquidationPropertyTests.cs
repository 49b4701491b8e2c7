using FsCheck;
using FsCheck.Fluent;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Replay;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Tests.Domain;
using OrleansLeverage.Tests.Engine.Embedded;
using OrleansLeverage.Tests.Engine.Triggers;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Liquidation;

/// <summary>
/// Random crowds under random rules, through random falls and rises, in a grid that liquidates by itself (reliability
/// I1, I2, I18, I20, I25): the books close to the unit after every frame, contracts are neither made nor lost, the
/// fund never goes below 0, nobody's position turns or grows but the desk's, and who neither fails nor shares a loss is
/// not touched. Seed 20171204.
/// </summary>
public sealed class LiveLiquidationPropertyTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(10_000)
        .WithReplay(new Replay(new Rnd(20171204, 1), Microsoft.FSharp.Core.FSharpOption<int>.None));

    private const int HashedEvery = 16;

    [Fact]
    public void NothingIsMadeOrLostAndTheInnocentAreLeftAlone()
    {
        Check.One(Many, Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var one = Run(seed, workers: 1);
            return one.Ok && (seed % HashedEvery != 0 || one == Run(seed, workers: 3));
        }));
    }

    /// <summary>The same frames in a durable grid with threads leave the same state, to the last digit.</summary>
    [Theory]
    [InlineData(5, ResidualLoss.Deleverage)]
    [InlineData(6, ResidualLoss.ShareByGain)]
    public async Task TheDurableGridDoesTheSame(int seed, ResidualLoss residual)
    {
        var rules = Rules(new Random(seed));
        var how = new LiveLiquidation { Desk = LiveScene.Desk, Residual = residual };
        await using var bench = new GridBench(o => o with { Universe = LiveScene.Under(rules), Liquidation = how });
        using var lockstep = new LockstepGrid(LiveScene.Under(rules), Crowd.Profiles, 2, 4096, how);
        var prices = new Dictionary<FeedId, Price>(Crowd.StartPrices);
        await bench.Publish(GridBench.StartMs, prices);
        lockstep.Publish(GridBench.StartMs, prices, static _ => { });
        foreach (var command in Opening(1_000m).Concat(Crowd.Commands(seed, 40)))
        {
            Assert.Equal(lockstep.Execute(command).Status, (await bench.Execute(command)).Status);
        }
        for (var frame = 1; frame <= 12; frame++)
        {
            Move(prices, frame % 3 == 0 ? 1.08m : 0.93m);
            lockstep.Publish(GridBench.StartMs + (frame * Crowd.FrameMs), prices, static _ => { });
            await bench.Publish(GridBench.StartMs + (frame * Crowd.FrameMs), prices);
            Assert.Equal(lockstep.StateHash(), await bench.Grid.StateHashAsync());
        }
        Assert.Equal(lockstep.Liquidations, bench.Grid.Liquidations);
        Assert.True(lockstep.Liquidations.Closes > 10, $"{lockstep.Liquidations}");
    }

    private static (bool Ok, string State) Run(int seed, int workers)
    {
        var random = new Random(seed);
        var (rules, how) = (Rules(random), new LiveLiquidation
        {
            Desk = LiveScene.Desk, Residual = (ResidualLoss)random.Next(2),
        });
        using var grid = new LockstepGrid(LiveScene.Under(rules), Crowd.Profiles, workers, 4096, how);
        var (timeMs, prices) = (Crowd.StartMs, new Dictionary<FeedId, Price>(Crowd.StartPrices));
        grid.Publish(timeMs, prices, static _ => { });
        foreach (var command in Opening(random.Next(3) * 1_000m).Concat(
            Crowd.Commands(seed, accounts: random.Next(2, 7))))
        {
            grid.Execute(command);
        }
        var ok = true;
        for (var frame = random.Next(1, 4); frame > 0 && ok; frame--)
        {
            Move(prices, 1m + (random.Next(-400, 400) / 1_000m));
            var before = Accounts(grid);
            grid.Publish(timeMs += Crowd.FrameMs, prices, static _ => { });
            ok = Holds(grid, before, how.Residual);
        }
        return (ok, seed % HashedEvery == 0 ? grid.StateHash() : "");
    }

    private static bool Holds(LockstepGrid grid, List<Account> before, ResidualLoss residual)
    {
        var after = Accounts(grid);
        var ok = !Conservation.Check(grid.State).Unbalanced.Any()
            && grid.State.House.Balances.All(b => b.Account != HouseAccount.Insurance || b.Amount >= 0m);
        foreach (var instrument in Books.Universe.Instruments)
        {
            decimal Sum(List<Account> accounts) => accounts.Sum(a => a.Position(instrument).Quantity.Value);
            ok &= Sum(before) == Sum(after);
        }
        for (var i = 0; i < before.Count; i++)
        {
            var (was, now) = (before[i], after[i]);
            if (was.Id == LiveScene.Desk)
            {
                continue;
            }
            foreach (var position in was.Positions)
            {
                var (held, left) = (position.Quantity.Value, now.Position(position.Instrument).Quantity.Value);
                ok &= left == 0m || (Math.Sign(left) == Math.Sign(held) && Math.Abs(left) <= Math.Abs(held));
            }
            // only who fails is closed, and only winners pay beside
            var fails = now.Episode.Raised >= RiskTier.Liquidation || was.Episode.Raised >= RiskTier.Liquidation
                || (!was.HasExposure && was.Balances.Any(b => b.Amount < 0m));
            ok &= fails || (residual == ResidualLoss.Deleverage
                ? now.Sequence == was.Sequence
                : was.Positions.All(p => now.Position(p.Instrument).Quantity == p.Quantity));
        }
        return ok;
    }

    private static List<Account> Accounts(LockstepGrid grid) =>
        [.. Enumerable.Range(0, grid.Accounts).Select(grid.State.Accounts.Read)];

    private static IEnumerable<AccountCommand> Opening(decimal fund)
    {
        yield return new ImportAccount(CommandId.Series(Crowd.StartMs, 21, 1), LiveScene.Desk,
            [new ImportedBalance(AssetId.Usd, 900_000_000m), new ImportedBalance(new AssetId("BTC"), 100_000m),
                new ImportedBalance(new AssetId("ETH"), 1_000_000m), new ImportedBalance(new AssetId("USDC"),
                    900_000_000m)], []);
        if (fund > 0m)
        {
            yield return new InsuranceTransfer(CommandId.Series(Crowd.StartMs, 21, 2), LiveScene.Desk, AssetId.Usd,
                fund);
            yield return new InsuranceTransfer(CommandId.Series(Crowd.StartMs, 21, 3), LiveScene.Desk,
                new AssetId("BTC"), 0.01m);
        }
    }

    private static RiskRules Rules(Random random) => Books.Rules with
    {
        Liquidation = random.Next(4) == 0 ? null : new LiquidationRules
        {
            Order = (LiquidationOrder)random.Next(5), Scope = (LiquidationScope)random.Next(3),
            Pricing = (LiquidationPricing)random.Next(3), TargetRatio = 0.5m + (random.Next(6) / 10m),
            CloseShareMax = random.Next(2) == 0 ? 1m : 0.3m, FeeRate = random.Next(3) / 1_000m,
            Concession = random.Next(4) / 1_000m, SpreadToMaintenance = random.Next(2) / 10m,
            BackstopShare = random.Next(3) / 3m,
        },
    };

    private static void Move(Dictionary<FeedId, Price> prices, decimal factor)
    {
        foreach (var feed in Books.Universe.Feeds.Where(f => f.Beta != 0m))
        {
            prices[feed.Id] = new Price(Math.Max(0.01m, Decimals.FloorTo(prices[feed.Id].Value * factor, 0.01m)));
        }
    }
}
