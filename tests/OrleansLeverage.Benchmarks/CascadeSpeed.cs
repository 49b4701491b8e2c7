using System.Diagnostics;
using OrleansLeverage.Analytics.Cascade;
using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Simulation;

namespace OrleansLeverage.Benchmarks;

/// <summary>
/// A cascade of 100,000 accounts over 1,000 ticks of a falling and recovering market, beside the naive one that values
/// every account in every round.
/// </summary>
internal static class CascadeSpeed
{
    private const double TickDeviation = 0.002;

    public static Task RunAsync(bool tiny, TextWriter output)
    {
        var (accounts, ticks) = tiny ? (500, 40) : (100_000, 1_000);
        var universe = StandardRules.Universe();
        var start = DemoStory.Over(universe, 0).Feeds.ToDictionary(f => f.Feed, f => f.Start);
        var market = PopulationMarket.Create(universe, start,
            new PopulationOptions { Accounts = accounts, Seed = 42 }, timeMs: 1, Environment.ProcessorCount);
        var book = ExposureBook.Of(market.Accounts, market.Frame);
        var path = Path(book, ticks);
        foreach (var partitions in (int[])[1, Environment.ProcessorCount])
        {
            var simulator = new CascadeSimulator(book, Settings(book, accounts) with { Partitions = partitions });
            var watch = Stopwatch.StartNew();
            var outcome = simulator.Run(path);
            output.WriteLine($"{Machine.Number(accounts)} accounts x {Machine.Number(ticks)} ticks on {partitions} "
                + $"threads: {watch.Elapsed.TotalSeconds:F2} s; {Machine.Number(outcome.Triggers.Count)} liquidations, "
                + $"{outcome.Rounds} rounds, {Machine.Number(outcome.LiquidatedNotional / 1e6)} M USD, "
                + $"{Machine.Number(simulator.Valued)} valuations, triggers {outcome.TriggerHash[..16]}; "
                + $"load {Machine.Load()}");
        }
        var naive = new NaiveCascade([.. market.Accounts.Select(Naive)],
            [.. book.Prices.Take(book.Feeds.Count).Select(p => Depth(accounts) / p)], 0.006, Fund(accounts));
        var naiveWatch = Stopwatch.StartNew();
        naive.Run(path);
        output.WriteLine($"naive peer, one thread, one flat margin rate, everybody valued in every round: "
            + $"{naiveWatch.Elapsed.TotalSeconds:F2} s; {Machine.Number(naive.Triggers.Count)} liquidations; "
            + $"load {Machine.Load()}");
        return Task.CompletedTask;
    }

    private static CascadeSettings Settings(ExposureBook book, int accounts) =>
        CascadeSettings.Uniform(book.Feeds.Count, new CascadeMarket { Depth = Depth(accounts) }) with
        {
            InsuranceFund = Fund(accounts),
        };

    private static double Depth(int accounts) => 50_000.0 * accounts;

    private static double Fund(int accounts) => 20.0 * accounts;

    /// <summary>A common factor that falls by a third in the first half and comes back, and noise per feed.</summary>
    private static double[][] Path(ExposureBook book, int ticks)
    {
        var random = new SeededRandom(42, 7);
        var noise = new double[book.Feeds.Count];
        var path = new double[ticks][];
        for (var tick = 0; tick < ticks; tick++)
        {
            var common = -0.35 * Math.Sin(Math.PI * tick / ticks);
            path[tick] = new double[noise.Length];
            for (var feed = 0; feed < noise.Length; feed++)
            {
                var beta = book.Betas[feed];
                noise[feed] += beta * TickDeviation * random.NextGaussian();
                path[tick][feed] = book.Prices[feed] * Math.Exp(beta * common + noise[feed]);
            }
        }
        return path;
    }

    private static NaiveAccount Naive(Account account)
    {
        var naive = new NaiveAccount();
        foreach (var balance in account.Balances)
        {
            if (balance.Asset.PriceFeed is { } feed)
            {
                naive.Coins.Add((feed.Index, (double)balance.Amount, (double)balance.Asset.CollateralWeight));
            }
            else
            {
                naive.Cash += (double)balance.Amount;
            }
        }
        foreach (var position in account.Positions)
        {
            // an inverse contract gains cost · price − face value
            var (units, cost) = position.Instrument.Style == ContractStyle.Linear
                ? (position.Quantity.Value * position.Instrument.Multiplier, position.Cost)
                : (position.Cost, position.Quantity.Value * position.Instrument.Multiplier);
            naive.Positions.Add((position.Instrument.MarkFeed.Index, (double)units, (double)cost));
        }
        return naive;
    }
}
