using Microsoft.Data.Sqlite;

namespace OrleansLeverage.Engine.Journal;

internal sealed partial class DurableJournal
{
    private Guid OpenOrCreate()
    {
        var directory = _options.Directory;
        if (_segments.Firsts.Count == 0)
        {
            Begin(directory);
        }
        var log = WriteAheadLog.Inspect(_segments.PathOf(_segments.Firsts[^1]) + "-wal");
        RefuseDamagedLog(log);
        var live = _segments.OpenLive();
        var id = live.Header.JournalId;
        ReadTail(live);
        if (log.TornBytes > 0)
        {
            _findings.Add(new JournalFinding(JournalNotice.TornTail, _last + 1,
                $"{log.TornBytes} bytes of an incomplete batch after sequence {_last} were dropped;"
                + " it was never acknowledged"));
        }
        var head = HeadFile.Read(directory);
        CheckWitness(id, head);
        CheckSnapshots(id);
        if (head is null && _last > 0)
        {
            _findings.Add(new JournalFinding(JournalNotice.NoWitness, _last,
                $"the head file is {(HeadFile.Exists(directory) ? "unreadable" : "missing")}: all found is whole,"
                + $" but whether batches after sequence {_last} were lost cannot be told"));
        }
        MakeDurable();
        _head = HeadFile.Create(directory, new JournalPosition(_last, _chain, id), NowMs());
        _headSyncedAt = _options.TimeProvider.GetTimestamp();
        return id;
    }

    /// <summary>A new journal, unless something says that there was one.</summary>
    private void Begin(string directory)
    {
        var left = HeadFile.Exists(directory) ? HeadFile.Name
            : SnapshotFile.List(directory) is [var newest, ..] ? SnapshotFile.NameOf(newest)
            : null;
        if (left is not null || !_options.CreateIfEmpty)
        {
            throw new JournalCorruptException(JournalFault.MissingSegment, 1, $"no journal in '{directory}'",
                "a segment file", left is null ? "an empty directory" : $"only {left}");
        }
        var id = Guid.NewGuid();
        _segments.Begin(new SegmentHeader(id, 1, BatchSeal.Genesis(id), NowMs()));
        _segments.Close();
    }

    private void RefuseDamagedLog(WriteAheadLog log)
    {
        if (log.HeaderDamaged || log.DamagedInside)
        {
            var name = SegmentFile.NameOf(_segments.Firsts[^1]) + "-wal";
            throw new JournalCorruptException(JournalFault.WriteAheadLog, _segments.Firsts[^1], $"{name} is damaged",
                "frames that follow from one another up to the last synced one",
                log.HeaderDamaged ? "an unreadable head before them"
                    : $"a bad frame after {log.Frames} good ones and before later commits");
        }
    }

    /// <summary>Believes the last batch of the live segment, or, where it has none, the end of the one
    /// before.</summary>
    private void ReadTail(SegmentFile live)
    {
        var header = live.Header;
        var tail = _segments.LastOf(header.FirstSequence);
        if (tail is not null)
        {
            var previous = tail.Sequence == header.FirstSequence ? header.PreviousHash : tail.PreviousHash;
            _seal.Verify(tail, Math.Max(tail.Sequence, header.FirstSequence), previous, _options.SchemaVersion,
                live.FileName);
        }
        _last = tail?.Sequence ?? header.FirstSequence - 1;
        (tail?.ChainHash ?? header.PreviousHash).CopyTo(_chain, 0);
        if (_segments.Firsts.Count > 1)
        {
            var before = _segments.LastOf(_segments.Firsts[^2]);
            if (before is null || before.Sequence != header.FirstSequence - 1
                || !before.ChainHash.AsSpan().SequenceEqual(header.PreviousHash))
            {
                throw new JournalCorruptException(JournalFault.Chain, header.FirstSequence,
                    $"{live.FileName} does not follow {SegmentFile.NameOf(_segments.Firsts[^2])}",
                    $"sequence {header.FirstSequence - 1}, chain hash {Convert.ToHexStringLower(header.PreviousHash)}",
                    before is null ? "an empty segment"
                        : $"sequence {before.Sequence}, chain hash {Convert.ToHexStringLower(before.ChainHash)}");
            }
        }
    }

    private void CheckWitness(Guid id, JournalPosition? head)
    {
        if (head is null)
        {
            return;
        }
        if (head.JournalId != id)
        {
            throw new JournalCorruptException(JournalFault.Foreign, _segments.Firsts[^1],
                $"{SegmentFile.NameOf(_segments.Firsts[^1])} is of another journal", $"journal {head.JournalId}",
                $"{id}");
        }
        if (head.Sequence > _last)
        {
            throw new JournalCorruptException(JournalFault.Regressed, _last + 1, "acknowledged batches are missing",
                $"batches up to {head.Sequence}, as the head file says", $"the journal ends at {_last}");
        }
        if (head.Sequence >= _segments.Firsts[^1] - 1)
        {
            CheckHash(head, "the head file");
        }
    }

    private void CheckSnapshots(Guid id)
    {
        // a damaged head is LatestSnapshot's business: it falls back and says so
        if (SnapshotFile.List(_options.Directory) is [var newest, ..]
            && SnapshotFile.Read(_options.Directory, newest, headerOnly: true, out _) is { } snapshot
            && snapshot.JournalId == id && snapshot.Sequence > _last)
        {
            throw new JournalCorruptException(JournalFault.Regressed, _last + 1, "acknowledged batches are missing",
                $"batches up to {snapshot.Sequence}, which a snapshot contains", $"the journal ends at {_last}");
        }
    }

    private void CheckHash(JournalPosition witness, string who)
    {
        var stored = _segments.HashAt(witness.Sequence);
        if (stored is null || !stored.AsSpan().SequenceEqual(witness.ChainHash.Span))
        {
            throw new JournalCorruptException(JournalFault.Chain, witness.Sequence, "another history than acknowledged",
                $"chain hash {Convert.ToHexStringLower(witness.ChainHash.Span)}, as {who} says",
                stored is null ? "no such batch" : Convert.ToHexStringLower(stored));
        }
    }

    // A batch whose commit was cut short by the end of the process can be whole in the log without ever having been
    // synced. From here on it counts, so it has to be as durable as the others: a checkpoint syncs log and file.
    // After a failed sync the page cache may hold clean pages that never reached the disk; the checkpoint writes
    // them anew, into the file.
    private void MakeDurable()
    {
        try
        {
            _segments.Live!.Checkpoint();
        }
        catch (SqliteException exception)
        {
            throw SqliteFaults.IsDamage(exception)
                ? SqliteFaults.Corrupt(exception, _segments.Live!.FileName, _last)
                : SqliteFaults.Unavailable(exception, "sync the journal");
        }
        _logBytes = 0;
    }
}
