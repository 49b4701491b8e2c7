using System.Globalization;
using OrleansLeverage.Cluster.Tests.Processes;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Tests.Engine;
using Xunit;

namespace OrleansLeverage.Cluster.Tests.Formats;

/// <summary>
/// A small market that has something of every kind that grains keep: two traders, one that is under water and its
/// counterparty, funding, a share of the insurance fund, an order, a trigger that nobody has taken, one plan that is
/// armed and one that has ended. What must be found of it again is reckoned by hand.
/// </summary>
internal sealed class StoredMarket(SiloProcesses silos)
{
    public const string Subscriber = "desk";
    public static readonly AccountId Alice = new("alice");
    public static readonly AccountId Lou = new("lou");
    public static readonly InstrumentId Perpetual = new("BTC-USD-PERP");
    private static readonly FeedId Bitcoin = new("BTC-USD");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>In which these commands are: the same whenever they are sent.</summary>
    private const long StartMs = 1_764_100_000_000;

    private ClusterGrid Grid => silos.Grid;

    public static CommandId Id(int number) => CommandId.Series(StartMs + number, 41, number);

    public static Deposit First => new(Id(1), Alice, AssetId.Usd, 1_000_000m);

    public PricePublisher Prices() => new(silos, Bitcoin, 60_000m, Patience);

    public async Task MakeAsync(PricePublisher prices)
    {
        await prices.SetAsync(60_000m);
        await Grid.TriggersAsync(Subscriber, 1);
        await AppliedAsync(First);
        await AppliedAsync(new Deposit(Id(2), new AccountId("bob"), AssetId.Usd, 500_000m));
        await AppliedAsync(new Deposit(Id(3), Lou, AssetId.Usd, 1_000m));
        await AppliedAsync(new Deposit(Id(4), new AccountId("ann"), AssetId.Usd, 30_000m));
        await AppliedAsync(new ApplyFill(Id(5), Perpetual, new Price(60_000m),
            new FillLeg(Alice, new Quantity(2m), 3m), new FillLeg(new AccountId("bob"), new Quantity(-2m), 0m)));
        await AppliedAsync(new ApplyFill(Id(6), Perpetual, new Price(60_000m),
            new FillLeg(Lou, new Quantity(0.6m), 0m), new FillLeg(new AccountId("ann"), new Quantity(-0.6m), 0m)));
        await AppliedAsync(new InsuranceTransfer(Id(7), Alice, AssetId.Usd, 500m));
        await AppliedAsync(new ReserveOrder(Id(8), Alice, Perpetual, new Quantity(0.5m), new Price(50_000m)));
        await AppliedAsync(new PublishFunding(Id(9), Perpetual, 0.0001m));
        prices.Set(57_000m);
        await GridFixture.EventuallyAsync(async () => await Grid.TriggersAsync(Subscriber, 10), t => t.Any(x =>
            x.Account == Lou), "lou was not told of");
        await prices.SetAsync(57_000m);
        Assert.Equal(DeleveragingStatus.Armed, (await Grid.Deleveraging.ArmAsync(Disarmed)).Status);
        Assert.Equal(DeleveragingStatus.Disarmed,
            (await Grid.Deleveraging.DisarmAsync(Disarmed.Plan, "day shift")).Status);
        Assert.Equal(DeleveragingStatus.Armed, (await Grid.Deleveraging.ArmAsync(Armed)).Status);
    }

    public static DeleveragingOrder Armed => new(Id(20), Perpetual, Lou, new DeleveragingRule(), "day shift");

    public static DeleveragingOrder Disarmed => new(Id(21), Perpetual, Lou, new DeleveragingRule(), "night shift");

    /// <summary>Everything that was kept is there, and is gone on with.</summary>
    public async Task ProveAsync(PricePublisher prices)
    {
        var state = await Grid.StateAsync(default);
        Assert.Equal(["alice 999497 2", "ann 30000 -0.6", "bob 500000 -2", "lou 1000 0.6"], state.Accounts.InOrder()
            .Select(state.Accounts.Read).Select(Held).Order());
        Assert.Equal(500m, state.House[HouseAccount.Insurance, AssetId.Usd]);
        Assert.Equal(3m, state.House[HouseAccount.Fees, AssetId.Usd]);
        Assert.Empty(Conservation.Check(state).Unbalanced);
        Assert.Equal(0.0001m * 60_000m,
            (await silos.Grains.GetGrain<IFrameGrain>(0).BooksAsync()).Indices.Single().Index);

        Assert.Equal(CommandStatus.Duplicate, (await Grid.ExecuteAsync(First)).Status);
        Assert.Equal(CommandStatus.CommandIdReused, (await Grid.ExecuteAsync(First with { Amount = 2m })).Status);
        var told = await Grid.TriggersAsync(Subscriber, 10);
        Assert.Contains(told, t => t.Account == Lou && t.Sequence > 0);
        var plans = await Grid.Deleveraging.LogAsync(10);
        Assert.Equal(DeleveragingStatus.Armed, (await Grid.Deleveraging.PlanAsync(Armed.Plan))!.State);
        Assert.Equal(DeleveragingStatus.Disarmed, (await Grid.Deleveraging.PlanAsync(Disarmed.Plan))!.State);
        Assert.Equal(2, plans.Count);

        await prices.SetAsync(57_000m);
        await AppliedAsync(new Deposit(Id(30), Alice, AssetId.Usd, 1m));
        await AppliedAsync(new ReleaseOrder(Id(31), Alice, Id(8)));
        await AppliedAsync(new Transfer(Id(32), Alice, new AccountId("bob"), AssetId.Usd, 10m));
        Assert.True((await Grid.Deleveraging.DisarmAsync(Armed.Plan, "day shift")).Status
            == DeleveragingStatus.Disarmed);
        await Grid.AcknowledgeAsync(Subscriber, told.Max(t => t.Sequence));
    }

    private static string Held(Account account) => string.Create(CultureInfo.InvariantCulture, $"{account.Id} "
        + $"{account.Balance(SiloProcesses.Universe.Usd):0.####} "
        + $"{account.Positions.Sum(p => p.Quantity.Value):0.#}");

    private async Task AppliedAsync(AccountCommand command)
    {
        var result = await Grid.ExecuteAsync(command);
        Assert.True(result.IsApplied, $"{command}: {result}");
    }
}
