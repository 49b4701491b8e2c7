namespace OrleansLeverage.Engine.Journal;

/// <summary>What is wrong with stored data. Nothing here is ever repaired or skipped without being asked for.</summary>
public enum JournalFault
{
    /// <summary>Stored bytes are not the bytes that were written.</summary>
    Checksum,

    /// <summary>A batch is whole in itself and does not follow from the one before it.</summary>
    Chain,

    /// <summary>A sequence number is missing.</summary>
    Gap,

    /// <summary>A file of another journal.</summary>
    Foreign,

    /// <summary>A whole segment file is missing, or is not the one its name says.</summary>
    MissingSegment,

    /// <summary>The journal ends before a batch that is known to have been acknowledged.</summary>
    Regressed,

    /// <summary>Written by a newer release.</summary>
    SchemaTooNew,

    /// <summary>SQLite itself cannot read the file.</summary>
    Unreadable,

    /// <summary>The write-ahead log is damaged before its end, where only synced batches are.</summary>
    WriteAheadLog,
}

/// <summary>Acknowledged data is damaged or missing. The journal stays closed.</summary>
public sealed class JournalCorruptException(
    JournalFault fault, long sequence, string what, string expected, string found, Exception? inner = null)
    : Exception($"{what} at sequence {sequence}: expected {expected}, found {found}", inner)
{
    public JournalFault Fault => fault;

    /// <summary>The first batch that cannot be trusted.</summary>
    public long Sequence => sequence;

    public string Expected => expected;

    public string Found => found;

    /// <summary>The public error code: <c>schema_too_new</c>, <c>state_regressed</c> or <c>state_corrupt</c>.</summary>
    public string Code => fault switch
    {
        JournalFault.SchemaTooNew => "schema_too_new",
        JournalFault.Regressed => "state_regressed",
        _ => "state_corrupt",
    };
}

/// <summary>Another opener holds the directory.</summary>
public sealed class JournalInUseException(string directory, Exception? inner = null)
    : Exception($"the journal in '{directory}' is already open, here or in another process; close it first",
        inner)
{
    public string Directory => directory;
}

/// <summary>Why the journal cannot be used now.</summary>
public enum JournalObstacle
{
    DirectoryMissing,
    NotADirectory,
    DirectoryNotEmpty,
    ReadOnly,
    PermissionDenied,
    DiskFull,
    InputOutput,

    /// <summary>An earlier failure ended the right to acknowledge; reopen first.</summary>
    ReopenFirst,
}

/// <summary>
/// The journal cannot be read or written now. <see cref="OutcomeUnknown"/> is true only where the batch of this very
/// call may have become durable all the same; reopening tells.
/// </summary>
public sealed class JournalUnavailableException(
    JournalObstacle obstacle, string message, bool outcomeUnknown = false, Exception? inner = null)
    : Exception(message, inner)
{
    public JournalObstacle Obstacle => obstacle;

    public bool OutcomeUnknown => outcomeUnknown;
}
