namespace OrleansLeverage.Engine.Journal;

internal sealed partial class DurableJournal
{
    /// <summary>
    /// Copies the journal and its snapshots, as they are at this call, into a new directory, while commits go on: the
    /// live segment is sealed first and sealed segments never change. The directory appears whole or not at all.
    /// </summary>
    /// <param name="directory">Missing or empty; its parent exists.</param>
    public RecoveryReport Backup(string directory)
    {
        JournalCopy.RefuseOccupied(directory);
        lock (_snapshotGate)
        {
            Seal();
            JournalPosition position;
            List<long> segments;
            SegmentHeader next;
            lock (_gate)
            {
                ThrowIfFailed();
                next = _segments.Live!.Header;
                position = new JournalPosition(next.FirstSequence - 1, next.PreviousHash, _journalId);
                segments = [.. _segments.Firsts.Where(first => first < next.FirstSequence)];
            }
            JournalCopy.Write(_options, directory, segments, position, next);
            return new RecoveryReport(position.Sequence, position.ChainHash, []);
        }
    }

    /// <summary>
    /// Verifies a backup from its first batch to its last and copies it into a new directory, which appears whole or
    /// not at all. The backup stays as it is.
    /// </summary>
    /// <param name="backup">A directory <see cref="Backup"/> made.</param>
    /// <param name="options">The directory to restore into: missing or empty.</param>
    /// <exception cref="JournalCorruptException">The backup is damaged; nothing was restored.</exception>
    public static RecoveryReport Restore(string backup, JournalOptions options)
    {
        JournalCopy.RefuseOccupied(options.Directory);
        var partial = JournalCopy.PartialOf(options.Directory);
        JournalCopy.CopyAll(backup, partial);
        RecoveryReport report;
        using (var copy = Open(options with { Directory = partial, CreateIfEmpty = false }))
        {
            var verified = copy.Verify();
            if (verified.Corruption is not null)
            {
                throw verified.Corruption;
            }
            report = copy.Report with { Findings = [.. copy.Report.Findings, .. verified.Findings] };
        }
        JournalCopy.Publish(partial, options.Directory);
        return report;
    }
}
