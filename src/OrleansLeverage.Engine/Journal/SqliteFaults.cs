using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OrleansLeverage.Engine.Journal;

/// <summary>SQLite's result codes in the words of the journal.</summary>
internal static class SqliteFaults
{
    public static void Check(int code, sqlite3 database, string doing)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            var extended = raw.sqlite3_extended_errcode(database);
            throw new SqliteException(
                $"{doing}: {raw.sqlite3_errmsg(database).utf8_to_string()}", code & 0xff, extended);
        }
    }

    /// <summary>True where the file itself is damaged, as opposed to unreachable.</summary>
    public static bool IsDamage(SqliteException exception) =>
        exception.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_ERROR
            or raw.SQLITE_MISMATCH or raw.SQLITE_FORMAT
        || exception.SqliteExtendedErrorCode is raw.SQLITE_IOERR_SHORT_READ;

    public static bool IsInUse(SqliteException exception) =>
        exception.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED;

    /// <param name="exception">What SQLite said.</param>
    /// <param name="doing">What failed, as the end of "cannot ...".</param>
    /// <param name="committing">True where the commit had begun: only a refusal to begin leaves no doubt then.</param>
    public static JournalUnavailableException Unavailable(
        SqliteException exception, string doing, bool committing = false)
    {
        var obstacle = exception.SqliteErrorCode switch
        {
            raw.SQLITE_FULL => JournalObstacle.DiskFull,
            raw.SQLITE_READONLY => JournalObstacle.ReadOnly,
            raw.SQLITE_PERM or raw.SQLITE_CANTOPEN or raw.SQLITE_AUTH => JournalObstacle.PermissionDenied,
            _ => JournalObstacle.InputOutput,
        };
        return new JournalUnavailableException(
            obstacle, $"cannot {doing}: {exception.Message}", committing && !IsInUse(exception), exception);
    }

    public static JournalCorruptException Corrupt(SqliteException exception, string file, long sequence) => new(
        JournalFault.Unreadable, sequence, $"SQLite cannot read {file}", "a readable file", exception.Message,
        exception);
}
