using System.Runtime.InteropServices;
using System.Text;

namespace OrleansLeverage.Engine.Journal;

/// <summary>Making files and names survive a power cut, and the words for what a file system refuses.</summary>
internal static class DurableFiles
{
    private const string TemporarySuffix = ".tmp";

    public static string Temporary(string path) => path + TemporarySuffix;

    /// <summary>Gives a finished, synced temporary file its name, atomically, and syncs the name.</summary>
    public static void Publish(string path)
    {
        File.Move(Temporary(path), path, overwrite: true);
        SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>What a crash left half written has no name yet and is nobody's.</summary>
    public static void DeleteTemporaries(string directory)
    {
        foreach (var path in Directory.EnumerateFiles(directory, "*" + TemporarySuffix + "*"))
        {
            File.Delete(path);
        }
    }

    public static void Copy(string from, string to)
    {
        using var source = File.OpenRead(from);
        using var target = new FileStream(to, FileMode.CreateNew, FileAccess.Write);
        source.CopyTo(target);
        target.Flush(flushToDisk: true);
    }

    /// <summary>A created or renamed file is only durable once its directory is; Windows does that by itself.</summary>
    public static void SyncDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        var descriptor = Open(Encoding.UTF8.GetBytes(directory + "\0"), 0);
        if (descriptor < 0)
        {
            throw new IOException($"cannot open the directory '{directory}' to sync it", Marshal.GetLastPInvokeError());
        }
        var failed = Sync(descriptor) != 0 ? Marshal.GetLastPInvokeError() : 0;
        _ = Close(descriptor);
        if (failed != 0)
        {
            throw new IOException($"cannot sync the directory '{directory}'", failed);
        }
    }

    /// <summary>The obstacle behind an exception of the file system. The numbers are those of Linux.</summary>
    public static JournalUnavailableException Unavailable(Exception exception, string doing)
    {
        var obstacle = exception switch
        {
            UnauthorizedAccessException => JournalObstacle.PermissionDenied,
            DirectoryNotFoundException => JournalObstacle.DirectoryMissing,
            IOException { HResult: 30 } => JournalObstacle.ReadOnly,
            IOException { HResult: 28 or 122 } => JournalObstacle.DiskFull,
            _ => JournalObstacle.InputOutput,
        };
        return new JournalUnavailableException(obstacle, $"cannot {doing}: {exception.Message}", false, exception);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int descriptor);
}
