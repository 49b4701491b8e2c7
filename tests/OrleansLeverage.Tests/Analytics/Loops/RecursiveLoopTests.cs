using OrleansLeverage.Analytics.Loops;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Loops;

/// <summary>Anchors of quant reference §13, and a ledger that really lends and borrows.</summary>
public sealed class RecursiveLoopTests
{
    [Theory]
    [InlineData(0.75, 5, 0.80, 0.035, 0.025, 3.288086, 1.149637, 0.05788086, 0.130160)]
    [InlineData(0.93, 8, 0.95, 0.031, 0.035, 6.851270, 1.112358, 0.00759492, 0.101009)]
    public void PublishedAnchors(
        double ltv, int loops, double threshold, double supply, double borrow, double leverage, double health,
        double apy, double drop)
    {
        RecursiveLoop loop = new(ltv, loops);
        Assert.Equal(leverage, loop.Leverage, 1e-6);
        Assert.Equal(health, loop.HealthFactor(threshold)!.Value, 1e-6);
        Assert.Equal(apy, loop.NetApy(supply, borrow), 1e-8);
        Assert.Equal(drop, loop.DropToLiquidation(threshold)!.Value, 1e-6);
    }

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(0.86, 7)]
    [InlineData(0.93, 30)]
    [InlineData(0.999, 400)]
    [InlineData(1e-9, 3)]
    public void ALedgerLendsAndBorrowsTheSame(double ltv, int loops)
    {
        var (collateral, debt, cash) = (0m, 0m, 1m);
        for (var i = 0; i <= loops; i++)
        {
            collateral += cash;
            cash = i < loops ? cash * (decimal)ltv : 0m;
            debt += cash;
        }
        RecursiveLoop loop = new(ltv, loops);
        Assert.Equal((double)collateral, loop.Leverage, (double)collateral * 1e-12);
        Assert.Equal((double)debt, loop.Debt, (double)debt * 1e-12);
        Assert.True(loop.Leverage <= loop.MaxLeverage);
    }

    [Fact]
    public void AtTheDropTheHealthFactorIsOne()
    {
        RecursiveLoop loop = new(0.8, 6);
        var drop = loop.DropToLiquidation(0.85)!.Value;
        Assert.Equal(1.0, 0.85 * loop.Leverage * (1.0 - drop) / loop.Debt, 1e-12);
    }

    [Fact]
    public void WhereBorrowingCostsMoreEveryLoopLosesYield()
    {
        var apys = Enumerable.Range(0, 9).Select(n => new RecursiveLoop(0.93, n).NetApy(0.031, 0.035)).ToList();
        Assert.Equal(0.031, apys[0], 1e-15);
        Assert.True(apys.Zip(apys.Skip(1)).All(pair => pair.Second < pair.First));
        var breakEven = new RecursiveLoop(0.93, 8).BreakEvenBorrowApy(0.031)!.Value;
        Assert.Equal(0.036298, breakEven, 1e-6);
        Assert.Equal(0.0, new RecursiveLoop(0.93, 8).NetApy(0.031, breakEven), 1e-15);
    }

    [Fact]
    public void WithoutDebtNothingCanBeLiquidated()
    {
        RecursiveLoop loop = new(0.8, 0);
        Assert.Equal((1.0, 0.0), (loop.Leverage, loop.Debt));
        Assert.Null(loop.HealthFactor(0.85));
        Assert.Null(loop.DropToLiquidation(0.85));
        Assert.Null(loop.BreakEvenBorrowApy(0.03));
        Assert.Equal(0, loop.UnwindRounds(0.8));
    }

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(0.75, 5)]
    [InlineData(0.9, 10)]
    [InlineData(0.93, 25)]
    public void UnwindingAtTheSameShareTakesAsManyRoundsAsLooping(double ltv, int loops) =>
        Assert.Equal(loops, new RecursiveLoop(ltv, loops).UnwindRounds(ltv));

    [Fact]
    public void AHigherDebtThanTheTargetAllowsCannotUnwind() =>
        Assert.Null(new RecursiveLoop(0.9, 10).UnwindRounds(0.5));

    [Theory]
    [InlineData(1.0, 1)]
    [InlineData(-0.1, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(0.5, -1)]
    [InlineData(0.5, RecursiveLoop.LoopsMax + 1)]
    public void WhatDoesNotConvergeIsRefused(double ltv, int loops) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RecursiveLoop(ltv, loops));
}
