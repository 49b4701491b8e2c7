using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Simulation;

/// <summary>A population as exact accounts at one frame: what reports, stress and cascades are made of.</summary>
public sealed record PopulationMarket(PriceFrame Frame, IReadOnlyList<Account> Accounts)
{
    /// <summary>
    /// Every account imported at the prices, as the engine would; the same seed gives the same accounts on any number
    /// of workers.
    /// </summary>
    /// <exception cref="FormatException">An account that the rules refuse, or options out of range.</exception>
    public static PopulationMarket Create(
        Universe universe, IReadOnlyDictionary<FeedId, Price> prices, PopulationOptions options, long timeMs,
        int workers = 1)
    {
        var population = Population.Create(universe, prices, options, workers);
        var frame = new PriceFrame(new FrameNumber(0, 1), timeMs, universe,
            [.. universe.Feeds.Select(f => prices.TryGetValue(f.Id, out var price)
                ? new FramePrice(price, PriceState.Fresh, timeMs)
                : new FramePrice(null, PriceState.NotMeasured, timeMs))]);
        var accounts = new Account[population.Count];
        Parallel.For(0, accounts.Length, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, workers) }, i =>
            accounts[i] = Open(population.Account(i), frame));
        return new PopulationMarket(frame, accounts);
    }

    public static bool IsMarketMaker(Account account) =>
        account.Id.Value.StartsWith(Population.MarketMakerPrefix, StringComparison.Ordinal);

    private static Account Open(PopulationAccount drawn, PriceFrame frame)
    {
        var account = new Account(drawn.Id);
        var decision = account.Decide(new ImportAccount(CommandId.Series(frame.TimeMs, 1, drawn.Number + 1), drawn.Id,
            drawn.Balances, drawn.Positions), frame);
        if (decision.Status != CommandStatus.Applied)
        {
            throw new FormatException($"population: {drawn.Id} is refused: {decision.Status.Code()} {decision.Detail}");
        }
        foreach (var fact in decision.Events)
        {
            account.Apply(fact);
        }
        return account;
    }
}
