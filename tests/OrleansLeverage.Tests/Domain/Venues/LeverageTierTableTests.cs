using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Venues;

public sealed class LeverageTierTableTests
{
    private const string TwoTiers = """
        {"BTC/USDT:USDT": [
         {"minNotional": 0.0, "maxNotional": 50000.0, "maintenanceMarginRate": 0.004, "maxLeverage": 125.0,
          "info": {"cum": "0.0"}},
         {"minNotional": 50000.0, "maxNotional": 250000.0, "maintenanceMarginRate": 0.005, "maxLeverage": 100.0,
          "info": {"cum": "50.0"}}
        ]}
        """;

    [Fact]
    public void EveryPublishedTierLoads()
    {
        if (SharedData.Path("data/venues/freqtrade_binance_leverage_tiers.json") is not { } path)
        {
            return;
        }
        var schedules = LeverageTierTable.Parse(File.ReadAllText(path));
        Assert.Equal(349, schedules.Count);
        Assert.Equal(2805, schedules.Values.Sum(schedule => schedule.Tiers.Count));
        foreach (var schedule in schedules.Values)
        {
            MarginIsContinuousAndTheTierIsTheOnePrinted(schedule);
        }
    }

    [Theory]
    [InlineData("\"50.0\"", "\"51.0\"", "cumulative amount 51.0, the brackets give 50")]
    [InlineData("\"minNotional\": 50000.0", "\"minNotional\": 60000.0", "begins at 60000.0, the one before ends at")]
    [InlineData("\"maintenanceMarginRate\": 0.005", "\"maintenanceMarginRate\": \"x\"", "'x' is not a decimal")]
    [InlineData("\"maintenanceMarginRate\": 0.005, ", "", "no maintenanceMarginRate was found")]
    public void AWrongTierIsRefusedByName(string part, string instead, string message)
    {
        Assert.Equal(2, LeverageTierTable.Parse(TwoTiers)["BTC/USDT:USDT"].Tiers.Count);
        var refusal = Assert.ThrowsAny<FormatException>(() => LeverageTierTable.Parse(TwoTiers.Replace(part, instead)));
        Assert.Contains("BTC/USDT:USDT", refusal.Message);
        Assert.Contains("bracket 2", refusal.Message);
        Assert.Contains(message, refusal.Message);
    }

    private static void MarginIsContinuousAndTheTierIsTheOnePrinted(MarginSchedule schedule)
    {
        for (var i = 1; i < schedule.Tiers.Count; i++)
        {
            var (before, tier) = (schedule.Tiers[i - 1], schedule.Tiers[i]);
            var floor = tier.FloorNotional;
            Assert.Equal(before.Maintenance(floor), tier.Maintenance(floor));
            Assert.Same(tier, schedule.TierAt(floor));
            Assert.Same(before, schedule.TierAt(floor - 0.01m));
            Assert.Same(tier, TieredMargin.TierAt(schedule.Tiers, floor));
            Assert.Same(before, TieredMargin.TierAt(schedule.Tiers, floor - 0.01m));
        }
    }
}
