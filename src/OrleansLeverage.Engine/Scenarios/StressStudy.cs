using OrleansLeverage.Analytics.Stress;

namespace OrleansLeverage.Engine.Scenarios;

/// <summary>Scenarios over a market by full repricing, and the smallest moves that break it. Amounts in USD.</summary>
public static class StressStudy
{
    /// <summary>
    /// Every scenario, in its order; options are valued anew, and what scenarios margin is asked anew. The result does
    /// not depend on the threads.
    /// </summary>
    public static IReadOnlyList<ScenarioRow> Run(MarketBook book, IReadOnlyList<StressScenario> scenarios, double fund,
        Workload work)
    {
        var rows = new ScenarioRow[scenarios.Count];
        var done = 0;
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = work.Workers, CancellationToken = work.Cancellation,
        };
        Parallel.For(0, rows.Length, options, i =>
        {
            work.Reached((double)Volatile.Read(ref done) / rows.Length);
            rows[i] = ScenarioRow.Of(StressTest.Run(book.Exposures, scenarios[i]), fund);
            Interlocked.Increment(ref done);
        });
        return rows;
    }

    /// <summary>
    /// The smallest moves at which deficits exceed the fund, and at which accounts have no equity left: of all feeds
    /// together, then of each that somebody holds.
    /// </summary>
    /// <param name="accounts">Names of buckets; <paramref name="feeds"/> null for all that somebody holds.</param>
    /// <exception cref="FormatException">No such bucket.</exception>
    public static IReadOnlyList<BreakRow> Breaks(MarketBook book, double fund, IReadOnlyList<string> accounts,
        IReadOnlyList<int>? feeds, Workload work)
    {
        var exposures = book.Exposures;
        int?[] moved = [null, .. (feeds ?? [.. book.HeldFeeds().Select(feed => feed.Index)]).Select(f => (int?)f)];
        int?[] who = [null, .. accounts.Select(name => (int?)Place(exposures.Names, name))];
        var rows = new List<BreakRow>(who.Length * moved.Length);
        foreach (var bucket in who)
        {
            foreach (var feed in moved)
            {
                var total = (double)who.Length * moved.Length;
                var part = work.Part(rows.Count / total, (rows.Count + 1) / total);
                var found = bucket is { } place
                    ? ReverseStress.Bucket(exposures, place, feed, reached: part.Reached)
                    : ReverseStress.Venue(exposures, fund, feed, reached: part.Reached);
                rows.Add(BreakRow.Of(bucket is { } named ? exposures.Names[named] : "venue",
                    feed is { } one ? exposures.Feeds[one] : "all feeds", found));
            }
        }
        return rows;
    }

    private static int Place(IReadOnlyList<string> names, string name)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
            {
                return i;
            }
        }
        throw new FormatException($"{name} is none of the {names.Count} accounts");
    }
}

/// <summary>One scenario's figures.</summary>
public sealed record ScenarioRow(
    string Scenario, string Kind, double Equity, double Notional, double? Leverage, long LiquidatedAccounts,
    double LiquidatedNotional, double LongLiquidated, double ShortLiquidated, long UndetectedAccounts,
    long BankruptAccounts, double Deficit, double? FundCoverage, string Note)
{
    public static ScenarioRow Of(StressOutcome outcome, double fund) => new(outcome.Scenario.Name,
        Word(outcome.Scenario.Kind), outcome.Equity, outcome.GrossNotional, outcome.Leverage,
        outcome.Liquidated.Accounts, outcome.Liquidated.Notional, outcome.LongLiquidated, outcome.ShortLiquidated,
        outcome.Undetected.Accounts, outcome.Bankrupt.Accounts, outcome.Deficit, outcome.FundCoverage(fund),
        outcome.Scenario.Note);

    /// <summary>The word of a kind: CORRELATION_ONE.</summary>
    public static string Word(StressKind kind) => string.Concat(kind.ToString().Select((letter, place) =>
        char.IsUpper(letter) && place > 0 ? $"_{letter}" : $"{char.ToUpperInvariant(letter)}"));
}

/// <summary>The smallest move that breaks somebody; null where none within the range does.</summary>
public sealed record BreakRow(string Who, string Moves, double? Move, double? Price, double? Sigmas)
{
    public static BreakRow Of(string who, string moves, BreakingMove? broken) =>
        new(who, moves, broken?.Move, broken?.Price, broken?.Sigmas);
}
