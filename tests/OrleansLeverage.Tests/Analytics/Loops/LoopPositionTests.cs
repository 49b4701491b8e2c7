using OrleansLeverage.Analytics.Loops;
using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Loops;

/// <summary>Depeg, unwinding, rates that answer, options sold for yield.</summary>
public sealed class LoopPositionTests
{
    [Theory]
    [InlineData(0.8, 3)]
    [InlineData(0.9, 10)]
    [InlineData(0.5, 1)]
    public void UnwindingTakesAsManyRoundsAsTheFormulaSays(double ltv, int loops)
    {
        var loop = new RecursiveLoop(ltv, loops);
        var rounds = new LoopPosition(loop.Leverage, loop.Debt, Math.Min(1.0, ltv + 0.05)).Unwind(ltv)!;
        Assert.Equal(loop.UnwindRounds(ltv), rounds.Count);
        Assert.Equal(0.0, rounds[^1].Debt, 1e-9);
        Assert.Equal(1.0, rounds[^1].Collateral, 1e-9);
        Assert.All(rounds.SkipLast(1), round =>
            Assert.Equal(ltv, (round.Debt + round.Repaid) / round.Collateral, 1e-9));
    }

    [Fact]
    public void SlippageAndGasCostWhatTheyTake()
    {
        var loop = new RecursiveLoop(0.8, 4);
        var costly = new LoopPosition(loop.Leverage, loop.Debt, 0.85) { Slippage = 0.01, GasPerRound = 0.001 };
        var rounds = costly.Unwind(0.83)!;
        var sold = rounds.Sum(round => round.Withdrawn);
        Assert.Equal(loop.Debt + (0.001 * rounds.Count), sold * 0.99, 1e-9);
        Assert.Null(new LoopPosition(loop.Leverage, loop.Debt, 0.85).Unwind(loop.Debt / loop.Leverage * 0.999));
        Assert.Null(new LoopPosition(loop.Leverage, loop.Debt, 0.85) { GasPerRound = 10 }.Unwind(0.84));
    }

    [Fact]
    public void TheOracleLiquidatesAndTheMarketPays()
    {
        // 10 of collateral, 9 of debt, threshold 95 %: liquidated at 9 / 9.5
        var position = new LoopPosition(10, 9, 0.95);
        Assert.Equal(9 / 9.5, position.LiquidationPrice!.Value, 1e-12);
        Assert.Equal(1 - (9 / 9.5), position.DropToLiquidation!.Value, 1e-12);
        var depegged = position with { MarketPrice = 0.88 };
        Assert.True(depegged is { IsTrapped: true, IsLiquidatedByOracle: false });
        Assert.Equal(-0.2, depegged.ExitEquity, 1e-12);
        Assert.Equal(1.0, depegged.OracleEquity, 1e-12);
        var seen = position with { OraclePrice = 0.94, MarketPrice = 0.97 };
        Assert.True(seen is { IsTrapped: false, IsLiquidatedByOracle: true });
        Assert.Equal(0.9, position.ExitBreakEven, 1e-12);
        Assert.Null(new LoopPosition(1, 0, 0.9).LiquidationPrice);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LoopPosition(0, 1, 0.9));
    }

    [Fact]
    public void RatesRiseWithWhatTheLoopItselfBorrows()
    {
        var pool = new LendingMarket(1_000, 700) { BaseRate = 0.01, Slope1 = 0.04, Slope2 = 0.60, Kink = 0.8 };
        Assert.Equal(0.01 + (0.04 * 0.7 / 0.8), pool.BorrowRate, 1e-12);
        Assert.Equal(pool.BorrowRate * 0.7 * 0.9, pool.SupplyRate, 1e-12);
        Assert.Equal(0.05 + (0.60 * 0.1 / 0.2), pool.Borrow(200)!.BorrowRate, 1e-12);
        Assert.Null(pool.Borrow(301));
        var small = LoopFeedback.Of(1, 0.8, 5, 0.06, pool);
        var large = LoopFeedback.Of(100, 0.8, 5, 0.06, pool);
        Assert.True(large.BorrowRate > small.BorrowRate && large.NetApy < small.NetApy);
        Assert.Null(LoopFeedback.Of(1_000, 0.8, 5, 0.06, pool).NetApy);
        var bestSmall = LoopFeedback.Best(1, 0.8, 20, 0.06, pool);
        var bestLarge = LoopFeedback.Best(100, 0.8, 20, 0.06, pool);
        Assert.Equal(20, bestSmall.Loops);
        Assert.InRange(bestLarge.Loops, 1, 5);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LendingMarket(100, 101));
    }

    [Fact]
    public void ACoveredCallWithDebtIsLiquidatedBelowAndAnUncoveredOneAbove()
    {
        var call = new EuropeanOption(OptionRight.Call, 100, 110, 30 / 365.0, 0.6);
        var covered = new OptionYield { Option = call, Contracts = 1, Coins = 1, Cash = -60 };
        var (below, above) = covered.LiquidationPrices();
        Assert.Null(above);
        Assert.Equal(covered.Maintenance(below!.Value), covered.Equity(below.Value), 1e-6);
        Assert.InRange(below.Value, 60.0, 75.0);
        var naked = new OptionYield { Option = call, Contracts = 1, Cash = 40 };
        (below, above) = naked.LiquidationPrices();
        Assert.Null(below);
        Assert.Equal(naked.Maintenance(above!.Value), naked.Equity(above.Value), 1e-6);
        Assert.True(covered.YieldPerYear > 0.0);
        Assert.Equal(100 - covered.Premium, covered.BreakEven, 1e-12);
        Assert.Equal((100.0, 100.0), new OptionYield { Option = call, Contracts = 1 }.LiquidationPrices());
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new OptionYield { Option = call, Contracts = 0 }.LiquidationPrices());
    }
}
