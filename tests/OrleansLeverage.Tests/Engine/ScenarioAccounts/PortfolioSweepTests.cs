using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Engine.ScenarioAccounts;

/// <summary>
/// The columns of accounts in portfolio margin, spreads among them, against their exact valuations over a random walk:
/// in both margins never below and above by the bound of rounding alone, never better in tier, and nobody is missed.
/// </summary>
public sealed class PortfolioSweepTests
{
    [Theory]
    [InlineData("deribit-pm-usdc-btc", 1)]
    [InlineData("derive-pmrm2", 2)]
    [InlineData("deribit-pm-btc", 1)]
    public void Screens_everybody_and_misses_nobody(string profile, int workers)
    {
        const int Accounts = 60;
        const int Spreads = 12;
        using var grid = new PortfolioGrid(profile, workers);
        Assert.True(grid.Deposit("house", "USD", 1_000_000_000m).IsApplied);
        Assert.True(grid.Deposit("house", "BTC", 100_000m).IsApplied);
        var inCoin = profile == "deribit-pm-btc";
        var random = new Random(5);
        for (var i = 0; i < Accounts; i++)
        {
            Open(grid, $"t-{i}", random, inCoin);
        }
        for (var i = 0; i < Spreads; i++)
        {
            Spread(grid, $"s-{i}", i, inCoin);
        }
        var (price, raised) = (60_000m, 0);
        for (var frame = 0; frame < 40; frame++)
        {
            price = decimal.Round(price * (1m + (decimal)(0.03 * (random.NextDouble() * 2 - 1))), 2);
            Change(grid, $"t-{random.Next(Accounts)}", random, inCoin);
            grid.Publish(price, 3_600_000);
            var figures = grid.Publish(price);
            for (var i = 0; i < Accounts; i++)
            {
                Compare(grid, new AccountId($"t-{i}"));
            }
            for (var i = 0; i < Spreads; i++)
            {
                Compare(grid, new AccountId($"s-{i}"));
            }
            Assert.Equal(Accounts + Spreads + 1, figures.Accounts);
            raised = grid.Triggers.Count;
        }
        Assert.True(raised > Accounts / 4, $"{raised} triggers show little");
    }

    [Fact]
    public void Triggers_do_not_depend_on_the_number_of_threads()
    {
        string Run(int workers)
        {
            using var grid = new PortfolioGrid("derive-pmrm2", workers);
            Assert.True(grid.Deposit("house", "USD", 1_000_000_000m).IsApplied);
            var random = new Random(7);
            for (var i = 0; i < 40; i++)
            {
                Open(grid, $"t-{i}", random, inCoin: false);
            }
            foreach (var price in new[] { 60_000m, 57_000m, 52_500m, 55_000m, 66_000m, 75_000m })
            {
                grid.Publish(price);
            }
            return string.Join('\n', grid.Triggers) + grid.Grid.StateHash();
        }
        Assert.Equal(Run(1), Run(3));
    }

    private static void Compare(PortfolioGrid grid, AccountId account)
    {
        var (exact, fast) = grid.Grid.Inspect(account)!.Value;
        Assert.True(exact.IsKnown && fast is not null, $"{account} is not known");
        var figures = fast!.Value;
        Assert.Equal((double)exact.Equity, figures.Equity, 1e-3);
        Assert.Equal((double)exact.GrossNotional, figures.GrossNotional, 1e-3);
        var allowed = Allowed(exact);
        Above((double)exact.MaintenanceMargin, figures.MaintenanceMargin, allowed, $"{account}: maintenance");
        Above((double)exact.InitialMargin, figures.InitialMargin, allowed, $"{account}: initial");
        if (exact.MarginRatio() is { } ratio && exact.MarginBalance > 1m)
        {
            // what the margin may be above, and what the equity may be below
            var percent = (2d * allowed + 1e-3 * (double)ratio) / (double)exact.MarginBalance;
            Assert.Equal((double)ratio, figures.MaintenanceMargin / figures.MarginBalance, percent + 1e-9);
        }
        var tier = exact.Tier(grid.Universe.Rules);
        Assert.True(figures.Tier >= tier, $"{account}: {figures.Tier} is better than {tier}");
        Assert.True(tier < RiskTier.Warning || grid.Grid.Episode(account)!.Value.Raised >= tier,
            $"{account}: {tier} was not told, {grid.Grid.Episode(account)}");
    }

