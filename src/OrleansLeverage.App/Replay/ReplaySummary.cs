using System.Diagnostics;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Replay;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.App.Replay;

/// <summary><c>summary.json</c>: everything but <see cref="Timings"/> is the same for the same inputs.</summary>
internal sealed record ReplaySummary
{
    public const string SystemFile = "system.csv";
    public const string TriggersFile = "triggers.csv";
    public const string FillsFile = "liquidations.csv";
    public const string AttributionFile = "attribution.csv";
    public const string SummaryFile = "summary.json";

    public string Schema => "leverage-replay/1";

    public required ReplayInputs Inputs { get; init; }

    public required ReplayCounts Counts { get; init; }

    /// <summary>SHA-256 over all durable state at the end.</summary>
    public required string StateHash { get; init; }

    public required ReplayDigests Sha256 { get; init; }

    /// <summary>What the venue did; null where triggers were only raised.</summary>
    public VenueTotals? Venue { get; init; }

    public required ReplayTimings Timings { get; init; }
}

internal sealed record ReplayDigests(
    string SystemCsv, string TriggersCsv, string? LiquidationsCsv, string? AttributionCsv);

internal sealed record ReplayInputs(
    IReadOnlyList<ReplayInputFile> Files, IReadOnlyList<string> Feeds, int Accounts, ulong Seed, string Path,
    string Instruments, string Rules, int RulesVersion, IReadOnlyList<string> Notes)
{
    public static ReplayInputs Of(ReplaySettings settings) => new(
        [.. settings.Market.History.Reports.Select(r => new ReplayInputFile(System.IO.Path.GetFileName(r.File),
            Market.Files.PriceFileFormats.Name(r.Format), r.Rows, r.Bars, r.FundingPoints, Time(r.FirstEndMs),
            Time(r.LastEndMs), r.MissingIntervals, r.Duplicates, r.OutOfOrder, r.RejectCount))],
        [.. settings.Universe.Feeds.Select(f => f.Id.Value)], settings.Accounts, settings.Seed,
        settings.BridgeSteps is { } steps
            ? $"bridge of {steps} steps per bar, simulated between open, high, low, close"
            : settings.Path.ToString().ToLowerInvariant(),
        settings.Market.Instruments.Name, settings.Universe.Rules.Name, settings.Universe.Rules.Version,
        settings.Venue is null ? settings.Market.Notes
            : [.. settings.Market.Notes, "figures include the capital of the venue's own fund, desk and book"]);

    private static string? Time(long? timeMs) => timeMs is { } known ? SnapshotJson.Datetime(known) : null;
}

internal sealed record ReplayInputFile(
    string File, string Format, long Rows, long Bars, long FundingPoints, string? First, string? Last,
    long MissingBars, long Duplicates, long OutOfOrder, long Rejected);

/// <param name="Triggers">By kind.</param>
/// <param name="Prices">By the oracle's answer.</param>
/// <param name="Fundings">By the grid's answer.</param>
internal sealed record ReplayCounts(
    int Frames, int Accounts, IReadOnlyDictionary<string, long> Triggers, IReadOnlyDictionary<string, long> Prices,
    IReadOnlyDictionary<string, long> Fundings)
{
    public static ReplayCounts Of(LockstepGrid grid, int frames, IReadOnlyDictionary<TriggerKind, long> triggers,
        IReadOnlyDictionary<string, long> fundings) =>
        new(frames, grid.Accounts, triggers.ToDictionary(t => SnapshotJson.Word(t.Key), t => t.Value),
            grid.PricesJudged, fundings);
}

/// <summary>How long it took, where and with what: the part that differs from run to run.</summary>
internal sealed record ReplayTimings(
    int Workers, double SeedSeconds, double ReplaySeconds, double TotalSeconds, double FramesPerSecond,
    long RowBytes, long PackedStateBytes, long PeakWorkingSetBytes)
{
    public static ReplayTimings Of(int workers, int frames, TimeSpan seed, TimeSpan replay, TimeSpan total,
        (long RowBytes, long PackedBytes) memory)
    {
        using var process = Process.GetCurrentProcess();
        return new ReplayTimings(workers, Round(seed), Round(replay), Round(total),
            Math.Round(frames / replay.TotalSeconds, 1), memory.RowBytes, memory.PackedBytes, process.PeakWorkingSet64);
    }

    private static double Round(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
