using Declarative.Storage;

namespace Declarative.Sqlite;

/// <summary>A table of messages that wait to go elsewhere, in order of arrival: for a broker, or in an outbox. The columns are <c>message</c>'s.</summary>
internal sealed class WaitingMessages(string table)
{
    /// <summary>What makes the table.</summary>
    public string Create { get; } = $"""
        CREATE TABLE IF NOT EXISTS {table} (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id BLOB NOT NULL UNIQUE,
            name TEXT NOT NULL,
            store_id INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            json BLOB NOT NULL,
            original BLOB,
            idempotency_key TEXT,
            request_hash BLOB,
            trace_parent TEXT,
            trace_state TEXT,
            created_at INTEGER NOT NULL
        ) STRICT;
        """;

    private readonly string _add = $"""
        INSERT INTO {table} (id, name, store_id, kind, json, original, idempotency_key, request_hash, trace_parent, trace_state, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING
        """;

    private readonly string _read = $"""
        SELECT id, name, store_id, kind, json, original, idempotency_key, request_hash, trace_parent, trace_state, created_at
        FROM {table} ORDER BY seq LIMIT $1
        """;

    private readonly string _remove = $"DELETE FROM {table} WHERE id = $1";

    public void Add(SqliteSession session, NewMessage message) => session.Prepare(_add).Run(
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

    public IReadOnlyList<NewMessage> Read(SqliteSession session, int limit)
    {
        var messages = new List<NewMessage>();
        using var reader = session.Prepare(_read).Query(limit);
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
    }

    public int Remove(SqliteSession session, IReadOnlyList<Guid> ids)
    {
        foreach (var id in ids)
            session.Prepare(_remove).Run(id.Bytes());
        return ids.Count;
    }
}
