using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.Domain;
using OrleansLeverage.Tests.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Systemic;

/// <summary>The columns against exact accounts at moved prices: full repricing is full.</summary>
public sealed class ExposureBookTests
{
    [Fact]
    public void EveryBucketAtAnyPricesIsTheExactAccountThere()
    {
        const int Seed = 4_711;
        var random = new Random(Seed);
        var isolated = 0;
        for (var i = 0; i < 2_000; i++)
        {
            var (frame, to) = (Books.RandomFrame(random), Books.RandomFrame(random));
            var account = Books.RandomAccount(random, frame, orders: false);
            // funding is what it was: the columns keep what has accrued
            var moved = Books.FrameOf([.. to.Prices.Select(p => p.Price!.Value.Value)],
                funding: [.. frame.FundingIndices]);
            var book = ExposureBook.Of([account], frame);
            double[] prices = [.. moved.Prices.Select(p => (double)p.Price!.Value.Value), 1.0];
            var exact = AccountValuation.Of(account, moved);
            var scale = account.Balances.Sum(b => (double)Math.Abs(b.Amount * moved.UsdPrice(b.Asset)!.Value))
                + exact.Positions.Sum(p => (double)(p.Notional + Math.Abs(p.Position.Cost * p.SettlementPrice))) + 1.0;
            var values = Enumerable.Range(0, book.Count).Select(b => book.Value(b, prices)).ToList();
            isolated += values.Count - 1;
            var where = $"seed {Seed}, account {i}";
            Near((double)exact.Equity, values.Sum(v => v.Equity), scale, where);
            Near((double)exact.CrossMarginBalance, values[0].MarginBalance, scale, where);
            Near((double)exact.CrossMaintenanceMargin, values[0].Maintenance, scale, where);
            Near((double)exact.MaintenanceMargin, values.Sum(v => v.Maintenance), scale, where);
            Near((double)exact.LongNotional, values.Sum(v => v.LongNotional), scale, where);
            Near((double)exact.ShortNotional, values.Sum(v => v.ShortNotional), scale, where);
        }
        Assert.True(isolated > 300, $"{isolated} isolated buckets");

        static void Near(double expected, double actual, double scale, string where) =>
            Assert.True(Math.Abs(expected - actual) <= 1e-12 * scale, $"{where}: {expected} but {actual} of {scale}");
    }

    [Fact]
    public void MovesBasisAndFundingByHand()
    {
        var account = Books.Account().With("USD", 10_000m).With("BTC", 1m).Holding("BTC-USD-PERP", 2m, 50_000m);
        var book = ExposureBook.Of([account], Books.Frame());
        Assert.Equal(["a1"], book.Names);
        Assert.Equal(10_000.0 + 60_000.0 + 20_000.0, book.Value(0, [.. book.Prices]).Equity);
        var moved = book.Value(0, book.Moved([-0.10, 0.0, 0.0, 0.0, 0.0, 0.0]));
        Assert.Equal(10_000.0 + 54_000.0 + 8_000.0, moved.Equity, 1e-9);
        Assert.Equal(10_000.0 + 54_000.0 * 0.95 + 8_000.0, moved.MarginBalance, 1e-9);
        // contracts alone are 10 % lower; longs pay 1 % of 120,000
        Assert.Equal(78_000.0, book.Value(0, [.. book.Prices], basis: -0.10).Equity, 1e-9);
        Assert.Equal(88_800.0, book.Value(0, [.. book.Prices], fundingRate: 0.01).Equity, 1e-9);
        Assert.Equal(0.0, book.Value(0, book.Moved([-5.0])).LongNotional, 0.2);
        Assert.Equal(1.2 * 0.1 * 3_000.0 + 3_000.0, book.MovedTogether(0.1)[1], 1e-9);
    }

    [Fact]
    public void AnAccountWithoutAPriceIsCountedAndNothingElse()
    {
        var frame = new PriceFrame(new FrameNumber(1, 1), 1, Books.Universe, new FramePrice[6]);
        var book = ExposureBook.Of([Books.Account().Holding("BTC-USD-PERP", 1m, 50_000m)], frame);
        Assert.Equal((0, 1), (book.Count, book.Unknown));
    }
}
