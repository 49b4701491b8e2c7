using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Liquidation;

/// <summary>Plans worked out by hand, in the brackets of <see cref="Books"/>.</summary>
public sealed class LiquidationPlanTests
{
    // 10 SOL at 100 stand in the bracket of 1 % below 1,000 and 3 % above it, less 20
    private const string Sol = "SOL-USD-PERP";

    private static readonly LiquidationRules ToTarget = new() { Scope = LiquidationScope.ToTarget };

    [Fact]
    public void A_healthy_account_is_left_alone()
    {
        // 8 of margin balance against 8 of maintenance: not strictly below
        var account = Books.Account().With("USD", 8m).Holding(Sol, 8m, 100m);
        var plan = LiquidationPlanner.Plan(At(account, 100m), ToTarget);
        Assert.Equal(LiquidationStatus.Healthy, plan.Status);
        Assert.Same(account, plan.After);
        Assert.Empty(plan.Steps);
        Assert.Equal(new FundFlow(0m, 0m, 0m, 5m), plan.Settle(5m));
    }

    [Fact]
    public void A_price_that_was_never_measured_decides_nothing()
    {
        var account = Books.Account().With("USD", -8m).Holding(Sol, 8m, 100m);
        var frame = new PriceFrame(new FrameNumber(1, 1), 1, Books.Universe,
            new FramePrice[Books.Universe.Feeds.Count]);
        Assert.Equal(LiquidationStatus.PriceUnknown,
            LiquidationPlanner.Plan(AccountValuation.Of(account, frame), ToTarget).Status);
    }

    /// <summary>
    /// 8 long at 100, 7.96 of margin, 8 due. One lot of 0.01 frees 0.01 and costs (fee 0.1 %) 0.001, so n lots leave
    /// 7.96 − 0.001·n against 8 − 0.01·n: 0.04 ≤ 0.009·n, 5 lots.
    /// </summary>
    [Fact]
    public void Closes_the_fewest_lots()
    {
        var account = Books.Account().With("USD", 7.96m).Holding(Sol, 8m, 100m);
        var plan = LiquidationPlanner.Plan(At(account, 100m), ToTarget with { FeeRate = 0.001m });
        var step = Assert.Single(plan.Steps);
        Assert.Equal(LiquidationStatus.Resolved, plan.Status);
        Assert.Equal((-0.05m, 100m, 0.005m, 0m), (step.Close.Value, step.Price.Value, step.Fee, step.Claim));
        Assert.Equal(new MarginBucket(7.955m, 7.955m, 7.95m), step.After);
        Assert.Equal(0.005m, plan.FeesUsd);
        Assert.Equal(7.95m, plan.After.Position(Books.Instrument(Sol)).Quantity.Value);
        // the account that was asked about is untouched
        Assert.Equal(8m, account.Position(Books.Instrument(Sol)).Quantity.Value);
    }

    /// <summary>
    /// 20 long at 100 keep 2,000·3 % − 20 = 40 against 30: 3 is freed per unit while more than 1,000 remain, so
    /// 10/3 = 3.333 units are 3.34.
    /// </summary>
    [Fact]
    public void The_bracket_of_what_remains_counts()
    {
        var account = Books.Account().With("USD", 30m).Holding(Sol, 20m, 100m);
        var step = Assert.Single(LiquidationPlanner.Plan(At(account, 100m), ToTarget).Steps);
        Assert.Equal(-3.34m, step.Close.Value);
        // below the floor 1 is freed per unit: from 40 to 5 the first ten units free 30, five more the rest
        account = Books.Account().With("USD", 5m).Holding(Sol, 20m, 100m);
        step = Assert.Single(LiquidationPlanner.Plan(At(account, 100m), ToTarget).Steps);
        Assert.Equal(-15m, step.Close.Value);
    }

    [Fact]
    public void Bounds_end_one_liquidation_before_its_target()
    {
        var account = Books.Account().With("USD", 30m).Holding(Sol, 20m, 100m);
        var plan = LiquidationPlanner.Plan(At(account, 100m), ToTarget with { CloseShareMax = 0.1m });
        Assert.Equal((LiquidationStatus.Bounded, -2m), (plan.Status, plan.Steps[0].Close.Value));
        // small positions go whole, and so does what would leave less than the least close
        Assert.Equal(-20m, LiquidationPlanner.Plan(At(account, 100m),
            ToTarget with { CloseShareMax = 0.1m, WholeBelowNotional = 2_000m }).Steps[0].Close.Value);
        Assert.Equal(-20m, LiquidationPlanner.Plan(At(account, 100m),
            ToTarget with { NotionalMin = 1_667m }).Steps[0].Close.Value);
        Assert.Equal(-10m, LiquidationPlanner.Plan(At(account, 100m),
            ToTarget with { NotionalMin = 1_000m }).Steps[0].Close.Value);
    }

