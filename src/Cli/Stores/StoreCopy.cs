using System.Globalization;
using Declarative.PostgreSql;
using Declarative.Sqlite;
using Declarative.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Declarative.Cli.Stores;

/// <summary>Brings the data of a SQLite store over to an empty PostgreSQL store, in one transaction of the latter: all of it or nothing.</summary>
internal static class StoreCopy
{
    /// <exception cref="StoreException">It can't be done; nothing was copied.</exception>
    public static async Task RunAsync(string from, string to, string? secretsKey, TextWriter output, CancellationToken cancellationToken)
    {
        using var source = Read("--from", from, static text => new SqliteStore(text));

        // No statement has a limit of time: a COPY takes as long as it takes.
        var store = Read("--to", to, static text => new PostgreSqlStore(new NpgsqlConnectionStringBuilder(text) { CommandTimeout = 0 }.ToString(), TimeProvider.System, NullLogger.Instance, takesCallersTime: false));
        await using var target = store.ConfigureAwait(false);
        SqliteFile.Check(source.File, "--from");

        // Holds the file's lock until the end, so that no host changes what is being read.
        await source.OpenAsync(MigrationMode.Auto, cancellationToken).ConfigureAwait(false);
        var whatToDo = SourceKey.Check(source, secretsKey);
        await store.OpenAsync(MigrationMode.Auto, cancellationToken).ConfigureAwait(false);
        var rows = source.Read(session => store.Block(connection => Copy(session, connection, store.Place, output, cancellationToken)));

        // A node that is idle there has everything to learn.
        await TellAsync(store, output).ConfigureAwait(false);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Copied {rows} rows from '{source.File}' to the {store.Place}.")).ConfigureAwait(false);
        await output.WriteLineAsync(whatToDo).ConfigureAwait(false);
        await output.WriteLineAsync("Don't start a host on the SQLite file again: what waits there would be sent a second time.").ConfigureAwait(false);
    }

    /// <summary>All is copied: what fails now must not look as if it were not.</summary>
    private static async Task TellAsync(PostgreSqlStore store, TextWriter output)
    {
        try
        {
            await store.SendAsync(StoreChanges.All).ConfigureAwait(false);
        }
        catch (StoreException exception)
        {
            await output.WriteLineAsync($"Nodes that run on the {store.Place} already were not told; start them again. ({exception.Message})").ConfigureAwait(false);
        }
    }

    private static T Read<T>(string option, string connectionString, Func<string, T> read)
    {
        try
        {
            return read(connectionString);
        }
        catch (ArgumentException exception)
        {
            throw new StoreException($"The connection string of {option} can't be read: {exception.Message}", exception);
        }
    }

    private static ulong Copy(SqliteSession source, NpgsqlConnection target, string place, TextWriter output, CancellationToken cancellationToken)
    {
        using var transaction = target.BeginTransaction();
        var tables = CopiedTable.ReadAll(target);
        Execute(target, $"LOCK TABLE {string.Join(", ", tables.Select(static table => $"declarative.\"{table.Name}\""))} IN EXCLUSIVE MODE");
        foreach (var table in tables)
        {
            if (!table.Columns.Select(static column => column.Name).Order(StringComparer.Ordinal).SequenceEqual(CopiedTable.SourceColumns(source, table.Name), StringComparer.Ordinal))
                throw new StoreException($"The table '{table.Name}' has not the same columns in both stores: that is a fault of this tool.");
            if (Execute(target, $"SELECT EXISTS (SELECT FROM declarative.\"{table.Name}\")") is true)
                throw new StoreException($"The {place} has data already (in declarative.{table.Name}); nothing was copied. Copy into an empty database, or drop the schema 'declarative' there if nobody needs it.");
        }

        var rows = 0UL;
        foreach (var table in tables)
        {
            var copied = Copy(table, source, target, place, cancellationToken);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{table.Name}: {copied}"));
            rows += copied;
        }

        cancellationToken.ThrowIfCancellationRequested();
        transaction.Commit();
        return rows;
    }

    private static ulong Copy(CopiedTable table, SqliteSession source, NpgsqlConnection target, string place, CancellationToken cancellationToken)
    {
        try
        {
            var rows = table.Copy(source, target, cancellationToken);
            if (table.Columns.FirstOrDefault(static column => column.IsIdentity) is { } identity && table.LastId(source, identity) is > 0 and var last)
                Execute(target, string.Create(CultureInfo.InvariantCulture, $"SELECT setval(pg_get_serial_sequence('declarative.{table.Name}', '{identity.Name}'), {last})"));

            // Nobody has looked at the rows yet, and statements are planned by what is known of them.
            Execute(target, $"ANALYZE declarative.\"{table.Name}\"");
            return rows;
        }
        catch (PostgresException exception)
        {
            throw new StoreException($"The table '{table.Name}' can't be copied; nothing was. The {place} says: {exception.MessageText} (SQLSTATE {exception.SqlState}; {exception.Where})", exception);
        }
        catch (Exception exception) when (exception is SqliteException or OverflowException or InvalidCastException)
        {
            throw new StoreException($"The table '{table.Name}' can't be copied; nothing was. A row of the SQLite file can't be read: {exception.Message}", exception);
        }
    }

    private static object? Execute(NpgsqlConnection target, string sql)
    {
#pragma warning disable CA2100 // Names come from the schema, which is ours.
        using var command = new NpgsqlCommand(sql, target);
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
