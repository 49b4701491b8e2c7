using OrleansLeverage.Engine.Portfolios;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Portfolios;

public sealed class LineSearchTests
{
    private const double Relative = 2.0 * LineSearch.Tolerance;

    /// <summary>Roots by hand, one for each stretch of steps.</summary>
    [Theory]
    [InlineData(0.9973)]
    [InlineData(0.61)]
    [InlineData(0.0137)]
    [InlineData(1.0041)]
    [InlineData(1.77)]
    [InlineData(63.0)]
    public void MeetsTheNearestRoot(double root)
    {
        var found = LineSearch.Nearest(at => (root < 1.0 ? 1.0 : -1.0) * (at - root), Math.Abs(1.0 - root), root < 1.0);
        Assert.Equal(root, found!.Value, Relative * root);
    }

    /// <summary>A surplus that ends and comes back: the nearer end counts, and no root that lies beyond.</summary>
    [Fact]
    public void OfSeveralRootsTheNearestIsTaken() =>
        Assert.Equal(0.9, LineSearch.Nearest(at => (at - 0.9) * (at - 0.7) * (at - 0.4), 1.0, falls: true)!.Value,
            Relative);

    /// <summary>Below 0 for less than a step, wherever it lies between two steps.</summary>
    [Theory]
    [InlineData(0.9953, 0.002)]
    [InlineData(0.7321, 0.001)]
    [InlineData(1.3117, 0.003)]
    public void ADipBetweenTwoStepsIsFound(double middle, double half)
    {
        var falls = middle < 1.0;
        var found = LineSearch.Nearest(at => Math.Abs(at - middle) - half, Math.Abs(1.0 - middle) - half, falls);
        Assert.Equal(middle + (falls ? half : -half), found!.Value, Relative);
    }

    [Fact]
    public void WhereThereIsNoneItSaysSo()
    {
        Assert.Null(LineSearch.Nearest(at => at, 1.0, falls: true));
        Assert.Null(LineSearch.Nearest(at => 0.5 + Math.Abs(at - 0.8), 0.7, falls: true));
        Assert.Null(LineSearch.Nearest(at => at > 1.5 ? null : 1.0, 1.0, falls: false));
        // on the line is above it: liquidation is strictly below
        Assert.Null(LineSearch.Nearest(at => Math.Abs(at - 1.0), 0.0, falls: false));
    }
}
