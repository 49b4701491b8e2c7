using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Rules;

/// <summary>The shipped profiles: complete, sourced, in force at their times, and the tables they come from.</summary>
public sealed class VenueRulesTests
{
    private static readonly string[] Required =
    [
        "binance-usdm", "bybit", "deribit-linear", "drift-v2", "dydx-v4", "gate", "generic", "gmx-v2", "hyperliquid",
        "okx", "synthetix-v3",
    ];

    [Fact]
    public void EveryVenueIsThereWithItsSource()
    {
        Assert.Equal(Required, VenueRules.Ids);
        foreach (var file in VenueRules.Ids.Where(id => id != "generic").SelectMany(id => VenueRules.Book(id).Files))
        {
            Assert.NotNull(file.Venue);
            Assert.Equal(file.Rules.Name, file.Venue.Id);
            Assert.True(file.Rules.Source.Length > 60, $"{file.Rules.Name}: {file.Rules.Source}");
            Assert.NotEmpty(file.Venue.Markets);
            Assert.NotNull(file.Venue.Funding);
            Assert.NotNull(file.Venue.Liquidation);
            Assert.Equal(file.Venue.Markets.Values.Distinct().Order(), file.Venue.Schedules.Keys.Order());
            // as a text it reads the same again
            var text = VenueRules.Text(file.Venue.Id, file.Rules.Version);
            Assert.Equal(file.Rules, RuleFile.Parse(text, "again").Rules);
        }
    }

    /// <summary>Every tier of every market of the table, cumulative amounts included.</summary>
    [Theory]
    [InlineData(2, "data/venues/freqtrade_binance_leverage_tiers.json", 349, 2_805)]
    [InlineData(1, "vectors/venues/freqtrade_leverage_tiers_fixture.json", 7, 51)]
    public void TheTiersAreThoseOfTheTable(int version, string path, int markets, int tiers)
    {
        if (SharedData.Path(path) is not { } file)
        {
            return;
        }
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        var table = document.RootElement.TryGetProperty("tiers", out var inner) ? inner : document.RootElement;
        var rules = VenueRules.Book("binance-usdm").Files[version - 1];
        Assert.Equal(version, rules.Rules.Version);
        var (seen, rows) = (0, 0);
        foreach (var market in table.EnumerateObject())
        {
            var expected = LeverageTierTable.ParseTiers(market.Name, market.Value.EnumerateArray());
            if (rules.ScheduleOf(market.Name) is not { } schedule)
            {
                // what is left out is what a strict reader refuses
                Assert.Equal(RuleFileStatus.TierAmount,
                    Assert.Throws<RuleException>(() => new MarginSchedule(market.Name, expected)).Status);
                continue;
            }
            var actual = schedule.Outline.Tiers;
            Assert.Equal(expected.Count, actual.Count);
            foreach (var (want, got) in expected.Zip(actual))
            {
                // the table writes "no end" as the largest integer
                Assert.Equal(want with { CapNotional = want.CapNotional > Money.Max ? null : want.CapNotional }, got);
                rows++;
            }
            seen++;
        }
        Assert.Equal((markets, tiers, markets), (seen, rows, rules.Venue!.Markets.Count));
    }

    [Fact]
    public void AnInstantHasTheRulesOfItsTime()
    {
        RuleFile At(string time) => VenueRules.At("binance-usdm", DateTimeOffset.Parse(
            time, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(1, At("2021-01-01T00:00:00Z").Rules.Version);
        Assert.Equal(1, At("2024-09-26T23:59:59Z").Rules.Version);
        Assert.Equal(2, At("2024-09-27T00:00:00Z").Rules.Version);
        Assert.Equal(2, At("2025-10-10T21:16:04Z").Rules.Version);
        var early = Assert.Throws<RuleException>(() => At("2020-12-31T23:59:59Z"));
        Assert.Equal(RuleFileStatus.NotInForce, early.Status);
        var unknown = Assert.Throws<RuleException>(() => VenueRules.Book("mtgox"));
        Assert.Equal(RuleFileStatus.UnknownVenue, unknown.Status);
        Assert.Contains("binance-usdm, bybit", unknown.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// The live grid takes a profile whole or not at all: what it does not apply it names, and an instrument may point
    /// at a venue's market.
    /// </summary>
    [Fact]
    public void TheLiveGridRefusesWhatItDoesNotApply()
    {
        var text = Worked.Instruments.Replace("\"tiered\"", "\"BTC/USDT:USDT\"", StringComparison.Ordinal)
            .Replace("\"fraction\"", "\"ETH/USDT:USDT\"", StringComparison.Ordinal);
        var universe = InstrumentFile.Parse(text, "f").Build(VenueRules.Book("binance-usdm").Newest, 1);
        Assert.Equal(0.0065m, universe.Instruments[0].Margin.Tiers[2].MaintenanceRate);
        foreach (var id in VenueRules.Ids)
        {
            Assert.Empty(VenueRules.Book(id).Newest.NotApplied);
        }
        var asking = RuleFile.Parse(StandardRules.RulesText.Replace("{ \"asset\": \"BTC\", ",
            "{ \"asset\": \"BTC\", \"depositCap\": \"1000\", ", StringComparison.Ordinal), "f");
        var refused = Assert.Throws<RuleException>(() => StandardRules.Instruments.Build(asking, 1));
        Assert.Equal(RuleFileStatus.NotApplied, refused.Status);
        Assert.EndsWith("does not apply: DepositCap", refused.Message, StringComparison.Ordinal);
    }
}
