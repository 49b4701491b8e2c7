using OrleansLeverage.Analytics.Performance;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Performance;

public sealed class TargetLeverageTests
{
    [Fact]
    public void KellyGrowsFastestAndTwiceKellyNotAtAll()
    {
        var full = TargetLeverage.Kelly(0.1, 0.6)!.Value;
        Assert.Equal(0.1 / 0.36, full, 1e-15);
        Assert.Equal(0.013888888888888892, TargetLeverage.KellyGrowth(1.0, 0.1, 0.6)!.Value, 1e-15);
        Assert.Equal(0.01041666666666667, TargetLeverage.KellyGrowth(0.5, 0.1, 0.6)!.Value, 1e-15);
        Assert.Equal(0.0, TargetLeverage.KellyGrowth(2.0, 0.1, 0.6)!.Value, 1e-15);
        foreach (var other in new[] { 0.9, 0.99, 1.01, 1.1 })
        {
            Assert.True(TargetLeverage.Growth(other * full, 0.1, 0.6) < TargetLeverage.Growth(full, 0.1, 0.6));
        }
    }

    [Theory]
    [InlineData(0.15, 0.6, 3, 0.25)]
    [InlineData(0.6, 0.15, 3, 3)]
    [InlineData(0.6, 0.15, 4, 4)]
    public void TheTargetIsMetUpToTheCap(double target, double forecast, double cap, double leverage) =>
        Assert.Equal(leverage, TargetLeverage.VolatilityTarget(target, forecast, cap)!.Value, 1e-14);

    [Theory]
    [InlineData(0.0)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void AVolatilityThatSaysNothingGivesNoLeverage(double volatility)
    {
        Assert.Null(TargetLeverage.Kelly(0.1, volatility));
        Assert.Null(TargetLeverage.KellyGrowth(1.0, 0.1, volatility));
        Assert.Null(TargetLeverage.VolatilityTarget(0.1, volatility, 3));
    }

    [Fact]
    public void NegativeTargetsAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TargetLeverage.VolatilityTarget(-0.1, 0.5, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => TargetLeverage.VolatilityTarget(0.1, 0.5, -3));
    }
}
