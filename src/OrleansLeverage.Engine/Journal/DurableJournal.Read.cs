namespace OrleansLeverage.Engine.Journal;

internal sealed partial class DurableJournal
{
    /// <summary>The first batch that is there to be read.</summary>
    public long FirstSequence
    {
        get
        {
            lock (_gate)
            {
                return _segments.Firsts[0];
            }
        }
    }

    /// <summary>
    /// Batches from a sequence to the end as of this call, each verified before it is yielded. A journal that was not
    /// empty takes commits only after one such reading, from its start or from the snapshot
    /// <see cref="LatestSnapshot"/> returned, has come to the end.
    /// </summary>
    /// <param name="fromSequence">1 to <see cref="LastSequence"/> + 1.</param>
    /// <exception cref="JournalCorruptException">While enumerating: the first batch that cannot be
    /// believed.</exception>
    public IEnumerable<JournalBatch> ReadAll(long fromSequence = 1)
    {
        long through;
        lock (_gate)
        {
            ThrowIfFailed();
            through = _last;
        }
        if (fromSequence < 1 || fromSequence > through + 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(fromSequence), fromSequence, $"1 to {through + 1} can be read");
        }
        return Read(fromSequence, through);
    }

    /// <summary>
    /// Walks archive and live segment from the first batch to the end, and the snapshots: what a `verify` command
    /// shows. Damage is reported, not thrown.
    /// </summary>
    public VerifyReport Verify()
    {
        long first, through, segments;
        lock (_gate)
        {
            ThrowIfFailed();
            (first, through, segments) = (_segments.Firsts[0], _last, _segments.Firsts.Count);
        }
        long next = first, records = 0, bytes = 0;
        ReadOnlyMemory<byte> chain = default;
        JournalCorruptException? corruption = null;
        var findings = new List<JournalFinding>();
        try
        {
            foreach (var batch in Read(first, through))
            {
                next++;
                records += batch.RecordCount;
                bytes += batch.Payload.Length;
                chain = batch.ChainHash;
            }
        }
        catch (JournalCorruptException exception)
        {
            corruption = exception;
        }
        var snapshots = SnapshotFile.List(_options.Directory);
        foreach (var sequence in snapshots)
        {
            if (ReadSnapshot(sequence, out var reason) is null)
            {
                findings.Add(new JournalFinding(JournalNotice.SnapshotUnusable, sequence, reason));
            }
        }
        if (first > 1)
        {
            findings.Add(new JournalFinding(JournalNotice.HistoryLost, first,
                $"the journal begins at sequence {first}; what was before is in the snapshots only"));
        }
        return new VerifyReport(first, next - 1, next - first, records, bytes, (int)segments, snapshots.Count, chain,
            corruption, findings);
    }

    private IEnumerable<JournalBatch> Read(long from, long through)
    {
        foreach (var batch in ChainWalk.Read(ReadChunk, from, through, _options.SchemaVersion))
        {
            yield return new JournalBatch(
                batch.Sequence, batch.RecordCount, batch.SchemaVersion, batch.Payload, batch.ChainHash);
        }
        lock (_gate)
        {
            _isRead |= from <= _readFrom && through == _last;
        }
    }

    private SegmentChunk ReadChunk(long sequence)
    {
        lock (_gate)
        {
            ThrowIfFailed();
            return _segments.ReadChunk(sequence);
        }
    }
}
