using Declarative.Outbox;
using Declarative.Storage;
using Microsoft.Data.Sqlite;

namespace Declarative.Sqlite;

/// <summary>The table <c>declarative_outbox</c> in a SQLite database of the application's.</summary>
internal sealed class SqliteOutboxTable : IOutboxTable
{
    private const string TableName = "declarative_outbox";

    private static readonly WaitingMessages Table = new(TableName);

    private readonly string _connectionString;

    public SqliteOutboxTable(string connectionString)
    {
        var builder = new SqliteConnectionStringBuilder(connectionString);
        if (builder.DataSource.Length == 0 || builder.DataSource == ":memory:" || builder.Mode == SqliteOpenMode.Memory)
            throw new ArgumentException("AddSqliteOutbox needs a file, for example \"Data Source=shop.db\": events must outlive the process.", nameof(connectionString));
        File = FilePlace.Of(builder.DataSource);
        builder.DataSource = File;
        _connectionString = builder.ToString();
    }

    /// <summary>The database file's full path.</summary>
    public string File { get; }

    public string Name => File;

    public static AppendResult Add(SqliteConnection connection, NewMessage message)
    {
        using var session = new SqliteSession(connection, ownsConnection: false);
        Table.Add(session, message);
        return new AppendResult(message.Id, AppendOutcome.Stored);
    }

    public Task OpenAsync(MigrationMode mode, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            try
            {
                _ = Use((_, session) =>
                {
                    if (session.Scalar($"SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '{TableName}'") == 1)
                        return 0;
                    if (mode == MigrationMode.Verify)
                        throw new StoreException($"The database '{File}' has no table {TableName}, which AddSqliteOutbox needs. Start once with Declarative:Storage:Migrations = auto.");
                    session.Script(Table.Create);
                    return 0;
                });
            }
            catch (SqliteException exception)
            {
                throw new StoreException($"The outbox '{File}' can't be opened: {exception.Message}", exception);
            }
        },
        cancellationToken);

    public Task<IReadOnlyList<NewMessage>> ReadAsync(int limit, CancellationToken cancellationToken) =>
        Task.Run(() => Use((_, session) => Table.Read(session, limit)), cancellationToken);

    public Task RemoveAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken) =>
        Task.Run(
            () => Use((connection, session) =>
            {
                using var transaction = connection.BeginTransaction();
                var removed = Table.Remove(session, ids);
                transaction.Commit();
                return removed;
            }),
            cancellationToken);

    private T Use<T>(Func<SqliteConnection, SqliteSession, T> work)
    {
        using var connection = new SqliteConnection(_connectionString);
        connection.Open();
        using var session = new SqliteSession(connection, ownsConnection: false);
        return work(connection, session);
    }
}
