using System.Globalization;

namespace OrleansLeverage.Engine.Journal;

internal sealed partial class DurableJournal
{
    /// <summary>
    /// The explicit way out when <see cref="Open"/> or reading says that acknowledged data is damaged: keeps everything
    /// from the newest usable snapshot, or else the start, up to the first batch that cannot be believed, gives up what
    /// follows, and reports exactly which batches those are. Every file that is changed or taken away stays, as it was,
    /// in a folder <c>damaged-TIME</c>. Changes nothing in a journal that is whole.
    /// </summary>
    /// <exception cref="JournalCorruptException">
    /// Nothing would be left (restore a backup instead), or the data is not damaged but of a newer release.
    /// </exception>
    public static RecoveryReport Repair(JournalOptions options)
    {
        options.Validate();
        using var held = DirectoryLock.Take(options.Directory);
        try
        {
            DurableFiles.DeleteTemporaries(options.Directory);
            using var repair = new JournalRepair(options);
            return repair.Run();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw DurableFiles.Unavailable(exception, $"repair the journal in '{options.Directory}'");
        }
        catch (Microsoft.Data.Sqlite.SqliteException exception)
        {
            throw SqliteFaults.Unavailable(exception, $"repair the journal in '{options.Directory}'");
        }
    }
}

/// <summary>One repair of a directory that is locked.</summary>
internal sealed class JournalRepair(JournalOptions options) : IDisposable
{
    private readonly SegmentSet _segments = new(options);
    private readonly JournalPosition? _head = HeadFile.Read(options.Directory);
    private readonly string _aside = NewFolder(options);

    private JournalSnapshot? _base;
    private Exception? _reason;
    private bool _logDamaged;
    private Guid _journalId;
    private long _good;
    private byte[]? _goodHash;
    private long _rowsThrough;

    public void Dispose() => _segments.Dispose();

    public RecoveryReport Run()
    {
        KeepACopyOfTheEnd();
        OpenEnd();
        _base = UsableSnapshot();
        Walk();
        if (_goodHash is null)
        {
            throw new JournalCorruptException(JournalFault.MissingSegment, 1, "nothing can be kept",
                "a snapshot or a first batch that can be believed; restore a backup", _reason?.Message ?? "neither",
                _reason);
        }
        if (_reason is null)
        {
            Directory.Delete(_aside, recursive: true);
            return new RecoveryReport(_good, _goodHash, []);
        }
        var rebased = Cut();
        HeadFile.Create(options.Directory, new JournalPosition(_good, _goodHash, _journalId),
            options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds()).Dispose();
        return new RecoveryReport(_good, _goodHash, [.. Findings(rebased)]);
    }

