using System.Diagnostics;
using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;
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
        var frames = _history.Frames(settings.Path).ToList();
        using var grid = new LockstepGrid(settings.Universe, Oracle(), settings.Workers);
        using var system = new SystemCsv(System.IO.Path.Combine(settings.Folder, ReplaySummary.SystemFile),
            settings.Universe);
        using var triggers = new TriggerCsv(System.IO.Path.Combine(settings.Folder, ReplaySummary.TriggersFile));
        _clock.Start();
        using (var seeding = progress(settings.Accounts, "seed"))
        {
            Seed(grid, frames[0].TimeMs, seeding, cancellation);
        }
        var seeded = _clock.Elapsed;
        using (var playing = progress(frames.Count, "replay"))
        {
            Play(grid, frames, system, triggers, playing, cancellation);
        }
        var played = _clock.Elapsed;
        return new ReplaySummary
        {
            Inputs = ReplayInputs.Of(settings),
            Counts = ReplayCounts.Of(grid, frames.Count, triggers.Counts, _fundings),
            StateHash = grid.StateHash(),
            Sha256 = new ReplayDigests(system.Complete(), triggers.Complete()),
            Timings = ReplayTimings.Of(settings.Workers, frames.Count, seeded, played - seeded, _clock.Elapsed,
                grid.Memory),
        };
    }

    private OracleProfile[] Oracle() =>
        [.. settings.Universe.Feeds.Select(feed => OracleProfile.Replay(feed.Id, feed.TickSize,
        Math.Max(1, _history.IntervalMs(feed.Id))))];

    private void Seed(LockstepGrid grid, long timeMs, ProgressReport progress, CancellationToken cancellation)
    {
        var start = _history.Bars.GroupBy(b => b.Feed).ToDictionary(g => g.Key, g => g.First().Close);
        var population = Population.Create(settings.Universe, start,
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

    private void Play(LockstepGrid grid, List<HistoryFrame> frames, SystemCsv system, TriggerCsv triggers,
        ProgressReport progress, CancellationToken cancellation)
    {
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
            var figures = grid.Publish(frames[i].TimeMs, frames[i].Prices, triggers.Write);
            system.Write(figures, grid.Frame);
            progress.Report(i + 1);
        }
    }
}
