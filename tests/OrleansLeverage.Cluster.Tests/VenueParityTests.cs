using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;
using OrleansLeverage.Tests.Domain.Venues;
using OrleansLeverage.Tests.Engine.Model;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>
/// Accounts under each venue's rule file, and under rules made of every feature, in one process and on a cluster: the
/// same answers to every kind of command, snapshots, triggers, figures and state hash.
/// </summary>
public sealed class VenueParityTests
{
    private const long StartMs = 1_767_225_600_000;
    private const int Accounts = 10;
    private const int Frames = 8;
    private const int PerFrame = 12;
    private const string Made = "made of every feature";

    public static TheoryData<string> Venues =>
        [.. VenueRules.Ids.Where(id => id != VenueRules.Generic).Order(StringComparer.Ordinal), Made];

    [Theory]
    [MemberData(nameof(Venues))]
    public async Task The_same_commands_and_prices_come_to_the_same(string id)
    {
        var rules = id == Made ? MadeRules.File : VenueRules.Book(id).Newest;
        var venue = new LiveVenue(rules, [.. rules.Venue!.Markets.Keys.Order(StringComparer.Ordinal).Take(3)]);
        await using var both = await BothEngines.StartAsync(venue.Universe, StartMs, (short)(id == Made ? 3 : 2));
        var random = new Random(20261126);
        VenueAccount[] drawn = [.. Enumerable.Range(0, Accounts).Select(i => venue.Draw(1_000 + i))];
        var prices = Prices(venue, drawn);
        await both.PublishAsync(prices.Select(p => (p.Key, p.Value)));
        await both.PublishAsync();
        for (var i = 0; i < Accounts; i++)
        {
            await both.ExecuteAsync(Import(venue, drawn[i], new AccountId($"a-{i}"), prices, i + 1));
        }
        Assert.True(venue.Universe.Instruments.Any(i => i.Terms is not null)
            || venue.Universe.Assets.Any(a => a.Terms is not null) || id != Made, "no terms");

        var commands = new RandomCommands(7, Accounts, venue.Universe);
        var orders = new Dictionary<AccountId, List<CommandId>>();
        var applied = 0;
        for (var frame = 0; frame < Frames; frame++)
        {
            foreach (var (feed, price) in prices.ToArray())
            {
                prices[feed] = Math.Max(0.01m, decimal.Round(price * (0.93m + random.Next(14) * 0.01m), 2));
            }
            await both.PublishAsync(prices.Select(p => (p.Key, p.Value)));
            for (var i = 0; i < PerFrame; i++)
            {
                var command = commands.Next(both.Embedded.Frame, account => orders.GetValueOrDefault(account, []));
                if (command is Withdraw && rules.Rules.Withdrawal.ClosedWhileNegative)
                {
                    // whether anybody is in debt nobody knows on a cluster: see below
                    continue;
                }
                var result = await both.ExecuteAsync(command);
                applied += result.IsApplied ? 1 : 0;
                if (command is ReserveOrder { Account: var account } && result.Status == CommandStatus.Applied)
                {
                    orders.TryAdd(account, []);
                    orders[account].Add(command.Id);
                }
            }
            for (var i = 0; i < Accounts; i++)
            {
                await both.CompareAsync(new AccountId($"a-{i}"));
            }
            CompareFigures(both);
        }
        Assert.True(applied > Frames * PerFrame / 8, $"{applied} commands applied");
        Assert.True(both.Triggers > 1, $"{both.Triggers} triggers");
        Assert.Equal(await both.Embedded.StateHashAsync(), await both.Cluster.Grid.StateHashAsync());
    }

