using OrleansLeverage.Analytics.Performance;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Performance;

/// <summary>What a ratio is where it does not exist, and the drawdown family by hand.</summary>
public sealed class RatioPolicyTests
{
    private const double Missing = double.NaN;

    [Fact]
    public void WithoutTwoReturnsOrWithoutVariationThereIsNoRatio()
    {
        double[][] series = [[], [0.01], [Missing, 0.01], [0.1, 0.1, 0.1], [0.1, Missing, 0.1]];
        foreach (var returns in series)
        {
            Assert.Null(PerformanceRatios.Sharpe(returns, [0.0], 365));
            Assert.Null(PerformanceRatios.Sortino(returns, [0.0], 365));
            Assert.Null(PerformanceRatios.Omega(returns, [0.0], 0.0, 365));
            Assert.Null(PerformanceRatios.Calmar(returns, 365));
            Assert.Null(PerformanceRatios.HalfKelly(returns, [0.0]));
            Assert.Null(new RelativePerformance(returns, returns, 365).Beta);
            Assert.Null(new RelativePerformance(returns, returns, 365).InformationRatio);
        }
    }

    [Fact]
    public void MissingIsLeftOutAndInfiniteIsRefused()
    {
        Assert.Equal(SampleMoments.Of([1.0, 3.0]), SampleMoments.Of([Missing, 1.0, Missing, 3.0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SampleMoments.Of([1.0, double.PositiveInfinity]));
        Assert.Throws<ArgumentException>(() => new RelativePerformance([0.1], [0.1, 0.2], 12));
        Assert.Throws<ArgumentOutOfRangeException>(() => PerformanceRatios.AnnualReturn([0.1], 0));
    }

    [Fact]
    public void OnlyPeriodsThatBothHaveAreCompared()
    {
        var both = new RelativePerformance([0.01, Missing, 0.03, 0.02], [0.02, 0.5, Missing, 0.01], 12);
        Assert.Equal(2, both.Count);
        Assert.Equal(new RelativePerformance([0.01, 0.02], [0.02, 0.01], 12).TrackingError, both.TrackingError);
    }

    [Fact]
    public void TheDrawdownFamilyByHand()
    {
        // values 1.1, .99, 1.21, .605, .726
        var family = Drawdowns.Of([0.1, -0.1, 0.2222222222222222, -0.5, 0.2]);
        Assert.Equal(0.5, family.Max!.Value, 1e-12);
        Assert.Equal(0.3, family.Average!.Value, 1e-12);
        Assert.Equal((2, 2), (family.Episodes, family.Longest));
        Assert.Equal(0.4, family.Current!.Value, 1e-12);
        Assert.Equal((0.1 + 0.5 + 0.4) / 5, family.Pain!.Value, 1e-12);
        Assert.Equal(Math.Sqrt((0.01 + 0.25 + 0.16) / 5), family.Ulcer!.Value, 1e-12);
        Assert.Equal(new Drawdowns(null, null, 0, 0, null, null, null), Drawdowns.Of([Missing]));
        Assert.Equal(0.0, Drawdowns.Of([0.1, 0.2]).Max);
    }

    [Fact]
    public void ProductsThatAreResetLessOftenAndPayLessDriftFurther()
    {
        double[] returns = [0.05, -0.04, 0.03, -0.06, 0.02, 0.01];
        var daily = LeveragedTrack.Of(3, returns, 365);
        Assert.Equal(daily.Frictionless, daily.Exact, 1e-12);
        Assert.Equal(0.0, daily.TrackingError!.Value, 1e-12);
        var slow = LeveragedTrack.Of(3, returns, 365, resetEvery: 3);
        // 1·(1 + 3·(1.05·0.96·1.03 − 1)) twice over
        var expected = (1 + (3 * ((1.05 * 0.96 * 1.03) - 1))) * (1 + (3 * ((0.94 * 1.02 * 1.01) - 1)));
        Assert.Equal(expected, slow.Exact, 1e-12);
        Assert.True(slow.TrackingError > 0.0 && slow.LeverageMax > daily.Beta);
        Assert.True(LeveragedTrack.Of(3, returns, 365, financing: 0.001).Exact < daily.Exact);
        Assert.True(LeveragedTrack.Of(3, returns, 365, costRate: 0.001).Exact < daily.Exact);
        Assert.Null(LeveragedTrack.Of(3, [0.1, -0.4], 365).LeverageMax);
        Assert.Equal(0.0, LeveragedTrack.Of(3, [0.1, -0.4], 365).Exact);
    }
}
