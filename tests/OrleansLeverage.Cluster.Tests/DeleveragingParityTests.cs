using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Grains;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Domain;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Tests.Engine.Triggers;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>
/// The engine of one process and the cluster, given the same crowd, prices and orders to deleverage: the same plans,
/// records and state, to the last digit, but for what only counts commands.
/// </summary>
public sealed class DeleveragingParityTests
{
    private const int Accounts = 60;
    private static readonly InstrumentId Market = new("BTC-USD-PERP");
    private static readonly AccountId Lou = new("lou");
    private static readonly SourceId Source = new("history");

    [Theory]
    [InlineData(DeleveragingPolicy.Queue)]
    [InlineData(DeleveragingPolicy.ProRataContracts)]
    [InlineData(DeleveragingPolicy.RiskAware)]
    public async Task The_same_order_comes_to_the_same(DeleveragingPolicy policy)
    {
        var time = new ManualTime(Crowd.StartMs);
        await using var cluster = await GridCluster.StartAsync(new GridOptions
        {
            Universe = Books.Universe, Oracle = Crowd.Profiles, Time = time, MakesFrames = false, Workers = 1,
            WindowCapacity = 1_000, Deleveraging = new DeleveragingLimits(LegsAtOnce: 8),
        }, silos: 2);
        await using var embedded = EmbeddedGrid.Open(new EmbeddedOptions
        {
            Universe = Books.Universe, Oracle = Crowd.Profiles, Time = time, MakesFrames = false, Workers = 1,
            Deleveraging = new DeleveragingLimits(LegsAtOnce: 8),
        });
        var both = new Both(embedded, cluster, time);
        await both.PublishAsync(Crowd.StartPrices);
        foreach (var command in Commands(time))
        {
            await both.ExecuteAsync(command);
        }
        await both.PublishAsync(At(57_000m));

        var order = new DeleveragingOrder(CommandId.Series(time.NowMs, 5, 1), Market, Lou,
            new DeleveragingRule { Policy = policy, IsHedgeAware = true }, "day shift");
        var (here, there) = (await embedded.Deleveraging.RehearseAsync(order),
            await cluster.Grid.Deleveraging.RehearseAsync(order));
        Assert.True(here.Status is DeleveragingStatus.Planned or DeleveragingStatus.PlannedShort, here.ToString());
        Assert.True(here.Legs.Count > 3, $"{here.Legs.Count} legs");
        Same(here, there);
        Same((await embedded.Deleveraging.QueueAsync(Market, order.Rule))!,
            (await cluster.Grid.Deleveraging.QueueAsync(Market, order.Rule))!);
        var (near, far) = ((await embedded.Deleveraging.ConditionAsync(Market))!,
            (await cluster.Grid.Deleveraging.ConditionAsync(Market))!);
        Assert.Equal(near.Largest, far.Largest);
        Assert.NotEmpty(far.Largest);
        Assert.Equal(near with { Largest = near.Largest }, far with { Largest = near.Largest });

        Assert.Equal((await embedded.Deleveraging.ArmAsync(order)).Status,
            (await cluster.Grid.Deleveraging.ArmAsync(order)).Status);
        var (done, also) = (await embedded.Deleveraging.ExecuteAsync(order.Plan, Market, "night shift"),
            await cluster.Grid.Deleveraging.ExecuteAsync(order.Plan, Market, "night shift"));

        Assert.Equal((done.Status, done.Detail), (also.Status, also.Detail));
        Assert.True(done.Audit!.Filled > 0m);
        Assert.Equal(Plain(done.Audit), Plain(also.Audit!));
        Assert.Equal(done.Audit.Rounds.SelectMany(r => r.Legs).Select(l => l with { Sequence = null }),
            also.Audit!.Rounds.SelectMany(r => r.Legs).Select(l => l with { Sequence = null }));
        await both.PublishAsync(At(57_000m));
        Assert.Equal(await embedded.StateHashAsync(), await cluster.Grid.StateHashAsync());
    }

    private static void Same(DeleveragingPlan left, DeleveragingPlan right)
    {
        Assert.Equal(left.Legs, right.Legs);
        Assert.Equal(left.Excluded.OrderBy(e => e.Key), right.Excluded.OrderBy(e => e.Key));
        var none = new Dictionary<ExclusionReason, int>();
        Assert.Equal(left with { Legs = [], Excluded = none }, right with { Legs = [], Excluded = none });
    }

    private static void Same(DeleveragingQueue left, DeleveragingQueue right)
    {
        Assert.Equal(left.Longs.Select(c => (c.Candidate, c.Rank, c.Quantile, c.Lights, c.Score?.Value)),
            right.Longs.Select(c => (c.Candidate, c.Rank, c.Quantile, c.Lights, c.Score?.Value)));
        Assert.Equal(left.Shorts.Select(c => (c.Candidate, c.Rank, c.Quantile, c.Lights, c.Score?.Value)),
            right.Shorts.Select(c => (c.Candidate, c.Rank, c.Quantile, c.Lights, c.Score?.Value)));
        Assert.Equal((left.Instrument, left.Frame, left.FrameTimeMs, left.LotSize),
            (right.Instrument, right.Frame, right.FrameTimeMs, right.LotSize));
    }

    private static string Plain(PlanAudit audit) => string.Join('\n', audit.Rounds.Select(r => (r with { Legs = [] })
        .ToString()).Prepend((audit with { Rounds = [] }).ToString()));

    /// <summary>lou, long against everybody else, each with margin and size of its own.</summary>
    private static IEnumerable<AccountCommand> Commands(ManualTime time)
    {
        var random = new Random(17);
        var id = 0L;
        yield return new Deposit(Next(), Lou, AssetId.Usd, 28_000m);
        for (var i = 0; i < Accounts; i++)
        {
            var account = new AccountId($"a-{i}");
            yield return new Deposit(Next(), account, AssetId.Usd, random.Next(5_000, 60_000));
            var lots = random.Next(20, 350) * 0.001m;
            yield return new ApplyFill(Next(), Market, new Price(60_000m), new FillLeg(Lou, new Quantity(lots), 0.37m),
                new FillLeg(account, new Quantity(-lots), 0.11m));
        }

        CommandId Next() => CommandId.Series(time.NowMs, 4, ++id);
    }

    private static IEnumerable<KeyValuePair<FeedId, Price>> At(decimal bitcoin) => Crowd.StartPrices.Select(p =>
        KeyValuePair.Create(p.Key, p.Key.Value == "BTC-USD" ? new Price(bitcoin) : p.Value));

    private sealed class Both(EmbeddedGrid embedded, GridCluster cluster, ManualTime time)
    {
        private long _sequence;

        public async Task ExecuteAsync(AccountCommand command)
        {
            var (here, there) = (await embedded.ExecuteAsync(command), await cluster.Grid.ExecuteAsync(command));
            Assert.True(here.Status == there.Status, $"{command}: {here} and {there}");
        }

        public async Task PublishAsync(IEnumerable<KeyValuePair<FeedId, Price>> prices)
        {
            time.Advance(Crowd.FrameMs);
            _sequence++;
            foreach (var (feed, price) in prices)
            {
                var update = new PriceUpdate(feed, price.Value, Source, 1, _sequence, time.NowMs);
                Assert.Equal(await embedded.PublishAsync(update), await cluster.Grid.PublishAsync(update));
            }
            embedded.Step();
            await cluster.Grid.StepAsync(time.NowMs);
            await embedded.DeleveragingIdleAsync();
            Assert.Equal(embedded.Frame.Number, cluster.Grid.Frame.Number);
        }
    }
}
