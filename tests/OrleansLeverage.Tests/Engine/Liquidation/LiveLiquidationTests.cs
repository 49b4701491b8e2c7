using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Tests.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Liquidation;

/// <summary>
/// A durable grid that liquidates by itself, by hand. One coin at 57,000 keeps 57,000·0.5 % − 50 = 235 of maintenance
/// margin, so a long with 1,000 from 60,000 fails below 59,246.23 and owes 2,000 at 57,000.
/// </summary>
public sealed class LiveLiquidationTests
{
    private static readonly RiskRules Whole = Books.Rules;

    private static readonly LiveLiquidation Deleverages = new() { Desk = LiveScene.Desk };

    private static readonly LiveLiquidation Shares = Deleverages with { Residual = ResidualLoss.ShareByGain };

    [Fact]
    public async Task WithoutBeingAskedNothingIsClosed()
    {
        await using var scene = await Scene(Whole, null, fund: 5_000m);
        await scene.Move(57_000m);
        Assert.Equal((1m, 1_000m), (await scene.Held("long"), await scene.Bench.Usd("long")));
    }

    /// <summary>At 59,200 the account has 200 left, and a fee of 0.1 % of the price goes to the fund.</summary>
    [Fact]
    public async Task TheDeskTakesOverUnderTheRulesInForceAndTheFeeGoesToTheFund()
    {
        var rules = Whole with { Liquidation = new LiquidationRules { FeeRate = 0.001m } };
        await using var scene = await Scene(rules, Deleverages, fund: 5_000m);
        await scene.Move(59_200m);
        Assert.Equal((0m, 1m), (await scene.Held("long"), await scene.Held("desk")));
        Assert.Equal(200m - 59.2m, await scene.Bench.Usd("long"));
        Assert.Equal(5_059.2m, await scene.FundNow());
        Assert.Equal(new LiquidationTotals(1, 1, 0, 0), scene.Bench.Grid.Liquidations);
        Assert.Equal([new LiquidatedNotional(LiveScene.Market, 1, 59_200m)],
            scene.Bench.Grid.Telemetry.Liquidated);
        Assert.Empty(scene.Bench.Grid.Books().Unbalanced);
    }

    /// <summary>A partial rule closes the fewest lots that bring the ratio to the target.</summary>
    [Fact]
    public async Task OnlyAsMuchIsClosedAsTheRulesAsk()
    {
        var rules = Whole with
        {
            Liquidation = new LiquidationRules { Scope = LiquidationScope.ToTarget, TargetRatio = 0.8m },
        };
        await using var scene = await Scene(rules, Deleverages, fund: 0m);
        await scene.Move(59_200m);
        var held = await scene.Held("long");
        // equity stays 200: 0.8·200 = 160 = n·0.4 % of the first bracket, 40,000 of notional, in lots of 0.0001
        Assert.Equal(Decimals.FloorTo(40_000m / 59_200m, 0.0001m), held);
        await scene.Move(59_200m);
        Assert.Equal(held, await scene.Held("long"));
    }

    [Fact]
    public async Task WhatTheAccountCannotPayTheFundPays()
    {
        await using var scene = await Scene(Whole, Deleverages, fund: 5_000m);
        await scene.Move(57_000m);
        Assert.Equal((0m, 0m), (await scene.Held("long"), await scene.Bench.Usd("long")));
        Assert.Equal(3_000m, await scene.FundNow());
        Assert.Empty(scene.Bench.Grid.Books().Unbalanced);
        await scene.Move(57_000m);
        Assert.Equal(3_000m, await scene.FundNow());
    }

    [Fact]
    public async Task WhatTheFundCannotPayWaitsForDeleveragingAndWritesNothingMeanwhile()
    {
        await using var scene = await Scene(Whole, Deleverages, fund: 1_500m);
        await scene.Move(57_000m);
        Assert.Equal((1m, 1_500m), (await scene.Held("long"), await scene.FundNow()));
        var condition = (await scene.Bench.Grid.Deleveraging.ConditionAsync(LiveScene.Market))!;
        Assert.Equal((true, 500m), (condition.IsDue, condition.ToStop));
        var hash = await scene.Bench.Grid.StateHashAsync();
        await scene.Move(57_000m);
        await scene.Move(57_000m);
        Assert.Equal(hash, await scene.Bench.Grid.StateHashAsync());

        var order = new DeleveragingOrder(scene.Bench.NextId(), LiveScene.Market, new AccountId("long"),
            new DeleveragingRule(), "operator");
        Assert.Equal(DeleveragingStatus.Armed, (await scene.Bench.Grid.Deleveraging.ArmAsync(order)).Status);
        var done = await scene.Bench.Grid.Deleveraging.ExecuteAsync(order.Plan, LiveScene.Market, "operator");
        Assert.Equal(DeleveragingStatus.Completed, done.Status);
        Assert.Equal((0m, 0m), (await scene.Held("long"), await scene.Bench.Usd("long")));
    }

