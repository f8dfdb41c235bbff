using System.Data.Common;
using Declarative.Outbox;
using Declarative.Storage;
using Microsoft.Data.Sqlite;

namespace Declarative.Sqlite;

/// <summary>
/// Publishes in transactions of Microsoft.Data.Sqlite: in the engine's own file the row is the event, in another file that is known as an outbox it waits to be moved.
/// </summary>
internal sealed class SqliteOutbox(IEnumerable<SqliteStore> stores, IEnumerable<IOutboxTable> tables, OutboxWake wake) : ITransactionOutbox
{
    private readonly string? _engine = stores.SingleOrDefault()?.File;
    private readonly HashSet<string> _outboxes = [.. tables.OfType<SqliteOutboxTable>().Select(static table => table.File)];

    public bool Takes(DbTransaction transaction) => transaction is SqliteTransaction;

    public Task<AppendResult> AddAsync(DbTransaction transaction, NewMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var connection = ((SqliteTransaction)transaction).Connection ?? throw new InvalidOperationException("The transaction has ended; publish before it is committed.");
        var file = FilePlace.Of(connection.DataSource);
        var result = file == _engine ? AddToEngine(connection, message)
            : _outboxes.Contains(file) ? SqliteOutboxTable.Add(connection, message)
            : throw new InvalidOperationException($"The transaction is of the database '{file}', which is neither the engine's nor an outbox. Add declarative.AddSqliteOutbox(\"Data Source={file}\") to AddDeclarative.");
        wake.After(transaction);
        return Task.FromResult(result);
    }

    private static AppendResult AddToEngine(SqliteConnection connection, NewMessage message)
    {
        using var session = new SqliteSession(connection, ownsConnection: false);
        return SqliteMessages.Append(session, message);
    }
}
