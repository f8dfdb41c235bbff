using Npgsql;

namespace Declarative.PostgreSql;

/// <summary>A connection for one piece of work. Statements are prepared by themselves once they come again.</summary>
/// <param name="connection">The open connection.</param>
/// <param name="cancellation">Cancels statements: never one that writes.</param>
internal sealed class PostgreSqlSession(NpgsqlConnection connection, CancellationToken cancellation)
{
    /// <summary>Runs a statement; how many rows it changed.</summary>
    public async Task<int> RunAsync(string sql, params NpgsqlParameter[] values)
    {
#pragma warning disable CA2100 // The texts are constants of this assembly, or made of such; values are parameters.
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await using var ended = command.ConfigureAwait(false);
        command.Parameters.AddRange(values);
        return await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Runs a query and reads each row.</summary>
    public async Task<List<T>> QueryAsync<T>(string sql, Func<NpgsqlDataReader, T> read, params NpgsqlParameter[] values)
    {
#pragma warning disable CA2100 // As above.
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await using var ended = command.ConfigureAwait(false);
        command.Parameters.AddRange(values);
        var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        await using var closed = reader.ConfigureAwait(false);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>As above, for a query that gives at most one row; null if it gives none.</summary>
    public async Task<T?> FindAsync<T>(string sql, Func<NpgsqlDataReader, T> read, params NpgsqlParameter[] values)
        where T : class =>
        (await QueryAsync(sql, read, values).ConfigureAwait(false)) is [var row, ..] ? row : null;

    /// <summary>Runs statements in one round trip, and in one transaction unless one is open; how many rows they changed.</summary>
    public async Task<int> RunAsync(params Statement[] statements)
    {
        var batch = Batch(statements);
        await using var ended = batch.ConfigureAwait(false);
        return await batch.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>As above, and reads the rows that the last statement gives.</summary>
    public async Task<List<T>> QueryAsync<T>(Func<NpgsqlDataReader, T> read, params Statement[] statements)
    {
        var batch = Batch(statements);
        await using var ended = batch.ConfigureAwait(false);
        var reader = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        await using var closed = reader.ConfigureAwait(false);
        for (var before = 0; before < statements.Length - 1; before++)
        {
            if (statements[before].GivesRows)
                await reader.NextResultAsync(cancellation).ConfigureAwait(false);
        }

        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            rows.Add(read(reader));
        return rows;
    }

    private NpgsqlBatch Batch(Statement[] statements)
    {
        var batch = new NpgsqlBatch(connection);
        foreach (var statement in statements)
        {
#pragma warning disable CA2100 // As above.
            var command = new NpgsqlBatchCommand(statement.Sql);
#pragma warning restore CA2100
            command.Parameters.AddRange(statement.Values);
            batch.BatchCommands.Add(command);
        }

        return batch;
    }
}

/// <summary>A statement of several that go together.</summary>
/// <param name="Sql">Its text.</param>
/// <param name="GivesRows">Whether it gives rows.</param>
/// <param name="Values">Its parameters.</param>
internal readonly record struct Statement(string Sql, bool GivesRows, params NpgsqlParameter[] Values)
{
    public static Statement Change(string sql, params NpgsqlParameter[] values) => new(sql, GivesRows: false, values);

    public static Statement Select(string sql, params NpgsqlParameter[] values) => new(sql, GivesRows: true, values);
}
