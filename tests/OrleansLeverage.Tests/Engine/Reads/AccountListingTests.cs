using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Kernel;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Reads;

/// <summary>
/// Listings against every account's own exact snapshot, sorted and filtered here: more accounts than one slice reads.
/// </summary>
public sealed class AccountListingTests
{
    private const int Accounts = 6_000;
    private static readonly FeedId Ether = new("ETH-USD");

    [Fact]
    public async Task EveryOrderIsThatOfTheExactFigures()
    {
        await using var grid = await MarketAsync();
        var exact = await SnapshotsAsync(grid);
        foreach (var order in Enum.GetValues<AccountOrder>())
        {
            var expected = Sorted(exact, order).Select(s => s.Account).ToArray();
            var listed = await WalkAsync(grid, new AccountQuery { Order = order, CountMax = 1_000 });
            Assert.Equal(expected, listed.Select(account => account.Account));
        }
    }

    [Fact]
    public async Task FiguresAreThoseOfTheSnapshot()
    {
        await using var grid = await MarketAsync();
        var exact = (await SnapshotsAsync(grid)).ToDictionary(s => s.Account);
        var page = await grid.ListAsync(new AccountQuery { CountMax = 500 });
        Assert.Equal(grid.Grid.Frame.Number, page.Frame);
        Assert.Equal(500, page.Items.Count);
        foreach (var listed in page.Items)
        {
            var snapshot = exact[listed.Account];
            Assert.Equal(
                (snapshot.Tier, snapshot.MarginRatio, snapshot.Leverage, snapshot.Equity, snapshot.GrossNotional,
                    snapshot.NetNotional, snapshot.Positions.Count, snapshot.Sequence),
                (listed.Tier, listed.MarginRatio, listed.Leverage, listed.Equity, listed.GrossNotional,
                    listed.NetNotional, listed.Positions, listed.Sequence));
            var nearest = snapshot.Positions.Where(p => p.DistanceToLiquidation is not null)
                .MinBy(p => Math.Abs(p.DistanceToLiquidation!.Value)) ?? snapshot.Positions.MaxBy(p => p.Notional);
            Assert.Equal((nearest?.Position.Instrument.Id, nearest?.DistanceToLiquidation),
                (listed.NearestPosition, listed.Distance));
        }
    }

    [Fact]
    public async Task EveryFilterLeavesExactlyThoseItNames()
    {
        await using var grid = await MarketAsync();
        var exact = await SnapshotsAsync(grid);
        await HoldsAsync(new AccountQuery { Tiers = [RiskTier.Warning, RiskTier.Bankrupt] },
            s => s.Tier is RiskTier.Warning or RiskTier.Bankrupt);
        await HoldsAsync(new AccountQuery { Tiers = [RiskTier.Healthy] }, s => s.Tier == RiskTier.Healthy);
        await HoldsAsync(new AccountQuery { Side = NetSide.Short }, s => s.NetNotional < 0m);
        await HoldsAsync(new AccountQuery { Side = NetSide.Flat }, s => s.NetNotional == 0m);
        await HoldsAsync(new AccountQuery { Holds = SteppedGrid.Ether },
            s => s.Positions.Any(p => p.Position.Instrument.Id == SteppedGrid.Ether));
        await HoldsAsync(new AccountQuery { Market = Ether }, s => InEther(s).Any());
        await HoldsAsync(new AccountQuery { Market = Ether, Side = NetSide.Short },
            s => InEther(s).Sum(p => p.Position.Quantity.IsLong ? p.Notional : -p.Notional) < 0m);
        foreach (var (from, to) in new[] { (-0.06m, -0.05m), (-0.02m, 0m), (0.03m, 0.05m) })
        {
            await HoldsAsync(new AccountQuery { Market = Ether, Move = (from, to) },
                s => s.Tier is not (RiskTier.Liquidation or RiskTier.Bankrupt) && InEther(s)
                    .Where(p => p.DistanceToLiquidation is not null)
                    .MinBy(p => Math.Abs(p.DistanceToLiquidation!.Value))?.DistanceToLiquidation is { } move
                    && move >= from && move < to);
        }
        await HoldsAsync(new AccountQuery { LeverageBelow = 12.5 }, s => s.Leverage < 12.5m);
        await HoldsAsync(new AccountQuery { EquityMin = 1_003.5, EquityBelow = 1_010.0 },
            s => s.Equity >= 1_003.5m && s.Equity < 1_010m);
        await HoldsAsync(new AccountQuery { EquityBelow = 500.0 }, s => s.Equity < 500m);
        await HoldsAsync(new AccountQuery { LeverageMin = 12.5 },
            s => s.Leverage >= 12.5m || s is { Leverage: null, GrossNotional: > 0m });
        await HoldsAsync(new AccountQuery { NotionalMin = 50_000 }, s => s.GrossNotional >= 50_000m);
        await HoldsAsync(
            new AccountQuery { Order = AccountOrder.Leverage, Side = NetSide.Long, NotionalMin = 40_000 },
            s => s.NetNotional > 0m && s.GrossNotional >= 40_000m);

        static IEnumerable<PositionLeverage> InEther(LeverageSnapshot s) =>
            s.Positions.Where(p => p.Position.Instrument.Id == SteppedGrid.Ether);

        async Task HoldsAsync(AccountQuery query, Func<LeverageSnapshot, bool> asked)
        {
            var expected = Sorted(exact, query.Order).Where(asked).Select(s => s.Account).ToArray();
            Assert.NotEmpty(expected);
            Assert.NotEqual(Accounts, expected.Length);
            var listed = await WalkAsync(grid, query with { CountMax = 777 });
            Assert.Equal(expected, listed.Select(account => account.Account));
        }
    }

