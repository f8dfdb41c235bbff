using Declarative.Storage;

namespace Declarative.Sqlite;

/// <summary>What waits for a broker, in SQLite. The process that has the store is the only one to send it.</summary>
internal sealed class SqliteBrokerBuffer(SqliteStore store) : IBrokerBuffer
{
    private static readonly WaitingMessages Table = new("broker_buffer");

    public Task AddAsync(IReadOnlyList<NewMessage> messages, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session =>
            {
                foreach (var message in messages)
                    Table.Add(session, message);
                return messages.Count;
            },
            cancellationToken);

    public Task<bool> HoldAsync(Guid holder, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<IReadOnlyList<NewMessage>> ReadAsync(int limit, CancellationToken cancellationToken) =>
        store.ReadAsync(session => Table.Read(session, limit), cancellationToken);

    public Task RemoveAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken) =>
        store.WriteAsync(session => Table.Remove(session, ids), cancellationToken);
}
