using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Tests.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Deleveraging;

/// <summary>Plans over real accounts at a frame: price, fund, hedges, buckets, inverse contracts.</summary>
public sealed class PlanMakerTests
{
    private const string Linear = "BTC-USD-PERP";
    private const string Inverse = "BTC-USDI-PERP";
    private const long NowMs = 1_000_000;

    private static readonly DeleveragingRule Plain = new();

    /// <summary>long 1 at 60,000 with 2,000: at 57,000 it owes 1,000, so the price is 58,000.</summary>
    private static Account Lou() => Books.Account("lou").With("USD", 2_000m).Holding(Linear, 1m, 60_000m);

    [Fact]
    public void The_fund_goes_first_and_what_it_can_pay_is_taken_from_nobody()
    {
        var ann = Books.Account("ann").With("USD", 10_000m).Holding(Linear, -1m, 60_000m);
        Assert.Equal(DeleveragingStatus.FundCovers, Make(Plain, 1_000m, Lou(), ann).Status);
        var plan = Make(Plain, 999.99m, Lou(), ann);
        Assert.Equal((DeleveragingStatus.Planned, 58_000m), (plan.Status, plan.Price!.Value.Value));
    }

    [Fact]
    public void A_degraded_or_old_price_plans_nothing()
    {
        var ann = Books.Account("ann").With("USD", 10_000m).Holding(Linear, -1m, 60_000m);
        var degraded = Make(Plain, 0m, [Lou(), ann], Books.Frame(57_000m, state: PriceState.Degraded));
        Assert.Equal((DeleveragingStatus.OracleStale, "BTC-USD is degraded"), (degraded.Status, degraded.Detail));
        var old = new PlanMaker(Book([Lou(), ann], Books.Frame(57_000m)), id => id == ann.Id ? ann : Lou(), 0m,
            new DeleveragingLimits(), NowMs + 10_001).Make(Order(Plain));
        Assert.Equal((DeleveragingStatus.OracleStale, "BTC-USD is 10001 ms old, at most 10000"),
            (old.Status, old.Detail));
    }

    [Fact]
    public void One_leg_of_a_hedge_is_spared_where_the_rule_looks_at_accounts()
    {
        // hal is short 1 and long 57,000 USD of the coin elsewhere: its loss here is its gain there
        var hal = Books.Account("hal").With("USD", 3_000m).With("BTC", 0.1m).Holding(Linear, -1m, 60_000m)
            .Holding("BTC-USDM-PERP", 0.75m, 58_000m);
        var ann = Books.Account("ann").With("USD", 50_000m).Holding(Linear, -1m, 60_000m);
        var blind = Make(Plain, 0m, Lou(), hal, ann);
        Assert.Equal(("hal", 1m, 0.75m), (blind.Legs[0].Counterparty.Value, blind.Legs[0].Contracts,
            blind.Legs[0].Hedged));
        // what the owner would be left with: a long alone
        Assert.Equal((-14_250m, 42_750m), (blind.Legs[0].Before.NetNotional, blind.Legs[0].After.NetNotional));

        var aware = Make(Plain with { IsHedgeAware = true }, 0m, Lou(), hal, ann);
        Assert.Equal([("hal", 0.25m), ("ann", 0.75m)], aware.Legs.Select(l => (l.Counterparty.Value, l.Contracts)));
        Assert.Equal(0m, aware.Legs[0].After.NetNotional);
    }

    [Fact]
    public void A_leg_that_would_leave_its_account_in_liquidation_is_spared_and_counted()
    {
        // 450 pays for 0.45 at 58,000, which would leave 0.55 short with nothing
        var tight = Books.Account("tight").With("USD", 450m).Holding(Linear, -1m, 57_000m);
        var ann = Books.Account("ann").With("USD", 50_000m).Holding(Linear, -1m, 60_000m);
        Assert.Equal(RiskTier.Healthy, AccountValuation.Of(tight, Books.Frame(57_000m)).Tier(Books.Rules));
        var plan = Make(Plain, 0m, Lou(), tight, ann);
        Assert.Equal(DeleveragingStatus.Planned, plan.Status);
        Assert.Equal("ann", Assert.Single(plan.Legs).Counterparty.Value);
        Assert.Equal(1, plan.Excluded[ExclusionReason.LeftInLiquidation]);
    }

