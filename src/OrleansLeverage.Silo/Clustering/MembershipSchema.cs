using Npgsql;

namespace OrleansLeverage.Silo.Clustering;

/// <summary>The tables and queries of <c>membership.postgresql.sql</c>, made where they are missing.</summary>
internal static class MembershipSchema
{
    // one silo at a time: two that make the same table at once fail
    private const long LockKey = 0x4C65_7665_7261_6765;

    public static async Task ApplyAsync(string connectionString, CancellationToken cancellation)
    {
        using var stream = typeof(MembershipSchema).Assembly.GetManifestResourceStream("membership.postgresql.sql")!;
        using var reader = new StreamReader(stream);
        var script = await reader.ReadToEndAsync(cancellation);
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var held = new NpgsqlCommand($"SELECT pg_advisory_xact_lock({LockKey})", connection, transaction))
        {
            await held.ExecuteNonQueryAsync(cancellation);
        }
        // the script holds parameters of queries, in quotes: it is sent as it is
        await using (var command = new NpgsqlCommand(script, connection, transaction))
        {
            await command.ExecuteNonQueryAsync(cancellation);
        }
        await transaction.CommitAsync(cancellation);
    }
}
