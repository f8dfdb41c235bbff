using System.Globalization;
using Declarative.Delivery;
using Declarative.History;
using Declarative.Storage;

namespace Declarative.Sqlite;

/// <summary>Looking back, the search index and the removal of what is old, in SQLite.</summary>
internal sealed class SqliteHistory(SqliteStore store, SqliteDeliveryLog log) : IHistoryStore
{
    private const string IndexedSetting = "search.indexed";

    public Task<StoredPayload?> FindPayloadAsync(Guid uuid, CancellationToken cancellationToken) =>
        store.ReadAsync(
            session =>
            {
                using var reader = session.Prepare("""
                    SELECT p.bytes, max(p.hipaa_audit, s.hipaa_audit), m.erased_at
                    FROM delivery d JOIN payload p ON p.seq = d.payload_seq JOIN subscription s ON s.id = d.subscription_id JOIN message m ON m.seq = d.message_seq
                    WHERE d.uuid = $1 ORDER BY d.seq LIMIT 1
                    """).Query(uuid.Bytes());
                return reader.Read() ? new StoredPayload(reader.Blob(0), reader.GetInt32(1) == 1, reader.TimeOrNull(2)) : null;
            },
            cancellationToken);

    public Task<DeliveryBounds?> BoundsAsync(CancellationToken cancellationToken) =>
        store.ReadAsync(
            session =>
            {
                // Two statements: one with both reads the whole table.
                using var first = session.Prepare("SELECT min(seq) FROM delivery").Query();
                using var last = session.Prepare("SELECT max(seq) FROM delivery").Query();
                return first.Read() && !first.IsDBNull(0) && last.Read() ? new DeliveryBounds(first.GetInt64(0), last.GetInt64(0)) : null;
            },
            cancellationToken);

    public Task<DateTimeOffset?> MadeAtAsync(long from, CancellationToken cancellationToken) =>
        store.ReadAsync<DateTimeOffset?>(
            session =>
            {
                using var reader = session.Prepare("SELECT created_at FROM delivery WHERE seq >= $1 ORDER BY seq LIMIT 1").Query(from);
                return reader.Read() ? reader.Time(0) : null;
            },
            cancellationToken);

    public Task<IReadOnlyList<DeliveryTrace>> LookAsync(DeliverySelection selection, SearchExpression? search, long from, long before, int limit, CancellationToken cancellationToken) =>
        log.LookAsync(selection, search, from, before, limit, cancellationToken);

    public Task<IReadOnlyList<DeadLetter>> DeadMessagesAsync(int limit, CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<DeadLetter>>(
            session =>
            {
                var dead = new List<DeadLetter>();
                using var reader = session.Prepare("SELECT id, name, attempts, reason, finished_at FROM message WHERE state = 4 ORDER BY finished_at DESC LIMIT $1").Query(limit);
                while (reader.Read())
                {
                    dead.Add(new DeadLetter
                    {
                        IsMessage = true,
                        Id = reader.Id(0),
                        EventName = reader.GetString(1),
                        Attempts = reader.GetInt32(2),
                        Reason = reader.TextOrNull(3) ?? "",
                        FinishedAt = reader.Time(4),
                    });
                }

                return dead;
            },
            cancellationToken);

    public Task<IReadOnlyList<UnindexedPayload>> LoadUnindexedAsync(int limit, CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<UnindexedPayload>>(
            session =>
            {
                var payloads = new List<UnindexedPayload>();
                using var reader = session.Prepare("""
                    SELECT p.seq, CASE WHEN p.hipaa_audit = 1 OR EXISTS (SELECT 1 FROM delivery d JOIN subscription s ON s.id = d.subscription_id
                                                    WHERE d.message_seq = p.message_seq AND d.payload_seq = p.seq AND s.hipaa_audit = 1) THEN NULL ELSE p.bytes END
                    FROM payload p WHERE p.seq > coalesce((SELECT CAST(value AS INTEGER) FROM setting WHERE name = $2), 0) ORDER BY p.seq LIMIT $1
                    """).Query(limit, IndexedSetting);
                while (reader.Read())
                    payloads.Add(new UnindexedPayload(reader.GetInt64(0), reader.BlobOrNull(1)));
                return payloads;
            },
            cancellationToken);

    public Task IndexAsync(IReadOnlyList<IndexedValue> values, long upTo, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session =>
            {
                foreach (var value in values)
                    session.Prepare("INSERT INTO payload_value (path, value, payload_seq) SELECT $1, $2, p.seq FROM payload p JOIN message m ON m.seq = p.message_seq WHERE p.seq = $3 AND m.erased_at IS NULL ON CONFLICT DO NOTHING").Run(value.Path, value.Value, value.PayloadSeq);
                return session.Prepare("INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2")
                    .Run(IndexedSetting, upTo.ToString(CultureInfo.InvariantCulture));
            },
            cancellationToken);

    public Task<(long Last, int Removed)?> DeleteFinishedAsync(DateTimeOffset before, long after, int rows, CancellationToken cancellationToken) =>
        store.WriteAsync(session => DeleteFinished(session, before.Ms(), after, rows), cancellationToken);

    /// <summary>Messages that are over; a message ends with its last delivery: one that is retried for days keeps its message.</summary>
    internal static (long Last, List<long> Found)? Finished(SqliteSession session, long before, long after, int rows, string which)
    {
        var finished = new List<long>();
        var last = after;
        var looked = 0;
        using (var reader = session.Prepare($"""
            SELECT m.seq, m.state >= 2 AND m.finished_at < $1 AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.message_seq = m.seq AND (d.state IN (0, 1, 4) OR d.finished_at >= $1)), m.created_at
            FROM message m WHERE m.seq > $2{which} ORDER BY m.seq LIMIT $3
            """).Query(before, after, rows))
        {
            // They come in the order of their making: behind the first that is young are none that are over.
            while (reader.Read() && reader.GetInt64(2) < before)
            {
                looked++;
                last = reader.GetInt64(0);
                if (reader.GetInt32(1) == 1)
                    finished.Add(last);
            }
        }

        return looked == 0 ? null : (last, finished);
    }

    private static (long Last, int Removed)? DeleteFinished(SqliteSession session, long before, long after, int rows)
    {
        if (Finished(session, before, after, rows, "") is not var (last, finished))
            return null;
        foreach (var message in finished)
        {
            session.Prepare("DELETE FROM attempt WHERE delivery_seq IN (SELECT seq FROM delivery WHERE message_seq = $1)").Run(message);
            session.Prepare("DELETE FROM payload_value WHERE payload_seq IN (SELECT payload_seq FROM delivery WHERE message_seq = $1)").Run(message);
            session.Prepare("DELETE FROM payload WHERE seq IN (SELECT payload_seq FROM delivery WHERE message_seq = $1)").Run(message);
            session.Prepare("DELETE FROM delivery WHERE message_seq = $1").Run(message);
            session.Prepare("DELETE FROM message WHERE seq = $1").Run(message);
        }

        return (last, finished.Count);
    }
}
