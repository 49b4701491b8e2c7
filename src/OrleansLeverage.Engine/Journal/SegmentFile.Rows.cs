using SQLitePCL;

namespace OrleansLeverage.Engine.Journal;

internal sealed partial class SegmentFile
{
    private const string Columns = "sequence, length, records, schema, crc, previous_hash, chain_hash, payload";
    private sqlite3_stmt? _begin, _insert, _commit, _from, _last, _hash;

    /// <summary>Begins a transaction and puts one batch into it; nothing is durable before <see
    /// cref="Commit"/>.</summary>
    public void Insert(
        long sequence, int recordCount, int schemaVersion, uint crc, ReadOnlySpan<byte> previousHash,
        ReadOnlySpan<byte> chainHash, ReadOnlySpan<byte> payload)
    {
        Run(_begin!, "begin");
        var insert = _insert!;
        _ = raw.sqlite3_bind_int64(insert, 1, sequence);
        _ = raw.sqlite3_bind_int64(insert, 2, payload.Length);
        _ = raw.sqlite3_bind_int64(insert, 3, recordCount);
        _ = raw.sqlite3_bind_int64(insert, 4, schemaVersion);
        _ = raw.sqlite3_bind_int64(insert, 5, crc);
        _ = raw.sqlite3_bind_blob(insert, 6, previousHash);
        _ = raw.sqlite3_bind_blob(insert, 7, chainHash);
        SqliteFaults.Check(raw.sqlite3_bind_blob(insert, 8, payload), _database, "bind");
        Run(insert, "insert");
    }

    /// <summary>Writes the transaction to the log and syncs it.</summary>
    public void Commit() => Run(_commit!, "commit");

    /// <summary>Folds the log into the file, both synced, and starts the log again from its beginning.</summary>
    public void Checkpoint() => Expect("wal_checkpoint(RESTART)", "0");

    /// <summary>Folds the log in and ends it: what remains is one plain file.</summary>
    public void Seal()
    {
        Expect("wal_checkpoint(TRUNCATE)", "0");
        Expect("journal_mode=DELETE", "delete");
    }

    /// <summary>Takes rows out for good. Only an explicit repair does this.</summary>
    public int DeleteFrom(long sequence)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "DELETE FROM batch WHERE sequence >= $sequence";
        command.Parameters.AddWithValue("$sequence", sequence);
        return command.ExecuteNonQuery();
    }

    public StoredBatch? Last() => ReadRows(_last!, long.MaxValue, 1) is [var batch] ? batch : null;

    /// <summary>The chain hash stored for a batch, null where it has no row here.</summary>
    public byte[]? HashAt(long sequence)
    {
        var statement = _hash!;
        try
        {
            _ = raw.sqlite3_bind_int64(statement, 1, sequence);
            return Step(statement, "read") ? raw.sqlite3_column_blob(statement, 0).ToArray() : null;
        }
        finally
        {
            _ = raw.sqlite3_reset(statement);
        }
    }

    /// <summary>Rows at and after a sequence, up to about <paramref name="bytesMax"/>.</summary>
    public SegmentChunk ReadFrom(long sequence, long bytesMax) => new(
        Header, FileName, IsLive, sequence == Header.FirstSequence ? Header.PreviousHash : HashAt(sequence - 1),
        ReadRows(_from!, sequence, bytesMax));

    private void Expect(string pragma, string answer)
    {
        if (Pragma(pragma) is var found && found != answer)
        {
            throw new IOException($"{FileName}: {pragma} answered '{found}', not '{answer}'");
        }
    }

    private List<StoredBatch> ReadRows(sqlite3_stmt statement, long sequence, long bytesMax)
    {
        var rows = new List<StoredBatch>();
        try
        {
            _ = raw.sqlite3_bind_int64(statement, 1, sequence);
            for (var bytes = 0L; bytes < bytesMax && Step(statement, "read");)
            {
                var row = new StoredBatch(
                    raw.sqlite3_column_int64(statement, 0),
                    unchecked((int)raw.sqlite3_column_int64(statement, 1)), // a damaged value fails the CRC, not here
                    unchecked((int)raw.sqlite3_column_int64(statement, 2)),
                    unchecked((int)raw.sqlite3_column_int64(statement, 3)),
                    unchecked((uint)raw.sqlite3_column_int64(statement, 4)),
                    raw.sqlite3_column_blob(statement, 5).ToArray(),
                    raw.sqlite3_column_blob(statement, 6).ToArray(),
                    raw.sqlite3_column_blob(statement, 7).ToArray());
                rows.Add(row);
                bytes += row.Payload.Length + 1;
            }
        }
        finally
        {
            _ = raw.sqlite3_reset(statement);
        }
        return rows;
    }

    private void PrepareWrites()
    {
        _begin = Prepare("BEGIN IMMEDIATE");
        _insert = Prepare($"INSERT INTO batch({Columns}) VALUES(?,?,?,?,?,?,?,?)");
        _commit = Prepare("COMMIT");
    }

    private void PrepareReads()
    {
        _from = Prepare($"SELECT {Columns} FROM batch WHERE sequence >= ? ORDER BY sequence");
        _last = Prepare($"SELECT {Columns} FROM batch WHERE sequence <= ? ORDER BY sequence DESC LIMIT 1");
        _hash = Prepare("SELECT chain_hash FROM batch WHERE sequence = ?");
    }

    private sqlite3_stmt Prepare(string sql)
    {
        SqliteFaults.Check(raw.sqlite3_prepare_v2(_database, sql, out var statement), _database, "prepare");
        _statements.Add(statement);
        return statement;
    }

    private void Run(sqlite3_stmt statement, string doing)
    {
        try
        {
            _ = Step(statement, doing);
        }
        finally
        {
            _ = raw.sqlite3_reset(statement);
        }
    }

    private bool Step(sqlite3_stmt statement, string doing)
    {
        var code = raw.sqlite3_step(statement);
        SqliteFaults.Check(code, _database, doing);
        return code == raw.SQLITE_ROW;
    }
}
