namespace OrleansLeverage.Engine.Journal;

internal sealed partial class DurableJournal
{
    /// <summary>How many snapshots are kept: the newest, and one to fall back on.</summary>
    public const int SnapshotsKept = 2;

    /// <summary>
    /// Stores the state as it is after a batch, then seals the live segment. Commits go on while the payload is
    /// written. The file appears whole or not at all.
    /// </summary>
    /// <param name="sequence">The last batch the state contains, 0 to <see cref="LastSequence"/>.</param>
    /// <param name="stateHash">32 bytes, returned with the snapshot and not interpreted.</param>
    /// <param name="writePayload">Writes the state; an exception from it abandons the snapshot.</param>
    /// <exception cref="JournalUnavailableException">
    /// The snapshot was not stored, or the next segment could not be begun; what was committed is safe either way.
    /// </exception>
    public void WriteSnapshot(long sequence, ReadOnlySpan<byte> stateHash, Action<Stream> writePayload)
    {
        if (stateHash.Length != BatchSeal.HashBytes)
        {
            throw new ArgumentException($"a state hash has {BatchSeal.HashBytes} bytes, not {stateHash.Length}",
                nameof(stateHash));
        }
        lock (_snapshotGate)
        {
            try
            {
                SnapshotFile.Write(_options.Directory, PositionAt(sequence), _options.SchemaVersion, NowMs(), stateHash,
                    writePayload);
                foreach (var old in SnapshotFile.List(_options.Directory).Skip(SnapshotsKept))
                {
                    File.Delete(Path.Combine(_options.Directory, SnapshotFile.NameOf(old)));
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw DurableFiles.Unavailable(exception, $"write the snapshot at sequence {sequence}");
            }
            Seal();
        }
    }

    /// <summary>
    /// The newest snapshot that is whole and of this journal, null for none. One that is not is passed over in favour
    /// of an older one or of the whole journal, and <see cref="Report"/> says so.
    /// </summary>
    /// <exception cref="JournalCorruptException">None is usable and the journal does not reach back to its
    /// start.</exception>
    public JournalSnapshot? LatestSnapshot()
    {
        lock (_snapshotGate)
        {
            foreach (var sequence in SnapshotFile.List(_options.Directory))
            {
                if (ReadSnapshot(sequence, out var reason) is { } snapshot)
                {
                    lock (_gate)
                    {
                        _readFrom = Math.Max(_readFrom, snapshot.Sequence + 1);
                    }
                    return snapshot;
                }
                lock (_gate)
                {
                    _findings.Add(new JournalFinding(JournalNotice.SnapshotUnusable, sequence, reason));
                }
            }
        }
        lock (_gate)
        {
            if (_segments.Firsts[0] > 1)
            {
                throw new JournalCorruptException(JournalFault.MissingSegment, 1, "no usable snapshot",
                    "a snapshot, or a journal from sequence 1", $"a journal from sequence {_segments.Firsts[0]}");
            }
        }
        return null;
    }

    private JournalSnapshot? ReadSnapshot(long sequence, out string reason)
    {
        JournalSnapshot? snapshot;
        try
        {
            snapshot = SnapshotFile.Read(_options.Directory, sequence, headerOnly: false, out reason);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            (snapshot, reason) = (null, exception.Message);
        }
        lock (_gate)
        {
            if (snapshot is not null)
            {
                reason = snapshot.JournalId != _journalId ? $"it is of journal {snapshot.JournalId}"
                    : snapshot.Sequence > _last ? $"the journal ends before it, at {_last}"
                    : snapshot.SchemaVersion > _options.SchemaVersion
                        ? $"its schema version {snapshot.SchemaVersion} is newer than {_options.SchemaVersion}"
                    : !snapshot.ChainHash.Span.SequenceEqual(HashOf(sequence)) ? "its chain hash is not the journal's"
                    : "";
            }
        }
        if (reason.Length > 0)
        {
            reason = $"snapshot {SnapshotFile.NameOf(sequence)} cannot be used: {reason}";
            return null;
        }
        return snapshot;
    }

    private ReadOnlySpan<byte> HashOf(long sequence) => sequence == _last ? _chain : _segments.HashAt(sequence);

    private JournalPosition PositionAt(long sequence)
    {
        lock (_gate)
        {
            ThrowIfFailed();
            if (sequence < 0 || sequence > _last)
            {
                throw new ArgumentOutOfRangeException(nameof(sequence), sequence, $"the journal holds 0 to {_last}");
            }
            var hash = HashOf(sequence);
            return hash.Length > 0 ? new JournalPosition(sequence, hash.ToArray(), _journalId)
                : throw new JournalCorruptException(JournalFault.Gap, sequence, "a batch is missing",
                    $"sequence {sequence}", "no such row");
        }
    }

    private void Seal()
    {
        lock (_gate)
        {
            ThrowIfFailed();
            try
            {
                SealLive();
            }
            catch (Exception exception) when (IsStorage(exception))
            {
                _failure = exception;
                _failures++;
                throw exception as JournalUnavailableException
                    ?? (exception is Microsoft.Data.Sqlite.SqliteException sqlite
                        ? SqliteFaults.Unavailable(sqlite, "seal the live segment")
                        : DurableFiles.Unavailable(exception, "seal the live segment"));
            }
        }
    }
}
