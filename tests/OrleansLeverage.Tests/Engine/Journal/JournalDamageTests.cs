using Microsoft.Data.Sqlite;
using OrleansLeverage.Engine.Journal;
using Xunit;
using static OrleansLeverage.Tests.Engine.Journal.JournalFolder;

namespace OrleansLeverage.Tests.Engine.Journal;

/// <summary>Damage of files at rest: always the whole journal or a named error, never less than was
/// acknowledged.</summary>
public sealed class JournalDamageTests
{
    [Fact]
    public void KilledProcessLosesNothing()
    {
        using var folder = new JournalFolder();
        using var journal = DurableJournal.Open(folder.Options);
        Append(journal, 9);
        var copy = folder.CopyNow();
        Assert.True(new FileInfo(File1(copy, "-wal")).Length > 0, "the copy has no write-ahead log to recover from");
        using var recovered = DurableJournal.Open(copy);
        Assert.Empty(recovered.Report.Findings);
        Assert.Equal(9, Count(recovered));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(24)]
    [InlineData(100)]
    [InlineData(8192)]
    [InlineData(8216)]
    [InlineData(9000)]
    public void TornTailThatWasNeverAcknowledgedIsDroppedAndSaid(int bytes)
    {
        using var folder = new JournalFolder();
        using var journal = DurableJournal.Open(folder.Options);
        Append(journal, 5, 20_000);
        var head = File.ReadAllBytes(Path.Combine(folder.Path, HeadFile.Name));
        Append(journal, 1, 20_000);
        var copy = folder.CopyNow(); // the sixth was on its way: its log is cut and the head does not know it
        File.WriteAllBytes(Path.Combine(copy.Directory, HeadFile.Name), head);
        Cut(File1(copy, "-wal"), bytes);
        using var recovered = DurableJournal.Open(copy);
        var finding = Assert.Single(recovered.Report.Findings);
        Assert.Equal((JournalNotice.TornTail, 6), (finding.Notice, finding.Sequence));
        Assert.Contains("sequence 5", recovered.Report.ToString(), StringComparison.Ordinal);
        Assert.Equal(5, Count(recovered, 20_000));
        Append(recovered, 1, 20_000);
        recovered.Dispose();
        Assert.Equal(6, Count(copy, 20_000));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9000)]
    [InlineData(60_000)]
    [InlineData(int.MaxValue)]
    public void TornTailThatWasAcknowledgedIsRefusedUntilRepaired(int bytes)
    {
        using var folder = new JournalFolder();
        using var journal = DurableJournal.Open(folder.Options);
        Append(journal, 3, 20_000);
        journal.Reopen(); // folds the log in, so that three batches are in the file
        Append(journal, 6, 20_000); // past what the log held before, so that its end is their end
        var copy = folder.CopyNow();
        Cut(File1(copy, "-wal"), bytes);
        var refused = Assert.Throws<JournalCorruptException>(() => DurableJournal.Open(copy));
        Assert.Equal((JournalFault.Regressed, "state_regressed"), (refused.Fault, refused.Code));
        Assert.Contains("up to 9", refused.Expected, StringComparison.Ordinal);
        var report = DurableJournal.Repair(copy);
        Assert.InRange(report.LastSequence, 3, 8);
        var lost = Assert.Single(report.Findings);
        Assert.Equal((JournalNotice.BatchesLost, refused.Sequence), (lost.Notice, lost.Sequence));
        Assert.Equal(report.LastSequence + 1, lost.Sequence);
        Assert.Contains($"batches {lost.Sequence} to 9", lost.Text, StringComparison.Ordinal);
        Assert.Equal(report.LastSequence, Count(copy, 20_000));
        Assert.Equal(3, Directory.GetFiles(Assert.Single(Directory.GetDirectories(copy.Directory)))
            .Count(path => Path.GetFileName(path) is "head" or "journal-0000000000000001.db" or
                "journal-0000000000000001.db-wal"));
    }

    /// <summary>The log proves its own loss, also where a power cut left an old head file.</summary>
    [Theory]
    [InlineData(9)]
    [InlineData(32 + 24 + 500)]
    [InlineData(32 + 8)]
    public void DamageBeforeLaterCommitsIsRefusedWithoutAWitness(int offset)
    {
        using var folder = new JournalFolder();
        using var journal = DurableJournal.Open(folder.Options);
        var head = File.ReadAllBytes(Path.Combine(folder.Path, HeadFile.Name));
        Append(journal, 6, 20_000);
        var copy = folder.CopyNow();
        File.WriteAllBytes(Path.Combine(copy.Directory, HeadFile.Name), head);
        Flip(File1(copy, "-wal"), offset);
        var refused = Assert.Throws<JournalCorruptException>(() => DurableJournal.Open(copy));
        Assert.Equal((JournalFault.WriteAheadLog, "state_corrupt"), (refused.Fault, refused.Code));
    }

    [Fact]
    public void MissingLogAndOlderCopyAreNoticed()
    {
        using var folder = new JournalFolder();
        using var journal = DurableJournal.Open(folder.Options);
        Append(journal, 4);
        var older = folder.CopyNow();
        Append(journal, 4);
        var copy = folder.CopyNow();
        File.Delete(File1(copy, "-wal"));
        Assert.Equal(JournalFault.Regressed, Assert.Throws<JournalCorruptException>(() => Count(copy)).Fault);
        copy = folder.CopyNow();
        foreach (var suffix in (string[])["", "-wal"])
        {
            File.Copy(File1(older, suffix), File1(copy, suffix), overwrite: true);
        }
        Assert.Equal(JournalFault.Regressed, Assert.Throws<JournalCorruptException>(() => Count(copy)).Fault);
        copy = folder.CopyNow();
        File.Delete(File1(copy));
        Assert.Equal(JournalFault.MissingSegment, Assert.Throws<JournalCorruptException>(() => Count(copy)).Fault);
    }

    [Fact]
    public void LostWitnessIsSaid()
    {
        using var folder = new JournalFolder();
        using var journal = DurableJournal.Open(folder.Options);
        Append(journal, 4);
        var copy = folder.CopyNow();
        File.Delete(Path.Combine(copy.Directory, HeadFile.Name));
        using var recovered = DurableJournal.Open(copy);
        Assert.Equal(JournalNotice.NoWitness, Assert.Single(recovered.Report.Findings).Notice);
        Assert.Equal(4, Count(recovered));
    }

    /// <summary>Every byte of the head, then every 191st byte of file and log (all regions of all pages).</summary>
    [Theory]
    [InlineData("head", 1)]
    [InlineData("journal-0000000000000001.db", 191)]
    [InlineData("journal-0000000000000001.db-wal", 191)]
    public void AFlippedBitIsNeverALoss(string name, int step)
    {
        using var folder = new JournalFolder();
        using var journal = DurableJournal.Open(folder.Options);
        Append(journal, 6, 3000);
        journal.Reopen();
        Append(journal, 3, 3000);
        var copy = folder.CopyNow();
        var path = Path.Combine(copy.Directory, name);
        int refused = 0, whole = 0;
        var end = name == "head" ? 76 : new FileInfo(path).Length;
        var original = Directory.GetFiles(copy.Directory).ToDictionary(p => p, File.ReadAllBytes);
        for (var offset = 0L; offset < end; offset += step)
        {
            foreach (var file in Directory.GetFiles(copy.Directory))
            {
                File.Delete(file);
            }
            foreach (var (file, bytes) in original)
            {
                File.WriteAllBytes(file, bytes);
            }
            Flip(path, offset);
            try
            {
                Assert.Equal(9, Count(copy, 3000));
                whole++;
            }
            catch (JournalCorruptException)
            {
                refused++;
            }
        }
        Assert.True(whole + refused > 70);
        Assert.True(name == "head" ? refused == 0 : refused > 20, $"{refused} refused, {whole} whole");
    }

    [Theory]
    [InlineData("UPDATE batch SET payload = x'00' || substr(payload, 2) WHERE sequence = 3", JournalFault.Checksum, 3)]
    [InlineData("UPDATE batch SET records = 9 WHERE sequence = 3", JournalFault.Checksum, 3)]
    [InlineData("UPDATE batch SET length = 9 WHERE sequence = 3", JournalFault.Checksum, 3)]
    [InlineData("UPDATE batch SET schema = 9 WHERE sequence = 3", JournalFault.Checksum, 3)]
    [InlineData("UPDATE batch SET crc = 9 WHERE sequence = 6", JournalFault.Checksum, 6)]
    [InlineData("UPDATE batch SET payload = payload || x'00' WHERE sequence = 6", JournalFault.Checksum, 6)]
    [InlineData("UPDATE batch SET previous_hash = zeroblob(32) WHERE sequence = 3", JournalFault.Chain, 3)]
    [InlineData("UPDATE batch SET chain_hash = zeroblob(32) WHERE sequence = 3", JournalFault.Chain, 3)]
    [InlineData("DELETE FROM batch WHERE sequence = 1", JournalFault.Gap, 1)]
    [InlineData("DELETE FROM batch WHERE sequence = 3", JournalFault.Gap, 3)]
    [InlineData("DELETE FROM batch WHERE sequence = 6", JournalFault.Regressed, 6)]
    [InlineData("DELETE FROM batch", JournalFault.Regressed, 1)]
    [InlineData("UPDATE batch SET sequence = 7 WHERE sequence = 6", JournalFault.Checksum, 7)]
    [InlineData("UPDATE segment SET first_sequence = 2", JournalFault.Checksum, 1)]
    [InlineData("UPDATE segment SET previous_hash = zeroblob(32)", JournalFault.Checksum, 1)]
    [InlineData("DELETE FROM segment", JournalFault.Checksum, 1)]
    [InlineData("DROP TABLE batch", JournalFault.Unreadable, 1)]
    public void EveryDamagedFieldIsNamed(string sql, JournalFault fault, long sequence)
    {
        using var folder = new JournalFolder();
        using (var journal = DurableJournal.Open(folder.Options))
        {
            Append(journal, 6);
        }
        Execute(folder.Options, sql);
        var refused = Assert.Throws<JournalCorruptException>(() => Count(folder.Options));
        Assert.Equal((fault, sequence), (refused.Fault, refused.Sequence));
        Assert.Contains($"at sequence {sequence}: expected {refused.Expected}, found {refused.Found}", refused.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void BatchesAndFilesOfAnotherJournalAreForeign()
    {
        using var ours = new JournalFolder();
        using var other = new JournalFolder();
        foreach (var folder in (JournalFolder[])[ours, other])
        {
            using var journal = DurableJournal.Open(folder.Options);
            Append(journal, 4);
        }
        Execute(ours.Options, $"""
            ATTACH '{File1(other.Options)}' AS other;
            REPLACE INTO batch SELECT * FROM other.batch WHERE sequence = 1;
            """);
        var refused = Assert.Throws<JournalCorruptException>(() => Count(ours.Options));
        Assert.Equal((JournalFault.Chain, 1), (refused.Fault, refused.Sequence));
        File.Copy(File1(other.Options), File1(ours.Options), overwrite: true);
        Assert.Equal(JournalFault.Foreign, Assert.Throws<JournalCorruptException>(() => Count(ours.Options)).Fault);
    }

    [Fact]
    public void AMissingOrExchangedSegmentIsNamed()
    {
        using var ours = new JournalFolder();
        using var other = new JournalFolder();
        foreach (var folder in (JournalFolder[])[ours, other])
        {
            using var journal = DurableJournal.Open(folder.Options with { SegmentBytesMax = 900 });
            Append(journal, 10); // segments of 3: 1-3, 4-6, 7-9, 10
        }
        var middle = Path.Combine(ours.Path, SegmentFile.NameOf(4));
        File.Copy(Path.Combine(other.Path, SegmentFile.NameOf(4)), middle, overwrite: true);
        var refused = Assert.Throws<JournalCorruptException>(() => Count(ours.Options));
        Assert.Equal((JournalFault.Chain, 4), (refused.Fault, refused.Sequence));
        File.Delete(middle);
        refused = Assert.Throws<JournalCorruptException>(() => Count(ours.Options));
        Assert.Equal((JournalFault.Gap, 4), (refused.Fault, refused.Sequence));
        File.Delete(Path.Combine(ours.Path, SegmentFile.NameOf(7)));
        refused = Assert.Throws<JournalCorruptException>(() => Count(ours.Options));
        Assert.Equal((JournalFault.Chain, 10), (refused.Fault, refused.Sequence));
    }

    [Fact]
    public void RepairKeepsThePrefixAndTheDamagedFile()
    {
        using var folder = new JournalFolder();
        var options = folder.Options with { SegmentBytesMax = 900 };
        using (var journal = DurableJournal.Open(options))
        {
            Append(journal, 10); // segments of 3: 1-3, 4-6, 7-9, 10
        }
        using (var connection = Open(Path.Combine(folder.Path, SegmentFile.NameOf(4))))
        {
            Run(connection, "UPDATE batch SET payload = zeroblob(300) WHERE sequence = 5");
        }
        using (var damaged = DurableJournal.Open(options))
        {
            Assert.Equal(4, damaged.ReadAll().Take(4).Count());
            Assert.Equal(5, Assert.Throws<JournalCorruptException>(() => damaged.ReadAll().Count()).Sequence);
            var verified = damaged.Verify();
            Assert.False(verified.IsClean);
            Assert.Equal((4, 5), (verified.LastSequence, verified.Corruption!.Sequence));
        }
        var report = DurableJournal.Repair(options);
        Assert.Equal(4, report.LastSequence);
        Assert.Contains("batches 5 to 10, 6 in all", Assert.Single(report.Findings).Text, StringComparison.Ordinal);
        using var repaired = DurableJournal.Open(options);
        Assert.Equal(4, Count(repaired));
        Append(repaired, 3);
        Assert.True(repaired.Verify().IsClean);
        repaired.Dispose();
        Assert.Empty(DurableJournal.Repair(options).Findings);
        Assert.Equal(7, Count(options));
        Assert.Equal([4L, 7L, 10L], SegmentFile.List(Assert.Single(Directory.GetDirectories(folder.Path))));
    }

    private static void Cut(string path, int bytes)
    {
        using var file = File.OpenWrite(path);
        file.SetLength(Math.Max(0, file.Length - bytes));
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static void Execute(JournalOptions options, string sql)
    {
        using var connection = Open(File1(options));
        Run(connection, sql);
    }
}
