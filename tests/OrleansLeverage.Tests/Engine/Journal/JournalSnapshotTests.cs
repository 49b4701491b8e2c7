using System.Text;
using OrleansLeverage.Engine.Journal;
using Xunit;
using static OrleansLeverage.Tests.Engine.Journal.JournalFolder;

namespace OrleansLeverage.Tests.Engine.Journal;

public sealed class JournalSnapshotTests
{
    private static readonly byte[] Hash = [.. Enumerable.Range(1, 32).Select(n => (byte)n)];

    [Fact]
    public void SnapshotReadsBackAndOnlyTheRestOfTheJournalIsNeeded()
    {
        using var folder = new JournalFolder();
        using (var journal = DurableJournal.Open(folder.Options))
        {
            Assert.Null(journal.LatestSnapshot());
            Append(journal, 5);
            Snapshot(journal, 3);
            Append(journal, 2);
        }
        using var reopened = DurableJournal.Open(folder.Options);
        var snapshot = reopened.LatestSnapshot()!;
        Assert.Equal((3, Schema, "state at 3"), (snapshot.Sequence, snapshot.SchemaVersion, Text(snapshot)));
        Assert.Equal(Hash, snapshot.StateHash.ToArray());
        Assert.Equal([4L, 5L, 6L, 7L], reopened.ReadAll(4).Select(batch => batch.Sequence));
        Assert.Equal(8, reopened.Commit([1], 1)); // what follows the snapshot has been read
        Assert.Equal([1L, 6L], SegmentFile.List(folder.Path));
    }

