using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Market.Oracle;
using Xunit;

namespace OrleansLeverage.Tests.Engine;

/// <summary>What every engine promises behind <see cref="ILeverageGrid"/>.</summary>
public abstract class LeverageGridContract
{
    private protected abstract GridFixture Open();

    [Fact]
    public async Task A_command_sent_twice_is_applied_once_and_answers_alike()
    {
        await using var fixture = Open();
        var deposit = new Deposit(fixture.NextId(), GridFixture.Account("alice"), AssetId.Usd, 100m);
        var first = await fixture.Grid.ExecuteAsync(deposit);
        var second = await fixture.Grid.ExecuteAsync(deposit);

        Assert.Equal(CommandStatus.Applied, first.Status);
        Assert.Equal(CommandStatus.Duplicate, second.Status);
        Assert.Equal(CommandStatus.Applied, second.Original);
        Assert.Equal(first.Sequence, second.Sequence);
        Assert.Equal(100m, (await fixture.Grid.AccountAsync(GridFixture.Account("alice")))!.Equity);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task An_id_used_with_another_payload_changes_nothing_and_names_the_field(int variant)
    {
        await using var fixture = Open();
        await fixture.StandardPricesAsync();
        foreach (var name in new[] { "alice", "bob", "carol" })
        {
            await fixture.DepositAsync(name, 100_000m);
        }
        var fill = fixture.Fill("alice", "bob", 1m, 60_000m);
        Assert.Equal(CommandStatus.Applied, (await fixture.Grid.ExecuteAsync(fill)).Status);
        var hash = await fixture.Grid.StateHashAsync();
        var (other, field) = variant switch
        {
            0 => (fill with { Price = new Price(60_001m) }, "price"),
            1 => (fill with { First = fill.First with { Quantity = new Quantity(2m) },
                Second = fill.Second with { Quantity = new Quantity(-2m) } }, "qty"),
            2 => (fill with { Second = fill.Second with { Account = GridFixture.Account("carol") } },
                "legs[1].account"),
            _ => (fill with { First = fill.First with { Fee = 1m } }, "fee"),
        };

        var result = await fixture.Grid.ExecuteAsync(other);

        Assert.Equal(CommandStatus.CommandIdReused, result.Status);
        Assert.Equal(field, result.Detail);
        Assert.Equal(hash, await fixture.Grid.StateHashAsync());
    }

    [Fact]
    public async Task A_refusal_for_a_reason_of_state_is_final_for_its_id()
    {
        await using var fixture = Open();
        await fixture.DepositAsync("alice", 10m);
        var withdraw = new Withdraw(fixture.NextId(), GridFixture.Account("alice"), AssetId.Usd, 20m);
        Assert.Equal(CommandStatus.InsufficientBalance, (await fixture.Grid.ExecuteAsync(withdraw)).Status);
        await fixture.DepositAsync("alice", 100m);

        var again = await fixture.Grid.ExecuteAsync(withdraw);

        Assert.Equal(CommandStatus.IdAlreadyFailed, again.Status);
        Assert.Equal(CommandStatus.InsufficientBalance, again.Original);
        Assert.Equal(110m, (await fixture.Grid.AccountAsync(GridFixture.Account("alice")))!.Equity);
    }

    [Fact]
    public async Task Of_two_at_once_with_one_id_one_is_applied_and_one_is_a_duplicate()
    {
        await using var fixture = Open();
        var deposit = new Deposit(fixture.NextId(), GridFixture.Account("alice"), AssetId.Usd, 1m);
        var results = await Task.WhenAll(Enumerable.Range(0, 32)
            .Select(_ => Task.Run(async () => await fixture.Grid.ExecuteAsync(deposit))));

        Assert.Single(results, r => r.Status == CommandStatus.Applied);
        Assert.Equal(31, results.Count(r => r.Status == CommandStatus.Duplicate));
    }

    [Fact]
    public async Task Reserved_ids_are_no_commands()
    {
        await using var fixture = Open();
        foreach (var id in new[] { new CommandId(UInt128.Zero), new CommandId(UInt128.MaxValue) })
        {
            var result = await fixture.Grid.ExecuteAsync(new Deposit(id, GridFixture.Account("alice"), AssetId.Usd,
                1m));
            Assert.Equal(CommandStatus.ReservedId, result.Status);
        }
        Assert.Null(await fixture.Grid.AccountAsync(GridFixture.Account("alice")));
    }

    [Fact]
    public async Task A_fill_changes_both_accounts_or_neither()
    {
        await using var fixture = Open();
        await fixture.StandardPricesAsync();
        await fixture.DepositAsync("rich", 1_000_000m);
        await fixture.DepositAsync("poor", 1m);
        var hash = (await fixture.Grid.AccountAsync(GridFixture.Account("rich")))!.Equity;

        var result = await fixture.Grid.ExecuteAsync(fixture.Fill("rich", "poor", 1m, 60_000m));

        Assert.Equal(CommandStatus.InsufficientCollateral, result.Status);
        var rich = (await fixture.Grid.AccountAsync(GridFixture.Account("rich")))!;
        Assert.Equal(hash, rich.Equity);
        Assert.Empty(rich.Positions);
    }

    [Fact]
    public async Task Legs_must_mirror_each_other_and_belong_to_two_accounts_that_exist()
    {
        await using var fixture = Open();
        await fixture.StandardPricesAsync();
        await fixture.DepositAsync("alice", 1_000_000m);
        await fixture.DepositAsync("bob", 1_000_000m);
        var fill = fixture.Fill("alice", "bob", 1m, 60_000m);

        Assert.Equal(CommandStatus.SelfTrade,
            (await fixture.Grid.ExecuteAsync(fixture.Fill("alice", "alice", 1m, 60_000m))).Status);
        var unequal = fill with { Second = fill.Second with { Quantity = new Quantity(-2m) } };
        Assert.Equal(CommandStatus.LegsMismatch, (await fixture.Grid.ExecuteAsync(unequal)).Status);
        Assert.Equal(CommandStatus.UnknownAccount,
            (await fixture.Grid.ExecuteAsync(fixture.Fill("alice", "nobody", 1m, 60_000m))).Status);
        Assert.Equal(CommandStatus.Applied, (await fixture.Grid.ExecuteAsync(fill)).Status);
    }

    [Fact]
    public async Task A_list_of_commands_is_all_or_nothing()
    {
        await using var fixture = Open();
        await fixture.DepositAsync("alice", 10m);
        var hash = await fixture.Grid.StateHashAsync();
        var deposit = new Deposit(fixture.NextId(), GridFixture.Account("alice"), AssetId.Usd, 5m);
        var withdraw = new Withdraw(fixture.NextId(), GridFixture.Account("alice"), AssetId.Usd, 100m);

        var refused = await fixture.Grid.ExecuteAllAsync([deposit, withdraw]);

        Assert.All(refused, r => Assert.Equal(CommandStatus.InsufficientBalance, r.Status));
        Assert.Equal(hash, await fixture.Grid.StateHashAsync());

        // nothing of it was remembered either: the same ids may be tried again
        var applied = await fixture.Grid.ExecuteAllAsync([deposit, withdraw with { Amount = 15m }]);
        Assert.All(applied, r => Assert.Equal(CommandStatus.Applied, r.Status));
        Assert.Equal(0m, (await fixture.Grid.AccountAsync(GridFixture.Account("alice")))!.Equity);
    }

    [Fact]
    public async Task The_same_commands_leave_the_same_state()
    {
        var hashes = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            await using var fixture = Open();
            var id = 0L;
            foreach (var name in new[] { "alice", "bob" })
            {
                await fixture.Grid.ExecuteAsync(new Deposit(CommandId.Series(1, 1, ++id), GridFixture.Account(name),
                    AssetId.Usd, 100m));
            }
            await fixture.Grid.ExecuteAsync(new Transfer(CommandId.Series(1, 1, ++id), GridFixture.Account("alice"),
                GridFixture.Account("bob"), AssetId.Usd, 7m));
            hashes.Add(await fixture.Grid.StateHashAsync());
        }
        Assert.Equal(hashes[0], hashes[1]);
    }

