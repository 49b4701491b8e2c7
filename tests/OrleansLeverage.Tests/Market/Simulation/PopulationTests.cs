using System.Security.Cryptography;
using System.Text;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Simulation;
using Xunit;

namespace OrleansLeverage.Tests.Market.Simulation;

public sealed class PopulationTests
{
    private static readonly Universe Universe = StandardRules.Universe();

    private static readonly Dictionary<FeedId, Price> Prices = DemoStory.Over(Universe, 0).Feeds
        .ToDictionary(f => f.Feed, f => f.Start);

    private static readonly Population Crowd = Create(5_000);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(17)]
    [InlineData(5_000)]
    public void Longs_equal_shorts_to_the_lot_in_every_instrument(int accounts)
    {
        var population = accounts == 5_000 ? Crowd : Create(accounts);
        var positions = population.Accounts().SelectMany(a => a.Positions).ToLookup(p => p.Instrument);

        Assert.Equal(accounts, population.Accounts().Count());
        foreach (var instrument in positions)
        {
            Assert.Equal(0m, instrument.Sum(p => p.Quantity.Value));
            Assert.Equal(instrument.Where(p => p.Quantity.IsLong).Sum(p => p.Quantity.Value),
                population.OpenInterest(instrument.Key).Value);
        }
        Assert.True(accounts == 1 || positions.Count > 0);
        Assert.Equal(Quantity.Zero, population.OpenInterest(new InstrumentId("XYZ-USD-PERP")));
    }

    [Fact]
    public void Accounts_do_not_depend_on_threads_or_on_the_order_in_which_they_are_made()
    {
        var expected = Hash(Crowd.Accounts());
        var parallel = new PopulationAccount[Crowd.Count];
        Parallel.For(0, Crowd.Count, i => parallel[^(i + 1)] = Crowd.Account(Crowd.Count - 1 - i));

        Assert.Equal(expected, Hash(parallel));
        Assert.Equal(expected, Hash(Create(5_000, workers: 4).Accounts()));
        Assert.NotEqual(expected, Hash(Create(5_000, seed: 43).Accounts()));
        Assert.Throws<ArgumentOutOfRangeException>(() => Crowd.Account(5_000));
    }

    [Fact]
    public void Every_account_is_taken_in_exactly_and_is_healthy_at_the_start()
    {
        var frame = Frame();
        var ratios = new List<decimal>();
        foreach (var start in Crowd.Accounts().Where(a => a.Number % 5 == 0 || a.Style == AccountStyle.MarketMaker))
        {
            var account = new Account(start.Id);
            var command = new ImportAccount(
                CommandId.Series(0, 1, start.Number + 1), start.Id, start.Balances, start.Positions);
            var decision = account.Decide(command, frame);
            Assert.True(decision.Status == CommandStatus.Applied, $"{start.Id}: {decision.Status} {decision.Detail}");
            foreach (var fact in decision.Events)
            {
                account.Apply(fact);
            }
            var snapshot = LeverageCalculator.Snapshot(account, frame);
            Assert.Equal(RiskTier.Healthy, snapshot.Tier);
            Assert.True(snapshot.FreeCollateral >= 0m, $"{start.Id}: free collateral {snapshot.FreeCollateral}");
            ratios.Add(snapshot.MarginRatio ?? 0m);
        }
        // at first initial margin binds, and it is more than twice maintenance margin in these rules
        Assert.InRange(ratios.Max(), 0.30m, 0.65m);
    }

    [Fact]
    public void Leverage_has_its_mass_between_1_and_20_and_a_tail()
    {
        var leverages = Crowd.Accounts().Where(a => a.Style is AccountStyle.LeveredLong or AccountStyle.LeveredShort)
            .Select(Leverage).Order().ToArray();

        Assert.InRange(leverages.Count(l => l is >= 1.0 and <= 20.0) / (double)leverages.Length, 0.80, 0.97);
        Assert.InRange(leverages.Count(l => l > 20.0) / (double)leverages.Length, 0.01, 0.08);
        Assert.InRange(leverages[leverages.Length / 2], 3.0, 5.0);
        Assert.True(leverages[^1] > 30.0);
    }

    [Fact]
    public void Sizes_are_heavy_tailed_and_styles_are_mixed_as_asked()
    {
        var accounts = Crowd.Accounts().ToList();
        var equities = accounts.Where(a => a.Style != AccountStyle.MarketMaker).Select(Equity).OrderDescending()
            .ToArray();

        // under the rule of 80/20 the top hundredth holds about half; the cap takes some of that away
        Assert.InRange(equities.Take(equities.Length / 100).Sum() / equities.Sum(), 0.25, 0.65);
        Assert.InRange(accounts.Average(a => a.Positions.Count), 2.0, 3.5);
        Assert.Equal(Enumerable.Range(1, 10).Select(i => $"mm-{i}"),
            accounts.Where(a => a.Style == AccountStyle.MarketMaker).Select(a => a.Id.Value));
        Assert.Equal(accounts.Count, accounts.Select(a => a.Id).Distinct().Count());
        Assert.InRange(accounts.Count(a => a.Style == AccountStyle.Hedger), 330, 470);
        Assert.InRange(accounts.Count(a => a.Style == AccountStyle.LeveredShort), 1_350, 1_650);
        // the crowd is long: without its market makers the market is not balanced
        var crowd = accounts.Where(a => a.Style != AccountStyle.MarketMaker).SelectMany(a => a.Positions).ToList();
        var longs = crowd.Where(p => p.Quantity.IsLong).Sum(Usd);
        var shorts = -crowd.Where(p => p.Quantity.IsShort).Sum(Usd);
        Assert.InRange((longs - shorts) / (longs + shorts), 0.1, 0.6);
    }

    [Fact]
    public void Positions_stand_on_the_grid_and_within_the_limits()
    {
        foreach (var account in Crowd.Accounts())
        {
            Assert.Equal(account.Positions.Count, account.Positions.Select(p => p.Instrument).Distinct().Count());
            foreach (var position in account.Positions)
            {
                var instrument = Universe.Instrument(position.Instrument)!;
                Assert.True(instrument.IsOnLot(position.Quantity) && instrument.IsOnTick(position.EntryPrice)
                    && position.Quantity.Abs.Value <= instrument.PositionLimit && !position.Quantity.IsZero);
                Assert.True(position.Leverage >= 1m);
            }
            foreach (var balance in account.Balances)
            {
                Assert.True(balance.Amount > 0m
                    && Decimals.IsMultipleOf(balance.Amount, Universe.Asset(balance.Asset)!.Quantum));
            }
        }
    }

    [Fact]
    public void Hedgers_hold_the_coin_that_they_are_short()
    {
        var hedgers = Crowd.Accounts().Where(a => a.Style == AccountStyle.Hedger).ToList();

        Assert.All(hedgers, a =>
        {
            var position = Assert.Single(a.Positions);
            Assert.True(position.Quantity.IsShort);
            Assert.Equal(Universe.Instrument(position.Instrument)!.Base.Id, Assert.Single(a.Balances).Asset);
            Assert.InRange(Leverage(a), 0.0, 1.05);
        });
    }

    [Fact]
    public void What_cannot_be_made_says_so()
    {
        Assert.Contains("accounts 0", Bad(o => o with { Accounts = 0 }));
        Assert.Contains("shortShare", Bad(o => o with { ShortShare = 1.0 }));
        Assert.Contains("positions 3..2", Bad(o => o with { PositionsMin = 3, PositionsMax = 2 }));
        Assert.Contains("startRatioMax 1", Bad(o => o with { StartRatioMax = 1.0 }));
        Assert.Contains("raise marketMakerShare", Bad(o => o with
        {
            MarketMakerShare = 0.0, EquityMinUsd = 1e9, EquityMaxUsd = 1e10, HedgerShare = 0.0, ShortShare = 0.0,
        }));
        Assert.Contains("BTC-USD has no start price", Assert.Throws<FormatException>(() => Population.Create(
            Universe, new Dictionary<FeedId, Price>(), new PopulationOptions { Accounts = 1, Seed = 1 })).Message);
    }

    private static string Bad(Func<PopulationOptions, PopulationOptions> change) => Assert.Throws<FormatException>(() =>
        Population.Create(Universe, Prices, change(new PopulationOptions { Accounts = 100, Seed = 1 }))).Message;

    private static Population Create(int accounts, ulong seed = 42, int workers = 1) =>
        Population.Create(Universe, Prices, new PopulationOptions { Accounts = accounts, Seed = seed }, workers);

    private static PriceFrame Frame() => new(new FrameNumber(1, 1), 1_767_225_600_000, Universe,
        [.. Universe.Feeds.Select(f => new FramePrice(Prices[f.Id], PriceState.Fresh, 1_767_225_600_000))]);

    private static double Usd(ImportedPosition position)
    {
        var instrument = Universe.Instrument(position.Instrument)!;
        var price = (double)Prices[instrument.MarkFeed.Id].Value;
        return (double)(position.Quantity.Value * instrument.Multiplier)
            * (instrument.Style == ContractStyle.Linear ? price : 1.0);
    }

    // collateral with haircut plus profit, as an analyst would put it in a spreadsheet
    private static double Equity(PopulationAccount account) => account.Balances.Sum(b =>
        {
            var asset = Universe.Asset(b.Asset)!;
            var price = asset.PriceFeed is { } feed ? (double)Prices[feed.Id].Value : 1.0;
            return (double)(b.Amount * asset.CollateralWeight) * price;
        })
        + account.Positions.Sum(p =>
        {
            var instrument = Universe.Instrument(p.Instrument)!;
            var move = (double)(p.EntryPrice.Value / Prices[instrument.MarkFeed.Id].Value);
            return instrument.Style == ContractStyle.Linear ? Usd(p) * (1.0 - move) : Usd(p) * (1.0 / move - 1.0);
        });

    private static double Leverage(PopulationAccount account) =>
        account.Positions.Sum(p => Math.Abs(Usd(p))) / Equity(account);

    private static string Hash(IEnumerable<PopulationAccount> accounts) => Convert.ToHexString(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Join('\n', accounts.Select(a =>
            $"{a.Number} {a.Id} {a.Style} {string.Join(' ', a.Balances)} {string.Join(' ', a.Positions)}")))));
}