    [Fact]
    public void TwoSnapshotsAreKeptAndVerifyWalksEverything()
    {
        using var folder = new JournalFolder();
        using var journal = DurableJournal.Open(folder.Options);
        for (var round = 0; round < 4; round++)
        {
            Append(journal, 3);
            Snapshot(journal, journal.LastSequence);
        }
        Append(journal, 1);
        Assert.Equal([12L, 9L], SnapshotFile.List(folder.Path));
        var report = journal.Verify();
        Assert.True(report.IsClean);
        Assert.Equal((1, 13, 13, 26, 13 * 300), (report.FirstSequence, report.LastSequence, report.Batches,
            report.Records, report.Bytes));
        Assert.Equal((5, 2), (report.Segments, report.Snapshots));
        Assert.Equal(journal.Report.ChainHash.ToArray(), report.ChainHash.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    [InlineData(60)]
    [InlineData(130)]
    [InlineData(156)]
    [InlineData(164)]
    public void DamagedSnapshotFallsBackAndSaysSo(int offset)
    {
        using var folder = new JournalFolder();
        using (var journal = DurableJournal.Open(folder.Options))
        {
            Append(journal, 3);
            Snapshot(journal, 2);
            Append(journal, 3);
            Snapshot(journal, 6);
            Append(journal, 1);
        }
        Flip(Path.Combine(folder.Path, SnapshotFile.NameOf(6)), offset);
        using (var fallback = DurableJournal.Open(folder.Options))
        {
            Assert.Equal("state at 2", Text(fallback.LatestSnapshot()!));
            var finding = Assert.Single(fallback.Report.Findings);
            Assert.Equal((JournalNotice.SnapshotUnusable, 6), (finding.Notice, finding.Sequence));
            Assert.Contains(SnapshotFile.NameOf(6), finding.Text, StringComparison.Ordinal);
            Assert.Equal([3L, 4L, 5L, 6L, 7L], fallback.ReadAll(3).Select(batch => batch.Sequence));
            Assert.False(fallback.Verify().IsClean);
        }
        File.WriteAllText(Path.Combine(folder.Path, SnapshotFile.NameOf(2)), "short");
        using var whole = DurableJournal.Open(folder.Options);
        Assert.Null(whole.LatestSnapshot());
        Assert.Equal(2, whole.Report.Findings.Count);
        Assert.Equal(7, Count(whole));
    }

    [Fact]
    public void SnapshotOfAnotherHistoryIsNotUsed()
    {
        using var ours = new JournalFolder();
        using var other = new JournalFolder();
        foreach (var folder in (JournalFolder[])[ours, other])
        {
            using var journal = DurableJournal.Open(folder.Options);
            Append(journal, 3);
            Snapshot(journal, 3);
        }
        File.Copy(Path.Combine(other.Path, SnapshotFile.NameOf(3)),
            Path.Combine(ours.Path, SnapshotFile.NameOf(3)), true);
        using var reopened = DurableJournal.Open(ours.Options);
        Assert.Null(reopened.LatestSnapshot());
        Assert.Contains("of journal", Assert.Single(reopened.Report.Findings).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void AnAbandonedSnapshotLeavesNothing()
    {
        using var folder = new JournalFolder();
        using var journal = DurableJournal.Open(folder.Options);
        Append(journal, 3);
        Assert.Throws<FormatException>(() => journal.WriteSnapshot(3, Hash, stream =>
        {
            stream.Write("half"u8);
            throw new FormatException();
        }));
        Assert.Null(journal.LatestSnapshot());
        Assert.DoesNotContain(Directory.GetFiles(folder.Path), path => path.Contains(".tmp", StringComparison.Ordinal));
        Append(journal, 1);
    }

    [Fact]
    public void AJournalThatEndsBeforeItsSnapshotIsRefusedAndRepairKeepsTheState()
    {
        using var folder = new JournalFolder();
        var options = folder.Options;
        using (var journal = DurableJournal.Open(options))
        {
            Append(journal, 4);
        }
        var older = folder.CopyNow();
        using (var journal = DurableJournal.Open(options))
        {
            Assert.Equal(4, Count(journal));
            Append(journal, 4);
            Snapshot(journal, 8);
        }
        File.Delete(Path.Combine(folder.Path, SegmentFile.NameOf(9)));
        File.Delete(Path.Combine(folder.Path, HeadFile.Name));
        File.Copy(File1(older), File1(options), overwrite: true);
        Assert.Equal(JournalFault.Regressed, Assert.Throws<JournalCorruptException>(() => Count(options)).Fault);
        var report = DurableJournal.Repair(options);
        Assert.Equal(8, report.LastSequence);
        Assert.Equal([JournalNotice.HistoryLost, JournalNotice.NoWitness], report.Findings.Select(f => f.Notice));
        using var repaired = DurableJournal.Open(options);
        Assert.Equal("state at 8", Text(repaired.LatestSnapshot()!));
        Assert.Empty(repaired.ReadAll(9));
        Assert.Equal(9, repaired.Commit([1], 1));
        Assert.Equal(JournalFault.MissingSegment,
            Assert.Throws<JournalCorruptException>(() => repaired.ReadAll(3).Count()).Fault);
        Assert.Equal(JournalNotice.HistoryLost, Assert.Single(repaired.Verify().Findings).Notice);
    }

    [Fact]
    public void BackupAndRestoreEndInTheSameChain()
    {
        using var folder = new JournalFolder();
        var backup = Path.Combine(folder.Root, "backup");
        var target = folder.Options with { Directory = Path.Combine(folder.Root, "restored") };
        using var journal = DurableJournal.Open(folder.Options);
        Append(journal, 3);
        Snapshot(journal, 3);
        Append(journal, 4);
        var taken = journal.Backup(backup);
        Append(journal, 2); // life goes on
        var before = Directory.GetFiles(backup).ToDictionary(p => p, File.ReadAllBytes);
        var restored = DurableJournal.Restore(backup, target);
        Assert.Equal(before, Directory.GetFiles(backup).ToDictionary(p => p, File.ReadAllBytes));
        Assert.Equal((7, 7), (taken.LastSequence, restored.LastSequence));
        Assert.Equal(taken.ChainHash.ToArray(), restored.ChainHash.ToArray());
        Assert.Equal(journal.ReadAll(7).First().ChainHash.ToArray(), restored.ChainHash.ToArray());
        using var copy = DurableJournal.Open(target);
        Assert.Equal("state at 3", Text(copy.LatestSnapshot()!));
        Assert.Equal(7, Count(copy));
        Assert.Empty(copy.Report.Findings);
        Append(copy, 1);
        Assert.Equal(JournalObstacle.DirectoryNotEmpty,
            Assert.Throws<JournalUnavailableException>(() => DurableJournal.Restore(backup, target)).Obstacle);
        Assert.Equal(JournalObstacle.DirectoryNotEmpty,
            Assert.Throws<JournalUnavailableException>(() => journal.Backup(backup)).Obstacle);
    }

    [Fact]
    public void ADamagedBackupIsNotRestored()
    {
        using var folder = new JournalFolder();
        var backup = Path.Combine(folder.Root, "backup");
        var target = folder.Options with { Directory = Path.Combine(folder.Root, "restored") };
        using (var journal = DurableJournal.Open(folder.Options))
        {
            Append(journal, 5, 20_000);
            journal.Backup(backup);
        }
        Flip(Path.Combine(backup, SegmentFile.NameOf(1)), 60_000);
        Assert.Throws<JournalCorruptException>(() => DurableJournal.Restore(backup, target));
        Assert.False(Directory.Exists(target.Directory));
    }

    private static void Snapshot(DurableJournal journal, long sequence) =>
        journal.WriteSnapshot(sequence, Hash, stream => stream.Write(Encoding.UTF8.GetBytes($"state at {sequence}")));

    private static string Text(JournalSnapshot snapshot)
    {
        using var reader = new StreamReader(snapshot.OpenRead());
        return reader.ReadToEnd();
    }
}
