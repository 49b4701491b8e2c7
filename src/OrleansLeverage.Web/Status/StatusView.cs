using OrleansLeverage.Web.Api;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Status;

/// <summary>How the service itself is. Times in milliseconds, memory in bytes, rates per second.</summary>
/// <param name="Mode">DEMO, REPLAY or LIVE.</param>
/// <param name="Engine">Which engine is behind the API.</param>
/// <param name="WindowSeconds">What rates, routes and frames are of; younger servers are of their life.</param>
/// <param name="Frames">Null from an engine that does not tell; so are the next two.</param>
/// <param name="Configuration">Settings by name; secrets are shown as ***.</param>
internal sealed record StatusView(AsOfJson AsOf, long Seq, MarketFreshness Freshness, string Version, string Mode,
    string Engine, string StartedAt, double UptimeSeconds, StatusHealth Health, StatusCounts Counts,
    double WindowSeconds, double RequestsPerSecond, IReadOnlyList<RouteStatus> Routes, FrameStatus? Frames,
    QueueStatus? Commands, JournalStatus? Journal, CollectorStatus Gc, MemoryStatus Memory, ThreadStatus Threads,
    StreamStatus Streams, IReadOnlyList<RejectedStatus> Rejected, IReadOnlyDictionary<string, string?> Configuration);

/// <param name="Reason">What is wrong, in words; empty where nothing is.</param>
internal sealed record StatusHealth(string Status, string Reason);

internal sealed record StatusCounts(long Accounts, long CommandsApplied, long Frames, int Instruments, int Feeds,
    long? Triggers);

internal sealed record RouteStatus(string Route, double RequestsPerSecond, double ErrorsPerSecond, double? P50Ms,
    double? P99Ms, double? MaxMs);

/// <param name="IntervalP50Ms">From the start of a frame to that of the next.</param>
/// <param name="SweepP50Ms">From a frame's prices to the figures of all accounts.</param>
/// <param name="LagMs">How far the newest frame is behind the clock.</param>
internal sealed record FrameStatus(double PerSecond, double? IntervalP50Ms, double? IntervalP99Ms, double? SweepP50Ms,
    double? SweepP99Ms, double? SweepMaxMs, double? StepP99Ms, long LagMs);

internal sealed record QueueStatus(long Queued, long Capacity, double OldestMs);

/// <summary>Since the start.</summary>
internal sealed record JournalStatus(long Commits, long Records, long Bytes, long Failures, double CommitP50Ms,
    double CommitP99Ms, double SyncP50Ms, double SyncP99Ms, long SinceSnapshotBytes);

/// <param name="PausePercent">Of the process's life.</param>
/// <param name="AllocatedBytes">Since the start.</param>
internal sealed record CollectorStatus(int Gen0, int Gen1, int Gen2, double PauseTotalMs, double PausePercent,
    long HeapBytes, long CommittedBytes, long AllocatedBytes);

/// <param name="RowBytes">The accounts' rows in the columns; null from an engine that does not tell.</param>
internal sealed record MemoryStatus(long WorkingSetBytes, long? RowBytes, long? StateBytes);

internal sealed record ThreadStatus(int Pool, long Queued);

/// <param name="Dropped">Events that slow readers did not get, since the start.</param>
internal sealed record StreamStatus(long Subscribers, long Dropped);

/// <summary>Inputs that were not used as sent, since the start.</summary>
internal sealed record RejectedStatus(string Reason, long Count);
