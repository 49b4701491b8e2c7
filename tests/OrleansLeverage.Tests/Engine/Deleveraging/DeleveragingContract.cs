using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Deleveraging;
using OrleansLeverage.Engine.Deleveraging;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Deleveraging;

/// <summary>
/// What every engine that deleverages promises. The market: lou is long 1 BTC against ann (0.4), ben (0.5) and cat
/// (0.1), entered at 60,000 with 2,000 USD; at 57,000 lou owes 1,000 and is closed at 58,000.
/// </summary>
public abstract partial class DeleveragingContract
{
    private static readonly InstrumentId Market = GridFixture.Perpetual;
    private static readonly AccountId Lou = GridFixture.Account("lou");
    private static readonly DeleveragingRule Queue = new() { Name = "queue", Score = DeleveragingScore.Hyperliquid };

    private protected abstract GridFixture Open();

    [Fact]
    public async Task Every_position_has_a_rank_and_a_quantile_under_every_policy()
    {
        await using var fixture = await FallenAsync();
        foreach (var policy in Enum.GetValues<DeleveragingPolicy>())
        {
            foreach (var score in Enum.GetValues<DeleveragingScore>())
            {
                var queue = (await fixture.Grid.Deleveraging.QueueAsync(Market,
                    Queue with { Policy = policy, Score = score }))!;
                Assert.Equal(["ann", "ben", "cat"], queue.Shorts.Select(s => s.Candidate.Account.Value).Order());
                Assert.Equal([1, 2, 3], queue.Shorts.Select(s => s.Rank!.Value));
                Assert.Equal([1m / 3m, 2m / 3m, 1m], queue.Shorts.Select(s => s.Quantile!.Value));
                Assert.Equal(Lou, Assert.Single(queue.Longs).Candidate.Account);
            }
        }
        // entry/mark is one for all: leverage ranks. Equity: ann 10,000 + 1,200, ben 5,000 + 1,500, cat 2,000 + 300
        var shorts = (await fixture.Grid.Deleveraging.QueueAsync(Market, Queue))!.Shorts;
        Assert.Equal(["ben", "cat", "ann"], shorts.Select(s => s.Candidate.Account.Value));
        Assert.Equal(60_000m / 57_000m, shorts[0].Score!.Value.ProfitTerm);
        Assert.Equal(28_500m / 6_500m, shorts[0].Score!.Value.LeverageTerm);
        Assert.Null(await fixture.Grid.Deleveraging.QueueAsync(new InstrumentId("NO-USD-PERP"), Queue));
    }

    [Fact]
    public async Task The_distance_to_the_trigger_and_to_the_stop_is_told_live()
    {
        await using var fixture = await TradedAsync();
        var before = (await fixture.Grid.Deleveraging.ConditionAsync(Market))!;
        Assert.Equal((false, 0, 0m, (string?)null), (before.IsDue, before.InsolventAccounts, before.Shortfall,
            before.Inhibited));
        await fixture.PriceAsync(GridFixture.Bitcoin, 57_000m);

        var due = (await fixture.Grid.Deleveraging.ConditionAsync(Market))!;
        Assert.Equal((true, 1, 1m, 1_000m, -1_000m, 1_000m), (due.IsDue, due.InsolventAccounts, due.InsolventContracts,
            due.Shortfall, due.ToTrigger, due.ToStop));
        fixture.Time.Advance(60_000);
        var stale = await GridFixture.EventuallyAsync(async () =>
            (await fixture.Grid.Deleveraging.ConditionAsync(Market))!, c => c.PriceState != PriceState.Fresh, "fresh");
        Assert.StartsWith("BTC-USD is ", stale.Inhibited, StringComparison.Ordinal);
        Assert.InRange(stale.PriceAgeMs!.Value, 60_000L, 61_000L);
    }

