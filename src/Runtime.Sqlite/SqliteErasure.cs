using Declarative.Storage;

namespace Declarative.Sqlite;

/// <summary>Erasing the data of messages, in SQLite.</summary>
internal sealed class SqliteErasure(SqliteStore store) : IErasureStore
{
    public Task<IReadOnlyList<long>> FindMessagesAsync(Guid id, CancellationToken cancellationToken) => store.ReadAsync<IReadOnlyList<long>>(session => Find(session, id), cancellationToken);

    public Task<StoredData?> LoadStoredAsync(long after, int rows, CancellationToken cancellationToken) => store.ReadAsync(session => Load(session, after, rows), cancellationToken);

    public Task<bool> EraseAsync(long message, DateTimeOffset now, CancellationToken cancellationToken) => store.WriteAsync(session => Erase(session, message, now.Ms()), cancellationToken);

    public Task<(long Last, IReadOnlyList<long> Found)?> FindFinishedAsync(DateTimeOffset before, long after, int rows, CancellationToken cancellationToken) =>
        store.ReadAsync<(long Last, IReadOnlyList<long> Found)?>(
            session => SqliteHistory.Finished(session, before.Ms(), after, rows, " AND m.erased_at IS NULL") is var (last, found) ? (last, found) : null,
            cancellationToken);

    private static List<long> Find(SqliteSession session, Guid id)
    {
        var messages = new List<long>();
        using var reader = session.Prepare("SELECT message_seq FROM delivery WHERE uuid = $1 UNION SELECT seq FROM message WHERE id = $1").Query(id.Bytes());
        while (reader.Read())
            messages.Add(reader.GetInt64(0));
        return messages;
    }

    private static StoredData? Load(SqliteSession session, long after, int rows)
    {
        long last;
        using (var reader = session.Prepare("SELECT max(seq) FROM (SELECT seq FROM message WHERE seq > $1 ORDER BY seq LIMIT $2)").Query(after, rows))
        {
            reader.Read();
            if (reader.IsDBNull(0))
                return null;
            last = reader.GetInt64(0);
        }

        var data = new List<(long, byte[])>();
        using (var reader = session.Prepare("""
            SELECT m.seq, m.json, m.original, m.archived FROM message m WHERE m.seq > $1 AND m.seq <= $2 AND m.erased_at IS NULL
            UNION ALL
            SELECT p.message_seq, p.bytes, NULL, NULL FROM payload p
            WHERE p.seq IN (SELECT payload_seq FROM delivery WHERE message_seq > $1 AND message_seq <= $2)
              AND EXISTS (SELECT 1 FROM message m WHERE m.seq = p.message_seq AND m.erased_at IS NULL)
            """).Query(after, last))
        {
            while (reader.Read())
            {
                for (var column = 1; column <= 3; column++)
                {
                    if (reader.BlobOrNull(column) is { } json)
                        data.Add((reader.GetInt64(0), json));
                }
            }
        }

        return new StoredData(last, data);
    }

    /// <summary>What is leased loses its lease, so that nothing is stored of it any more.</summary>
    private static bool Erase(SqliteSession session, long message, long now)
    {
        const string Deliveries = "(SELECT seq FROM delivery WHERE message_seq = $1)";
        const string Payloads = "(SELECT payload_seq FROM delivery WHERE message_seq = $1)";
        if (session.Prepare("""
            UPDATE message SET json = CAST('null' AS BLOB), original = NULL, archived = NULL, request_hash = NULL, idempotency_key = NULL, erased_at = $2, lease_token = NULL, lease_until = NULL,
                reason = CASE WHEN state IN (0, 1, 4) THEN 'erased' END, finished_at = coalesce(finished_at, $2), state = CASE WHEN state IN (0, 1) THEN 3 WHEN state = 4 THEN 5 ELSE state END
            WHERE seq = $1 AND erased_at IS NULL
            """).Run(message, now) == 0)
            return false;
        session.Prepare($"UPDATE attempt SET response = NULL, request_headers = NULL, response_headers = NULL WHERE delivery_seq IN {Deliveries}").Run(message);
        session.Prepare($"DELETE FROM payload_value WHERE payload_seq IN {Payloads}").Run(message);
        session.Prepare($"UPDATE payload SET bytes = CAST('null' AS BLOB) WHERE seq IN {Payloads}").Run(message);
        session.Prepare("UPDATE delivery SET state = 5, last_reason = 'erased', finished_at = $2, lease_token = NULL, lease_until = NULL WHERE message_seq = $1 AND state IN (0, 1, 4)").Run(message, now);
        session.Prepare("UPDATE delivery SET state = 7, last_reason = 'erased' WHERE message_seq = $1 AND state = 3").Run(message);
        return true;
    }
}
