using OrleansLeverage.Analytics.Stress;
using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.Domain;
using OrleansLeverage.Tests.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Stress;

public sealed class StressTests
{
    /// <summary>12 March 2020 by the published returns of quant reference §20.</summary>
    [Fact]
    public void ADayAsPublished()
    {
        var day = HistoricalDay.Of(7911.43017578125, 7929.1162109375, 4860.35400390625, 4970.7880859375);
        Assert.Equal(-0.37169538560117077, day.CloseReturn, 1e-15);
        Assert.Equal(-0.3856541869275497, day.LowReturn, 1e-15);
        Assert.Equal(2.5725066399180694, day.LongLeverageSurviving(0.005)!.Value, 1e-12);
        Assert.Null(new HistoricalDay(0.0, 0.01, 0.02).LongLeverageSurviving(0.0));
        Assert.Throws<ArgumentException>(() => HistoricalDay.Of(100.0, 90.0, 80.0, 95.0));
    }

    /// <summary>The library's days against the series they come from.</summary>
    [Fact]
    public void TheDaysOfTheLibraryAreThoseOfTheSeries()
    {
        if (SharedData.Path("data/btc_usd_daily.csv") is not { } btc
            || SharedData.Path("data/eth_usd_daily.csv") is not { } eth)
        {
            return;
        }
        var book = Market();
        var days = ScenarioLibrary.Historical(ScenarioMarket.Of(book)).ToList();
        Assert.Equal(13, days.Count);
        foreach (var scenario in days)
        {
            var date = scenario.Name[..10];
            foreach (var (path, feed) in ((string, int)[])[(btc, 0), (eth, 1)])
            {
                var rows = File.ReadAllLines(path).Select(l => l.Split(',')).ToList();
                var at = rows.FindIndex(r => r[0] == date);
                if (at > 1)
                {
                    var column = scenario.Name.EndsWith("low", StringComparison.Ordinal) ? 3 : 4;
                    var move = double.Parse(rows[at][column]) / double.Parse(rows[at - 1][4]) - 1.0;
                    Assert.Equal(move, scenario.Moves[feed], 1e-9);
                }
            }
        }
    }

    [Fact]
    public void EveryKindOfScenarioIsThere()
    {
        var scenarios = ScenarioLibrary.Standard(Market());
        Assert.Equal(Enum.GetValues<StressKind>(), scenarios.Select(s => s.Kind).Distinct().Order());
        Assert.Equal(scenarios.Count, scenarios.Select(s => s.Name).Distinct().Count());
        Assert.All(scenarios, s => Assert.Equal(6, s.Moves.Count));
        Assert.All(scenarios.Where(s => s.Kind == StressKind.CorrelationOne),
            s => Assert.Equal(s.Moves[0] * 1.5, s.Moves[2], 1e-12));
    }

    /// <summary>Every outcome against exact accounts at exactly moved prices.</summary>
    [Fact]
    public void OutcomesAreThoseOfTheExactAccounts()
    {
        var random = new Random(17);
        var frame = Books.Frame();
        var accounts = Enumerable.Range(0, 200).Select(i => Books.Account($"a{i}")
            .With("USD", random.Next(1_000, 60_000)).With("BTC", random.Next(0, 3) / 10m)
            .Holding("BTC-USD-PERP", random.Next(-30, 30) / 10m + 0.05m, 60_000m)
            .Holding("SOL-USD-PERP", random.Next(-300, 300) + 0.5m, 150m)).ToList();
        var book = ExposureBook.Of(accounts, frame);
        foreach (var scenario in ScenarioLibrary.Standard(book).Where(s => s is { Basis: 0.0, FundingRate: 0.0 }))
        {
            decimal At(int feed) => frame.Prices[feed].Price!.Value.Value * (1m + (decimal)scenario.Moves[feed]);
            var moved = Books.FrameOf([.. Enumerable.Range(0, 6).Select(At)]);
            var exact = accounts.Select(a => AccountValuation.Of(a, moved)).ToList();
            var outcome = StressTest.Run(book, scenario);
            Assert.Equal((double)exact.Sum(v => v.Equity), outcome.Equity, 1e-3);
            Assert.Equal((double)exact.Sum(v => Math.Max(0m, -v.Equity)), outcome.Deficit, 1e-3);
            Assert.Equal(exact.Count(v => v.Equity < 0m), outcome.Bankrupt.Accounts);
            var below = exact.Count(v => v.CrossMarginBalance < v.CrossMaintenanceMargin);
            Assert.Equal(below, outcome.Liquidated.Accounts + outcome.Undetected.Accounts);
            Assert.Equal(scenario.Kind == StressKind.OracleFreeze, outcome.Undetected.Accounts > 0);
        }
    }

    /// <summary>The break against the exact solver of bankruptcy prices, both ways, and its sigmas.</summary>
    [Fact]
    public void AnAccountBreaksAtItsBankruptcyPrice()
    {
        var random = new Random(23);
        var volatility = Enumerable.Repeat(0.04, 6).ToArray();
        var frame = new PriceFrame(new FrameNumber(1, 1), 1, Books.Universe, [.. Books.Frame().Prices],
            dailyVolatility: volatility);
        for (var i = 0; i < 200; i++)
        {
            var account = Books.Account().With("USD", random.Next(5_000, 50_000))
                .Holding("BTC-USD-PERP", (random.Next(2) == 0 ? 1m : -1m) * random.Next(5, 30) / 10m, 60_000m);
            var valuation = AccountValuation.Of(account, frame);
            var solved = LiquidationSolver.BankruptcyPrice(valuation, account.Positions[0]).Shown;
            var broken = ReverseStress.Bucket(ExposureBook.Of([account], frame), 0, feed: 0);
            if (solved is { } price && Math.Abs(price / 60_000m - 1m) < 0.95m)
            {
                Assert.Equal((double)price, broken!.Value.Price!.Value, 1e-6);
                Assert.Equal(Math.Log((double)price / 60_000.0) / 0.04, broken.Value.Sigmas!.Value, 1e-7);
            }
            else
            {
                Assert.Null(broken);
            }
        }
    }

    [Fact]
    public void TheVenueBreaksWhereDeficitsPassTheFund()
    {
        var account = Books.Account().With("USD", 6_000m).Holding("BTC-USD-PERP", 1m, 60_000m);
        var book = ExposureBook.Of([account], Books.Frame());
        // 6,000 of collateral and 3,000 of fund: 15 % down
        var broken = ReverseStress.Venue(book, 3_000.0, feed: 0)!.Value;
        Assert.Equal(-0.15, broken.Move, 1e-9);
        Assert.Equal(51_000.0, broken.Price!.Value, 1e-4);
        Assert.Null(broken.Sigmas);
        Assert.Null(ReverseStress.Venue(book, 3_000.0, feed: 1));
        Assert.Null(ReverseStress.Venue(book, 3_000.0, feed: 0, range: 0.14));
        Assert.Equal(-0.15, ReverseStress.Venue(book, 3_000.0)!.Value.Move, 1e-9);
        var bankrupt = ExposureBook.Of([Books.Account().With("USD", -1m)], Books.Frame());
        Assert.Equal(0.0, ReverseStress.Venue(bankrupt, 0.0)!.Value.Move);
    }

    private static ExposureBook Market() => ExposureBook.Of(
        [
            Books.Account().With("USD", 60_000m).With("USDC", 1_000m).With("BTC", 0.1m)
                .Holding("BTC-USD-PERP", 1m, 60_000m).Holding("SOL-USD-PERP", 10m, 150m),
        ], Books.Frame());
}
