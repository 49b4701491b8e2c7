using System.Numerics;

namespace OrleansLeverage.Engine.Journal;

/// <summary>Counts since opening. Times in nanoseconds.</summary>
/// <remarks>
/// Commits: Batches made durable.<br/>
/// Syncs: COMMIT statements under synchronous=FULL: each syncs the log once. Checkpoints sync besides.<br/>
/// CommitLatency: Whole call, with sealing, inserting and, now and then, a checkpoint.<br/>
/// SyncLatency: The COMMIT statement alone: writing the log and syncing it.
/// </remarks>
internal sealed record JournalStatistics(
    long Commits, long Records, long Bytes, long Syncs, long Checkpoints, long Segments, long Failures,
    LatencyHistogram CommitLatency, LatencyHistogram SyncLatency);

/// <summary>
/// Fixed logarithmic buckets, eight to a doubling: a percentile is at most 12.5 % above the true one, never below it.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 3;
    private readonly long[] _counts = new long[64 << SubBits];

    public long Count { get; private set; }

    public long LastNs { get; private set; }

    public long MaxNs { get; private set; }

    public void Add(TimeSpan elapsed)
    {
        LastNs = Math.Max(1, elapsed.Ticks * 100);
        MaxNs = Math.Max(MaxNs, LastNs);
        _counts[BucketOf(LastNs)]++;
        Count++;
    }

    /// <summary>The upper edge of the bucket that holds the <paramref name="percent"/>-th percentile, 0 when
    /// empty.</summary>
    public long PercentileNs(double percent)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(Count * percent / 100));
        long seen = 0;
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= rank)
            {
                return Math.Min(MaxNs, UpperEdge(bucket));
            }
        }
        return 0;
    }

    public LatencyHistogram Copy()
    {
        var copy = new LatencyHistogram { Count = Count, LastNs = LastNs, MaxNs = MaxNs };
        _counts.CopyTo(copy._counts, 0);
        return copy;
    }

    private static int BucketOf(long valueNs)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)valueNs) - SubBits);
        return (shift << SubBits) + (int)(valueNs >> shift);
    }

    private static long UpperEdge(int bucket)
    {
        var shift = Math.Max(0, (bucket >> SubBits) - 1);
        var top = bucket - (shift << SubBits);
        return ((top + 1L) << shift) - 1;
    }
}
