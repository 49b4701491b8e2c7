using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Journal;

namespace OrleansLeverage.Engine.Embedded;

/// <summary>
/// What can be done with a journal that nobody serves from: prove it, copy it, bring a copy back. Throws what the
/// journal throws: in use, corrupt, unavailable.
/// </summary>
public static class GridArchive
{
    /// <summary>
    /// Rebuilds the state twice, from the first batch and from the newest snapshot, and checks that both agree, that
    /// the books close and that nothing is missing. <paramref name="progress"/> is told batches read, of all.
    /// </summary>
    public static ArchiveReport Verify(string directory, Universe universe, Action<long, long>? progress = null)
    {
        using var journal = Open(directory);
        return new ArchiveAudit(journal, universe, progress).Run();
    }

    /// <summary>Copies the journal and its snapshots into a new or empty directory.</summary>
    /// <returns>The last batch that is in the copy.</returns>
    public static long Backup(string directory, string copy)
    {
        using var journal = Open(directory);
        foreach (var _ in journal.ReadAll())
        {
            // a journal is sealed only after it has been read to its end
        }
        return journal.Backup(copy).LastSequence;
    }

    /// <summary>Verifies a backup and copies it into a new or empty directory.</summary>
    public static RecoveryReport Restore(string backup, string directory) =>
        DurableJournal.Restore(backup, Options(directory));

    private static DurableJournal Open(string directory) => DurableJournal.Open(
        Options(directory) with { CreateIfEmpty = false });

    private static JournalOptions Options(string directory) =>
        new() { Directory = directory, SchemaVersion = JournalCodec.SchemaVersion };
}
