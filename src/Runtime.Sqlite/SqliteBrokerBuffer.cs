using Declarative.Storage;

namespace Declarative.Sqlite;

/// <summary>What waits for a broker, in SQLite. The process that has the store is the only one to send it.</summary>
internal sealed class SqliteBrokerBuffer(SqliteStore store) : IBrokerBuffer
{
    public Task AddAsync(IReadOnlyList<NewMessage> messages, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session =>
            {
                foreach (var message in messages)
                    Add(session, message);
                return messages.Count;
            },
            cancellationToken);

    public Task<bool> HoldAsync(Guid holder, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<IReadOnlyList<NewMessage>> ReadAsync(int limit, CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<NewMessage>>(
            session =>
            {
                var messages = new List<NewMessage>();
                using var reader = session.Prepare("""
                    SELECT id, name, store_id, kind, json, original, idempotency_key, request_hash, trace_parent, trace_state, created_at
                    FROM broker_buffer ORDER BY seq LIMIT $1
                    """).Query(limit);
                while (reader.Read())
                {
                    messages.Add(new NewMessage
                    {
                        Id = reader.Id(0),
                        Name = reader.GetString(1),
                        StoreId = reader.GetInt32(2),
                        CarriesPayload = reader.GetInt32(3) == 1,
                        Json = reader.Blob(4),
                        Original = reader.BlobOrNull(5),
                        IdempotencyKey = reader.TextOrNull(6),
                        RequestHash = reader.BlobOrNull(7),
                        TraceParent = reader.TextOrNull(8),
                        TraceState = reader.TextOrNull(9),
                        CreatedAt = reader.Time(10),
                    });
                }

                return messages;
            },
            cancellationToken);

    public Task RemoveAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session =>
            {
                foreach (var id in ids)
                    session.Prepare("DELETE FROM broker_buffer WHERE id = $1").Run(id.Bytes());
                return ids.Count;
            },
            cancellationToken);

    private static void Add(SqliteSession session, NewMessage message) =>
        session.Prepare("""
            INSERT INTO broker_buffer (id, name, store_id, kind, json, original, idempotency_key, request_hash, trace_parent, trace_state, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING
            """).Run(
            message.Id.Bytes(),
            message.Name,
            message.StoreId,
            message.CarriesPayload ? 1 : 0,
            message.Json,
            message.Original,
            message.IdempotencyKey,
            message.RequestHash,
            message.TraceParent,
            message.TraceState,
            message.CreatedAt.Ms());
}
