using OrleansLeverage.Engine.Journal;
using SQLitePCL;
using Xunit;
using static OrleansLeverage.Tests.Engine.Journal.JournalFolder;

namespace OrleansLeverage.Tests.Engine.Journal;

/// <summary>A file system that fails, and a process or a machine that dies, at any call SQLite makes.</summary>
public sealed class JournalFaultTests
{
    private const int Batches = 14;

    // small, so that few batches meet every operation: commits, checkpoints, the sealing of segments
    private static JournalOptions Small(JournalFolder folder, FaultyFileSystem files) => folder.Options with
    {
        Vfs = files.Name, CheckpointBytes = 60_000, SegmentBytesMax = 2400, HeadSyncInterval = TimeSpan.Zero,
    };

    [Fact]
    public void EveryCommitSyncsTheLog()
    {
        using var folder = new JournalFolder();
        var files = new FaultyFileSystem();
        using var journal = DurableJournal.Open(folder.Options with { Vfs = files.Name });
        Append(journal, 1);
        var log = 0;
        files.Before = (call, name) =>
        {
            log += call == FileCall.Sync && name.EndsWith("-wal", StringComparison.Ordinal) ? 1 : 0;
            return 0;
        };
        Append(journal, 50);
        Assert.Equal(50, log);
        Assert.Equal(51, journal.Statistics.Syncs);
    }

    /// <summary>A batch may lie whole in the log without ever having been synced: it counts only once it has
    /// been.</summary>
    [Fact]
    public void WhatRecoveryFindsIsSyncedBeforeItCounts()
    {
        using var folder = new JournalFolder();
        using var journal = DurableJournal.Open(folder.Options);
        Append(journal, 3);
        var files = new FaultyFileSystem();
        var copy = folder.CopyNow() with { Vfs = files.Name };
        var calls = new List<(FileCall Call, string Name)>();
        files.After = (call, name) =>
        {
            calls.Add((call, name));
            return 0;
        };
        using var recovered = DurableJournal.Open(copy);
        var log = calls.IndexOf((FileCall.Sync, Path.GetFileName(File1(copy, "-wal"))));
        var fold = calls.IndexOf((FileCall.Write, Path.GetFileName(File1(copy))));
        var file = calls.LastIndexOf((FileCall.Sync, Path.GetFileName(File1(copy))));
        Assert.True(log >= 0 && log < fold && fold < file, string.Join(' ', calls));
    }

    [Fact]
    public void FullDiskIsNamedAndTheJournalGoesOnOnceThereIsRoom()
    {
        using var folder = new JournalFolder();
        using (var journal = DurableJournal.Open(folder.Options with { SegmentPagesMax = 20 }))
        {
            var full = Assert.Throws<JournalUnavailableException>(() => Append(journal, 100, 20_000));
            Assert.Equal(JournalObstacle.DiskFull, full.Obstacle);
            Assert.False(full.OutcomeUnknown); // refused before the commit
            var refused = Assert.Throws<JournalUnavailableException>(() => journal.Commit([1], 1));
            Assert.Equal(JournalObstacle.ReopenFirst, refused.Obstacle);
            var report = journal.Reopen();
            Assert.Equal((journal.LastSequence + 1, false), (report.AttemptedSequence, report.AttemptLanded));
            Assert.Equal(journal.LastSequence + 1, journal.Commit([1], 1)); // a small one still fits
        }
        using var roomy = DurableJournal.Open(folder.Options);
        Assert.InRange(roomy.ReadAll().Count(), 3, 8);
        Append(roomy, 10, 20_000);
    }

    [Theory]
    [InlineData(FileCall.Write, raw.SQLITE_FULL, JournalObstacle.DiskFull)]
    [InlineData(FileCall.Write, raw.SQLITE_IOERR_WRITE, JournalObstacle.InputOutput)]
    [InlineData(FileCall.Sync, raw.SQLITE_IOERR_FSYNC, JournalObstacle.InputOutput)]
    public void AFailedCommitIsOfUnknownOutcomeUntilReopened(FileCall failing, int code, JournalObstacle obstacle)
    {
        using var folder = new JournalFolder();
        var files = new FaultyFileSystem();
        using var journal = DurableJournal.Open(folder.Options with { Vfs = files.Name });
        Append(journal, 3);
        files.Before = (call, _) => call == failing ? code : 0;
        var failed = Assert.Throws<JournalUnavailableException>(() => Append(journal, 1));
        Assert.Equal((obstacle, true), (failed.Obstacle, failed.OutcomeUnknown));
        Assert.Throws<JournalUnavailableException>(() => journal.Reopen()); // still failing
        Assert.Throws<JournalUnavailableException>(() => Append(journal, 1));
        Assert.Equal(3, journal.LastSequence);
        files.Before = (_, _) => 0;
        var report = journal.Reopen();
        Assert.Equal(4, report.AttemptedSequence);
        Assert.Equal(failing == FileCall.Sync, report.AttemptLanded); // written whole, only the sync was refused
        Assert.Equal(report.AttemptLanded ? 4 : 3, report.LastSequence);
        Append(journal, 3);
        Assert.Equal(report.LastSequence + 3, Count(journal));
    }