    private static string NewFolder(JournalOptions options)
    {
        var name = Path.Combine(options.Directory, "damaged-" + options.TimeProvider.GetUtcNow()
            .ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
        var free = name;
        for (var n = 2; Directory.Exists(free); n++)
        {
            free = string.Create(CultureInfo.InvariantCulture, $"{name}-{n}");
        }
        Directory.CreateDirectory(free);
        return free;
    }

    private void KeepACopyOfTheEnd()
    {
        var live = _segments.Firsts.Count == 0 ? "-" : SegmentFile.NameOf(_segments.Firsts[^1]);
        foreach (var name in (string[])[live, live + "-wal", live + "-journal", HeadFile.Name])
        {
            if (File.Exists(Path.Combine(options.Directory, name)))
            {
                DurableFiles.Copy(Path.Combine(options.Directory, name), Path.Combine(_aside, name));
            }
        }
    }

    private void OpenEnd()
    {
        if (_segments.Firsts.Count == 0)
        {
            return;
        }
        _rowsThrough = _segments.Firsts[^1] - 1;
        var log = WriteAheadLog.Inspect(_segments.PathOf(_segments.Firsts[^1]) + "-wal");
        if (log.HeaderDamaged || log.DamagedInside)
        {
            _logDamaged = true;
            _reason = new IOException("the write-ahead log is damaged before its end");
        }
        try
        {
            var live = _segments.OpenLive();
            _journalId = live.Header.JournalId;
            _rowsThrough = live.Last()?.Sequence ?? live.Header.FirstSequence - 1;
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            _reason = exception;
            _segments.Close();
        }
    }

    // Sets aside what is newer than the one that is used: it could only contradict it later.
    private JournalSnapshot? UsableSnapshot()
    {
        foreach (var sequence in SnapshotFile.List(options.Directory))
        {
            var snapshot = SnapshotFile.Read(options.Directory, sequence, headerOnly: false, out _);
            if (snapshot is not null && snapshot.SchemaVersion <= options.SchemaVersion
                && (_head is null || _head.JournalId == snapshot.JournalId)
                && (HashAt(sequence) is not { } hash || hash.AsSpan().SequenceEqual(snapshot.ChainHash.Span)))
            {
                _journalId = snapshot.JournalId;
                return snapshot;
            }
            File.Move(Path.Combine(options.Directory, SnapshotFile.NameOf(sequence)),
                Path.Combine(_aside, SnapshotFile.NameOf(sequence)));
        }
        return null;
    }

    private void Walk()
    {
        (_good, _goodHash) = _base is null ? (0, null) : (_base.Sequence, _base.ChainHash.ToArray());
        if (_segments.Firsts.Count == 0)
        {
            _reason ??= new IOException("there is no segment");
            return;
        }
        var from = _base is null ? _segments.Firsts[0] : _base.Sequence + 1;
        var through = Math.Max(_rowsThrough, _head?.Sequence ?? 0);
        try
        {
            if (_base is null && from > 1)
            {
                return;
            }
            foreach (var batch in ChainWalk.Read(_segments.ReadChunk, from, through, options.SchemaVersion))
            {
                (_good, _goodHash) = (batch.Sequence, batch.ChainHash);
            }
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            _reason = exception;
        }
        if (_goodHash is null && through == 0 && _reason is null)
        {
            _goodHash = BatchSeal.Genesis(_journalId); // whole and empty
        }
        if (_base is not null && _base.Sequence > through)
        {
            _reason ??= new IOException($"the segments end at {through}");
        }
    }

    /// <summary>True where the kept segments do not reach the snapshot, so that the journal now begins after
    /// it.</summary>
    private bool Cut()
    {
        var rebased = HashAt(_good) is not { } hash || !hash.AsSpan().SequenceEqual(_goodHash);
        _segments.Close();
        foreach (var first in _segments.Firsts.Where(first => rebased || first > _good).ToList())
        {
            foreach (var suffix in (string[])["", "-wal", "-journal"])
            {
                var path = _segments.PathOf(first) + suffix;
                if (File.Exists(path))
                {
                    File.Move(path, Path.Combine(_aside, Path.GetFileName(path)), overwrite: true);
                }
            }
        }
        _segments.Forget(rebased ? 0 : _good + 1);
        if (_segments.Firsts.Count > 0)
        {
            var kept = Path.Combine(_aside, SegmentFile.NameOf(_segments.Firsts[^1]));
            if (!File.Exists(kept))
            {
                DurableFiles.Copy(_segments.PathOf(_segments.Firsts[^1]), kept);
            }
            var end = _segments.OpenLive();
            end.DeleteFrom(_good + 1);
            end.Seal();
            _segments.Close();
        }
        _segments.Begin(new SegmentHeader(_journalId, _good + 1, _goodHash!,
            options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds()));
        return rebased;
    }

    private IEnumerable<JournalFinding> Findings(bool rebased)
    {
        var lostThrough = Math.Max(_good, _head?.Sequence ?? _rowsThrough);
        var folder = Path.GetFileName(_aside);
        if (lostThrough > _good)
        {
            yield return new JournalFinding(JournalNotice.BatchesLost, _good + 1,
                $"batches {_good + 1} to {lostThrough}, {lostThrough - _good} in all, had been acknowledged and were"
                + $" given up ({_reason!.Message}); the files as they were are in {folder}");
        }
        else if (_logDamaged)
        {
            yield return new JournalFinding(JournalNotice.BatchesLost, _good + 1,
                $"{_reason!.Message}: batches after {_good} were given up, how many cannot be told;"
                + $" the files as they were are in {folder}");
        }
        if (rebased)
        {
            yield return new JournalFinding(JournalNotice.HistoryLost, _good,
                $"the history up to {_good} is in {folder}; its result is whole in the snapshot ({_reason!.Message})");
        }
        if (_head is null)
        {
            yield return new JournalFinding(JournalNotice.NoWitness, _good,
                "there was no readable head file: whether more had been acknowledged cannot be told");
        }
    }

    private byte[]? HashAt(long sequence)
    {
        try
        {
            return _segments.RowHashAt(sequence);
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            return null;
        }
    }

    private static bool IsDamage(Exception exception) =>
        exception is JournalCorruptException { Fault: not JournalFault.SchemaTooNew };
}
