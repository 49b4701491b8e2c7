using OrleansLeverage.Analytics.Cascade;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Cascade;

/// <summary>The acceptance list of quant reference §22, point by point, in scenes small enough to follow.</summary>
public sealed class CascadeSimulatorTests
{
    private const decimal Rate = 0.005m;

    private static readonly CascadeSettings Whole = Sure(0.1) with
    {
        Liquidation = LiquidationStyle.Whole, Deleveraging = DeleveragingStyle.None,
    };

    /// <summary>
    /// Point 1. Accounts on the published ladder, sub- and supercritical: the same accounts fall in as many rounds, and
    /// the price ends where the fixed point is.
    /// </summary>
    [Theory]
    [InlineData(97.5, 0.1, 1)]
    [InlineData(94.5, 0.1, 1)]
    [InlineData(94.5, 0.19, 1)]
    [InlineData(97.5, 0.3, 1)]
    [InlineData(99.0, 0.3, 0)]
    public void ALadderOfAccountsFallsAsTheLadderDoes(double shocked, double lambda, int atLeast)
    {
        var scene = new CascadeScene(Rate, 100m);
        for (var price = 98m; price >= 60m; price -= 2m)
        {
            scene.Rung(price, 10m, Rate);
        }
        var ladder = LiquidationLadder.Even(98m, 96m, 60m, 10m);
        var expected = ladder.Run(100m, 1m - (decimal)shocked / 100m, (decimal)lambda);
        // a fraction of the shocked price here is a price there
        var market = CascadeScene.Ladder(100.0, lambda) with { Depth = 100.0 * shocked / lambda };
        var outcome = scene.Run(Whole with { Markets = [market] }, [100.0], [shocked]);
        Assert.Equal((expected.Liquidated, expected.Rounds), (outcome.Triggers.Count, outcome.Rounds));
        Assert.True(expected.Liquidated >= atLeast);
        Assert.Equal((double)expected.FinalPrice, outcome.Ticks[1].OwnPrices[0], 1e-9);
        Assert.True(outcome.IsSettled);
    }

    /// <summary>At the knife's edge the doubles say nothing and the decimals decide: the line itself is safe.</summary>
    [Fact]
    public void OnTheLineNobodyIsLiquidatedAndATickBelowEverybodyIs()
    {
        var scene = new CascadeScene(Rate, 100m);
        for (var i = 0; i < 50; i++)
        {
            scene.Rung(90.1m, 0.1m * (i + 1), Rate);
        }
        Assert.Empty(scene.Run(Whole with { Markets = [CascadeScene.Ladder(90.1, 1e-9)] }, [90.1]).Triggers);
        Assert.Equal(50, scene.Run(Whole with { Markets = [CascadeScene.Ladder(90.1, 1e-9)] }, [90.0999]).Triggers
            .Count);
    }

    /// <summary>Point 3. The fund pays first, winners only what it cannot, and nobody before somebody is bankrupt.
    /// </summary>
    [Fact]
    public void TheFundPaysFirstThenWinnersThenNobody()
    {
        // the long owes 1000 at 80: ten units entered at 100, no money; the short has won 400
        CascadeScene Scene() => new CascadeScene(Rate, 100m).Add(1m, 50m).Add(1_000m, -20m);
        CascadeOutcome Run(double fund, DeleveragingStyle style) => Scene().Run(Whole with
        {
            Markets = [CascadeScene.Ladder(100.0, 1e-12)], InsuranceFund = fund, Deleveraging = style,
        }, [80.0]);
        var paid = Run(2_000.0, DeleveragingStyle.Haircut);
        Assert.Equal((1, 0), (paid.Triggers.Count, paid.Ticks[0].Deleveraged));
        Assert.Equal(2_000.0 - 999.0 + paid.Fees, paid.FundAfter, 1e-6 + paid.Fees);
        var part = Run(700.0, DeleveragingStyle.Haircut);
        Assert.Equal(0.0, part.FundAfter, 1e-9);
        Assert.Equal(1, part.Ticks[0].Deleveraged);
        Assert.Equal(part.Deficit - part.FundPaid, part.DeleveragedAmount, 1e-6);
        Assert.Equal(0.0, part.BadDebt, 1e-9);
        Assert.Equal(0.0, part.Overshoot, 1e-9);
        var broke = Run(0.0, DeleveragingStyle.Haircut);
        Assert.Equal(400.0, broke.DeleveragedAmount, 1e-9);
        Assert.Equal(broke.Deficit - broke.FundPaid - 400.0, broke.BadDebt, 1e-6);
        var alone = Run(0.0, DeleveragingStyle.None);
        Assert.Equal((0, 0.0), (alone.Ticks[0].Deleveraged, alone.DeleveragedAmount));
        Assert.Equal(alone.Deficit - alone.FundPaid, alone.BadDebt, 1e-6);
    }

