using OrleansLeverage.Engine.Journal;
using Xunit;
using static OrleansLeverage.Tests.Engine.Journal.JournalFolder;

namespace OrleansLeverage.Tests.Engine.Journal;

public sealed class JournalTests
{
    [Fact]
    public void BatchesReadBackInOrderAfterReopeningAndAcrossSegments()
    {
        using var folder = new JournalFolder();
        var options = folder.Options with { SegmentBytesMax = 2000, CheckpointBytes = 50_000 };
        for (var round = 1; round <= 3; round++)
        {
            using var journal = DurableJournal.Open(options);
            Assert.Equal((round - 1) * 20, Count(journal));
            Append(journal, 20);
        }
        Assert.Equal(60, Count(options));
        Assert.True(SegmentFile.List(folder.Path).Count > 5, "segments of 2000 bytes were not sealed");
    }

    [Fact]
    public void ReadingStartsAnywhere()
    {
        using var folder = new JournalFolder();
        using var journal = DurableJournal.Open(folder.Options with { SegmentBytesMax = 1000 });
        Append(journal, 11);
        for (var from = 1; from <= 12; from++)
        {
            Assert.Equal(Enumerable.Range(from, 12 - from).Select(n => (long)n),
                journal.ReadAll(from).Select(batch => batch.Sequence));
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => journal.ReadAll(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => journal.ReadAll(13));
    }

    [Fact]
    public void ConnectionIsWrittenAheadWithFullSyncAndFoldsTheLogInItself()
    {
        using var folder = new JournalFolder();
        using var journal = DurableJournal.Open(folder.Options with { CheckpointBytes = 100_000 });
        Assert.Equal("wal", journal.Pragma("journal_mode"));
        Assert.Equal("2", journal.Pragma("synchronous"));
        Assert.Equal("exclusive", journal.Pragma("locking_mode"));
        Assert.Equal("0", journal.Pragma("wal_autocheckpoint"));
        Append(journal, 100, 10_000);
        var log = new FileInfo(File1(folder.Options, "-wal")).Length;
        Assert.InRange(log, 1, 300_000); // a megabyte went through it
        Assert.True(journal.Statistics.Checkpoints > 5);
    }

    [Fact]
    public void SecondOpenerIsRefusedUntilTheFirstCloses()
    {
        using var folder = new JournalFolder();
        using (var journal = DurableJournal.Open(folder.Options))
        {
            Append(journal, 1);
            var refused = Assert.Throws<JournalInUseException>(() => DurableJournal.Open(folder.Options));
            Assert.Contains(folder.Path, refused.Message, StringComparison.Ordinal);
            Assert.Throws<JournalInUseException>(() => DurableJournal.Repair(folder.Options));
        }
        Assert.Equal(1, Count(folder.Options));
    }

    [Fact]
    public void FoldersThatCannotHoldAJournalAreNamed()
    {
        using var folder = new JournalFolder();
        var file = Path.Combine(folder.Root, "file");
        File.WriteAllText(file, "x");
        Assert.Equal(JournalObstacle.NotADirectory, Obstacle(file));
        Assert.Equal(JournalObstacle.DirectoryMissing, Obstacle(Path.Combine(folder.Root, "none")));
        if (OperatingSystem.IsLinux())
        {
            Assert.Contains(Obstacle("/sys"), new[] { JournalObstacle.PermissionDenied, JournalObstacle.ReadOnly });
            File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            if (!CanWrite(folder.Path)) // a superuser can, and then /sys above has been the proof
            {
                Assert.Equal(JournalObstacle.PermissionDenied, Obstacle(folder.Path));
            }
            File.SetUnixFileMode(folder.Path,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        JournalObstacle Obstacle(string path) => Assert.Throws<JournalUnavailableException>(
            () => DurableJournal.Open(folder.Options with { Directory = path })).Obstacle;
    }

    [Fact]
    public void AnEmptyFolderIsOnlyStartedWhereThatIsWanted()
    {
        using var folder = new JournalFolder();
        Assert.Throws<JournalCorruptException>(
            () => DurableJournal.Open(folder.Options with { CreateIfEmpty = false }));
        DurableJournal.Open(folder.Options).Dispose();
        DurableJournal.Open(folder.Options with { CreateIfEmpty = false }).Dispose();
    }

    [Fact]
    public void NewerSchemaIsRefusedAndOlderIsRead()
    {
        using var folder = new JournalFolder();
        using (var journal = DurableJournal.Open(folder.Options))
        {
            Append(journal, 2);
        }
        var refused = Assert.Throws<JournalCorruptException>(() => Count(folder.Options with { SchemaVersion = 2 }));
        Assert.Equal((JournalFault.SchemaTooNew, "schema_too_new", 2L),
            (refused.Fault, refused.Code, refused.Sequence));
        Assert.Throws<JournalCorruptException>(() => DurableJournal.Repair(folder.Options with { SchemaVersion = 2 }));
        using var newer = DurableJournal.Open(folder.Options with { SchemaVersion = 4 });
        Assert.Equal([3, 3], newer.ReadAll().Select(batch => batch.SchemaVersion));
    }

    [Fact]
    public void CommitsWaitUntilWhatIsThereHasBeenVerified()
    {
        using var folder = new JournalFolder();
        using (var journal = DurableJournal.Open(folder.Options))
        {
            Append(journal, 5);
        }
        using var reopened = DurableJournal.Open(folder.Options);
        Assert.Throws<InvalidOperationException>(() => reopened.Commit([1], 1));
        Assert.Equal(2, reopened.ReadAll(4).Count());
        Assert.Throws<InvalidOperationException>(() => reopened.Commit([1], 1));
        Assert.Equal(3, reopened.ReadAll().Take(3).Count());
        Assert.Throws<InvalidOperationException>(() => reopened.Commit([1], 1));
        Assert.Equal(5, reopened.ReadAll().Count());
        Assert.Equal(6, reopened.Commit([1], 1));
    }

    [Fact]
    public void MisuseIsRefusedWithTheBound()
    {
        using var folder = new JournalFolder();
        var journal = DurableJournal.Open(folder.Options);
        Assert.Throws<ArgumentOutOfRangeException>(() => journal.Commit([], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => journal.Commit([1], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => journal.Commit(new byte[DurableJournal.BatchBytesMax + 1], 1));
        Assert.Throws<ArgumentException>(() => journal.WriteSnapshot(0, new byte[31], _ => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => journal.WriteSnapshot(1, new byte[32], _ => { }));
        journal.Dispose();
        journal.Dispose();
        Assert.Throws<ObjectDisposedException>(() => journal.Commit([1], 1));
    }

    [Fact]
    public void StatisticsCountWhatWasDone()
    {
        using var folder = new JournalFolder();
        using var journal = DurableJournal.Open(folder.Options);
        Append(journal, 7, 1000);
        var statistics = journal.Statistics;
        Assert.Equal((7, 14, 7000, 7, 0), (statistics.Commits, statistics.Records, statistics.Bytes, statistics.Syncs,
            statistics.Failures));
        Assert.Equal((7, 7), (statistics.CommitLatency.Count, statistics.SyncLatency.Count));
        Assert.InRange(statistics.SyncLatency.PercentileNs(50), 1, statistics.CommitLatency.MaxNs);
    }

    [Fact]
    public void PercentilesAreNeverBelowAndAtMostAnEighthAboveTheTrueOnes()
    {
        var random = new Random(20250101);
        var histogram = new LatencyHistogram();
        Assert.Equal(0, histogram.PercentileNs(50));
        var values = Enumerable.Range(0, 5000)
            .Select(_ => 100L * (1 + (long)Math.Exp(random.NextDouble() * 18))).ToList();
        values.ForEach(value => histogram.Add(TimeSpan.FromTicks(value / 100)));
        values.Sort();
        foreach (var percent in (double[])[0.1, 10, 50, 90, 99, 99.9, 100])
        {
            var exact = values[(int)Math.Ceiling(values.Count * percent / 100) - 1];
            Assert.InRange(histogram.PercentileNs(percent), exact, exact + (exact / 8));
        }
    }

    [Fact]
    public void TheCrcIsCastagnolis() =>
        Assert.Equal(0xE3069283u, BatchSeal.Crc32C("123456789"u8)); // the check value of CRC-32/ISCSI

    private static bool CanWrite(string directory)
    {
        try
        {
            File.WriteAllText(Path.Combine(directory, "probe"), "x");
            File.Delete(Path.Combine(directory, "probe"));
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
