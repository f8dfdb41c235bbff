using System.Collections.Concurrent;
using System.Data.Common;
using Declarative.Outbox;
using Declarative.Storage;
using Npgsql;

namespace Declarative.PostgreSql;

/// <summary>
/// Publishes in transactions of Npgsql: in the engine's own database the row is the event, in another one that is known as an outbox it waits to be moved.
/// </summary>
internal sealed class PostgreSqlOutbox(IEnumerable<PostgreSqlStore> stores, IEnumerable<IOutboxTable> tables, OutboxWake wake) : ITransactionOutbox
{
    private readonly PostgreSqlStore? _engine = stores.SingleOrDefault();
    private readonly HashSet<string> _outboxes = [.. tables.OfType<PostgreSqlOutboxTable>().Select(static table => table.Place)];
    private readonly ConcurrentDictionary<string, Kind> _kinds = new(StringComparer.Ordinal);

    private enum Kind
    {
        Engine,
        Outbox,
    }

    public bool Takes(DbTransaction transaction) => transaction is NpgsqlTransaction;

    public async Task<AppendResult> AddAsync(DbTransaction transaction, NewMessage message, CancellationToken cancellationToken)
    {
        var connection = ((NpgsqlTransaction)transaction).Connection ?? throw new InvalidOperationException("The transaction has ended; publish before it is committed.");
        var result = await KindOfAsync(connection, cancellationToken).ConfigureAwait(false) == Kind.Engine
            ? await AddToEngineAsync(connection, message, cancellationToken).ConfigureAwait(false)
            : await PostgreSqlOutboxTable.AddAsync(connection, message, cancellationToken).ConfigureAwait(false);
        wake.After(transaction);
        return result;
    }

    private async Task<AppendResult> AddToEngineAsync(NpgsqlConnection connection, NewMessage message, CancellationToken cancellationToken)
    {
        var session = new PostgreSqlSession(connection, cancellationToken);
        var result = (await new MessageAppend(_engine!.Clock, [message], step => step(session)).RunAsync().ConfigureAwait(false))[0];

        // Part of the transaction, so that all nodes, this one too, hear of it with the commit.
        await session.RunAsync(Statement.Select("SELECT pg_notify($1, $2)", SqlValue.Text(ChangeListener.Channel), SqlValue.Text(Notices.Text("outbox", StoreChanges.Messages)))).ConfigureAwait(false);
        return result;
    }

    /// <summary>The engine's database is told by the random id in its table, whatever address leads there; an outbox by the address that it was made known by.</summary>
    private async Task<Kind> KindOfAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var place = PostgreSqlOutboxTable.PlaceOf(connection.Host, connection.Port, connection.Database);
        if (_kinds.TryGetValue(place, out var known))
            return known;
        var session = new PostgreSqlSession(connection, cancellationToken);
        var isEngine = _engine is not null
            && (await session.QueryAsync("SELECT to_regclass('declarative.store') IS NOT NULL", static reader => reader.GetBoolean(0)).ConfigureAwait(false))[0]
            && await IsEngineAsync(session, cancellationToken).ConfigureAwait(false);
        if (!isEngine && !_outboxes.Contains(place))
            throw new InvalidOperationException($"The transaction is of the database '{place}', which is neither the engine's nor an outbox. Add declarative.AddPostgreSqlOutbox(\"Host={connection.Host};Port={connection.Port};Database={connection.Database};…\") to AddDeclarative.");
        return _kinds[place] = isEngine ? Kind.Engine : Kind.Outbox;
    }

    private async Task<bool> IsEngineAsync(PostgreSqlSession session, CancellationToken cancellationToken)
    {
        const string Select = "SELECT id::text FROM declarative.store";
        var theirs = await session.FindAsync(Select, static reader => reader.GetString(0)).ConfigureAwait(false);
        var ours = await _engine!.ReadAsync(own => own.FindAsync(Select, static reader => reader.GetString(0)), cancellationToken).ConfigureAwait(false);
        return ours == theirs;
    }
}
