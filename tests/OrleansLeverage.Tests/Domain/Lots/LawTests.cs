using OrleansLeverage.Domain.Lots;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Lots;

/// <summary>Edges of the two laws that the published examples do not reach.</summary>
public sealed class LawTests
{
    private static readonly DateTimeOffset Start = new(2022, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(30, "30 days", 20)]
    [InlineData(31, "pool", 50)]
    public void ThirtyDaysIsThirty(int days, string rule, decimal gain)
    {
        var match = Section104.Run([Buy(-100, 10m, 100m), Sell(0, 1m, 60m), Buy(days, 1m, 40m)]).Matches.Single();
        Assert.Equal((rule, gain), (match.Rule, match.Gain));
    }

    [Fact]
    public void AnAcquisitionIsMatchedOnceTheEarliestDisposalFirst()
    {
        var ledger = Section104.Run(
            [Buy(-100, 10m, 100m), Sell(0, 2m, 100m), Sell(5, 2m, 100m), Buy(10, 3m, 90m)]);
        Assert.Equal([("30 days", 2m, 60m), ("30 days", 1m, 30m), ("pool", 1m, 10m)],
            ledger.Matches.Select(m => (m.Rule, m.Quantity, m.Basis)));
        Assert.Equal((9m, 90m), (ledger.OpenQuantity, ledger.OpenBasis));
    }

    [Fact]
    public void CostIsRoundedUpOnlyWhereAsked()
    {
        LotEvent[] lines = [Buy(-100, 3m, 100m), Sell(0, 1m, 60m)];
        Assert.Equal(100m / 3m, Section104.Run(lines).Matches.Single().Basis);
        var rounded = Section104.Run(lines, 1m);
        Assert.Equal((34m, 66m), (rounded.Matches.Single().Basis, rounded.OpenBasis));
    }

    [Fact]
    public void APoolThatIsShortIsRefused() => Assert.Equal(LotFault.Oversold, Assert.Throws<LotException>(() =>
        Section104.Run([Buy(0, 1m, 10m), Sell(1, 2m, 30m)])).Fault);

    [Theory]
    [InlineData(30, -4)]
    [InlineData(31, -8)]
    public void ARepurchaseWithinThirtyDaysDeniesTheLoss(int days, decimal gain)
    {
        // 4 of 10 that cost 5 each go for 3 each: a loss of 8, and 2 of 4 bought back deny half of it
        var result = CanadianCostBase.Run([Buy(-200, 10m, 50m), Sell(0, 4m, 12m), Buy(days, 2m, 6m)]);
        Assert.Equal(gain, result.Ledger.Gain);
        Assert.Equal(30m + 6m + (8m + gain), result.Ledger.OpenBasis);
    }

    [Fact]
    public void AGainIsNeverSuperficial()
    {
        var result = CanadianCostBase.Run([Buy(-1, 10m, 50m), Sell(0, 5m, 100m), Buy(1, 5m, 25m)]);
        Assert.Equal((75m, 0m), (result.Ledger.Gain, result.Ledger.Matches.Single().Disallowed));
    }

    [Fact]
    public void ACostBaseThatIsShortIsRefused() => Assert.Equal(LotFault.Oversold, Assert.Throws<LotException>(() =>
        CanadianCostBase.Run([Buy(0, 1m, 10m), Sell(1, 2m, 30m)])).Fault);

    private static LotEvent Buy(int day, decimal quantity, decimal amount) =>
        new(Start.AddDays(day), $"{day + 500:D4}", LotEventKind.Buy, quantity) { Amount = amount };

    private static LotEvent Sell(int day, decimal quantity, decimal amount) =>
        new(Start.AddDays(day), $"{day + 500:D4}", LotEventKind.Sell, quantity) { Amount = amount };
}
