using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Declarative.Sqlite;

/// <summary>
/// A prepared statement with parameters <c>$1</c>, <c>$2</c>, …. What gives no rows is run on SQLite's own statement: a
/// command object for each of the many small writes costs more than the write.
/// </summary>
internal sealed class SqliteStatement(SqliteConnection connection, string sql) : IDisposable
{
    private SqliteCommand? _command;
    private sqlite3_stmt? _statement;
    private int[] _places = [];

    /// <summary>Runs a statement that gives no rows; how many rows it changed.</summary>
    /// <exception cref="SqliteException">SQLite refused it.</exception>
    public int Run(params ReadOnlySpan<object?> values)
    {
        var statement = _statement ??= Prepare();
        if (_places.Length < values.Length)
            FindPlaces(statement, values.Length);
        for (var i = 0; i < values.Length; i++)
            Bind(statement, _places[i], values[i]);
        var result = raw.sqlite3_step(statement);
        var changed = raw.sqlite3_changes(connection.Handle);
        if (result is raw.SQLITE_DONE or raw.SQLITE_ROW)
        {
            _ = raw.sqlite3_reset(statement);
            return changed;
        }

        var failure = Failure(result);
        _ = raw.sqlite3_reset(statement);
        throw failure;
    }

    /// <summary>Runs a query; the reader must be disposed of before the statement is used again.</summary>
    public SqliteDataReader Query(params ReadOnlySpan<object?> values)
    {
        var command = _command ??= Command();
        for (var i = command.Parameters.Count; i < values.Length; i++)
            command.Parameters.Add(new SqliteParameter { ParameterName = NameOf(i) });
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command.ExecuteReader();
    }

    public void Dispose()
    {
        _command?.Dispose();
        _statement?.Dispose();
    }

    private static string NameOf(int index) => "$" + (index + 1).ToString(CultureInfo.InvariantCulture);

    private static void Bind(sqlite3_stmt statement, int place, object? value)
    {
        _ = value switch
        {
            null => raw.sqlite3_bind_null(statement, place),
            int number => raw.sqlite3_bind_int(statement, place, number),
            long number => raw.sqlite3_bind_int64(statement, place, number),
            string text => raw.sqlite3_bind_text(statement, place, text),
            byte[] { Length: 0 } => raw.sqlite3_bind_zeroblob(statement, place, 0),
            byte[] bytes => raw.sqlite3_bind_blob(statement, place, bytes),
            _ => throw new ArgumentException($"A value of type {value.GetType()} can't be bound.", nameof(value)),
        };
    }

    private sqlite3_stmt Prepare()
    {
        var result = raw.sqlite3_prepare_v2(connection.Handle, sql, out var statement);
        return result == raw.SQLITE_OK ? statement : throw Failure(result);
    }

    /// <summary>SQLite numbers <c>$n</c> by first appearance, not by n.</summary>
    private void FindPlaces(sqlite3_stmt statement, int count)
    {
        _places = new int[count];
        for (var i = 0; i < count; i++)
            _places[i] = raw.sqlite3_bind_parameter_index(statement, NameOf(i));
    }

    private SqliteCommand Command()
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are constants of this assembly.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    private SqliteException Failure(int result) =>
        new(raw.sqlite3_errmsg(connection.Handle).utf8_to_string(), result, raw.sqlite3_extended_errcode(connection.Handle));
}
