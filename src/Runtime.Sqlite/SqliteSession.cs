using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Declarative.Sqlite;

/// <summary>A connection and its prepared statements, which are kept. Used by one thread at a time.</summary>
internal sealed class SqliteSession(SqliteConnection connection, bool ownsConnection = true) : IDisposable
{
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);

    /// <summary>The row that the last insert made.</summary>
    public long LastRowId => raw.sqlite3_last_insert_rowid(connection.Handle);

    /// <summary>False if SQLite rolled the transaction back by itself, as it does when the disk is full.</summary>
    public bool IsInTransaction => raw.sqlite3_get_autocommit(connection.Handle) == 0;

    /// <summary>The statement for this text, with parameters <c>$1</c>, <c>$2</c>, ….</summary>
    public SqliteStatement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
            _statements.Add(sql, statement = new SqliteStatement(connection, sql));
        return statement;
    }

    /// <summary>As above, for a text that depends on what somebody asks, so that it is not kept; the caller disposes of it.</summary>
    public SqliteStatement PrepareOnce(string sql) => new(connection, sql);

    /// <summary>Runs text that is not worth keeping.</summary>
    public void Script(string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are constants of this assembly.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public long Scalar(string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // As above.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        if (ownsConnection)
            connection.Dispose();
    }
}