    [Fact]
    public void An_isolated_position_is_its_own_bucket_on_both_sides()
    {
        // isolated margin 2,000 is used up, however much lies beside it
        var lou = Books.Account("lou").With("USD", 100_000m).Holding(Linear, 1m, 60_000m, isolatedMargin: 2_000m);
        var ann = Books.Account("ann").With("USD", 100_000m).Holding(Linear, -1m, 60_000m, isolatedMargin: 1_000m);
        var plan = Make(Plain, 0m, lou, ann);
        Assert.Equal((1_000m, 58_000m), (plan.Shortfall, plan.Price!.Value.Value));
        // its leverage is that of the bucket: 57,000 over 1,000 + 3,000
        Assert.Equal(57_000m / 4_000m, plan.Legs[0].LeverageTerm);
    }

    [Fact]
    public void Two_positions_share_what_is_missing_by_what_they_must_keep()
    {
        var lou = Books.Account("lou").With("USD", 1_000m).Holding(Linear, 0.5m, 60_000m)
            .Holding("SOL-USD-PERP", 100m, 155m);
        var frame = Books.Frame(57_000m);
        var valuation = AccountValuation.Of(lou, frame);
        Assert.Equal(-1_000m, valuation.Equity);
        var ann = Books.Account("ann").With("USD", 10_000m).Holding(Linear, -0.5m, 60_000m);
        var btc = valuation.Positions.First(p => p.Position.Instrument.Id.Value == Linear).MaintenanceMargin;
        Assert.Equal(1_000m * (btc / valuation.MaintenanceMargin), Make(Plain, 0m, [lou, ann], frame).Shortfall);
    }

    [Fact]
    public void An_inverse_position_is_closed_at_the_price_that_leaves_its_coins_without_debt()
    {
        // 6,000 contracts of 10 USD from 60,000, with 0.04 BTC: at 57,000 the loss is 0.0526 BTC
        var lou = Books.Account("lou").With("BTC", 0.04m).Holding(Inverse, 6_000m, 60_000m);
        var ann = Books.Account("ann").With("BTC", 1m).Holding(Inverse, -6_000m, 60_000m);
        var frame = Books.Frame(57_000m);
        var plan = Make(Plain, 0m, [lou, ann], frame, Inverse);
        Assert.Equal(DeleveragingStatus.Planned, plan.Status);
        var price = plan.Price!.Value;
        foreach (var (at, hasDebt) in new[] { (price.Value, false), (price.Value - 0.01m, true) })
        {
            var after = lou.Copy();
            var decision = lou.DecideFill(Books.Instrument(Inverse), new Quantity(-6_000m), new Price(at), 0m, true,
                frame);
            foreach (var fact in decision.Events)
            {
                after.Apply(fact);
            }
            Assert.Equal(hasDebt, after.Balance(Books.Asset("BTC")) < 0m);
        }
        PlanScenes.Near(plan.Legs[0].Forgone, plan.Legs[0].Before.Equity - plan.Legs[0].After.Equity, 0.01m);
    }

    [Fact]
    public void Where_the_markets_grid_has_no_price_it_is_said()
    {
        // a short that owes more than the coin is worth would have to buy below nothing
        var sam = Books.Account("lou").With("USD", -70_000m).Holding(Linear, -1m, 57_000m);
        var ann = Books.Account("ann").With("USD", 10_000m).Holding(Linear, 1m, 50_000m);
        Assert.Equal(DeleveragingStatus.PriceOutOfRange, Make(Plain, 0m, sam, ann).Status);
    }

    private static DeleveragingPlan Make(DeleveragingRule rule, decimal fund, params Account[] accounts) =>
        Make(rule, fund, accounts, Books.Frame(57_000m));

    private static DeleveragingPlan Make(DeleveragingRule rule, decimal fund, Account[] accounts, PriceFrame frame,
        string instrument = Linear) =>
        new PlanMaker(Book(accounts, frame, instrument), id => accounts.FirstOrDefault(a => a.Id == id), fund,
            new DeleveragingLimits(), NowMs).Make(Order(rule, instrument));

    private static CandidateBook Book(Account[] accounts, PriceFrame frame, string instrument = Linear) =>
        CandidateBook.Of(accounts.Select(a => HolderView.Of(a, Books.Instrument(instrument), frame))
            .OfType<HolderView>(), Books.Instrument(instrument), frame);

    private static DeleveragingOrder Order(DeleveragingRule rule, string instrument = Linear) => new(
        CommandId.Series(1, 1, 1), new InstrumentId(instrument), new AccountId("lou"), rule, "test");
}
