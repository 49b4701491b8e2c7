using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine;

/// <summary>
/// How the engine itself works, for whoever operates it: nothing here is a figure of the market, and nothing depends on
/// it. Counts are since the grid was opened.
/// </summary>
public sealed record GridTelemetry
{
    /// <summary>The newest frames and how long they took.</summary>
    public required FrameTimings Frames { get; init; }

    /// <summary>Commands waiting for the writer, how many may, and how long the oldest has waited.</summary>
    public required long CommandsQueued { get; init; }

    public required long CommandsQueuedMax { get; init; }

    /// <summary>0 where none waits.</summary>
    public required double OldestQueuedMs { get; init; }

    /// <summary>Triggers that were raised, in all the grid's life.</summary>
    public required long Triggers { get; init; }

    /// <summary>Bytes of the accounts' rows, and of their packed exact state.</summary>
    public required long RowBytes { get; init; }

    public required long StateBytes { get; init; }

    /// <summary>Null where nothing is kept.</summary>
    public required JournalTelemetry? Journal { get; init; }

    /// <summary>What the grid liquidated by itself.</summary>
    public required LiquidationTotals Liquidations { get; init; }

    /// <summary>The same by market and side, in USD at the mark; sides that nothing was liquidated of are left out.
    /// </summary>
    public required IReadOnlyList<LiquidatedNotional> Liquidated { get; init; }
}

/// <summary>The journal's work. Times in milliseconds, percentiles at most an eighth above the true ones.</summary>
/// <param name="Commits">Batches made durable, each by one synced commit.</param>
/// <param name="Failures">Commits that failed.</param>
/// <param name="SinceSnapshotBytes">What the next start reads beside the snapshot.</param>
public sealed record JournalTelemetry(long Commits, long Records, long Bytes, long Failures, double CommitP50Ms,
    double CommitP99Ms, double SyncP50Ms, double SyncP99Ms, long SinceSnapshotBytes);

/// <param name="Side">+1 where the positions closed were long.</param>
public sealed record LiquidatedNotional(InstrumentId Instrument, int Side, decimal Notional);

/// <summary>One frame's work.</summary>
/// <param name="Count">Frames since the grid was opened, from 1.</param>
/// <param name="EndedAt">A timestamp of the grid's clock.</param>
/// <param name="IntervalMs">From the start of the frame before; null for the first.</param>
/// <param name="SweepMs">From the prices to the figures: every account that holds what moved is valued.</param>
/// <param name="StepMs">The sweep and what follows it: nominations, plans, a slice of the ladder.</param>
public readonly record struct FrameTiming(long Count, long EndedAt, double? IntervalMs, double SweepMs, double StepMs);

/// <summary>
/// The last <see cref="Kept"/> frames, written by the frame thread and read by anyone: a reader that comes once in a
/// minute and a half misses none at 40 frames a second.
/// </summary>
public sealed class FrameTimings
{
    public const int Kept = 4096;

    private readonly Lock _gate = new();
    private readonly FrameTiming[] _ring = new FrameTiming[Kept];
    private long _count;
    private long _startedAt;

    /// <param name="startedAt">Timestamps, as <see cref="TimeProvider.GetTimestamp"/> gives them.</param>
    public void Add(TimeProvider clock, long startedAt, long sweptAt, long endedAt)
    {
        lock (_gate)
        {
            double? intervalMs = _count == 0 ? null : clock.GetElapsedTime(_startedAt, startedAt).TotalMilliseconds;
            _startedAt = startedAt;
            _ring[_count++ % Kept] = new FrameTiming(_count, endedAt, intervalMs,
                clock.GetElapsedTime(startedAt, sweptAt).TotalMilliseconds,
                clock.GetElapsedTime(startedAt, endedAt).TotalMilliseconds);
        }
    }

    /// <summary>The frames after the one that was the <paramref name="count"/>-th, oldest first; 0 for all that are
    /// kept.</summary>
    public IReadOnlyList<FrameTiming> After(long count)
    {
        lock (_gate)
        {
            var first = Math.Max(count, _count - Kept);
            var frames = new FrameTiming[Math.Max(0L, _count - first)];
            for (var i = 0; i < frames.Length; i++)
            {
                frames[i] = _ring[(first + i) % Kept];
            }
            return frames;
        }
    }
}