    /// <summary>
    /// Point 3. By contracts the bankrupt is closed against the winner one to one, at the price that leaves it nothing,
    /// and the book buys nothing of it.
    /// </summary>
    [Fact]
    public void ByContractsTheBankruptEndsWithNothingAndTheWinnerWithTheRest()
    {
        var scene = new CascadeScene(Rate, 100m).Add(100m, 10m).Add(1_000m, -30m).Add(1_000m, -30m, entry: 90m);
        var settings = Whole with
        {
            Markets = [CascadeScene.Ladder(100.0, 0.01)], Deleveraging = DeleveragingStyle.Contracts,
        };
        var outcome = scene.Run(settings, [85.0]);
        Assert.Single(outcome.Triggers);
        Assert.Equal((1, 1), (outcome.Ticks[0].Liquidations, outcome.Ticks[0].Deleveraged));
        // equity 100 − 150 = −50 over 10 units: closed at 90, where the winner forgoes 5 a unit
        Assert.Equal(50.0, outcome.DeleveragedAmount, 1e-9);
        Assert.Equal(0.0, outcome.Ticks[0].Liquidated, 1e-9);
        Assert.Equal(85.0, outcome.Ticks[0].OwnPrices[0], 1e-9);
        Assert.Equal(0.0, outcome.BadDebt, 1e-9);
    }

    /// <summary>Point 4. Depth falls with volatility, and prices recover in part.</summary>
    [Fact]
    public void DepthFallsWithVolatilityAndPricesRecoverInPart()
    {
        var scene = new CascadeScene(Rate, 100m).Rung(94m, 100m, Rate);
        var market = new CascadeMarket { Depth = 100_000.0, PermanentShare = 0.25, RecoveryPerTick = 0.5 };
        var calm = Whole with { Markets = [market with { DepthExponent = 0.0 }] };
        double[][] gap = [[100.0], [93.0], .. Enumerable.Repeat<double[]>([93.0], 40)];
        var constant = scene.Run(calm, gap);
        double[][] rough = [[100.0], [97.0], [100.0], [97.0], [100.0], [93.0], .. gap[2..]];
        var shallow = scene.Run(calm with { Markets = [market] }, rough);
        var fall = 1.0 - constant.Ticks[1].OwnPrices[0] / 93.0;
        Assert.Equal(100.0 * 100.0 / 100_000.0, fall, 1e-12);
        Assert.True(1.0 - shallow.Ticks[5].OwnPrices[0] / 93.0 > 5.0 * fall);
        Assert.Equal(fall * 0.25, 1.0 - constant.Ticks[^1].OwnPrices[0] / 93.0, 1e-9);
    }

    /// <summary>
    /// Point 5. Coins that fall on one venue pull down who holds them as collateral; a median of venues does not see
    /// that, and the outcome is another one.
    /// </summary>
    [Fact]
    public void CollateralThatFallsOnOneVenueSpreadsUnlessTheOracleLooksElsewhere()
    {
        CascadeScene Scene()
        {
            var scene = new CascadeScene(Rate, 100m, 50m);
            scene.Add(100m, 400m, market: 0);
            for (var i = 0; i < 20; i++)
            {
                // collateral in A, levered in B, which does not move at all
                scene.Add(0m, 100m, market: 1, coins: 0.285m + 0.003m * i);
            }
            return scene;
        }
        var settings = Whole with { Markets = [CascadeScene.Ladder(100.0, 0.05), CascadeScene.Ladder(50.0, 1e-9)] };
        var own = Scene().Run(settings, [100.0, 50.0], [99.0, 50.0]);
        var median = Scene().Run(settings with { Oracle = OraclePolicy.MedianOfVenues }, [100.0, 50.0], [99.0, 50.0]);
        Assert.True(own.Triggers.Count >= 4 * median.Triggers.Count,
            $"{own.Triggers.Count} by the own book, {median.Triggers.Count} by the median");
        Assert.True(own.Ticks[1].Marks[0] < median.Ticks[1].Marks[0]);
        Assert.Equal(own.Ticks[1].Marks[0], own.Ticks[1].OwnPrices[0]);
    }