    /// <summary>What only the venue as a whole could allow is refused by name, and nothing leaves.</summary>
    [Fact]
    public async Task Where_withdrawals_wait_for_debtors_a_cluster_lets_nothing_out()
    {
        var rules = VenueRules.Ids.Where(id => id != VenueRules.Generic).Select(id => VenueRules.Book(id).Newest)
            .First(book => book.Rules.Withdrawal.ClosedWhileNegative);
        var venue = new LiveVenue(rules, [.. rules.Venue!.Markets.Keys.Take(1)]);
        await using var both = await BothEngines.StartAsync(venue.Universe, StartMs, silos: 1);
        await both.PublishAsync(venue.Universe.Feeds.Select(f => (f.Id, 1m)));
        await both.PublishAsync();
        var account = new AccountId("ann");
        Assert.True((await both.ExecuteAsync(id => new Deposit(id, account, AssetId.Usd, 10m))).IsApplied);
        var refused = await both.Cluster.Grid.ExecuteAsync(
            new Withdraw(CommandId.Series(StartMs, 4, 1), account, AssetId.Usd, 1m));
        Assert.Equal((CommandStatus.WithdrawalsClosed, "whether an account is in debt is not known here"),
            (refused.Status, refused.Detail));
        await both.CompareAsync(account);
    }

    private static void CompareFigures(BothEngines both)
    {
        var (here, there) = (both.Embedded.System!, both.Cluster.Grid.System!);
        Assert.Equal((here.Frame, here.Accounts, here.Bankrupt, here.AccountsAtRisk, here.AccountsWithExposure),
            (there.Frame, there.Accounts, there.Bankrupt, there.AccountsAtRisk, there.AccountsWithExposure));
        Assert.Equal(here.Tiers.Select(t => (t.Tier, t.Accounts)), there.Tiers.Select(t => (t.Tier, t.Accounts)));
        foreach (var (expected, actual) in new[]
        {
            (here.GrossNotional, there.GrossNotional), (here.Equity, there.Equity), (here.Deficit, there.Deficit),
        })
        {
            // to the rounding of a sum in another order
            Assert.True(Math.Abs(expected - actual) <= 1e-12 * Math.Abs(expected), $"{expected:R} and {actual:R}");
        }
    }

    /// <summary>Of each feed what the first account says that holds something at it; others cost 1.</summary>
    private static SortedDictionary<FeedId, decimal> Prices(LiveVenue venue, VenueAccount[] drawn)
    {
        var prices = new SortedDictionary<FeedId, decimal>();
        foreach (var feed in venue.Universe.Feeds)
        {
            prices[feed.Id] = drawn.Select(account => venue.Frame(account)[feed].Price!.Value.Value)
                .FirstOrDefault(price => price != 1m, 1m);
        }
        return prices;
    }

    /// <summary>At the market's prices: as much notional, as much collateral, entered as far away.</summary>
    private static ImportAccount Import(LiveVenue venue, VenueAccount drawn, AccountId id,
        SortedDictionary<FeedId, decimal> prices, int number)
    {
        var balances = drawn.Balances.Where(b => b.Asset != AssetId.Usd).Select(b => new ImportedBalance(b.Asset,
            decimal.Round(b.Amount * b.Price / prices[venue.Universe.Asset(b.Asset)!.PriceFeed!.Id], 4))).ToList();
        var usd = drawn.Balances.FirstOrDefault(b => b.Asset == AssetId.Usd)?.Amount ?? 0m;
        balances.Add(new ImportedBalance(AssetId.Usd,
            Math.Max(usd, 10m) + drawn.Positions.Where(p => p.IsIsolated).Sum(p => p.IsolatedMargin + 1m)));
        return new ImportAccount(CommandId.Series(StartMs, 2, number), id, balances,
        [
            .. drawn.Positions.Select(p =>
            {
                var market = venue.Market(p.Market);
                var price = prices[market.MarkFeed.Id];
                return new ImportedPosition(market.Id,
                    new Quantity(p.Side * (decimal.Round(p.Contracts * p.Mark / price, 3) + 0.001m)),
                    new Price(decimal.Round(p.Entry * price / p.Mark, 2) + 0.01m),
                    IsolatedMargin: p.IsIsolated ? p.IsolatedMargin + 1m : 0m);
            }),
        ]);
    }
}
