namespace OrleansLeverage.Engine.Journal;

/// <summary>One opener per directory, held by the operating system and so released however the process ends.</summary>
internal static class DirectoryLock
{
    public const string Name = "lock";

    public static FileStream Take(string directory)
    {
        if (File.Exists(directory))
        {
            throw new JournalUnavailableException(JournalObstacle.NotADirectory,
                $"'{directory}' is a file; a journal needs a directory");
        }
        if (!Directory.Exists(directory))
        {
            throw new JournalUnavailableException(JournalObstacle.DirectoryMissing,
                $"the directory '{directory}' does not exist; create it first");
        }
        try
        {
            return new FileStream(Path.Combine(directory, Name), FileMode.OpenOrCreate, FileAccess.ReadWrite,
                FileShare.None);
        }
        catch (IOException exception) when (IsHeld(exception))
        {
            throw new JournalInUseException(directory, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw DurableFiles.Unavailable(exception, $"write in the directory '{directory}'");
        }
    }

    // EWOULDBLOCK on Linux and macOS, ERROR_SHARING_VIOLATION on Windows
    private static bool IsHeld(IOException exception) =>
        exception.HResult is 11 or 35 or unchecked((int)0x80070020);
}