    [Fact]
    public async Task A_rehearsal_is_the_plan_that_is_armed_and_changes_nothing()
    {
        await using var fixture = await FallenAsync();
        var before = await StateAsync(fixture);
        var order = Order(fixture, Queue);
        var rehearsed = await fixture.Grid.Deleveraging.RehearseAsync(order);
        Assert.Equal((DeleveragingStatus.Planned, 58_000m, 1m, 0m, 1_000m), (rehearsed.Status,
            rehearsed.Price!.Value.Value,
            rehearsed.Contracts, rehearsed.Residual, rehearsed.Shortfall));
        Assert.Equal([("ben", 0.5m, 500m), ("cat", 0.1m, 100m), ("ann", 0.4m, 400m)],
            rehearsed.Legs.Select(l => (l.Counterparty.Value, l.Contracts, l.Forgone)));
        Assert.Equal((6_500m, 28_500m, 6_000m, 0m), (rehearsed.Legs[0].Before.Equity,
            rehearsed.Legs[0].Before.GrossNotional, rehearsed.Legs[0].After.Equity,
            rehearsed.Legs[0].After.GrossNotional));
        Assert.Equal(before, await StateAsync(fixture));
        Assert.Empty(await fixture.Grid.Deleveraging.LogAsync(10));

        var armed = await fixture.Grid.Deleveraging.ArmAsync(order);
        Assert.Equal(DeleveragingStatus.Armed, armed.Status);
        Assert.Equal(rehearsed.Legs, armed.Plan!.Legs);
        Assert.Equal(DeleveragingStatus.Armed, (await fixture.Grid.Deleveraging.ConditionAsync(Market))!.State);
    }

    [Fact]
    public async Task A_plan_is_executed_once_and_its_record_tells_all_of_it()
    {
        await using var fixture = await FallenAsync();
        var (order, port) = (Order(fixture, Queue), fixture.Grid.Deleveraging);
        await port.ArmAsync(order);
        var executed = await port.ExecuteAsync(order.Plan, Market, "night shift");

        Assert.Equal(DeleveragingStatus.Completed, executed.Status);
        Assert.Equal([("lou", 0m), ("ann", 10_800m), ("ben", 6_000m), ("cat", 2_200m)], await EquitiesAsync(fixture));
        foreach (var name in new[] { "lou", "ann", "ben", "cat" })
        {
            Assert.Equal(0m, (await fixture.Grid.AccountAsync(GridFixture.Account(name)))!.GrossNotional);
        }
        var audit = executed.Audit!;
        Assert.Equal((1m, 0m, "night shift", 1), (audit.Filled, audit.Residual, audit.ExecutedBy, audit.Rounds.Count));
        Assert.All(audit.Rounds[0].Legs, leg => Assert.Equal((LegState.Filled, true), (leg.State, leg.Sequence > 0)));
        Assert.Equal(audit.Order, Assert.Single(await port.LogAsync(10)).Order);

        var before = await StateAsync(fixture);
        Assert.Equal(DeleveragingStatus.AlreadyExecuted, (await port.ExecuteAsync(order.Plan, Market, "x")).Status);
        Assert.Equal(DeleveragingStatus.Completed, (await port.ArmAsync(order)).Status);
        Assert.Equal(DeleveragingStatus.PlanIdReused,
            (await port.ArmAsync(order with { Operator = "another" })).Status);
        Assert.Equal(DeleveragingStatus.AlreadyExecuted, (await port.DisarmAsync(order.Plan, "x")).Status);
        Assert.Equal(before, await StateAsync(fixture));
        Assert.False((await port.ConditionAsync(Market))!.IsDue);
    }

    [Theory]
    [InlineData(DeleveragingPolicy.ProRataContracts, "ann 0.4, ben 0.5, cat 0.1")]
    [InlineData(DeleveragingPolicy.ProRataProfit, "ann 0.4, ben 0.5, cat 0.1")]
    [InlineData(DeleveragingPolicy.ProRataEquity, "ann 0.4, ben 0.5, cat 0.1")]
    [InlineData(DeleveragingPolicy.RiskAware, "ann 0.4, ben 0.5, cat 0.1")]
    public async Task A_whole_market_is_closed_alike_under_every_policy(DeleveragingPolicy policy, string expected)
    {
        await using var fixture = await FallenAsync();
        var plan = await fixture.Grid.Deleveraging.RehearseAsync(Order(fixture, Queue with { Policy = policy }));
        Assert.Equal(expected, string.Join(", ", plan.Legs.OrderBy(l => l.Counterparty)
            .Select(l => $"{l.Counterparty} {Decimals.Text(l.Contracts)}")));
    }

