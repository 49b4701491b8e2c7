namespace OrleansLeverage.Engine.Journal;

/// <summary>How a journal is opened. The directory must exist; an empty one becomes a new journal.</summary>
internal sealed record JournalOptions
{
    public required string Directory { get; init; }

    /// <summary>Written on every batch, and the newest version that will be read back.</summary>
    public required int SchemaVersion { get; init; }

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>False refuses a directory that holds no journal instead of starting one.</summary>
    public bool CreateIfEmpty { get; init; } = true;

    /// <summary>The live segment is sealed and a new one begun once it holds this many payload bytes.</summary>
    public long SegmentBytesMax { get; init; } = 256L << 20;

    /// <summary>
    /// The write-ahead log is folded into the file after this many bytes: it bounds both the log and the pause.
    /// Measured on ext4: 4 MiB pause 5-10 ms, 16 MiB 20-40 ms, no difference in commits per second.
    /// </summary>
    public int CheckpointBytes { get; init; } = 4 << 20;

    /// <summary>How old the head file on disk may get while commits go on. It is written, unsynced, at every
    /// commit.</summary>
    public TimeSpan HeadSyncInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Fault injection: a SQLite file system registered by a test.</summary>
    public string? Vfs { get; init; }

    /// <summary>Fault injection: SQLite's own limit on the pages of a segment, 0 for none.</summary>
    public int SegmentPagesMax { get; init; }

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Directory);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(SchemaVersion);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(SegmentBytesMax);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(CheckpointBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(HeadSyncInterval, TimeSpan.Zero);
    }
}