    [Fact]
    public async Task A_rejected_price_changes_nothing()
    {
        await using var fixture = Open();
        await fixture.StandardPricesAsync();
        var before = fixture.Grid.Frame[GridFixture.Universe.Feed(GridFixture.Bitcoin)!].Price;
        foreach (var price in new[] { 0m, -1m, 1_000_000_000_001m, 60_000.001m })
        {
            var status = await fixture.Grid.PublishAsync(new PriceUpdate(GridFixture.Bitcoin, price,
                GridFixture.Source, 1, 1_000_000, fixture.Time.NowMs));
            Assert.Contains(status,
                new[] { PriceAcceptance.NotPositive, PriceAcceptance.OutOfRange, PriceAcceptance.OffTick });
        }
        Assert.Equal(PriceAcceptance.UnknownFeed,
            await fixture.Grid.PublishAsync(new PriceUpdate(new FeedId("NOPE-USD"), 1m, GridFixture.Source, 1, 1,
                fixture.Time.NowMs)));
        Assert.Equal(PriceAcceptance.FutureTimestamp,
            await fixture.Grid.PublishAsync(new PriceUpdate(GridFixture.Bitcoin, 1m, GridFixture.Source, 1, 2_000_000,
                fixture.Time.NowMs + 60_000)));
        await Task.Delay(60);
        Assert.Equal(before, fixture.Grid.Frame[GridFixture.Universe.Feed(GridFixture.Bitcoin)!].Price);
    }