    /// <summary>A slice restores the margin and no more; whole accounts sell more.</summary>
    [Fact]
    public void SlicesSellLessThanWholeAccounts()
    {
        CascadeScene Scene() => new CascadeScene(0.05m, 100m).Add(600m, 100m).Add(680m, 100m).Add(650m, 100m);
        var market = CascadeScene.Ladder(100.0, 1e-6);
        var slice = Scene().Run(Whole with { Markets = [market], Liquidation = LiquidationStyle.Slice }, [98.0]);
        var whole = Scene().Run(Whole with { Markets = [market] }, [98.0]);
        Assert.True(slice.LiquidatedNotional < 0.8 * whole.LiquidatedNotional);
        Assert.All(slice.Triggers, t => Assert.InRange(t.Share, 0.1, 0.999));
        Assert.Equal(3 * 100.0 * 98.0, whole.LiquidatedNotional, 1.0);
    }

    /// <summary>Funding alone can liquidate, and longs pay what shorts get.</summary>
    [Fact]
    public void FundingMovesMoneyFromLongsToShorts()
    {
        var scene = new CascadeScene(Rate, 100m).Add(60m, 10m).Add(60m, -10m);
        var settings = Whole with
        {
            Markets = [CascadeScene.Ladder(100.0, 1e-9)], Funding = new CascadeFunding(2, 0.03),
        };
        var path = Enumerable.Repeat<double[]>([100.0], 8).ToArray();
        var outcome = scene.Run(settings, path);
        var trigger = Assert.Single(outcome.Triggers);
        // 60 − 30 at tick 2, 0 at tick 4: below the 5 of maintenance
        Assert.Equal((4, 0), (trigger.Tick, trigger.Bucket));
        Assert.Empty(scene.Run(settings with { Funding = null }, path).Triggers);
    }

    [Fact]
    public void WhatCannotBeSimulatedIsRefused()
    {
        var scene = new CascadeScene(Rate, 100m).Add(1_000m, 1m);
        Assert.Throws<ArgumentException>(() => scene.Run(Sure(0.1), [0.0]));
        Assert.Throws<ArgumentException>(() => scene.Run(Sure(0.1), [1.0, 2.0]));
        Assert.Throws<ArgumentException>(() => scene.Run(Sure(0.1), [double.NaN]));
        Assert.Throws<FormatException>(() => scene.Run(Sure(0.1) with { Markets = [] }, [1.0]));
        Assert.Throws<FormatException>(() => scene.Run(Sure(0.1) with { TargetRatio = 0.9 }, [1.0]));
        Assert.Throws<FormatException>(() => scene.Run(Sure(0.1) with { InsuranceFund = -1.0 }, [1.0]));
        Assert.Throws<FormatException>(() => scene.Run(Sure(0.1) with { FeeRate = double.NaN }, [1.0]));
        Assert.Throws<FormatException>(() => scene.Run(Sure(-0.1), [1.0]));
    }

    /// <summary>A rule that takes more than a winner has is found out, not followed.</summary>
    [Fact]
    public void ARuleThatTakesMoreThanThereIsIsRefused()
    {
        var scene = new CascadeScene(Rate, 100m).Add(1m, 50m).Add(1_000m, -20m);
        Assert.Throws<InvalidOperationException>(() => scene.Run(Whole with
        {
            Markets = [CascadeScene.Ladder(100.0, 1e-12)], Deleveraging = DeleveragingStyle.Haircut,
            Rule = (deficit, winners) => [.. winners.Select(w => w.Profit * 2.0)],
        }, [80.0]));
    }

    private static CascadeSettings Sure(double lambda) => new()
    {
        Markets = [CascadeScene.Ladder(100.0, lambda)], FeeRate = 0.0,
    };
}
