using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Domain;

public sealed class PositionTests
{
    /// <summary>
    /// The sign table. Linear: q·(mark − entry). Inverse, face 10 USD: 10·q·(1/entry − 1/mark) coins.
    /// </summary>
    [Theory]
    [InlineData("BTC-USD-PERP", 2, 100, 110, 20)]
    [InlineData("BTC-USD-PERP", 2, 100, 90, -20)]
    [InlineData("BTC-USD-PERP", -2, 100, 110, -20)]
    [InlineData("BTC-USD-PERP", -2, 100, 90, 20)]
    [InlineData("BTC-USD-PERP", 2, 100, 100, 0)]
    [InlineData("BTC-USDI-PERP", 100, 100, 125, 2)]
    [InlineData("BTC-USDI-PERP", 100, 100, 80, -2.5)]
    [InlineData("BTC-USDI-PERP", -100, 100, 125, -2)]
    [InlineData("BTC-USDI-PERP", -100, 100, 80, 2.5)]
    [InlineData("BTC-USDI-PERP", -100, 100, 100, 0)]
    public void ProfitHasTheSignOfTheTable(string instrument, decimal quantity, decimal entry, decimal mark,
        decimal profit)
    {
        var position = Opened(instrument, quantity, entry);
        Assert.Equal(entry, position.EntryPrice);
        Assert.Equal(profit, position.UnrealisedProfit(new Price(mark)));
        var (closed, realised) = position.Fill(new Quantity(-quantity), new Price(mark));
        Assert.Equal(profit, realised);
        Assert.Equal((0m, 0m, profit), (closed.Quantity.Value, closed.Cost, closed.RealisedProfit));
        Assert.Null(closed.EntryPrice);
    }

