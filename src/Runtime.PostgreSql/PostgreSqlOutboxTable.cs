using System.Globalization;
using Declarative.Outbox;
using Declarative.Storage;
using Npgsql;

namespace Declarative.PostgreSql;

/// <summary>The table <c>declarative.outbox</c> in a PostgreSQL database of the application's.</summary>
internal sealed class PostgreSqlOutboxTable : IOutboxTable, IAsyncDisposable, IDisposable
{
    private static readonly WaitingMessages Table = new("declarative.outbox");

    private readonly NpgsqlDataSource _source;

    public PostgreSqlOutboxTable(string connectionString)
    {
        var builder = PostgreSqlStore.Complete(connectionString);
        _source = NpgsqlDataSource.Create(builder);
        Place = PlaceOf(builder.Host, builder.Port, builder.Database ?? builder.Username);
        Name = string.Create(CultureInfo.InvariantCulture, $"database '{builder.Database ?? builder.Username}' at {builder.Host}:{builder.Port}");
    }

    public string Name { get; }

    /// <summary>Server, port and database.</summary>
    public string Place { get; }

    public static string PlaceOf(string? host, int port, string? database) => string.Create(CultureInfo.InvariantCulture, $"{host}:{port}/{database}");

    /// <summary>Adds a message on a connection of the application's.</summary>
    public static async Task<AppendResult> AddAsync(NpgsqlConnection connection, NewMessage message, CancellationToken cancellationToken)
    {
        await Table.AddAsync(new PostgreSqlSession(connection, cancellationToken), [message]).ConfigureAwait(false);
        return new AppendResult(message.Id, AppendOutcome.Stored);
    }

    public async Task OpenAsync(MigrationMode mode, CancellationToken cancellationToken)
    {
        try
        {
            await UseAsync(
                async session =>
                {
                    if (await session.FindAsync("SELECT 'there' WHERE to_regclass('declarative.outbox') IS NOT NULL", static reader => reader.GetString(0)).ConfigureAwait(false) is not null)
                        return 0;
                    if (mode == MigrationMode.Verify)
                        throw new StoreException($"The {Name} has no table declarative.outbox, which AddPostgreSqlOutbox needs. Start once with Declarative:Storage:Migrations = auto.");

                    // Two nodes may start at once; IF NOT EXISTS alone lets one of them fail.
                    return await session.RunAsync($"""
                        SELECT pg_advisory_xact_lock(hashtext('declarative.outbox'));
                        CREATE SCHEMA IF NOT EXISTS declarative;
                        CREATE TABLE IF NOT EXISTS declarative.outbox {WaitingMessages.Columns};
                        """).ConfigureAwait(false);
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException exception)
        {
            throw new StoreException($"The outbox in the {Name} can't be opened: {exception.Message} Does the server run, do name and password fit, and may the user make the schema 'declarative'? (the connection string of AddPostgreSqlOutbox)", exception);
        }
    }

    public Task<IReadOnlyList<NewMessage>> ReadAsync(int limit, CancellationToken cancellationToken) => UseAsync(session => Table.ReadAsync(session, limit), cancellationToken);

    public Task RemoveAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken) => UseAsync(session => Table.RemoveAsync(session, ids), cancellationToken);

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    public void Dispose() => _source.Dispose();

    private async Task<T> UseAsync<T>(Func<PostgreSqlSession, Task<T>> work, CancellationToken cancellationToken)
    {
        var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var closed = connection.ConfigureAwait(false);
        return await work(new PostgreSqlSession(connection, cancellationToken)).ConfigureAwait(false);
    }
}