    /// <summary>
    /// 8 long at 100 bought with 2 of margin, sold at 99.5: 4 are lost where 2 were there. The fund is asked for 2 and
    /// has 1.5: 0.5 is left to deleveraging.
    /// </summary>
    [Fact]
    public void What_the_close_leaves_missing_is_asked_of_the_fund()
    {
        var account = Books.Account().With("USD", 2m).Holding(Sol, 8m, 100m);
        var plan = LiquidationPlanner.Plan(At(account, 100m), new LiquidationRules { FeeRate = 0.005m },
            (_, _, _) => new Price(99.5m));
        var step = Assert.Single(plan.Steps);
        Assert.Equal((0m, 2m, 99.75m), (step.Fee, step.Claim, step.BankruptcyPrice));
        Assert.Equal((0m, 0m), (plan.Valuation.Equity, plan.Valuation.MaintenanceMargin));
        Assert.Equal(new FundFlow(0m, 1.5m, 0.5m, 0m), plan.Settle(1.5m));
    }

    /// <summary>
    /// At 99.9 the close loses 0.8 of the 2; the fee of 0.5 % would be 3.996, and 1.2 is all there is.
    /// </summary>
    [Fact]
    public void The_fee_is_at_most_what_is_above_bankruptcy()
    {
        var account = Books.Account().With("USD", 2m).Holding(Sol, 8m, 100m);
        var plan = LiquidationPlanner.Plan(At(account, 100m), new LiquidationRules { FeeRate = 0.005m },
            (_, _, _) => new Price(99.9m));
        Assert.Equal((1.2m, 0m), (plan.Steps[0].Fee, plan.Steps[0].Claim));
        Assert.Equal(0m, plan.Valuation.Equity);
    }

    /// <summary>
    /// dYdX worked case: 500 short at 1 with 100 of collateral are bankrupt at 1.2. Source: dYdX help, deleveraging.
    /// </summary>
    [Fact]
    public void The_bankruptcy_price_uses_the_collateral_up()
    {
        Assert.Equal(1.2m, ClosingPrice.Bankruptcy(ContractStyle.Linear, -1, 1m, 500m, 100m));
        // an inverse short whose coins cover its face value is never bankrupt
        Assert.Null(ClosingPrice.Bankruptcy(ContractStyle.Inverse, -1, 50_000m, 1_000m, 1_000m));
        Assert.Null(ClosingPrice.Bankruptcy(ContractStyle.Linear, 1, 50_000m, 1_000m, 1_000m));
    }

    /// <summary>
    /// An isolated position fails alone: its loss beyond its margin is the fund's, not the balance's.
    /// </summary>
    [Fact]
    public void An_isolated_position_takes_nothing_from_the_balance()
    {
        var account = Books.Account().With("USD", 1_000m).Holding(Sol, 8m, 100m, isolatedMargin: 10m);
        var plan = LiquidationPlanner.Plan(At(account, 98m), new LiquidationRules());
        var step = Assert.Single(plan.Steps);
        Assert.True(step.IsIsolated);
        Assert.Equal(6m, step.Claim);
        Assert.Equal(1_000m, plan.Valuation.Equity);
        Assert.DoesNotContain(plan.After.Positions, p => !p.Quantity.IsZero);
    }

    [Fact]
    public void Below_the_backstop_everything_is_taken_over_at_bankruptcy()
    {
        var rules = ToTarget with { BackstopShare = 0.5m };
        // 3.99 is below half of 8: the fund takes the position over and with it all that is left
        var plan = LiquidationPlanner.Plan(At(Books.Account().With("USD", 3.99m).Holding(Sol, 8m, 100m), 100m), rules);
        Assert.Equal((-8m, 99.502m), (plan.Steps[0].Close.Value, plan.Steps[0].Price.Value));
        Assert.Equal(0m, plan.Valuation.Equity);
        // 4 is not: 4.0 units go
        plan = LiquidationPlanner.Plan(At(Books.Account().With("USD", 4m).Holding(Sol, 8m, 100m), 100m), rules);
        Assert.Equal(-4m, plan.Steps[0].Close.Value);
    }

    [Fact]
    public void A_close_that_the_market_cannot_take_is_named()
    {
        var account = Books.Account().With("USD", 2m).Holding(Sol, 8m, 100m);
        var plan = LiquidationPlanner.Plan(At(account, 100m), new LiquidationRules(),
            (_, _, _) => new Price(99.99999m));
        Assert.Equal(LiquidationStatus.Refused, plan.Status);
        Assert.Equal(CommandStatus.PriceTick, plan.Steps[0].Status);
        Assert.Equal(8m, plan.After.Position(Books.Instrument(Sol)).Quantity.Value);
    }

    [Fact]
    public void Open_orders_are_released_first()
    {
        var account = Books.Account().With("USD", 2m).Holding(Sol, 8m, 100m).Ordering(Sol, 3m, 7);
        Assert.Empty(LiquidationPlanner.Plan(At(account, 100m), new LiquidationRules()).After.Reservations);
    }

    [Theory]
    [InlineData("0", "1", "0", "target ratio 0")]
    [InlineData("1.01", "1", "0", "target ratio 1.01")]
    [InlineData("1", "0", "0", "largest share 0")]
    [InlineData("1", "1", "-0.1", "fee -0.1")]
    public void Rules_out_of_range_are_refused(string target, string share, string fee, string message)
    {
        decimal Of(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        var rules = new LiquidationRules
        {
            TargetRatio = Of(target), CloseShareMax = Of(share), FeeRate = Of(fee),
        };
        Assert.Contains(message, Assert.Throws<FormatException>(rules.Check).Message, StringComparison.Ordinal);
    }

    private static AccountValuation At(Account account, decimal sol) =>
        AccountValuation.Of(account, Books.Frame(sol: sol));
}
