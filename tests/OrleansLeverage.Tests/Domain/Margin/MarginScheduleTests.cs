using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Margin;

public sealed class MarginScheduleTests
{
    /// <summary>Every broken table is refused with what it says and what it should say.</summary>
    [Theory]
    [InlineData("", "0 brackets; between 1 and 64 are possible")]
    [InlineData("1,,0.01,0,10", "the first bracket begins at 0 with amount 0")]
    [InlineData("0,,0.01,5,10", "the first bracket begins at 0 with amount 0")]
    [InlineData("0,,0,0,10", "bracket 1: maintenance rate 0 is not in (0, 1]")]
    [InlineData("0,,1.01,0,1", "bracket 1: maintenance rate 1.01 is not in (0, 1]")]
    [InlineData("0,,0.01,0,-1", "bracket 1: leverage -1 is not above 0")]
    [InlineData("0,,0.01,0,0.5", "bracket 1: initial rate 2 is not in (0, 1]")]
    [InlineData("0,100,0.01,0,10;200,,0.02,2,5", "bracket 2: begins at 200, the one before ends at 100")]
    [InlineData("0,,0.01,0,10;200,,0.02,2,5", "bracket 2: begins at 200, the one before ends at ")]
    [InlineData("0,0,0.01,0,10;0,,0.02,0,5", "bracket 2: floor 0 is not above 0")]
    [InlineData("0,200,0.01,0,10;200,,0.02,1.99,5", "bracket 2: cumulative amount 1.99, the brackets give 2.00")]
    [InlineData("0,200,0.01,0,10;200,300,0.02,2,5;300,,0.05,10,2",
        "bracket 3: cumulative amount 10, the brackets give 11.00")]
    [InlineData("0,200,0.01,0,10;200,200,0.02,2,5", "bracket 2: ends at 200, begins at 200")]
    public void ABrokenTableIsRefusedWithBothValues(string rows, string reason)
    {
        var tiers = rows.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(Tier).ToArray();
        var error = Assert.ThrowsAny<FormatException>(() => new MarginSchedule("broken", tiers));
        Assert.Equal($"margin schedule broken: {reason}", error.Message);
    }

    [Fact]
    public void SixtyFourBracketsAreTheMost()
    {
        MarginSchedule Of(int count) => Books.Tiers("many",
            [.. Enumerable.Range(0, count).Select(i => (i * 10m, 0.001m * (i + 1), 1m))]);
        Assert.Equal(64, Of(MarginSchedule.TiersMax).Tiers.Count);
        Assert.Contains("65 brackets", Assert.ThrowsAny<FormatException>(() => Of(65)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, 100)]
    [InlineData(200, 100)]
    [InlineData(-1, 100)]
    public void CapsOfOpenInterestAreInOrder(int lower, int upper)
    {
        var error = Assert.ThrowsAny<FormatException>(() =>
            MarginSchedule.Fraction("f", 0.1m, 0.05m, new OpenInterestScaling(lower, upper)));
        Assert.Contains($"{lower}..{upper}", error.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Bitcoin's brackets as Binance prints them, amounts 0, 50, 950, 11,450, 131,450: 600,000·0.65 % − 950 = 2,950.
    /// </summary>
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(49_999, 199.996, 0)]
    [InlineData(50_000, 200, 1)]
    [InlineData(599_999, 2949.995, 1)]
    [InlineData(600_000, 2950, 2)]
    [InlineData(12_000_000, 108550, 4)]
    [InlineData(1_000_000_000, 19868550, 4)]
    public void MaintenanceIsByBracketAndContinuous(decimal notional, decimal maintenance, int tier)
    {
        var schedule = Books.Instrument("BTC-USD-PERP").Margin;
        Assert.Equal(tier, schedule.TierIndexAt(notional));
        Assert.Same(schedule.Tiers[tier], schedule.TierAt(notional));
        Assert.Equal(maintenance, schedule.Maintenance(notional));
    }

    [Fact]
    public void InitialMarginIsTheLargerOfTheRuleAndTheSettingRoundedUp()
    {
        var schedule = Books.Tiers("t", (0m, 0.01m, 30m), (1_000m, 0.02m, 7m));
        Assert.Equal(33.33333333m, schedule.Initial(999.9999999m, null, 0m, 0.00000001m));
        Assert.Equal(142.85714286m, schedule.Initial(1_000m, null, 0m, 0.00000001m));
        Assert.Equal(500m, schedule.Initial(1_000m, 2m, 0m, 0.00000001m));
        Assert.Equal(142.85714286m, schedule.Initial(1_000m, 20m, 0m, 0.00000001m));
        Assert.Equal(143m, schedule.Initial(1_000m, null, 0m, 1m));
        Assert.Equal(7m, schedule.MaxLeverage(1_000m, 0m));
    }

    [Fact]
    public void AStatedInitialRateWins()
    {
        var schedule = MarginSchedule.Fraction("f", 0.03m, 0.01m);
        Assert.Equal(30m, schedule.Initial(1_000m, null, 0m, 0.01m));
        Assert.Equal(0.03m, schedule.InitialRate(1_000m, 0m));
        Assert.Equal(1m / 0.03m, schedule.MaxLeverage(1_000m, 0m));
    }

    /// <summary>dYdX v4 liquidity tiers: base below the lower cap, 1 above the upper, linear between.</summary>
    [Theory]
    [InlineData(0, 0.2)]
    [InlineData(20_000_000, 0.2)]
    [InlineData(30_000_000, 0.4)]
    [InlineData(50_000_000, 0.8)]
    [InlineData(60_000_000, 1)]
    [InlineData(900_000_000, 1)]
    public void OpenInterestRaisesTheInitialRate(decimal openInterest, decimal rate)
    {
        var schedule = MarginSchedule.Fraction("s", 0.2m, 0.1m, new OpenInterestScaling(20_000_000m, 60_000_000m));
        Assert.Equal(rate, schedule.InitialRate(5m, openInterest));
        Assert.Equal(1_000m * rate, schedule.Initial(1_000m, null, openInterest, 0.01m));
        Assert.Equal(100m, schedule.Maintenance(1_000m));
    }

    [Fact]
    public void WithoutAnUpperCapNothingIsScaled() =>
        Assert.Equal(0.2m, new OpenInterestScaling(0m, 0m).InitialRate(0.2m, 1e12m));

    /// <summary>349 symbols of Binance as freqtrade stores them: all 2,805 brackets fit together.</summary>
    [Fact]
    public void EveryPublishedTableLoads()
    {
        if (SharedData.Path("data/venues/freqtrade_binance_leverage_tiers.json") is not { } path)
        {
            return;
        }
        var schedules = LeverageTierTable.Parse(File.ReadAllText(path));
        Assert.Equal(349, schedules.Count);
        Assert.Equal(2_805, schedules.Values.Sum(s => s.Tiers.Count));
        Assert.All(schedules.Values, s => Assert.All(s.Tiers.Skip(1), (tier, i) =>
            Assert.Equal(s.Tiers[i].Maintenance(tier.FloorNotional), tier.Maintenance(tier.FloorNotional))));
    }

    private static MarginTier Tier(string row)
    {
        var parts = row.Split(',').Select(p => p.Length == 0 ? (decimal?)null
            : decimal.Parse(p, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        return new MarginTier
        {
            FloorNotional = parts[0]!.Value,
            CapNotional = parts[1],
            MaintenanceRate = parts[2]!.Value,
            MaintenanceAmount = parts[3]!.Value,
            MaxLeverage = parts[4]!.Value,
        };
    }
}