    private static void Above(double exact, double fast, double allowed, string what) => Assert.True(
        fast >= exact * (1d - 1e-13) && fast <= exact * (1d + 1e-13) + allowed, $"{what}: {fast:R}, exact {exact:R}");

    /// <summary>
    /// Twice the bound that <c>ScenarioBound</c> states, u·(128 + 4·64)·X, from decimals; X is, by holding, its largest
    /// value and its mark, no factor above 3, and charges and shocks of less than the spot each.
    /// </summary>
    private static double Allowed(AccountValuation exact)
    {
        var sum = 0m;
        foreach (var portfolio in exact.Portfolios)
        {
            var place = exact.Frame.Universe.Rules.Portfolio.ToList().IndexOf(portfolio.Terms);
            var matrix = exact.Frame.Scenarios(place)!;
            var coin = matrix.Market.Spot / portfolio.SettlementPrice;
            sum += portfolio.SettlementPrice * (portfolio.Terms.Scenarios.Offset.Dampener
                + exact.Positions.Where(value => value.IsPortfolio).Sum(value =>
                {
                    var unit = matrix.Unit(value.Position.Instrument.Id.Value);
                    return Math.Abs(value.Position.Quantity.Value) * portfolio.Terms.UnitsPerContract(
                        value.Position.Instrument) * 3m * (unit.Values.Max(Math.Abs) + Math.Abs(unit.Mark) + coin);
                }));
        }
        return 2d * (128 + 4 * 64) * Math.Pow(2d, -53) * (double)sum;
    }

    /// <summary>
    /// Calendar, vertical and conversion: positions that ask for far more one by one than together.
    /// </summary>
    private static void Spread(PortfolioGrid grid, string account, int number, bool inCoin)
    {
        Assert.True(grid.Deposit(account, inCoin ? "BTC" : "USD", inCoin ? 2 : 90_000 + 500 * number).IsApplied);
        var perpetual = inCoin ? PortfolioGrid.CoinPerpetual : PortfolioGrid.Perpetual;
        Assert.True(grid.Mode(account, perpetual, MarginMode.Portfolio).IsApplied);
        var (strike, other) = (PortfolioGrid.Strikes[number % 4], PortfolioGrid.Strikes[number % 4 + 1]);
        (string Instrument, decimal Size)[] legs = (number % 3) switch
        {
            0 => [(Option(1, strike, true), 3m), (Option(2, strike, true), -3m)],
            1 => [(Option(1, strike, true), -4m), (Option(1, other, true), 4m)],
            _ => [(Option(2, strike, true), -2m), (Option(2, strike, false), 2m), (perpetual, inCoin ? 1_200m : 2m)],
        };
        grid.Trade(account, perpetual, inCoin ? 1m : 0.001m);
        foreach (var (instrument, size) in legs)
        {
            Assert.True(grid.Trade(account, instrument, size).IsApplied, $"{account}: {instrument}");
        }

        string Option(int expiry, int at, bool isCall) =>
            PortfolioGrid.Option(PortfolioGrid.Expiries[expiry], at, isCall, inCoin);
    }

    private static void Open(PortfolioGrid grid, string account, Random random, bool inCoin)
    {
        Assert.True(grid.Deposit(account, inCoin ? "BTC" : "USD", inCoin ? 1 : 10_000 + random.Next(60_000))
            .IsApplied);
        Assert.True(grid.Mode(account, inCoin ? PortfolioGrid.CoinPerpetual : PortfolioGrid.Perpetual,
            MarginMode.Portfolio).IsApplied);
        for (var i = 0; i < 3; i++)
        {
            Change(grid, account, random, inCoin);
        }
    }

    private static void Change(PortfolioGrid grid, string account, Random random, bool inCoin)
    {
        var isPerpetual = random.Next(3) == 0 || !grid.Exact(account).HasPortfolio;
        var instrument = isPerpetual
            ? inCoin ? PortfolioGrid.CoinPerpetual : PortfolioGrid.Perpetual
            : PortfolioGrid.Option(PortfolioGrid.Expiries[1 + random.Next(2)],
                PortfolioGrid.Strikes[random.Next(PortfolioGrid.Strikes.Length)], random.Next(2) == 0, inCoin);
        var size = isPerpetual && inCoin ? random.Next(-1_500, 1_500) : random.Next(-200, 200) / 100m;
        if (size != 0m)
        {
            grid.Trade(account, instrument, size);
        }
    }
}
