using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Grains;
using OrleansLeverage.Grains.Accounts;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Engine;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>A trigger between its account's decision and the desk.</summary>
public sealed class OutboxTests
{
    private const string Alice = "account/alice";
    private const string Subscriber = "outbox";
    private readonly ManualTime _time = new(1_700_000_000_000);
    private readonly TestStorage _storage = new();
    private long _sequence;
    private long _ids;

    /// <summary>
    /// With a desk whose store takes nothing: the decision and its trigger are in one write of the account, wait there
    /// through the end of the silo, and are told once, when the desk is back.
    /// </summary>
    [Fact]
    public async Task A_trigger_is_in_the_write_of_its_decision_and_waits_there_until_it_is_taken()
    {
        await using (var cluster = await StartAsync())
        {
            await MarketAsync(cluster, 60_000m);
            await cluster.Grid.TriggersAsync(Subscriber, 1);
            await DepositAsync(cluster, "alice", 2_000m);
            await DepositAsync(cluster, "maker", 1_000_000m);
            Assert.True((await cluster.Grid.ExecuteAsync(new ApplyFill(NextId(), GridFixture.Perpetual,
                new Price(60_000m), new FillLeg(new AccountId("alice"), new Quantity(1m), 0m),
                new FillLeg(new AccountId("maker"), new Quantity(-1m), 0m)))).IsApplied);
            var writes = new List<string>();
            _storage.Before = id =>
            {
                writes.Add(id);
                return id == "trigger-desk/0" ? throw new IOException("no desk") : Task.CompletedTask;
            };

            // 2,000 at 60,000 bear a fall of 1,900, which leaves less than maintenance
            await MarketAsync(cluster, 58_100m);

            Assert.Single(writes, id => id == Alice);
            var book = Stored();
            var trigger = Assert.Single(book.Outbox);
            Assert.Equal((TriggerKind.Liquidation, 1L), (trigger.Kind, trigger.Sequence));
            Assert.Equal(trigger.Tier, book.Account!.Episode.Raised);
            Assert.Equal(cluster.Grid.Frame.Number, trigger.Frame);
            Assert.Empty(await cluster.Grid.TriggersAsync(Subscriber, 10));
        }
        _storage.Before = static _ => Task.CompletedTask;
        await using (var cluster = await StartAsync())
        {
            // its activation is what notices
            Assert.True(await cluster.Grains.GetGrain<IAccountGrain>("alice").TouchAsync());
            var told = await GridFixture.EventuallyAsync(
                async () => await cluster.Grid.TriggersAsync(Subscriber, 10), t => t.Count > 0, "nobody is told");
            Assert.Equal(TriggerKind.Liquidation, Assert.Single(told).Kind);
            await GridFixture.EventuallyAsync(() => Task.FromResult(Stored().Outbox.Count), count => count == 0,
                "the account does not forget what was taken");
            await cluster.Grid.AcknowledgeAsync(Subscriber, told[0].Sequence);
            Assert.Empty(await cluster.Grid.TriggersAsync(Subscriber, 10));
        }
    }

    /// <summary>A decision that is not durable is told to nobody, and is made again at the next frame.</summary>
    [Fact]
    public async Task A_decision_whose_write_fails_is_told_to_nobody_and_made_again()
    {
        await using var cluster = await StartAsync();
        await MarketAsync(cluster, 60_000m);
        await cluster.Grid.TriggersAsync(Subscriber, 1);
        await DepositAsync(cluster, "alice", 2_000m);
        await DepositAsync(cluster, "maker", 1_000_000m);
        Assert.True((await cluster.Grid.ExecuteAsync(new ApplyFill(NextId(), GridFixture.Perpetual, new Price(60_000m),
            new FillLeg(new AccountId("alice"), new Quantity(1m), 0m),
            new FillLeg(new AccountId("maker"), new Quantity(-1m), 0m)))).IsApplied);
        _storage.Before = id => id == Alice ? throw new IOException("no store") : Task.CompletedTask;
        await MarketAsync(cluster, 58_100m);
        Assert.Empty(await cluster.Grid.TriggersAsync(Subscriber, 10));
        _storage.Before = static _ => Task.CompletedTask;
        Assert.True(await cluster.Grains.GetGrain<IAccountGrain>("alice").TouchAsync());

        await MarketAsync(cluster, 58_100m);

        var told = await cluster.Grid.TriggersAsync(Subscriber, 10);
        Assert.Equal((TriggerKind.Liquidation, "alice"), (Assert.Single(told).Kind, told[0].Account.Value));
    }

    private Task<GridCluster> StartAsync() => GridCluster.StartAsync(new GridOptions
    {
        Universe = GridFixture.Universe, Oracle = GridFixture.Profiles, Time = _time, MakesFrames = false, Workers = 1,
    }, silos: 1, _storage);

    private AccountBook Stored() => AccountBook.Read(new AccountId("alice"), _storage.Body(Alice),
        GridFixture.Universe, 512, _time.NowMs);

    private CommandId NextId() => CommandId.Series(_time.NowMs, 5, ++_ids);

    private async Task DepositAsync(GridCluster cluster, string account, decimal amount) => Assert.True(
        (await cluster.Grid.ExecuteAsync(new Deposit(NextId(), new AccountId(account), AssetId.Usd, amount)))
            .IsApplied);

    /// <summary>Frames by hand until the price is good to decide by.</summary>
    private async Task MarketAsync(GridCluster cluster, decimal price)
    {
        for (var frame = 0; frame < 6; frame++)
        {
            _time.Advance(50);
            await cluster.Grid.PublishAsync(new PriceUpdate(GridFixture.Bitcoin, price, GridFixture.Source, 1,
                ++_sequence, _time.NowMs));
            await cluster.Grid.StepAsync(_time.NowMs);
            var now = cluster.Grid.Frame[GridFixture.Universe.Feed(GridFixture.Bitcoin)!];
            if (now is { State: PriceState.Fresh, Price: { } known } && known.Value == price)
            {
                return;
            }
        }
        Assert.Fail($"{price} does not become fresh");
    }
}