    [Fact]
    public async Task A_crossing_is_told_once_until_acknowledged_and_told_again_after_recovery()
    {
        await using var fixture = Open();
        await fixture.StandardPricesAsync();
        await fixture.DepositAsync("alice", 2_000m);
        await fixture.DepositAsync("maker", 10_000_000m);
        Assert.Empty(await fixture.Grid.TriggersAsync("margin-engine", 100));
        Assert.Equal(CommandStatus.Applied,
            (await fixture.Grid.ExecuteAsync(fixture.Fill("alice", "maker", 1m, 60_000m))).Status);

        await fixture.PriceAsync(GridFixture.Bitcoin, 58_100m);
        var told = await GridFixture.EventuallyAsync(async () => await fixture.Grid.TriggersAsync("margin-engine", 100),
            t => t.Count > 0, "no trigger");

        var trigger = Assert.Single(told);
        Assert.Equal((GridFixture.Account("alice"), TriggerKind.Liquidation, 100m),
            (trigger.Account, trigger.Kind, trigger.Equity));
        Assert.True(trigger.MaintenanceMargin > trigger.MarginBalance);
        Assert.Equal(told, await fixture.Grid.TriggersAsync("margin-engine", 100));
        await fixture.Grid.AcknowledgeAsync("margin-engine", trigger.Sequence);
        Assert.Empty(await fixture.Grid.TriggersAsync("margin-engine", 100));

        await fixture.PriceAsync(GridFixture.Bitcoin, 60_000m);
        var recovered = await GridFixture.EventuallyAsync(async () =>
            await fixture.Grid.TriggersAsync("margin-engine", 100),
            t => t.Count > 0, "no recovery");
        Assert.Equal(TriggerKind.Recovered, Assert.Single(recovered).Kind);
    }

    [Fact]
    public async Task What_an_order_would_need_is_answered_with_the_rule_that_limits_it()
    {
        await using var fixture = Open();
        var question = new PreTradeQuestion(GridFixture.Account("alice"), GridFixture.Perpetual, new Quantity(1m),
            new Price(60_000m));
        Assert.Equal(CommandStatus.UnknownAccount, (await fixture.Grid.CheckAsync(question)).LimitingRule);
        await fixture.DepositAsync("alice", 1_000m);
        Assert.Equal(CommandStatus.OracleStale, (await fixture.Grid.CheckAsync(question)).LimitingRule);
        await fixture.StandardPricesAsync();

        var open = await fixture.Grid.CheckAsync(question);
        Assert.True(open.MayOpen, open.ToString());
        Assert.Equal(60m, open.LeverageAfter);
        var tooLarge = await fixture.Grid.CheckAsync(question with { Quantity = new Quantity(10m) });
        Assert.Equal((false, CommandStatus.InsufficientCollateral), (tooLarge.MayOpen, tooLarge.LimitingRule));
        Assert.Equal(CommandStatus.QuantityStep,
            (await fixture.Grid.CheckAsync(question with { Quantity = new Quantity(0.00001m) })).LimitingRule);
    }

    [Fact]
    public async Task The_market_adds_up_and_names_its_frame()
    {
        await using var fixture = Open();
        await fixture.StandardPricesAsync();
        await fixture.DepositAsync("alice", 10_000m);
        await fixture.DepositAsync("bob", 40_000m);
        await fixture.Grid.ExecuteAsync(fixture.Fill("alice", "bob", 1m, 60_000m));

        var system = await GridFixture.EventuallyAsync(() =>
            Task.FromResult(fixture.Grid.System), s => s?.GrossNotional > 0.0, "no figures");

        // L+ = 60000/10000, L− = 60000/40000, skew = (6 − 1.5)/7.5, market = 120000/50000
        Assert.Equal(6.0, system!.LongLeverage!.Value, 12);
        Assert.Equal(1.5, system.ShortLeverage!.Value, 12);
        Assert.Equal(0.6, system.LeverageSkew!.Value, 12);
        Assert.Equal(2.4, system.MarketLeverage!.Value, 12);
        Assert.Equal(0.0, system.NotionalSkew!.Value, 12);
        Assert.Equal(70_000.0, system.Borrowed, 9);
        Assert.Equal(1.0, system.Coverage);
        Assert.Equal(system.LongNotional + system.ShortNotional, system.Assets
            .Sum(a => a.LongNotional + a.ShortNotional), 9);
        Assert.True(system.Frame.CompareTo(default) > 0);
    }
}
