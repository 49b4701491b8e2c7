using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Engine.ScenarioAccounts;

/// <summary>
/// The columns of accounts in portfolio margin against their exact valuations over a random walk: never below in
/// margin, never better in tier, and nobody is missed.
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
        using var grid = new PortfolioGrid(profile, workers);
        Assert.True(grid.Deposit("house", "USD", 1_000_000_000m).IsApplied);
        Assert.True(grid.Deposit("house", "BTC", 100_000m).IsApplied);
        var inCoin = profile == "deribit-pm-btc";
        var random = new Random(5);
        for (var i = 0; i < Accounts; i++)
        {
            Open(grid, $"t-{i}", random, inCoin);
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
            Assert.Equal(Accounts + 1, figures.Accounts);
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
        var exactMargin = (double)exact.MaintenanceMargin;
        Assert.True(figures.MaintenanceMargin >= exactMargin * (1d - 1e-13),
            $"{account}: {figures.MaintenanceMargin:R} is below {exactMargin:R}");
        // what is not netted is charges beside the scenarios, a small part
        Assert.True(figures.MaintenanceMargin <= exactMargin * 1.5 + 0.05 * figures.GrossNotional + 1d,
            $"{account}: {figures.MaintenanceMargin:R} is far above {exactMargin:R}");
        Assert.True(figures.InitialMargin >= (double)exact.InitialMargin * (1d - 1e-9), $"{account}: initial");
        var tier = exact.Tier(grid.Universe.Rules);
        Assert.True(figures.Tier >= tier, $"{account}: {figures.Tier} is better than {tier}");
        Assert.True(tier < RiskTier.Warning || grid.Grid.Episode(account)!.Value.Raised >= tier,
            $"{account}: {tier} was not told, {grid.Grid.Episode(account)}");
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
