using OrleansLeverage.Analytics.Cppi;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Cppi;

/// <summary>Floors, caps and rules by hand; simulation against the closed forms; bad input.</summary>
public sealed class CppiTests
{
    [Fact]
    public void FloorsByHand()
    {
        double[] returns = [0.2, -0.1, 0.1];
        CppiPath Run(FloorRule rule) => CppiPath.Run(new CppiPolicy(2, 0.8) { Floor = rule }, 100, returns, [0.01]);
        Assert.All(Run(FloorRule.Fixed).Steps, step => Assert.Equal(80.0, step.Floor));
        Assert.Equal([80.0, 80.8, 81.608], Run(FloorRule.Accreting).Steps.Select(s => Math.Round(s.Floor, 10)));
        // 40 of 100 exposed: 100 + 8 + 0.6 = 108.6, the new high
        Assert.Equal([80.0, 86.88, 86.88], Run(FloorRule.Drawdown).Steps.Select(s => Math.Round(s.Floor, 10)));
        Assert.Equal([80.0, 86.88, 87.7488], Run(FloorRule.Ratchet).Steps.Select(s => Math.Round(s.Floor, 10)));
    }

    [Fact]
    public void TheCapHoldsAndBorrowingPays()
    {
        Assert.Equal(CppiState.Capped, CppiAllocation.Of(100, 50, 5, 2.0).State);
        var capped = CppiAllocation.Of(100, 50, 5, 2.0);
        Assert.Equal((200.0, 2.0), (capped.Exposure, capped.Weight));
        var path = CppiPath.Run(new CppiPolicy(5, 0.5) { LeverageCap = 2.0 }, 100, [0.0], [0.01]);
        Assert.Equal(99.0, path.End, 1e-12);
        var free = CppiPath.Run(new CppiPolicy(5, 0.5) { LeverageCap = null }, 100, [0.1], [0.0]);
        Assert.Equal(125.0, free.End, 1e-12);
    }

    [Fact]
    public void BandsAndLooksHoldTradesBackButALockDoesNot()
    {
        double[] returns = [0.02, 0.02, 0.02, 0.02];
        var every = CppiPath.Run(new CppiPolicy(3, 0.8), 100, returns, [0.0]);
        var banded = CppiPath.Run(new CppiPolicy(3, 0.8) { Band = 0.2 }, 100, returns, [0.0]);
        Assert.Single(banded.Steps, step => step.Turnover > 0.0);
        Assert.True(banded.Turnover < every.Turnover);
        var seldom = CppiPath.Run(new CppiPolicy(3, 0.8) { RebalanceEvery = 3 }, 100, returns, [0.0]);
        Assert.Equal([true, false, false, true], seldom.Steps.Select(step => step.Turnover > 0.0));
        var costly = CppiPath.Run(new CppiPolicy(3, 0.8) { CostRate = 0.01 }, 100, returns, [0.0]);
        Assert.True(costly.End < every.End);
        // −40 % at m = 3 goes through the floor: out at the next look though it is not due
        var gap = CppiPath.Run(new CppiPolicy(3, 0.8) { RebalanceEvery = 10 }, 100, [-0.4, 0.5, 0.5], [0.0]);
        Assert.True(gap is { Breached: true, Locked: true });
        Assert.Equal([60.0, 0.0, 0.0], gap.Steps.Select(step => Math.Round(step.Exposure, 10)));
        Assert.Equal(76.0, gap.End, 1e-12);
    }

    [Fact]
    public void RatesCanLiftALockedPortfolioOut()
    {
        var tracker = new CppiTracker(new CppiPolicy(4, 0.9), 100);
        Assert.Equal(CppiState.CashLock, tracker.Look(89, 40).Target.State);
        Assert.Equal(-40.0, new CppiTracker(new CppiPolicy(4, 0.9), 100).Look(89, 40).Trade);
        Assert.Equal(4.0, tracker.Look(91, 0).Target.Exposure, 1e-12);
        Assert.True(tracker.WasLocked);
    }

    /// <summary>A floor that grows at r, unlimited borrowing, no jumps: Balder, Brandl and Mahayni.</summary>
    [Fact]
    public void TheSimulationAgreesWithTheShortfallFormula()
    {
        var policy = new CppiPolicy(5, 0.8) { Floor = FloorRule.Accreting, LeverageCap = null };
        var ends = CppiSimulation.Run(policy, new CppiMarket(0.05, 0.02, 0.8), 100, 1, 12, 20_000, 1, 2);
        var expected = CppiRisk.Shortfall(5, 0.05, 0.02, 0.8, 1, 12);
        Assert.InRange(ends.BreachProbability, expected - (4 * ends.BreachError), expected + (4 * ends.BreachError));
    }

    [Fact]
    public void TheSimulationAgreesWithTheJumpFormula()
    {
        var policy = new CppiPolicy(4, 0.8) { Floor = FloorRule.Accreting, LeverageCap = null };
        var market = new CppiMarket(0, 0, 0.01) { JumpsPerYear = 1, JumpMean = -0.1, JumpDeviation = 0.15 };
        var ends = CppiSimulation.Run(policy, market, 100, 1, 365, 8_000, 2, 2);
        Assert.InRange(ends.BreachProbability, 0.1000609 - (4 * ends.BreachError) - 0.002,
            0.1000609 + (4 * ends.BreachError) + 0.002);
    }

    [Fact]
    public void ThreadsDoNotMatterAndSeedsDo()
    {
        var policy = new CppiPolicy(4, 0.85);
        var market = new CppiMarket(0.1, 0.02, 0.7) { JumpsPerYear = 3, JumpMean = -0.05, JumpDeviation = 0.1 };
        var one = CppiSimulation.Run(policy, market, 100, 0.5, 26, 1_000, 3);
        Assert.Equal(one, CppiSimulation.Run(policy, market, 100, 0.5, 26, 1_000, 3, workers: 4));
        Assert.NotEqual(one, CppiSimulation.Run(policy, market, 100, 0.5, 26, 1_000, 4));
        Assert.True(one.Q01 <= one.Q05 && one.Q05 <= one.Median && one.Median <= one.Q95);
    }

    [Theory]
    [InlineData(0.99, 0.8)]
    [InlineData(double.NaN, 0.8)]
    [InlineData(3, 1.0)]
    [InlineData(3, -0.1)]
    public void PoliciesThatInsureNothingAreRefused(double multiplier, double floor) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CppiPolicy(multiplier, floor));

    [Fact]
    public void OtherBadInputIsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => CppiRisk.ContinuousValue(100, 101, 3, 1, 0, 0.5, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => CppiRisk.LocalShortfall(3, 0, 0, 0, 0.1));
        Assert.Equal(0.0, CppiRisk.LocalShortfall(1, 0, 0, 0.5, 0.1));
        Assert.Equal(0.0, CppiRisk.JumpGap(1, 5, -0.5, 0.1, 1));
        Assert.Throws<ArgumentException>(() => CppiPath.Run(new CppiPolicy(3, 0.8), 100, [], [0.0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => CppiPath.Run(new CppiPolicy(3, 0.8), 100, [-1.5], [0.0]));
        Assert.Equal(2.69, CppiRisk.LargestMultiplier(0.372)!.Value, 0.005);
    }
}
