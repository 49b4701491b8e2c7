using OrleansLeverage.Engine.Journal;

namespace OrleansLeverage.Engine.Embedded;

/// <summary>What the engine tells of its own work.</summary>
public sealed partial class EmbeddedGrid
{
    /// <summary>A commit may hold the journal for as long as the disk takes: its figures are not waited for.</summary>
    private static readonly TimeSpan StatisticsPatience = TimeSpan.FromMilliseconds(20);

    private readonly FrameTimings _timings = new();
    private volatile JournalStatistics? _lastStatistics;

    public GridTelemetry Telemetry => new()
    {
        Frames = _timings,
        CommandsQueued = _writer.Queued,
        CommandsQueuedMax = _options.QueueCapacity,
        OldestQueuedMs = _writer.OldestQueuedMs,
        Triggers = LastTrigger,
        RowBytes = _columns.NativeBytes,
        StateBytes = _core.State.Accounts.PackedBytes,
        Journal = JournalTelemetry(),
        Liquidations = Liquidations,
        Liquidated = _liquidation?.Liquidated ?? [],
    };

    private JournalTelemetry? JournalTelemetry()
    {
        if (_journal?.StatisticsWithin(StatisticsPatience) is { } fresh)
        {
            _lastStatistics = fresh;
        }
        return _lastStatistics is not { } known ? null : new JournalTelemetry(known.Commits, known.Records, known.Bytes,
            known.Failures, Ms(known.CommitLatency, 50.0), Ms(known.CommitLatency, 99.0), Ms(known.SyncLatency, 50.0),
            Ms(known.SyncLatency, 99.0), _writer.UnsnapshottedBytes);

        static double Ms(LatencyHistogram latency, double percent) => latency.PercentileNs(percent) / 1e6;
    }
}
