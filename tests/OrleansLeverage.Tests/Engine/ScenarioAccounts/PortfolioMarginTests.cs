using OrleansLeverage.Analytics.Scenarios;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Scenarios;
using Xunit;

namespace OrleansLeverage.Tests.Engine.ScenarioAccounts;

/// <summary>
/// Accounts of the grid in portfolio margin. What margin must be comes from the scenario margin itself, whose published
/// cases are the conformance suite's, over a market that is written down here by hand.
/// </summary>
public sealed class PortfolioMarginTests
{
    private const string Linear = "deribit-pm-usdc-btc";
    private const string Coin = "deribit-pm-btc";
    private static readonly string Put = PortfolioGrid.Option("20260201", 60_000, isCall: false);
    private static readonly string Call = PortfolioGrid.Option("20260626", 70_000, isCall: true);

    [Fact]
    public void Is_what_the_worst_scenario_of_the_positions_together_asks()
    {
        using var grid = new PortfolioGrid(Linear);
        Trader(grid, Linear);
        var (perpetual, put, call) = (2m, 3m, -1.5m);
        Assert.True(grid.Trade("trader", PortfolioGrid.Perpetual, perpetual).IsApplied);
        Assert.True(grid.Trade("trader", Put, put).IsApplied);
        Assert.True(grid.Trade("trader", Call, call).IsApplied);
        grid.Publish(58_000m);

        var expected = Expected(Linear, 58_000m, grid.Frame.TimeMs,
            [new("perp", perpetual), new("put", put), new("call", call)]);
        var exact = grid.Exact("trader");

        Assert.Equal(expected.Maintenance, exact.MaintenanceMargin);
        Assert.Equal(expected.Initial, exact.InitialMargin);
        Assert.True(exact.MaintenanceMargin < (2m + 3m + 1.5m) * 58_000m * 0.1m / 3m, "hedges are not seen");
        Assert.Equal(expected.Explanation.Scenario, exact.Portfolios.Single().Margin.Explanation.Scenario);
        Assert.All(exact.Positions, position => Assert.Equal(0m, position.MaintenanceMargin));
    }

    [Fact]
    public void Of_what_settles_in_the_coin_is_in_the_coin()
    {
        using var grid = new PortfolioGrid(Coin);
        Trader(grid, Coin);
        var put = PortfolioGrid.Option("20260201", 60_000, isCall: false, inCoin: true);
        Assert.True(grid.Mode("trader", PortfolioGrid.CoinPerpetual, MarginMode.Portfolio).IsApplied);
        Assert.True(grid.Trade("trader", PortfolioGrid.CoinPerpetual, 1_200m).IsApplied);
        Assert.True(grid.Trade("trader", put, 2m).IsApplied);
        grid.Publish(64_000m);

        // 1,200 contracts of 100 dollars at 64,000 are 1.875 coins
        var expected = Expected(Coin, 64_000m, grid.Frame.TimeMs, [new("perp", 1.875m), new("put", 2m)]);
        var exact = grid.Exact("trader");

        Assert.Equal((double)(expected.Maintenance * 64_000m), (double)exact.MaintenanceMargin, 1e-4);
        Assert.Equal((double)(expected.Initial * 64_000m), (double)exact.InitialMargin, 1e-4);
        Assert.True(expected.Maintenance > 0m);
    }

    [Fact]
    public void What_is_new_of_the_underlying_joins_and_what_is_not_offered_is_refused()
    {
        using var grid = new PortfolioGrid(Linear);
        Trader(grid, Linear);
        Assert.True(grid.Trade("trader", PortfolioGrid.Perpetual, 1m).IsApplied);
        Assert.True(grid.Trade("trader", Put, 1m).IsApplied);
        Assert.True(grid.Trade("trader", PortfolioGrid.CoinPerpetual, 10m).IsApplied);

        var modes = grid.Exact("trader").Positions.ToDictionary(p => p.Position.Instrument.Id.Value,
            p => p.Position.Mode);
        var refused = grid.Mode("trader", PortfolioGrid.CoinPerpetual, MarginMode.Portfolio);

        Assert.Equal(MarginMode.Portfolio, modes[PortfolioGrid.Perpetual]);
        Assert.Equal(MarginMode.Portfolio, modes[Put]);
        Assert.Equal(MarginMode.Cross, modes[PortfolioGrid.CoinPerpetual]);
        Assert.Equal(CommandStatus.NothingToDo, refused.Status);
        Assert.Equal("no portfolio margin is offered for BTC-USDI-PERP", refused.Detail);
    }

    [Fact]
    public void Leaving_needs_the_margin_that_positions_ask_alone()
    {
        using var grid = new PortfolioGrid(Linear);
        Trader(grid, Linear, 20_000m);
        Assert.True(grid.Trade("trader", PortfolioGrid.Perpetual, 1.5m).IsApplied);
        Assert.True(grid.Trade("trader", Put, 1.5m).IsApplied);
        // alone: 20 % of 1.5 perpetuals is 18,000, and the put's premium is gone with its bracket on top
        var refused = grid.Mode("trader", PortfolioGrid.Perpetual, MarginMode.Cross);
        Assert.Equal(CommandStatus.InsufficientCollateral, refused.Status);
        Assert.True(grid.Deposit("trader", "USD", 200_000m).IsApplied);
        Assert.True(grid.Mode("trader", PortfolioGrid.Perpetual, MarginMode.Cross).IsApplied);
        Assert.Equal(0.1m * 1.5m * 60_000m,
            grid.Exact("trader").Positions.First(p => !p.IsPortfolio).MaintenanceMargin);
    }

