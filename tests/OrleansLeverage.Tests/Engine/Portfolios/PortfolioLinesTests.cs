using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Engine.Portfolios;
using OrleansLeverage.Tests.Engine.ScenarioAccounts;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Portfolios;

/// <summary>
/// Solved prices against valuations of the whole market at prices beside them, and against a line worked out by hand.
/// </summary>
public sealed class PortfolioLinesTests
{
    private static readonly int[] Percents = [.. Enumerable.Range(1, 90)];

    /// <summary>
    /// A perpetual alone, in a profile whose worst scenario is its edge of 16 %, which rolls at least 1 % and counts
    /// 80 % for maintenance: c + q·(S − E) = 0.8·q·S·(0.16 + 0.01).
    /// </summary>
    [Theory]
    [InlineData(2, 30_000)]
    [InlineData(-2, 30_000)]
    public void APerpetualAloneMeetsItsLineByHand(int size, int cash)
    {
        using var grid = new PortfolioGrid("deribit-pm-usdc-btc");
        Open(grid, "ann", cash, [(PortfolioGrid.Perpetual, size)]);
        var line = Assert.Single(Solved(grid, "ann").Lines);
        const decimal Rate = 0.8m * 0.17m;
        var side = Math.Sign(size);
        var expected = (60_000m - cash / (decimal)size) / (1m - side * Rate);
        var (solved, other) = size > 0 ? (line.Below, line.Above) : (line.Above, line.Below);
        Assert.Equal((double)expected, (double)solved.Shown!.Value, 1e-6 * (double)expected);
        Assert.Equal(SolvedReason.NotWithinRange, other.Reason);
        Assert.Null(other.Shown);
        var position = Assert.Single(AccountSnapshots.Of(grid.Exact("ann").Account, grid.Frame).Positions);
        Assert.Equal(solved, position.LiquidationPrice);
        Assert.Equal((double)(solved.Value!.Value / 60_000m - 1m), (double)position.DistanceToLiquidation!.Value, 1e-9);
    }

    [Theory]
    [InlineData("deribit-pm-usdc-btc")]
    [InlineData("derive-pmrm2")]
    public void EachPriceIsTheNearestAtWhichTheWholeMarketLiquidates(string profile)
    {
        using var grid = new PortfolioGrid(profile);
        var (call, put) = (PortfolioGrid.Option("20260201", 60_000, isCall: true),
            PortfolioGrid.Option("20260201", 50_000, isCall: false));
        Open(grid, "strangle", 60_000, [(call, -2m), (put, -3m)]);
        Open(grid, "hedged", 40_000, [(PortfolioGrid.Perpetual, 2m), (put, 2m)]);
        Open(grid, "bought", 40_000, [(call, 3m), (put, 3m)]);
        Open(grid, "calendar", 30_000, [(call, 5m), (PortfolioGrid.Option("20260626", 60_000, isCall: true), -5m)]);
        var found = 0;
        foreach (var account in new[] { "strangle", "hedged", "bought", "calendar" })
        {
            var exact = grid.Exact(account);
            var line = Assert.Single(PortfolioLines.Solve(exact)!.Lines);
            foreach (var (price, sign) in new[] { (line.Below, -1), (line.Above, 1) })
            {
                var until = price.Shown is { } shown ? Math.Abs((double)shown / 60_000.0 - 1.0) : double.MaxValue;
                foreach (var percent in Percents.Where(percent => percent / 100.0 < until - 1e-6))
                {
                    Assert.True(Surplus(exact, 60_000m * (1m + sign * percent / 100m)) >= 0m,
                        $"{account} is under water at {sign * percent} %, before {price}");
                }
                if (price.Shown is { } met)
                {
                    found++;
                    Assert.True(Surplus(exact, met * (1m + sign * 1e-5m)) < 0m, $"{account}: {met} liquidates nobody");
                    Assert.True(Surplus(exact, met * (1m - sign * 1e-5m)) >= 0m, $"{account}: {met} is late");
                }
                else
                {
                    Assert.Equal(SolvedReason.NotWithinRange, price.Reason);
                }
            }
        }
        Assert.True(found >= 3, $"{found} prices show little");
    }

    [Fact]
    public void PastTheLineThereIsNoPriceAndWithoutScenariosNothingIsSolved()
    {
        using var grid = new PortfolioGrid("deribit-pm-usdc-btc");
        Open(grid, "ann", 10_000, [(PortfolioGrid.Perpetual, 2m)]);
        Open(grid, "bob", 10_000, []);
        var line = Assert.Single(Solved(grid, "ann").Lines);
        Assert.Equal((SolvedReason.PastLine, SolvedReason.PastLine), (line.Below.Reason, line.Above.Reason));
        Assert.Null(PortfolioLines.Solve(grid.Exact("bob")));
        var before = LeverageCalculator.Snapshot(grid.Exact("ann"));
        Assert.Equal(SolvedReason.ByScenarios, before.Positions[0].LiquidationPrice.Reason);
    }

    private static SolvedPortfolios Solved(PortfolioGrid grid, string account) =>
        PortfolioLines.Solve(grid.Exact(account))!;

    /// <summary>At a price of the coin, every series marked and every scenario valued as a frame does it.</summary>
    private static decimal Surplus(AccountValuation exact, decimal price)
    {
        var frame = exact.Frame;
        var prices = frame.Prices.ToArray();
        prices[0] = prices[0] with { Price = new Price(decimal.Round(price, 8)) };
        new OptionMarks(frame.Universe).Mark(prices, frame.TimeMs);
        var moved = AccountValuation.Of(exact.Account,
            new PriceFrame(frame.Number, frame.TimeMs, frame.Universe, prices, [.. frame.FundingIndices]));
        return moved.CrossMarginBalance - moved.CrossMaintenanceMargin;
    }

    private static void Open(PortfolioGrid grid, string account, decimal cash, (string Instrument, decimal Size)[] legs)
    {
        if (grid.Grid.Inspect(new AccountId("house")) is null)
        {
            Assert.True(grid.Deposit("house", "USD", 1_000_000_000m).IsApplied);
        }
        Assert.True(grid.Deposit(account, "USD", cash).IsApplied);
        foreach (var (instrument, size) in legs)
        {
            Assert.True(grid.Mode(account, instrument, MarginMode.Portfolio).IsApplied);
            Assert.True(grid.Trade(account, instrument, size).IsApplied);
        }
    }
}
