using OrleansLeverage.Analytics.Performance;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Performance;

public sealed class LeveragedProductTests
{
    private static readonly double[] UpDown = [0.1, -1.0 / 11.0];

    [Theory]
    [InlineData(2, 0.9818181818181817, 0.981996)]
    [InlineData(3, 0.9454545454545455, 0.946955)]
    [InlineData(-1, 0.9818181818181817, 0.981996)]
    public void PublishedAnchors(double beta, double exact, double approximate)
    {
        Assert.Equal(exact, LeveragedProduct.Growth(beta, UpDown), 1e-14);
        Assert.Equal(approximate, LeveragedProduct.AvellanedaZhang(beta, UpDown)!.Value, 1e-6);
        Assert.Equal(1.0, LeveragedProduct.Growth(1.0, UpDown), 1e-14);
    }

    [Fact]
    public void LargeMovesBreakTheApproximation()
    {
        double[] crash = [-0.33, 0.5];
        Assert.Equal(0.025, LeveragedProduct.Growth(3, crash), 1e-15);
        Assert.Equal(0.3831, LeveragedProduct.AvellanedaZhang(3, crash)!.Value, 1e-4);
    }

    [Fact]
    public void APeriodThatTakesEverythingEndsTheProduct()
    {
        Assert.Equal(0.0, LeveragedProduct.Growth(3, [-0.4, 0.5, 0.5]));
        Assert.Equal(0.0, LeveragedProduct.Growth(-2, [0.6, -0.6, 0.5]));
        Assert.Equal(0.0, LeveragedProduct.AvellanedaZhang(2, [-1.0]));
        Assert.Null(LeveragedProduct.AvellanedaZhang(-2, [-1.0]));
    }

    [Fact]
    public void WithoutAResetLeverageDriftsAsALedgerSays()
    {
        // equity 1, exposure 3; a fall of 10 % leaves exposure 2.7 on equity 0.7
        Assert.Equal(2.7 / 0.7, LeveragedProduct.Drifted(3, -0.1)!.Value, 1e-14);
        Assert.Equal(3.3 / 1.3, LeveragedProduct.Drifted(3, 0.1)!.Value, 1e-14);
        Assert.Null(LeveragedProduct.Drifted(3, -0.34));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1.01)]
    public void AReturnThatCannotHappenIsRefused(double change)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LeveragedProduct.Growth(2, [change]));
        Assert.Throws<ArgumentOutOfRangeException>(() => LeveragedProduct.AvellanedaZhang(2, [change]));
        Assert.Throws<ArgumentOutOfRangeException>(() => LeveragedProduct.Drifted(2, change));
    }
}
