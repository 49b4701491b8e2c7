using OrleansLeverage.App.Replay;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Replay;
using OrleansLeverage.Kernel;
using OrleansLeverage.Market.Files;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Market.Simulation;
using OrleansLeverage.Tests.Domain;
using OrleansLeverage.Tests.Domain.Leverage;
using Xunit;
using People = OrleansLeverage.Market.Simulation.Population;

namespace OrleansLeverage.Tests.App;

/// <summary>
/// The fall of 4 September 2017: a thousand accounts at fifty frames against the slow reference in exact fractions. The
/// exact layer must equal it, the columns must lie within their stated bound, and no tier may be under-reported.
/// </summary>
public sealed class ReplayAccuracyTests
{
    private const int Accounts = 1_000;
    private const int FramesCompared = 50;

    [Fact]
    public void SampledAccountsEqualTheReferenceThroughARealFall()
    {
        if (SharedData.Path("data/lean") is not { } folder)
        {
            return;
        }
        var files = Directory.GetFiles(folder, "*_2017090?_trade.csv").Order(StringComparer.Ordinal).ToArray();
        var market = ReplayMarket.Load(files, PriceFileFormat.Auto, StandardRules.Instruments);
        var universe = market.Instruments.Build(StandardRules.Rules.Newest, 1);
        var profiles = universe.Feeds.Select(f => OracleProfile.Replay(f.Id, f.TickSize, 60_000)).ToArray();
        using var grid = new LockstepGrid(universe, profiles, workers: 2);
        var ids = Seed(grid, market, universe);
        var frames = market.History.Frames().ToList();
        var every = frames.Count / FramesCompared;
        var (compared, beyondHealthy) = (0, 0);
        for (var i = 0; i < frames.Count; i++)
        {
            grid.Publish(frames[i].TimeMs, frames[i].Prices, _ => { });
            if (i % every != every - 1)
            {
                continue;
            }
            foreach (var id in ids)
            {
                var (exact, fast) = grid.Inspect(id)!.Value;
                compared++;
                beyondHealthy += Compare(exact, fast!.Value) > RiskTier.Healthy ? 1 : 0;
            }
        }
        Assert.True(compared >= Accounts * FramesCompared, $"{compared} compared");
        Assert.True(beyondHealthy > 500, $"only {beyondHealthy} of {compared} were anything but healthy");
    }

    private static List<AccountId> Seed(LockstepGrid grid, ReplayMarket market, Universe universe)
    {
        var start = market.History.Bars.GroupBy(b => b.Feed).ToDictionary(g => g.Key, g => g.First().Close);
        var options = new PopulationOptions { Accounts = Accounts, Seed = 7 };
        var population = People.Create(universe, start, options);
        var ids = new List<AccountId>();
        foreach (var account in population.Accounts())
        {
            var id = CommandId.Series(1, 1, account.Number + 1);
            var result = grid.Execute(new ImportAccount(id, account.Id, account.Balances, account.Positions));
            Assert.True(result.IsApplied, result.ToString());
            ids.Add(account.Id);
        }
        return ids;
    }

    private static RiskTier Compare(AccountValuation exact, RowFigures fast)
    {
        var reference = new ReferenceMargin<Rational>(exact.Account, exact.Frame, v => v);
        Assert.True(exact.Equity - reference.Equity == Rational.Zero, $"{exact.Account.Id} equity {exact.Equity}");
        Assert.True(exact.MarginBalance - reference.MarginBalance == Rational.Zero, $"{exact.Account.Id} balance");
        Assert.True(exact.MaintenanceMargin - reference.Maintenance == Rational.Zero, $"{exact.Account.Id} margin");
        Assert.True(exact.LongNotional - reference.Long == Rational.Zero, $"{exact.Account.Id} long");
        Assert.True(exact.ShortNotional - reference.Short == Rational.Zero, $"{exact.Account.Id} short");
        var tier = exact.Tier(exact.Frame.Universe.Rules);
        Assert.Equal(reference.Tier(exact.Frame.Universe.Rules), tier);

        var bound = (decimal)Kernel.Exact.Bound(exact);
        Within(exact.Equity, fast.Equity, bound);
        Within(exact.MarginBalance, fast.MarginBalance, bound);
        Within(exact.MaintenanceMargin, fast.MaintenanceMargin, bound);
        Within(exact.GrossNotional, fast.GrossNotional, bound);
        Assert.True(fast.Tier >= tier, $"{exact.Account.Id}: columns {fast.Tier}, exact {tier}");
        return tier;
    }

    private static void Within(decimal exact, double fast, decimal bound) =>
        Assert.True(Math.Abs(exact - (decimal)fast) <= bound, $"{exact} and {fast}, bound {bound}");
}
