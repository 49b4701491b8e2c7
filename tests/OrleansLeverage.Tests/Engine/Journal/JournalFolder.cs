using OrleansLeverage.Engine.Journal;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Journal;

/// <summary>A directory of its own for one test, and the few things every test does with a journal in it.</summary>
internal sealed class JournalFolder : IDisposable
{
    public const int Schema = 3;
    private const string Memory = "/dev/shm";
    private int _copies;

    public JournalFolder()
    {
        // in memory where the system has such a folder: no test here needs a real disk, and they sync thousands of
        // times
        Root = Directory.Exists(Memory)
            ? Directory.CreateDirectory(System.IO.Path.Combine(Memory, $"journal-{Guid.NewGuid():N}")).FullName
            : Directory.CreateTempSubdirectory("journal-").FullName;
        Path = System.IO.Path.Combine(Root, "data");
        Directory.CreateDirectory(Path);
    }

    public string Root { get; }

    public string Path { get; }

    public JournalOptions Options => new() { Directory = Path, SchemaVersion = Schema };

    public void Dispose() => Directory.Delete(Root, recursive: true);

    /// <summary>Batch n of a test: its content says its number, so no two are alike.</summary>
    public static byte[] Payload(long number, int bytes = 300)
    {
        var payload = new byte[bytes];
        new Random((int)number).NextBytes(payload);
        BitConverter.TryWriteBytes(payload, number);
        return payload;
    }

    public static void Append(DurableJournal journal, int batches, int bytes = 300)
    {
        for (var n = 0; n < batches; n++)
        {
            var next = journal.LastSequence + 1;
            Assert.Equal(next, journal.Commit(Payload(next, bytes), 2));
        }
    }

    /// <summary>Opens, reads everything, and checks that it is exactly batches 1 to n; returns n.</summary>
    public static long Count(JournalOptions options, int bytes = 300)
    {
        using var journal = DurableJournal.Open(options);
        return Count(journal, bytes);
    }

    public static long Count(DurableJournal journal, int bytes = 300)
    {
        long count = 0;
        foreach (var batch in journal.ReadAll())
        {
            Assert.Equal(++count, batch.Sequence);
            Assert.True(batch.Payload.Span.SequenceEqual(Payload(count, bytes)), $"batch {count} reads back changed");
            Assert.Equal(2, batch.RecordCount);
        }
        Assert.Equal(journal.LastSequence, count);
        return count;
    }

    /// <summary>The directory as a killed process would leave it at this moment.</summary>
    public JournalOptions CopyNow(string? from = null)
    {
        var copy = System.IO.Path.Combine(Root, $"copy{_copies++}");
        Directory.CreateDirectory(copy);
        foreach (var path in Directory.EnumerateFiles(from ?? Path).Where(p => System.IO.Path.GetFileName(p) != "lock"))
        {
            using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var target = File.Create(System.IO.Path.Combine(copy, System.IO.Path.GetFileName(path)));
            source.CopyTo(target);
        }
        return Options with { Directory = copy };
    }

    public static string File1(JournalOptions options, string suffix = "") =>
        System.IO.Path.Combine(options.Directory, "journal-0000000000000001.db" + suffix);

    public static void Flip(string path, long offset)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[offset] ^= 0x40;
        File.WriteAllBytes(path, bytes);
    }
}
