using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Venues;

public sealed class TieredMarginTests
{
    /// <summary>Gaps, and no amounts: as OKX prints them.</summary>
    private static readonly MarginTier[] Gapped =
    [
        Tier(0m, 2000m, 0.01m, 75m), Tier(2001m, 4000m, 0.015m, 50m), Tier(4001m, 8000m, 0.02m, 20m),
    ];

    [Theory]
    [InlineData(0, 0.01)]
    [InlineData(2000.5, 0.01)]
    [InlineData(2001, 0.015)]
    [InlineData(4000.99, 0.015)]
    [InlineData(4001, 0.02)]
    [InlineData(9999, 0.02)]
    public void TheLastFloorNotAboveTheNotionalHoldsIt(double notional, double rate) =>
        Assert.Equal((decimal)rate, TieredMargin.TierAt(Gapped, (decimal)notional).MaintenanceRate);

    [Theory]
    [InlineData(0, 75)]          // nothing at stake
    [InlineData(20, 75)]         // 2000 / 20 = 100, capped by the tier
    [InlineData(32, 62.5)]       // 2000 / 32: the tier's cap binds below its leverage
    [InlineData(40.02, 50)]      // the second tier is reached exactly: 2001 / 50
    [InlineData(100, 40)]        // 4000 / 100
    [InlineData(200.05, 20)]     // the third, last tier: 4001 / 20
    [InlineData(8000, 20)]
    public void LeverageIsWhatTheTierOfTheMarginAllows(double margin, double leverage) =>
        Assert.Equal((decimal)leverage, TieredMargin.MaxLeverage(Gapped, (decimal)margin));

    [Fact]
    public void AMarginAboveTheLastCapAllowsNone() => Assert.Null(TieredMargin.MaxLeverage(Gapped, 8000.01m));

    [Fact]
    public void AMarketWithoutTiersIsNotLevered() => Assert.Equal(1m, TieredMargin.MaxLeverage([], 200m));

    [Fact]
    public void NegativeAmountsAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TieredMargin.TierAt(Gapped, -1m));
        Assert.Throws<ArgumentOutOfRangeException>(() => TieredMargin.MaxLeverage(Gapped, -1m));
        Assert.Throws<ArgumentOutOfRangeException>(() => TieredMargin.TierAt([], 1m));
    }

    private static MarginTier Tier(decimal floor, decimal cap, decimal rate, decimal leverage) => new()
    {
        FloorNotional = floor, CapNotional = cap, MaintenanceRate = rate, MaxLeverage = leverage,
    };
}
