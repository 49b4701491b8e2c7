using OrleansLeverage.Analytics.Cascade;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Engine.Portfolios;
using OrleansLeverage.Engine.Scenarios;
using OrleansLeverage.Tests.Engine.ScenarioAccounts;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Scenarios;

/// <summary>
/// A market of options and portfolios at prices that did not happen, against exact valuations of its accounts there.
/// </summary>
public sealed class BookOptionsTests : IDisposable
{
    private readonly PortfolioGrid _grid = new("deribit-pm-usdc-btc");
    private readonly List<Account> _accounts = [];

    public BookOptionsTests()
    {
        Assert.True(_grid.Deposit("house", "USD", 1_000_000_000m).IsApplied);
        var (call, put) = (PortfolioGrid.Option("20260201", 60_000, isCall: true),
            PortfolioGrid.Option("20260201", 50_000, isCall: false));
        Open("short", MarginMode.Portfolio, 60_000m, (call, -2m), (put, -3m));
        Open("hedged", MarginMode.Portfolio, 40_000m, (PortfolioGrid.Perpetual, 2m), (put, 2m));
        Open("calendar", MarginMode.Portfolio, 30_000m, (call, 5m),
            (PortfolioGrid.Option("20260626", 60_000, isCall: true), -5m));
        Open("plain", MarginMode.Cross, 30_000m, (PortfolioGrid.Perpetual, -1m), (call, 1m));
    }

    [Theory]
    [InlineData(-0.30)]
    [InlineData(-0.123)]
    [InlineData(0.0)]
    [InlineData(0.21)]
    public void AreValuedAndMarginedAsTheAccountsThemselves(double move)
    {
        var book = Book();
        var moves = new double[book.Exposures.Feeds.Count];
        moves[0] = move;
        var prices = book.Exposures.Moved(moves);
        var required = book.Exposures.Options!.Required(prices)!;
        for (var bucket = 0; bucket < book.Exposures.Count; bucket++)
        {
            var exact = Exact(book.Exposures.Names[bucket], 1.0 + move);
            var found = book.Exposures.Value(bucket, prices, required: required);
            var size = 1e-9 * (double)exact.GrossNotional + 1e-6;
            Assert.Equal((double)exact.Equity, found.Equity, size);
            Assert.Equal((double)exact.GrossNotional, found.GrossNotional, size);
            Assert.Equal((double)exact.CrossMaintenanceMargin, found.Maintenance, size);
        }
    }

    /// <summary>What a cascade takes in place of scenarios at its thousands of prices.</summary>
    [Fact]
    public void CurvesAreWithinOnePercentOfWhatScenariosAskFor()
    {
        var book = Book();
        var curves = book.Exposures.Options!.Curves!;
        double[] start = [.. book.Exposures.Prices];
        for (var bucket = 0; bucket < book.Exposures.Count; bucket++)
        {
            var name = book.Exposures.Names[bucket];
            Assert.Equal(name is "plain" or "house" ? 0 : 1, curves.Rows[bucket].Count);
            for (var factor = 0.4; curves.Rows[bucket].Count > 0 && factor < 2.0; factor *= 1.0173)
            {
                double[] prices = [.. start];
                prices[0] *= factor;
                var exact = Exact(name, factor);
                var asked = (double)exact.Portfolios.Sum(portfolio => portfolio.MaintenanceMargin);
                var contracts = (double)exact.Account.Positions.Sum(p => p.Quantity.Abs.Value);
                Assert.Equal(asked, curves.At(bucket, start, prices),
                    0.01 * asked + 0.001 * 60_000.0 * factor * contracts);
                // no move takes more than the slopes say
                var (down, up) = curves.Slopes(bucket, start, prices);
                foreach (var further in new[] { 0.7, 0.9, 0.99, 1.01, 1.1, 1.4 })
                {
                    double[] moved = [.. prices];
                    moved[0] *= further;
                    var most = (further < 1.0 ? down : up) * Math.Abs(further - 1.0);
                    Assert.True(curves.At(bucket, start, moved) - curves.At(bucket, start, prices) <= most + 1e-6,
                        $"{name} at {factor:F3}, then {further}");
                }
            }
        }
    }

    /// <summary>A market that nothing moves: who is liquidated on the way is who is under water there.</summary>
    [Theory]
    [InlineData("short", false)]
    [InlineData("short", true)]
    [InlineData("hedged", true)]
    public void ACascadeLiquidatesAPortfolioAtItsLine(string name, bool falls)
    {
        var line = Assert.Single(PortfolioLines.Solve(_grid.Exact(name))!.Lines);
        if ((falls ? line.Below : line.Above).Shown is not { } price)
        {
            Assert.Equal("hedged", name);
            Assert.DoesNotContain(name, Liquidated(0.5));
            return;
        }
        var factor = (double)price / 60_000.0;
        var (before, after) = falls ? (factor * 1.01, factor * 0.99) : (factor * 0.99, factor * 1.01);
        Assert.DoesNotContain(name, Liquidated(before));
        Assert.Contains(name, Liquidated(after));
    }

    public void Dispose() => _grid.Dispose();

    private string[] Liquidated(double factor)
    {
        var book = Book().Exposures;
        var settings = new CascadeSettings
        {
            Markets = [.. book.Feeds.Select(_ => new CascadeMarket { Depth = 1e18, ReferenceVolatility = 0.01 })],
        };
        double[] path = [.. book.Prices.Take(book.Feeds.Count).Select(price => Math.Max(price, 1.0))];
        path[0] = 60_000.0 * factor;
        var outcome = new CascadeSimulator(book, settings).Run([path]);
        return [.. outcome.LiquidatedBuckets.Select(bucket => book.Names[bucket])];
    }

    private MarketBook Book() => MarketBook.Of(_grid.Frame, _accounts, "a test", new Workload(1, default));

    private AccountValuation Exact(string name, double factor)
    {
        var frame = _grid.Frame;
        var prices = frame.Prices.ToArray();
        prices[0] = prices[0] with { Price = new Price(decimal.Round(60_000m * (decimal)factor, 12)) };
        new OptionMarks(frame.Universe).Mark(prices, frame.TimeMs);
        return AccountValuation.Of(_accounts.Single(account => account.Id.Value == name),
            new PriceFrame(frame.Number, frame.TimeMs, frame.Universe, prices, [.. frame.FundingIndices]));
    }

    private void Open(string account, MarginMode mode, decimal cash, params (string Instrument, decimal Size)[] legs)
    {
        Assert.True(_grid.Deposit(account, "USD", cash).IsApplied);
        foreach (var (instrument, size) in legs)
        {
            Assert.True(mode == MarginMode.Cross || _grid.Mode(account, instrument, mode).IsApplied);
            Assert.True(_grid.Trade(account, instrument, size).IsApplied);
        }
        _accounts.Add(_grid.Exact(account).Account);
    }
}