    [Fact]
    public async Task What_cannot_be_is_refused_by_name_and_leaves_nothing()
    {
        await using var fixture = await TradedAsync();
        var (order, port) = (Order(fixture, Queue), fixture.Grid.Deleveraging);
        await fixture.DepositAsync("dan", 100m);

        async Task Refused(DeleveragingStatus status, DeleveragingOrder refused)
        {
            Assert.Equal(status, (await port.RehearseAsync(refused)).Status);
            Assert.Equal(status, (await port.ArmAsync(refused)).Status);
            Assert.Null(await port.PlanAsync(refused.Plan));
        }
        await Refused(DeleveragingStatus.Solvent, order);
        await fixture.PriceAsync(GridFixture.Bitcoin, 57_000m);
        var before = await StateAsync(fixture);
        await Refused(DeleveragingStatus.InvalidOrder, order with { Operator = "" });
        await Refused(DeleveragingStatus.InvalidOrder, order with { Rule = Queue with { ProfitShareMax = 0m } });
        await Refused(DeleveragingStatus.UnknownInstrument,
            order with { Instrument = new InstrumentId("NO-USD-PERP") });
        await Refused(DeleveragingStatus.UnknownAccount, order with { Bankrupt = GridFixture.Account("nobody") });
        await Refused(DeleveragingStatus.NothingToClose, order with { Bankrupt = GridFixture.Account("dan") });
        await Refused(DeleveragingStatus.QuantityOutOfRange, order with { Quantity = 1.1m });
        await Refused(DeleveragingStatus.QuantityOutOfRange, order with { Quantity = 0m });
        await Refused(DeleveragingStatus.QuantityOutOfRange, order with { Quantity = 0.00000001m });
        // 10 % of 3,000 profit pays for 0.3 of 1,000; nearly nothing of it pays for nobody's smallest lot
        var capped = Queue with { Policy = DeleveragingPolicy.CappedProRata, ProfitShareMax = 0.1m };
        await Refused(DeleveragingStatus.Infeasible, order with { Rule = capped });
        await Refused(DeleveragingStatus.NoCandidates,
            order with { Rule = capped with { ProfitShareMax = 0.00000001m } });
        Assert.Equal(DeleveragingStatus.UnknownPlan, (await port.ExecuteAsync(order.Plan, Market, "x")).Status);
        Assert.Equal(DeleveragingStatus.UnknownPlan, (await port.DisarmAsync(order.Plan, "x")).Status);
        Assert.Equal(before, await StateAsync(fixture));

        await port.ArmAsync(order);
        var other = order with { Plan = fixture.NextId() };
        Assert.Equal(DeleveragingStatus.PlanConflict, (await port.ArmAsync(other)).Status);
        Assert.Equal(DeleveragingStatus.WrongMarket,
            (await port.ExecuteAsync(order.Plan, new InstrumentId("ETH-USD-PERP"), "x")).Status);
        Assert.Equal(DeleveragingStatus.Disarmed, (await port.DisarmAsync(order.Plan, "x")).Status);
        Assert.Equal(DeleveragingStatus.AlreadyExecuted, (await port.ExecuteAsync(order.Plan, Market, "x")).Status);
        Assert.Equal(DeleveragingStatus.Armed, (await port.ArmAsync(other)).Status);
    }

    [Fact]
    public async Task On_a_stale_price_nothing_is_planned_and_an_armed_plan_expires()
    {
        await using var fixture = await FallenAsync();
        var (order, port) = (Order(fixture, Queue), fixture.Grid.Deleveraging);
        await port.ArmAsync(order);
        fixture.Time.Advance(10_001);
        var stale = await GridFixture.EventuallyAsync(async () =>
            await port.RehearseAsync(order with { Plan = fixture.NextId() }),
            p => p.Status == DeleveragingStatus.OracleStale, "still fresh");
        Assert.StartsWith("BTC-USD is ", stale.Detail, StringComparison.Ordinal);

        var expired = await port.ExecuteAsync(order.Plan, Market, "night shift");
        Assert.Equal(DeleveragingStatus.PlanExpired, expired.Status);
        Assert.Equal((DeleveragingStatus.PlanExpired, 0m), (expired.Audit!.State, expired.Audit.Filled));
        // a fresh price does not bring it back: it is planned again under another id
        await fixture.PriceAsync(GridFixture.Bitcoin, 57_000m);
        await GridFixture.EventuallyAsync(async () => (await port.ConditionAsync(Market))!, c => c.Inhibited is null,
            "still stale");
        Assert.Equal(DeleveragingStatus.PlanExpired, (await port.ExecuteAsync(order.Plan, Market, "x")).Status);
        var again = order with { Plan = fixture.NextId() };
        Assert.Equal(DeleveragingStatus.Armed, (await port.ArmAsync(again)).Status);
        Assert.Equal(DeleveragingStatus.Completed, (await port.ExecuteAsync(again.Plan, Market, "x")).Status);
    }

