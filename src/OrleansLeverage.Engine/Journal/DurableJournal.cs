namespace OrleansLeverage.Engine.Journal;

/// <summary>
/// An ordered, checksummed, durable log of opaque batches, with snapshots. A batch is one group commit: when
/// <see cref="Commit"/> returns it survives a power cut. Every method may be called from any thread, one runs at a
/// time; long reads give way between pieces of about 1 MiB.
/// </summary>
/// <remarks>
/// Files of the directory: <c>lock</c>; <c>head</c>, the witness (<see cref="HeadFile"/>); <c>journal-N.db</c>,
/// segments named by their first sequence, the last one live (<see cref="SegmentFile"/>); <c>snapshot-N.bin</c>. A
/// snapshot seals the live segment, so what must be read on start stays bounded and the sealed ones are the archive.
/// What is detected, and how: any changed byte of a batch (CRC and chain), a missing, foreign or reordered batch or
/// segment (chain, journal id), an end that was lost or rolled back (head file, newest snapshot). What cannot be: the
/// whole directory replaced by an older copy of itself, or emptied; the end lost together with the head file; after
/// a power cut, batches lost within the last <see cref="JournalOptions.HeadSyncInterval"/> by a disk that lies.
/// </remarks>
internal sealed partial class DurableJournal : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Lock _snapshotGate = new(); // taken before _gate, never after
    private readonly JournalOptions _options;
    private readonly FileStream _lock;
    private readonly SegmentSet _segments;
    private readonly BatchSeal _seal = new();
    private readonly List<JournalFinding> _findings = [];
    private readonly Guid _journalId;
    private readonly byte[] _chain = new byte[BatchSeal.HashBytes];
    private readonly byte[] _nextChain = new byte[BatchSeal.HashBytes];
    private HeadFile? _head;
    private long _headSyncedAt;
    private long _last;
    private long _readFrom = 1; // reading must start at or before this one ...
    private bool _isRead; // ... and have reached the end before the first commit
    private long _segmentBytes;
    private long _logBytes;
    private long? _attempted;
    private Exception? _failure;
    private bool _disposed;

    private DurableJournal(JournalOptions options)
    {
        options.Validate();
        _options = options;
        _lock = DirectoryLock.Take(options.Directory);
        try
        {
            DurableFiles.DeleteTemporaries(options.Directory);
            _segments = new SegmentSet(options);
            _journalId = OpenOrCreate();
            _isRead = _last == 0;
        }
        catch (Exception exception)
        {
            _segments?.Dispose();
            _head?.Dispose();
            _seal.Dispose();
            _lock.Dispose();
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw DurableFiles.Unavailable(exception, $"open the journal in '{options.Directory}'");
            }
            throw;
        }
    }

    /// <summary>Sequence of the last durable batch, 0 for none.</summary>
    public long LastSequence
    {
        get
        {
            lock (_gate)
            {
                return _last;
            }
        }
    }

    /// <summary>What opening found, and what has been noticed since.</summary>
    public RecoveryReport Report
    {
        get
        {
            lock (_gate)
            {
                return new RecoveryReport(_last, _chain.ToArray(), [.. _findings]);
            }
        }
    }

    public JournalStatistics Statistics => StatisticsWithin(Timeout.InfiniteTimeSpan)!;

    /// <summary>The same; null where a commit holds the journal for longer than that.</summary>
    public JournalStatistics? StatisticsWithin(TimeSpan patience)
    {
        if (!_gate.TryEnter(patience))
        {
            return null;
        }
        try
        {
            return new JournalStatistics(_commits, _records, _bytes, _syncs, _checkpoints, _segments.Firsts.Count,
                _failures, _commitLatency.Copy(), _syncLatency.Copy());
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Opens the journal of a directory, or starts one where the directory holds nothing of a
    /// journal.</summary>
    /// <exception cref="JournalInUseException">Someone else has it open.</exception>
    /// <exception cref="JournalCorruptException">Acknowledged data is damaged or missing; see <see
    /// cref="Repair"/>.</exception>
    /// <exception cref="JournalUnavailableException">The directory is missing, no directory, read-only or
    /// full.</exception>
    public static DurableJournal Open(JournalOptions options) => new(options);

    /// <summary>A pragma of the live connection.</summary>
    public string Pragma(string name)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _segments.Live?.Pragma(name) ?? "";
        }
    }

    /// <summary>Folds the write-ahead log in and syncs the head file; a journal that has failed is left as it
    /// is.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }
            _disposed = true;
            try
            {
                if (_failure is null)
                {
                    _segments.Live?.Checkpoint();
                    WriteHead(sync: true);
                }
            }
            catch (Exception exception) when (IsStorage(exception))
            {
                // nothing is lost: every batch was synced in the log when it was committed, and is read from there
                _failure = exception;
            }
            finally
            {
                _segments.Dispose();
                _head?.Dispose();
                _seal.Dispose();
                _lock.Dispose();
            }
        }
    }

    private static bool IsStorage(Exception exception) => exception is Microsoft.Data.Sqlite.SqliteException
        or IOException or UnauthorizedAccessException or JournalUnavailableException;

    private long NowMs() => _options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    private void ThrowIfFailed()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_failure is not null)
        {
            throw new JournalUnavailableException(JournalObstacle.ReopenFirst,
                $"the journal failed earlier and must be reopened: {_failure.Message}", false, _failure);
        }
    }

    private void WriteHead(bool sync)
    {
        _head!.Write(_journalId, _last, _chain, NowMs());
        if (sync)
        {
            _head.Sync();
            _headSyncedAt = _options.TimeProvider.GetTimestamp();
        }
    }
}