    /// <summary>Each single call fails, once before and once after it was made; the journal is reopened and goes
    /// on.</summary>
    [Fact]
    public void AnyCallMayFailWithoutLossOrDoubleEffect()
    {
        foreach (var after in (bool[])[false, true])
        {
            var unknown = 0;
            for (var failing = 1; ; failing++)
            {
                using var folder = new JournalFolder();
                var files = new FaultyFileSystem();
                var options = Small(folder, files);
                using var journal = DurableJournal.Open(options);
                var calls = 0;
                int Count(FileCall call, string name) => ++calls == failing
                    ? call == FileCall.Sync ? raw.SQLITE_IOERR_FSYNC : raw.SQLITE_IOERR_WRITE : 0;
                files.Before = after ? files.Before : Count;
                files.After = after ? Count : files.After;
                while (journal.LastSequence < Batches)
                {
                    var next = journal.LastSequence + 1;
                    try
                    {
                        Assert.Equal(next, journal.Commit(Payload(next), 2));
                    }
                    catch (JournalUnavailableException exception)
                    {
                        unknown += exception.OutcomeUnknown ? 1 : 0;
                        var report = journal.Reopen();
                        Assert.Equal(next - (report.AttemptLanded ? 0 : 1), report.LastSequence);
                    }
                }
                files.Before = files.After = (_, _) => 0;
                journal.Reopen(); // the failure may have come after the last commit
                Assert.Equal(Batches, JournalFolder.Count(journal));
                if (calls < failing)
                {
                    Assert.True(failing > 100, $"only {failing} calls");
                    break;
                }
            }
            Assert.True(unknown > 10);
        }
    }

    /// <summary>
    /// The process is killed at random calls: what is left is a prefix that holds every batch whose commit had
    /// returned, and at most the one under way besides.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void KilledAtAnyCallNothingAcknowledgedIsLost(int seed)
    {
        using var folder = new JournalFolder();
        var files = new FaultyFileSystem();
        var random = new Random(seed);
        var copies = new List<(JournalOptions Copy, long Returned)>();
        long returned = 0;
        int Crash(FileCall call, string name)
        {
            if (random.Next(12) == 0)
            {
                copies.Add((folder.CopyNow() with { SegmentBytesMax = 3000 }, Volatile.Read(ref returned)));
            }
            return 0;
        }
        using (var journal = DurableJournal.Open(Small(folder, files)))
        {
            (files.Before, files.After) = (Crash, Crash);
            for (var n = 0; n < 40; n++)
            {
                var next = journal.LastSequence + 1;
                returned = journal.Commit(Payload(next), 2);
                if (random.Next(8) == 0)
                {
                    journal.WriteSnapshot(random.Next((int)returned + 1), new byte[32], stream => stream.WriteByte(1));
                }
            }
            (files.Before, files.After) = ((_, _) => 0, (_, _) => 0);
        }
        Assert.True(copies.Count > 30, $"seed {seed}: {copies.Count} crashes");
        foreach (var (copy, acknowledged) in copies)
        {
            using var recovered = DurableJournal.Open(copy);
            recovered.LatestSnapshot();
            Assert.InRange(Count(recovered), acknowledged, acknowledged + 1);
            Append(recovered, 2);
            Assert.True(recovered.Verify().IsClean, $"seed {seed}, {copy.Directory}");
        }
    }

    /// <summary>
    /// The power fails at random calls: of the files SQLite writes only what it had synced is left, of those renamed
    /// into place all. The newest head file is there, which is the worst case: it must never know more than the
    /// journal.
    /// </summary>
    [Fact]
    public void AfterAPowerCutEverySyncedBatchIsThere()
    {
        using var folder = new JournalFolder();
        var files = new FaultyFileSystem();
        var random = new Random(7);
        var synced = new Dictionary<string, byte[]>();
        var images = new List<(JournalOptions Image, long Returned)>();
        long returned = 0;
        int Remember(FileCall call, string name)
        {
            if (call == FileCall.Sync)
            {
                synced[name] = File.ReadAllBytes(Path.Combine(folder.Path, name));
            }
            else if (random.Next(6) == 0)
            {
                var image = folder.CopyNow();
                foreach (var (file, bytes) in synced.Where(f => File.Exists(Path.Combine(image.Directory, f.Key))))
                {
                    File.WriteAllBytes(Path.Combine(image.Directory, file), bytes);
                }
                images.Add((image, Volatile.Read(ref returned)));
            }
            return 0;
        }
        using (var journal = DurableJournal.Open(folder.Options with { Vfs = files.Name, CheckpointBytes = 60_000 }))
        {
            files.After = Remember;
            Append(journal, 1); // from here on file and log have each been synced under our eyes
            journal.Reopen();
            for (var n = 0; n < 60; n++)
            {
                returned = journal.Commit(Payload(journal.LastSequence + 1), 2);
            }
            files.After = (_, _) => 0;
        }
        Assert.True(images.Count > 30, $"{images.Count} power cuts");
        foreach (var (image, acknowledged) in images)
        {
            Assert.InRange(Count(image), acknowledged, acknowledged + 1);
        }
    }
}
