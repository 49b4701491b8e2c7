using System.Diagnostics;
using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Replay;
using OrleansLeverage.Market.Files;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Market.Simulation;

namespace OrleansLeverage.App.Replay;

/// <summary>What a replay is made of; the same settings give the same files.</summary>
internal sealed record ReplaySettings
{
    public required ReplayMarket Market { get; init; }

    public required Universe Universe { get; init; }

    public required int Accounts { get; init; }

    public required ulong Seed { get; init; }

    public required BarPath Path { get; init; }

    /// <summary>Frames per bar on a simulated path through its four prices; null on the bars as they are.</summary>
    public int? BridgeSteps { get; init; }

    /// <summary>Whether each frame's change of leverage is attributed to its causes.</summary>
    public bool WithAttribution { get; init; }

    /// <summary>How the venue liquidates; null where triggers are only raised.</summary>
    public ReplayVenueRules? Venue { get; init; }

    public required int Workers { get; init; }

    public required string Folder { get; init; }
}

/// <summary>
/// History through the lockstep engine: a seeded population at the first prices, then frame after frame, a row of the
/// market each and every trigger.
/// </summary>
internal sealed class ReplayRun(ReplaySettings settings)
{
    private const int SeriesOfImports = 1;

    private readonly Stopwatch _clock = new();
    private readonly PriceHistory _history = settings.Market.History;
    private readonly SortedDictionary<string, long> _fundings = new(StringComparer.Ordinal);

    public ReplaySummary Run(Func<long, string, ProgressReport> progress, CancellationToken cancellation)
    {
        Directory.CreateDirectory(settings.Folder);
        var frames = (settings.BridgeSteps is { } steps
            ? BridgedHistory.Frames(_history, steps, settings.Seed, TickOf)
            : _history.Frames(settings.Path)).ToList();
        using var grid = new LockstepGrid(settings.Universe, Oracle(), settings.Workers);
        using var system = new SystemCsv(System.IO.Path.Combine(settings.Folder, ReplaySummary.SystemFile),
            settings.Universe);
        using var triggers = new TriggerCsv(System.IO.Path.Combine(settings.Folder, ReplaySummary.TriggersFile));
        using var fills = settings.Venue is null ? null
            : new FillCsv(System.IO.Path.Combine(settings.Folder, ReplaySummary.FillsFile));
        _clock.Start();
        using (var seeding = progress(settings.Accounts, "seed"))
        {
            Seed(grid, frames[0].TimeMs, seeding, cancellation);
        }
        using var venue = settings.Venue is { } rules
            ? new ReplayVenue(grid, rules, StartPrices(), frames[0].TimeMs)
            : null;
        using var causes = settings.WithAttribution
            ? new AttributionCsv(System.IO.Path.Combine(settings.Folder, ReplaySummary.AttributionFile))
            : null;
        var seeded = _clock.Elapsed;
        using (var playing = progress(frames.Count, "replay"))
        {
            Play(grid, frames, system, triggers, (venue, fills), causes, playing, cancellation);
        }
        venue?.CheckBooks();
        var played = _clock.Elapsed;
        return new ReplaySummary
        {
            Inputs = ReplayInputs.Of(settings),
            Counts = ReplayCounts.Of(grid, frames.Count, triggers.Counts, _fundings),
            StateHash = grid.StateHash(),
            Venue = venue?.Totals(),
            Sha256 = new ReplayDigests(system.Complete(), triggers.Complete(), fills?.Complete(),
                causes?.Complete()),
            Timings = ReplayTimings.Of(settings.Workers, frames.Count, seeded, played - seeded, _clock.Elapsed,
                grid.Memory),
        };
    }

    private OracleProfile[] Oracle() =>
        [.. settings.Universe.Feeds.Select(feed => OracleProfile.Replay(feed.Id, feed.TickSize,
        Math.Max(1, _history.IntervalMs(feed.Id))))];

    private void Seed(LockstepGrid grid, long timeMs, ProgressReport progress, CancellationToken cancellation)
    {
        var population = Population.Create(settings.Universe, StartPrices(),
            new PopulationOptions { Accounts = settings.Accounts, Seed = settings.Seed }, settings.Workers);
        foreach (var account in population.Accounts())
        {
            cancellation.ThrowIfCancellationRequested();
            var import = new ImportAccount(CommandId.Series(timeMs, SeriesOfImports, account.Number + 1), account.Id,
                account.Balances, account.Positions);
            var result = grid.Execute(import);
            if (!result.IsApplied)
            {
                throw new InvalidOperationException(
                    $"seeded account {account.Id} is refused: {result.Status.Code()} {result.Detail}");
            }
            progress.Report(account.Number + 1);
        }
    }

    /// <summary>
    /// Where accounts begin: the first close, or on a path inside the bars the first open, so that the first bar is
    /// lived through.
    /// </summary>
    private Dictionary<FeedId, Price> StartPrices() => _history.Bars.GroupBy(b => b.Feed).ToDictionary(g => g.Key, g =>
        settings.BridgeSteps is null ? g.First().Close : g.First().Open);

    private decimal TickOf(FeedId feed) =>
        settings.Universe.Feeds.FirstOrDefault(f => f.Id == feed)?.TickSize ?? 0.00000001m;

    private void Play(LockstepGrid grid, List<HistoryFrame> frames, SystemCsv system, TriggerCsv triggers,
        (ReplayVenue? Venue, FillCsv? Fills) venue, AttributionCsv? causes, ProgressReport progress,
        CancellationToken cancellation)
    {
        var raised = new List<Trigger>();
        var trail = causes is null ? null : new AttributionTrail(grid);
        var funding = _history.Funding;
        var settled = 0;
        for (var i = 0; i < frames.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (; settled < funding.Length && funding[settled].TimeMs <= frames[i].TimeMs; settled++)
            {
                if (InstrumentId.IsValid(funding[settled].Feed.Value)
                    && settings.Universe.Instrument(new InstrumentId(funding[settled].Feed.Value)) is { } perpetual)
                {
                    var answer = grid.PublishFunding(perpetual, funding[settled].Rate).Status.Code();
                    _fundings[answer] = _fundings.GetValueOrDefault(answer) + 1;
                }
            }
            raised.Clear();
            var figures = grid.Publish(frames[i].TimeMs, frames[i].Prices, trigger =>
            {
                triggers.Write(trigger);
                raised.Add(trigger);
            });
            system.Write(figures, grid.Frame);
            venue.Venue?.AfterFrame(raised, venue.Fills!.Write);
            if (trail?.Next() is { } step)
            {
                causes!.Write(grid.Frame, step.Change, step.Leverage);
            }
            progress.Report(i + 1);
        }
    }
}