    [Theory]
    [InlineData(AccountOrder.Risk)]
    [InlineData(AccountOrder.Notional)]
    [InlineData(AccountOrder.Id)]
    public async Task WhoDoesNotChangeIsMetOnceWhateverTheOthersDo(AccountOrder order)
    {
        await using var grid = await MarketAsync();
        var query = new AccountQuery { Order = order, CountMax = 100 };
        var before = await WalkAsync(grid, query with { CountMax = 1_000 });
        var met = new List<AccountId>();
        AccountPlace? place = null;
        HashSet<AccountId> changed = [];
        for (var page = 0; page == 0 || place is not null; page++)
        {
            var listing = await grid.ListAsync(query with { After = place });
            met.AddRange(listing.Items.Select(item => item.Account));
            place = listing.Next;
            if (page < 3)
            {
                // one that was met, one that was not, and one that is new: all move
                foreach (var at in new[] { page * 100, 3_000 + page })
                {
                    changed.Add(before[at].Account);
                    await grid.DepositAsync(before[at].Account.Value, 50_000m);
                }
                changed.Add(new AccountId($"new-{page}"));
                await grid.DepositAsync($"new-{page}", 1_000m);
                await grid.TradeAsync($"new-{page}", "maker", 0.1m, 60_000m);
            }
        }
        changed.Add(new AccountId("maker"));
        Assert.Equal(before.Select(item => item.Account).Where(account => !changed.Contains(account)),
            met.Where(account => !changed.Contains(account)));
    }

    [Fact]
    public async Task APricelessMarketIsUnknownAndListedLast()
    {
        await using var grid = new SteppedGrid();
        await grid.PricesAsync(60_000m, 3_000m);
        await grid.DepositAsync("rich", 10m);
        Assert.True((await grid.Grid.ExecuteAsync(new Deposit(grid.NextId(), new AccountId("coin"), new AssetId("SOL"),
            1m))).IsApplied);
        var listing = await grid.ListAsync(new AccountQuery());
        Assert.Equal([("rich", RiskTier.Healthy, 10m), ("coin", RiskTier.Unknown, (decimal?)null)],
            listing.Items.Select(item => (item.Account.Value, item.Tier, item.Equity)));
        Assert.Single((await grid.ListAgainAsync(new AccountQuery { Tiers = [RiskTier.Unknown] })).Items);
    }

    /// <summary>
    /// Accounts of every leverage up to a hundred at the first price, then a fall that takes the highest under.
    /// </summary>
    private static async Task<SteppedGrid> MarketAsync()
    {
        var grid = new SteppedGrid();
        await grid.PricesAsync(60_000m, 3_000m);
        await grid.DepositAsync("maker", 900_000_000m);
        var commands = new List<AccountCommand>();
        for (var n = 0; n < Accounts - 1; n++)
        {
            var account = new AccountId($"a{n * 7919 % 10_007}");
            commands.Add(new Deposit(grid.NextId(), account, AssetId.Usd, 1_000m + n % 13));
            if (n % 5 == 0)
            {
                continue;
            }
            var (instrument, price) = n % 3 == 0 ? (SteppedGrid.Ether, 3_000m) : (SteppedGrid.Bitcoin, 60_000m);
            var lots = decimal.Round((1_000m + n % 13) * (1m + n % 90) / price, 3) + 0.001m;
            commands.Add(new ApplyFill(grid.NextId(), instrument, new Price(price),
                new FillLeg(account, new Quantity(n % 4 == 0 ? -lots : lots), 0m),
                new FillLeg(new AccountId("maker"), new Quantity(n % 4 == 0 ? lots : -lots), 0m)));
        }
        foreach (var batch in commands.Chunk(500))
        {
            Assert.All(await grid.Grid.ExecuteAllAsync(batch), result => Assert.True(result.IsApplied, $"{result}"));
        }
        await grid.PricesAsync(59_300m, 3_012m);
        return grid;
    }

    private static async Task<List<LeverageSnapshot>> SnapshotsAsync(SteppedGrid grid)
    {
        var all = new List<LeverageSnapshot> { (await grid.Grid.AccountAsync(new AccountId("maker")))! };
        for (var n = 0; n < 10_007; n++)
        {
            if (await grid.Grid.AccountAsync(new AccountId($"a{n}")) is { } snapshot)
            {
                all.Add(snapshot);
            }
        }
        Assert.Equal(Accounts, all.Count);
        return all;
    }

    private static IEnumerable<LeverageSnapshot> Sorted(IEnumerable<LeverageSnapshot> all, AccountOrder order) =>
        order switch
        {
            AccountOrder.Risk => all.OrderByDescending(s => s.Tier)
                .ThenByDescending(s => s.MarginRatio ?? decimal.MaxValue)
                .ThenByDescending(s => s.MarginRatio is null ? s.GrossNotional : 0m).ThenBy(s => s.Account),
            AccountOrder.Notional => all.OrderByDescending(s => s.GrossNotional).ThenBy(s => s.Account),
            AccountOrder.Leverage => all
                .OrderByDescending(s => s.GrossNotional == 0m ? 0m : s.Leverage ?? decimal.MaxValue)
                .ThenBy(s => s.Account),
            _ => all.OrderBy(s => s.Account),
        };

    private static async Task<List<ListedAccount>> WalkAsync(SteppedGrid grid, AccountQuery query)
    {
        var listing = await grid.ListAsync(query);
        var listed = listing.Items.ToList();
        while (listing.Next is { } next)
        {
            listing = await grid.ListAgainAsync(query with { After = next });
            listed.AddRange(listing.Items);
        }
        return listed;
    }
}