    [Fact]
    public void Orders_ask_by_bracket_beside_it()
    {
        using var grid = new PortfolioGrid(Linear);
        Trader(grid, Linear);
        Assert.True(grid.Trade("trader", PortfolioGrid.Perpetual, 1m).IsApplied);
        var before = grid.Exact("trader");
        Assert.True(grid.Execute(id => new ReserveOrder(id, new("trader"), new(PortfolioGrid.Perpetual), new(2m),
            new(60_000m))).IsApplied);
        var after = grid.Exact("trader");
        Assert.Equal(before.MaintenanceMargin, after.MaintenanceMargin);
        Assert.Equal(before.InitialMargin + 0.2m * 2m * 60_000m, after.InitialMargin);
    }

    [Fact]
    public void A_liquidation_ends_at_the_target()
    {
        using var grid = new PortfolioGrid(Linear);
        Trader(grid, Linear, 30_000m);
        Assert.True(grid.Trade("trader", PortfolioGrid.Perpetual, 2m).IsApplied);
        Assert.True(grid.Trade("trader", Call, -1m).IsApplied);
        grid.Publish(47_500m);
        var exact = grid.Exact("trader");
        Assert.Equal(RiskTier.Liquidation, exact.Tier(grid.Universe.Rules));

        var plan = LiquidationPlanner.Plan(exact, new LiquidationRules { Scope = LiquidationScope.ToTarget });

        Assert.Equal(LiquidationStatus.Resolved, plan.Status);
        Assert.False(MarginBucket.Cross(plan.Valuation).IsLiquidatable);
        Assert.True(plan.Valuation.GrossNotional > 0m, "nothing is left");
    }

    [Fact]
    public void No_price_of_one_feed_says_when_it_is_liquidated()
    {
        using var grid = new PortfolioGrid(Linear);
        Trader(grid, Linear, 20_000m);
        Assert.True(grid.Trade("trader", PortfolioGrid.Perpetual, 1m).IsApplied);
        var snapshot = LeverageCalculator.Snapshot(grid.Exact("trader"));
        var position = Assert.Single(snapshot.Positions);
        Assert.Equal(SolvedReason.ByScenarios, position.LiquidationPrice.Reason);
        Assert.Null(position.LiquidationPrice.Shown);
        Assert.Null(snapshot.JointMoveDown);
        Assert.Null(snapshot.MaxLeverage);
        Assert.NotNull(position.BankruptcyPrice.Shown);
    }

    [Fact]
    public void Rules_that_offer_it_need_somebody_who_values_scenarios()
    {
        var error = Assert.Throws<FormatException>(() => PortfolioGrid.Market(Linear, prices: false));
        Assert.Contains("nobody here values them", error.Message, StringComparison.Ordinal);
        var unknown = Assert.Throws<RuleFileException>(() => RuleFile.Parse(PortfolioGrid.Rules("nobody"), "rules"));
        Assert.Contains("'nobody' is none of the scenario profiles", unknown.Message, StringComparison.Ordinal);
    }

    private static void Trader(PortfolioGrid grid, string profile, decimal dollars = 100_000m)
    {
        Assert.True(grid.Deposit("house", "USD", 100_000_000m).IsApplied);
        Assert.True(grid.Deposit("house", "BTC", 10_000m).IsApplied);
        Assert.True(grid.Deposit("trader", "USD", dollars).IsApplied);
        if (profile == Coin)
        {
            Assert.True(grid.Deposit("trader", "BTC", 5m).IsApplied);
            return;
        }
        Assert.True(grid.Mode("trader", PortfolioGrid.Perpetual, MarginMode.Portfolio).IsApplied);
    }

    /// <summary>The same market, written down: forwards at spot, no rates, volatilities of the strikes.</summary>
    private static PortfolioMargin Expected(string profile, decimal spot, long timeMs, ScenarioHolding[] holdings)
    {
        long Seconds(int year, int month, int day) => (new DateTimeOffset(year, month, day, 8, 0, 0, TimeSpan.Zero)
            .ToUnixTimeMilliseconds() - timeMs) / 1000L;
        var matrix = ScenarioPricing.Matrix(ScenarioProfiles.Find(profile).Rules, new ScenarioMarket
        {
            Spot = spot,
            Futures = [new FutureState("perp", spot)],
            Expiries = [new("feb", Seconds(2026, 2, 1), spot), new("jun", Seconds(2026, 6, 26), spot)],
            Options =
            [
                new("put", "feb", OptionRight.Put, 60_000m, 0.55m),
                new("call", "jun", OptionRight.Call, 70_000m, 0.60m),
            ],
        });
        return ScenarioMargin.Of(matrix, new ScenarioPortfolio { Holdings = holdings });
    }
}