    /// <summary>
    /// 2,000 are owed and 800 are in the fund: of the 1,200 that are missing, who gains 9,000 pays 900 and who gains
    /// 3,000 pays 300.
    /// </summary>
    [Fact]
    public async Task OrWinnersShareItInProportionToTheirGain()
    {
        await using var scene = await Scene(Whole, Shares, fund: 800m);
        await scene.Import("other", 50_000m, -1m);
        await scene.Move(57_000m);
        Assert.Equal((0m, 0m), (await scene.Held("long"), await scene.Bench.Usd("long")));
        Assert.Equal(50_000m - 900m, await scene.Bench.Usd("short"));
        Assert.Equal(50_000m - 300m, await scene.Bench.Usd("other"));
        Assert.Equal((0m, 2L), (await scene.FundNow(), scene.Bench.Grid.Liquidations.Shared));
        Assert.Empty(scene.Bench.Grid.Books().Unbalanced);
    }

    [Fact]
    public async Task ADeskThatCannotCarryItRefusesAndIsAskedAgain()
    {
        await using var scene = await Scene(Whole, Deleverages, fund: 5_000m, desk: 1m);
        await scene.Move(57_000m);
        Assert.Equal((1m, 5_000m), (await scene.Held("long"), await scene.FundNow()));
        await scene.Applied(new Deposit(scene.Bench.NextId(), LiveScene.Desk, AssetId.Usd, 100_000m));
        await scene.Move(57_000m);
        Assert.Equal((0m, 3_000m), (await scene.Held("long"), await scene.FundNow()));
    }

    /// <summary>Owing USD and having a coin: the coin is sold to the desk at the mark.</summary>
    [Fact]
    public async Task AClosedAccountPaysFromItsOtherCoinsFirst()
    {
        await using var scene = await Scene(Whole, Deleverages, fund: 5_000m);
        var coin = new ImportedBalance(new AssetId("ETH"), 0.3m);
        await scene.Applied(new ImportAccount(scene.Bench.NextId(), new AccountId("rich"),
            [new ImportedBalance(AssetId.Usd, 2_100m), coin],
            [new ImportedPosition(LiveScene.Market, new Quantity(1m), new Price(60_000m))]));
        await scene.Move(57_000m);
        // 900 USD are owed after the close; 0.3 ETH are worth 900
        var balances = (await scene.Bench.Grid.AccountAsync(new AccountId("rich")))!.Balances;
        Assert.Equal((0m, 0m), (await scene.Held("rich"), balances.Sum(b => b.Amount)));
        Assert.Equal(3_000m, await scene.FundNow());
        Assert.Empty(scene.Bench.Grid.Books().Unbalanced);
    }

    /// <summary>
    /// The store fails at any call from the fall on, and the process is killed there: what comes back finishes what is
    /// left, once, and its books are those of a grid to which nothing happened.
    /// </summary>
    [Fact]
    public async Task KilledAtAnyWriteItIsDoneOnceAndWholly()
    {
        const int InputOutputError = 10;
        string expected;
        await using (var whole = await Scene(Whole, Shares, fund: 800m))
        {
            await whole.Move(57_000m);
            await whole.Move(57_000m);
            expected = await Told(whole.Bench.Grid);
        }
        var (calls, most) = (0, 0);
        for (var failsAt = 1; failsAt == 1 || failsAt <= most; failsAt++)
        {
            await using var scene = await Scene(Whole, Shares, fund: 800m);
            calls = 0;
            scene.Bench.Fault = (_, _) => Interlocked.Increment(ref calls) >= failsAt ? InputOutputError : 0;
            try
            {
                await scene.Move(57_000m);
            }
            catch (Exception broken) when (broken is IOException or TimeoutException)
            {
                // the store is gone: so is the process
            }
            most = Math.Max(most, Math.Min(calls, 24));
            scene.Bench.Fault = (_, _) => 0;
            await using var again = scene.Bench.OpenCopy();
            scene.Bench.Time.Advance(60_000);
            await scene.Move(again, 57_000m);
            await scene.Move(again, 57_000m);
            Assert.Equal((failsAt, expected), (failsAt, await Told(again)));
            Assert.Empty(again.Books().Unbalanced);
        }
        Assert.True(most >= 3, $"{most} calls");
    }

    [Fact]
    public void SettingsThatMeanNothingAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => (Deleverages with { AccountsAtOnce = 0 }).Check());
        Assert.Throws<ArgumentOutOfRangeException>(() => (Deleverages with { Desk = default }).Check());
        Assert.Throws<ArgumentOutOfRangeException>(() => (Deleverages with { Residual = (ResidualLoss)9 }).Check());
    }

    private static async Task<string> Told(OrleansLeverage.Engine.Embedded.EmbeddedGrid grid)
    {
        var words = new List<string>();
        foreach (var name in new[] { "long", "short", "desk" })
        {
            var account = (await grid.AccountAsync(new AccountId(name)))!;
            words.Add($"{name} {Decimals.Text(account.Balances.Sum(b => b.Amount))} "
                + $"{Decimals.Text(account.Positions.Sum(p => p.Position.Quantity.Value))}");
        }
        return string.Join("; ", words);
    }

    private static async Task<LiveScene> Scene(RiskRules rules, LiveLiquidation? liquidation, decimal fund,
        decimal desk = 1_000_000m)
    {
        var scene = new LiveScene(rules, liquidation);
        await scene.Move(60_000m);
        await scene.Import("desk", desk);
        await scene.Import("long", 1_000m, 1m);
        await scene.Import("short", 50_000m, -3m);
        if (fund > 0m)
        {
            await scene.Fund(fund);
        }
        return scene;
    }
}
