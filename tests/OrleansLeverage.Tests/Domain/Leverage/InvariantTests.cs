using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Leverage;

/// <summary>Laws that hold whatever the book: monotone, scale-free, gross leverage grows with the positions.</summary>
public sealed class InvariantTests
{
    /// <summary>
    /// A linear book of longs gains surplus with every price, one of shorts loses it, a flat one stays.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(0)]
    public void SurplusIsMonotone(int side)
    {
        var random = new Random(8 + side);
        for (var i = 0; i < 20_000; i++)
        {
            var account = Books.Account().With("USD", random.Next(1, 100_000));
            foreach (var id in new[] { "BTC-USD-PERP", "BTC-USDM-PERP", "SOL-USD-PERP" })
            {
                account.Holding(id, side * random.Next(0, 1_000) * 0.01m, 10m + random.Next(50_000));
            }
            decimal[] prices = [.. Enumerable.Range(0, 6).Select(_ => 1m + random.Next(8_000_000) / 100m)];
            var place = random.Next(6);
            var before = AccountValuation.Of(account, Books.FrameOf(prices));
            prices[place] += 0.01m + random.Next(1_000_000) / 100m;
            var after = AccountValuation.Of(account, Books.FrameOf(prices));
            var gain = after.CrossMarginBalance - after.CrossMaintenanceMargin
                - (before.CrossMarginBalance - before.CrossMaintenanceMargin);
            Assert.True(side == 0 ? gain == 0m : side * gain >= 0m, $"seed {8 + side}, book {i}: {gain}");
        }
    }

    /// <summary>
    /// Everything k times as large: every exact figure is k times as large, and every ratio the same.
    /// </summary>
    [Fact]
    public void RatiosAreFreeOfScale()
    {
        var random = new Random(9);
        for (var i = 0; i < 3_000; i++)
        {
            var k = random.Next(2, 9);
            var (one, many) = (Books.Account(), Books.Account());
            foreach (var (account, times) in new[] { (one, 1m), (many, (decimal)k) })
            {
                var copy = new Random(1_000 + i);
                account.With("USD", times * copy.Next(1, 100_000)).With("BTC", times * copy.Next(0, 100) * 0.01m);
                // one bracket, so that the scale changes none
                account.Holding("ETH-USDI-PERP", times * copy.Next(-1_000, 1_000), 3_000m);
                account.Holding("BTC-USD", times * copy.Next(-100, 100) * 0.0001m, 50_000m + copy.Next(20_000));
            }
            var (a, b) = (AccountValuation.Of(one, Books.Frame()), AccountValuation.Of(many, Books.Frame()));
            // the entry value of an inverse contract is rounded to the coin's quantum, worth a 33,333rd of a cent
            var slack = k * Books.Quantum * 3_000m;
            Assert.InRange(b.Equity - k * a.Equity, -slack, slack);
            Assert.Equal(k * a.MaintenanceMargin, b.MaintenanceMargin);
            Assert.Equal(k * a.GrossNotional, b.GrossNotional);
            if (a.Equity > 100m)
            {
                Assert.InRange(b.GrossNotional / b.Equity - a.GrossNotional / a.Equity, -0.0001m, 0.0001m);
            }
        }
    }

    /// <summary>More of the same positions on the same collateral is never less leverage.</summary>
    [Fact]
    public void MorePositionsAreMoreLeverage()
    {
        var random = new Random(10);
        for (var i = 0; i < 300; i++)
        {
            var (btc, sol, usd) = (random.Next(-50, 50) * 0.1m, random.Next(-500, 500) * 0.1m,
                random.Next(1_000, 1_000_000));
            decimal? before = 0m;
            for (var k = 1; k <= 4; k++)
            {
                var account = Books.Account().With("USD", usd).Holding("BTC-USD-PERP", k * btc,
                    60_000m).Holding("SOL-USD-PERP", k * sol, 150m);
                var leverage = LeverageCalculator.Snapshot(account, Books.Frame()).Leverage;
                Assert.True(leverage >= before, $"book {i}: {leverage} after {before}");
                before = leverage;
            }
        }
    }

    /// <summary>
    /// PnL is zero-sum: for any price, both sides of a trade together gain nothing (but the inverse rounding).
    /// </summary>
    [Fact]
    public void BothSidesOfATradeGainNothingTogether()
    {
        var random = new Random(11);
        for (var i = 0; i < 20_000; i++)
        {
            var instrument = Books.Universe.Instruments[random.Next(Books.Universe.Instruments.Count)];
            var (quantity, entry) = (new Quantity(random.Next(1, 100_000) * instrument.LotSize),
                new Price(random.Next(1, 10_000_000) * instrument.TickSize));
            var (buyer, seller) = (new Position { Instrument = instrument }.Fill(quantity, entry).After,
                new Position { Instrument = instrument }.Fill(-quantity, entry).After);
            var mark = new Price(random.Next(1, 10_000_000) * instrument.TickSize);
            var sum = buyer.UnrealisedProfit(mark) + seller.UnrealisedProfit(mark);
            var most = instrument.Style == ContractStyle.Linear ? 0m : 2m * instrument.Settlement.Quantum;
            Assert.InRange(sum, -most, 0m);
        }
    }
}