    [Fact]
    public async Task A_counterparty_that_moved_on_refuses_its_whole_leg_and_the_residual_is_planned_again()
    {
        await using var fixture = await FallenAsync(spare: 0.3m);
        var (order, port) = (Order(fixture, Queue), fixture.Grid.Deleveraging);
        await port.ArmAsync(order);
        // ben buys back half of what it is to be closed by: its leg of 0.5 does not fit any more
        Assert.Equal(CommandStatus.Applied,
            (await fixture.Grid.ExecuteAsync(fixture.Fill("ben", "ann", 0.25m, 57_000m))).Status);

        var executed = await port.ExecuteAsync(order.Plan, Market, "night shift");

        Assert.Equal((DeleveragingStatus.Completed, 2), (executed.Status, executed.Audit!.Rounds.Count));
        var (first, second) = (executed.Audit.Rounds[0], executed.Audit.Rounds[1]);
        Assert.Equal((LegState.Refused, CommandStatus.ReduceOnly), (first.Legs[0].State, first.Legs[0].Refusal!.Value));
        Assert.Equal(0.5m, second.Requested);
        Assert.Equal(1m, executed.Audit.Filled);
        Assert.Equal(0m, (await fixture.Grid.AccountAsync(Lou))!.GrossNotional);
        Assert.True((await fixture.Grid.AccountAsync(Lou))!.Equity >= 0m);
    }

    private protected static DeleveragingOrder Order(GridFixture fixture, DeleveragingRule rule) =>
        new(fixture.NextId(), Market, Lou, rule, "day shift");

    private async Task<GridFixture> TradedAsync(decimal spare = 0m)
    {
        var fixture = Open();
        await fixture.StandardPricesAsync();
        foreach (var (name, usd) in new[] { ("lou", 2_000m), ("ann", 10_000m), ("ben", 5_000m), ("cat", 2_000m),
            ("max", 1_000_000m) })
        {
            await fixture.DepositAsync(name, usd);
        }
        foreach (var (name, contracts) in new[] { ("ann", 0.4m + spare), ("ben", 0.5m), ("cat", 0.1m) })
        {
            if (contracts > 0.4m && name == "ann")
            {
                await FilledAsync(fixture.Fill("max", "ann", spare, 60_000m));
            }
            await FilledAsync(fixture.Fill("lou", name, name == "ann" ? 0.4m : contracts, 60_000m));
        }
        return fixture;

        async Task FilledAsync(ApplyFill fill)
        {
            var result = await fixture.Grid.ExecuteAsync(fill);
            Assert.True(result.Status == CommandStatus.Applied, $"{fill}: {result}");
        }
    }

    private async Task<GridFixture> FallenAsync(decimal spare = 0m)
    {
        var fixture = await TradedAsync(spare);
        await fixture.PriceAsync(GridFixture.Bitcoin, 57_000m);
        return fixture;
    }

    /// <summary>What commands can change of the accounts; triggers come and go beside them.</summary>
    private static async Task<string> StateAsync(GridFixture fixture)
    {
        var words = new List<string>();
        foreach (var name in new[] { "lou", "ann", "ben", "cat", "dan", "max" })
        {
            var account = await fixture.Grid.AccountAsync(GridFixture.Account(name));
            words.Add($"{name} {account?.Sequence} {account?.Equity} {account?.GrossNotional}");
        }
        return string.Join("; ", words);
    }

    private static async Task<(string, decimal)[]> EquitiesAsync(GridFixture fixture)
    {
        var rows = new List<(string, decimal)>();
        foreach (var name in new[] { "lou", "ann", "ben", "cat" })
        {
            rows.Add((name, (await fixture.Grid.AccountAsync(GridFixture.Account(name)))!.Equity!.Value));
        }
        return [.. rows];
    }
}
