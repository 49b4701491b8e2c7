namespace OrleansLeverage.Engine.Journal;

/// <summary>Copies of journal files into a directory that gets its name last.</summary>
internal static class JournalCopy
{
    public static void RefuseOccupied(string directory)
    {
        if (File.Exists(directory))
        {
            throw new JournalUnavailableException(JournalObstacle.NotADirectory, $"'{directory}' is a file");
        }
        if (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any())
        {
            throw new JournalUnavailableException(JournalObstacle.DirectoryNotEmpty,
                $"'{directory}' is not empty; name a new or an empty directory, nothing is ever overwritten");
        }
    }

    public static string PartialOf(string directory) =>
        Path.GetFullPath(directory).TrimEnd(Path.DirectorySeparatorChar) + ".partial";

    /// <summary>Sealed segments, an empty live one after them, the snapshots and the witness.</summary>
    public static void Write(
        JournalOptions source, string directory, IReadOnlyList<long> segments, JournalPosition position,
        SegmentHeader next)
    {
        var partial = PartialOf(directory);
        try
        {
            CopyInto(partial, segments.Select(SegmentFile.NameOf)
                .Concat(SnapshotFile.List(source.Directory).Where(s => s <= position.Sequence)
                    .Select(SnapshotFile.NameOf))
                .Select(name => Path.Combine(source.Directory, name)));
            SegmentFile.Create(partial, next, source);
            HeadFile.Create(partial, position, source.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds()).Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw DurableFiles.Unavailable(exception, $"copy the journal to '{directory}'");
        }
        catch (Microsoft.Data.Sqlite.SqliteException exception)
        {
            throw SqliteFaults.Unavailable(exception, $"copy the journal to '{directory}'");
        }
        Publish(partial, directory);
    }

    /// <summary>Every file of a journal that nobody has open.</summary>
    public static void CopyAll(string directory, string partial)
    {
        try
        {
            CopyInto(partial, Directory.EnumerateFiles(directory)
                .Where(path => Path.GetFileName(path) != DirectoryLock.Name));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw DurableFiles.Unavailable(exception, $"copy the journal in '{directory}'");
        }
    }

    public static void Publish(string partial, string directory)
    {
        try
        {
            DurableFiles.SyncDirectory(partial);
            if (Directory.Exists(directory))
            {
                Directory.Delete(directory); // empty, or it would have been refused
            }
            Directory.Move(partial, directory);
            DurableFiles.SyncDirectory(Path.GetDirectoryName(partial)!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw DurableFiles.Unavailable(exception, $"name the copy '{directory}'");
        }
    }

    private static void CopyInto(string partial, IEnumerable<string> paths)
    {
        if (Directory.Exists(partial))
        {
            Directory.Delete(partial, recursive: true);
        }
        Directory.CreateDirectory(partial);
        foreach (var path in paths)
        {
            DurableFiles.Copy(path, Path.Combine(partial, Path.GetFileName(path)));
        }
    }
}