    /// <summary>
    /// Value of an inverse contract is rounded down to the coin's quantum: 10/3 coins, owned or owed.
    /// </summary>
    [Theory]
    [InlineData(1, "3.33333333")]
    [InlineData(-1, "-3.33333334")]
    public void AnInverseValueIsRoundedAgainstTheAccount(decimal quantity, string value) => Assert.Equal(
        decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture),
        Books.Instrument("BTC-USDI-PERP").Value(new Quantity(quantity), new Price(3m)));

    /// <summary>
    /// Closing one of three at average cost 100/3: the share of the cost is rounded up, the profit down.
    /// </summary>
    [Theory]
    [InlineData(3, "66.66666666", "-3.33333334")]
    [InlineData(-3, "-66.66666667", "3.33333333")]
    public void TheProfitOfAPartIsNotRoundedUp(decimal quantity, string costAfter, string profit)
    {
        decimal D(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        var position = Opened("BTC-USD-PERP", quantity, 100m) with { Cost = 100m * Math.Sign(quantity) };
        var (after, realised) = position.Fill(new Quantity(-Math.Sign(quantity)), new Price(30m));
        Assert.Equal(D(profit), realised);
        Assert.Equal(D(costAfter), after.Cost);
    }

    [Theory]
    [InlineData("BTC-USD-PERP")]
    [InlineData("BTC-USDI-PERP")]
    public void AFillThroughZeroRealisesAllAndOpensAtItsPrice(string instrument)
    {
        foreach (var side in new[] { 1m, -1m })
        {
            var position = Opened(instrument, 30m * side, 100m);
            var price = new Price(120m);
            var expected = position.Fill(new Quantity(-30m * side), price).Realised;
            var (after, realised) = position.Fill(new Quantity(-50m * side), price);
            Assert.Equal(-20m * side, after.Quantity.Value);
            Assert.Equal(expected, realised);
            // one coin quantum of either value may have been rounded
            Assert.InRange(after.EntryPrice!.Value, 119.999m, 120.001m);
            Assert.InRange(Math.Abs(after.Cost - after.Instrument.Value(after.Quantity, price)), 0m, Books.Quantum);
        }
    }

    /// <summary>
    /// A fill split into n parts at one price ends in the same quantity; linear with the same profit less cost to the
    /// last digit, inverse within n roundings of a value; cost and profit each within n roundings.
    /// </summary>
    [Fact]
    public void AFillSplitAtOnePriceChangesNothing()
    {
        var random = new Random(5);
        for (var i = 0; i < 20_000; i++)
        {
            var instrument = Books.Universe.Instruments[random.Next(Books.Universe.Instruments.Count)];
            var (lot, quantum) = (instrument.LotSize, instrument.Settlement.Quantum);
            var start = Opened(instrument.Id.Value, lot * random.Next(-500, 500),
                50m + random.Next(1, 10_000) * instrument.TickSize);
            var parts = Enumerable.Range(0, random.Next(2, 9)).Select(_ => lot * random.Next(1, 200)).ToArray();
            var side = random.Next(2) == 0 ? 1m : -1m;
            var price = new Price(50m + random.Next(1, 10_000) * instrument.TickSize);
            var (whole, once) = start.Fill(new Quantity(side * parts.Sum()), price);
            var (split, total) = (start, 0m);
            foreach (var part in parts)
            {
                (split, var realised) = split.Fill(new Quantity(side * part), price);
                total += realised;
            }
            var slack = parts.Length * quantum;
            Assert.Equal(whole.Quantity, split.Quantity);
            Assert.InRange(Math.Abs(whole.Cost - split.Cost), 0m, 2m * slack);
            Assert.InRange(Math.Abs(once - total), 0m, 2m * slack);
            var difference = once - instrument.ProfitSign * whole.Cost - (total - instrument.ProfitSign * split.Cost);
            Assert.InRange(difference, 0m, instrument.Style == ContractStyle.Linear ? 0m : slack);
            Assert.Equal(total, split.RealisedProfit - start.RealisedProfit);
        }
    }

    /// <summary>Adding keeps every unit of cost; average entry is the weighted mean.</summary>
    [Fact]
    public void AddingAveragesTheEntry()
    {
        var (after, realised) = Opened("BTC-USD-PERP", 1m, 100m).Fill(new Quantity(3m), new Price(200m));
        Assert.Equal(0m, realised);
        Assert.Equal(700m, after.Cost);
        Assert.Equal(175m, after.EntryPrice);
    }

    /// <summary>A long pays when the index has risen: −q·(F − F_last).</summary>
    [Theory]
    [InlineData(2, 0.5, 0.7, -0.4)]
    [InlineData(2, 0.5, 0.3, 0.4)]
    [InlineData(-2, 0.5, 0.7, 0.4)]
    [InlineData(-2, 0.5, 0.3, -0.4)]
    [InlineData(2, 0.5, 0.5, 0)]
    public void FundingHasTheSignOfTheTable(decimal quantity, decimal last, decimal now, decimal received) =>
        Assert.Equal(received, (Opened("BTC-USD-PERP", quantity,
            100m) with { FundingIndex = last }).AccruedFunding(now));

    [Fact]
    public void OnlyAnEmptyPositionIsDefault()
    {
        var empty = new Position { Instrument = Books.Instrument("BTC-USD-PERP") };
        Assert.True((empty with { FundingIndex = 3m }).IsDefault);
        Assert.False((empty with { RealisedProfit = 1m }).IsDefault);
        Assert.False((empty with { IsolatedMargin = 1m }).IsDefault);
        Assert.False((empty with { Mode = MarginMode.Isolated }).IsDefault);
        Assert.False((empty with { LeverageSetting = 1m }).IsDefault);
        Assert.False((empty with { Quantity = new Quantity(1m) }).IsDefault);
    }

    private static Position Opened(string instrument, decimal quantity, decimal entry) =>
        new Position { Instrument = Books.Instrument(instrument) }.Fill(new Quantity(quantity), new Price(entry)).After;
}
