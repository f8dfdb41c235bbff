using System.Globalization;
using System.Text;
using Declarative.Delivery;
using Declarative.History;
using Declarative.Storage;

namespace Declarative.PostgreSql;

/// <summary>Looking back, the search index and the removal of what is old, in PostgreSQL.</summary>
internal sealed class PostgreSqlHistory(PostgreSqlStore store, PostgreSqlDeliveryLog log) : IHistoryStore
{
    private const string IndexedSetting = "search.indexed";

    /// <summary>An entry of an index must fit on a third of a page.</summary>
    private const int MaxIndexedBytes = 2_500;

    public Task<StoredPayload?> FindPayloadAsync(Guid uuid, CancellationToken cancellationToken) =>
        store.ReadAsync(
            session => session.FindAsync(
                """
                SELECT p.bytes, p.hipaa_audit OR s.hipaa_audit, m.erased_at
                FROM declarative.delivery d JOIN declarative.payload p ON p.seq = d.payload_seq JOIN declarative.subscription s ON s.id = d.subscription_id
                    JOIN declarative.message m ON m.seq = d.message_seq
                WHERE d.uuid = $1 ORDER BY d.seq LIMIT 1
                """,
                static reader => new StoredPayload(reader.Bytes(0), reader.GetBoolean(1), reader.TimeOrNull(2)),
                SqlValue.Id(uuid)),
            cancellationToken);

    public Task<DeliveryBounds?> BoundsAsync(CancellationToken cancellationToken) =>
        store.ReadAsync(
            session => session.FindAsync(
                "SELECT * FROM (SELECT min(seq) AS first, max(seq) AS last FROM declarative.delivery) b WHERE first IS NOT NULL",
                static reader => new DeliveryBounds(reader.GetInt64(0), reader.GetInt64(1))),
            cancellationToken);

    public Task<DateTimeOffset?> MadeAtAsync(long from, CancellationToken cancellationToken) =>
        store.ReadAsync<DateTimeOffset?>(
            async session => await session.QueryAsync("SELECT created_at FROM declarative.delivery WHERE seq >= $1 ORDER BY seq LIMIT 1", static reader => reader.Time(0), SqlValue.Long(from)).ConfigureAwait(false) is [var at] ? at : null,
            cancellationToken);

    public Task<IReadOnlyList<DeliveryTrace>> LookAsync(DeliverySelection selection, SearchExpression? search, long from, long before, int limit, CancellationToken cancellationToken) =>
        log.LookAsync(selection, search, from, before, limit, cancellationToken);

    public Task<IReadOnlyList<DeadLetter>> DeadMessagesAsync(int limit, CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<DeadLetter>>(
            async session => await session.QueryAsync(
                "SELECT id, name, attempts, reason, finished_at FROM declarative.message WHERE state = 4 ORDER BY finished_at DESC LIMIT $1",
                static reader => new DeadLetter
                {
                    IsMessage = true,
                    Id = reader.GetGuid(0),
                    EventName = reader.GetString(1),
                    Attempts = reader.GetInt32(2),
                    Reason = reader.TextOrNull(3) ?? "",
                    FinishedAt = reader.Time(4),
                },
                SqlValue.Int(limit)).ConfigureAwait(false),
            cancellationToken);

    /// <summary>Numbers of payloads are given before they are committed: the mark must not pass one that is not there yet.</summary>
    public Task<IReadOnlyList<UnindexedPayload>> LoadUnindexedAsync(int limit, CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<UnindexedPayload>>(
            async session => await session.QueryAsync(
                static reader => new UnindexedPayload(reader.GetInt64(0), reader.BytesOrNull(1)),
                StoreLocks.NoPayloadsInTheMaking,
                Statement.Select(
                    """
                    SELECT p.seq, CASE WHEN NOT p.hipaa_audit AND NOT EXISTS (
                        SELECT 1 FROM declarative.delivery d JOIN declarative.subscription s ON s.id = d.subscription_id
                        WHERE d.message_seq = p.message_seq AND d.payload_seq = p.seq AND s.hipaa_audit) THEN p.bytes END
                    FROM declarative.payload p WHERE p.seq > coalesce((SELECT value::bigint FROM declarative.setting WHERE name = $2), 0) ORDER BY p.seq LIMIT $1
                    """,
                    SqlValue.Int(limit),
                    SqlValue.Text(IndexedSetting))).ConfigureAwait(false),
            cancellationToken);

    /// <summary>Messages first: what is indexed must not be erased or removed meanwhile.</summary>
    public Task IndexAsync(IReadOnlyList<IndexedValue> values, long upTo, CancellationToken cancellationToken)
    {
        var fitting = values.Where(static one => Encoding.UTF8.GetByteCount(one.Path) + Encoding.UTF8.GetByteCount(one.Value) <= MaxIndexedBytes).ToList();
        return store.WriteAsync(
            session => session.RunAsync(
                Statement.Select(
                    """
                    SELECT 1 FROM declarative.message WHERE seq = ANY(ARRAY(SELECT message_seq FROM declarative.payload WHERE seq = ANY($1))) ORDER BY seq FOR SHARE
                    """,
                    SqlValue.Longs(fitting.Select(static one => one.PayloadSeq).Distinct())),
                Statement.Change(
                    """
                    INSERT INTO declarative.payload_value (path, value, payload_seq)
                    SELECT v.path, v.value, v.payload_seq FROM unnest($1::text[], $2::text[], $3::bigint[]) AS v(path, value, payload_seq)
                    WHERE EXISTS (SELECT 1 FROM declarative.payload p JOIN declarative.message m ON m.seq = p.message_seq WHERE p.seq = v.payload_seq AND m.erased_at IS NULL)
                    ORDER BY v.path COLLATE "C", v.value COLLATE "C", v.payload_seq ON CONFLICT DO NOTHING
                    """,
                    SqlValue.Texts(fitting.Select(static one => one.Path)),
                    SqlValue.Texts(fitting.Select(static one => one.Value)),
                    SqlValue.Longs(fitting.Select(static one => one.PayloadSeq))),
                Statement.Change(
                    """
                    INSERT INTO declarative.setting AS s (name, value) VALUES ($1, $2)
                    ON CONFLICT (name) DO UPDATE SET value = greatest(s.value::bigint, excluded.value::bigint)::text
                    """,
                    SqlValue.Text(IndexedSetting),
                    SqlValue.Text(upTo.ToString(CultureInfo.InvariantCulture)))),
            cancellationToken);
    }

    public Task<(long Last, int Removed)?> DeleteFinishedAsync(DateTimeOffset before, long after, int rows, CancellationToken cancellationToken) =>
        store.TransactAsync(session => DeleteFinishedAsync(session, before, after, rows), cancellationToken);

    /// <summary>
    /// Messages that are over; a message ends with its last delivery: one that is retried for days keeps its message. Those that are to be removed are locked first, against
    /// replays of what is looked at, and looked at afterwards.
    /// </summary>
    internal static async Task<(long Last, List<long> Found)?> FinishedAsync(PostgreSqlSession session, PostgreSqlStore store, DateTimeOffset before, long after, int rows, string which, bool isLocked)
    {
        var look = $"""
            SELECT seq, created_at < {StoreClock.Sql} + $2 FROM declarative.message WHERE seq > $3{which} ORDER BY seq LIMIT $4
            """;
        const string Lock = "SELECT seq FROM declarative.message WHERE seq = ANY($1) AND state >= 2 ORDER BY seq FOR UPDATE SKIP LOCKED";
        const string Over = $"""
            SELECT m.seq FROM declarative.message m
            WHERE m.seq = ANY($3) AND m.state >= 2 AND m.finished_at < {StoreClock.Sql} + $2
              AND NOT EXISTS (SELECT 1 FROM declarative.delivery d WHERE d.message_seq = m.seq AND (d.state IN (0, 1, 4) OR d.finished_at >= {StoreClock.Sql} + $2))
            """;
        var now = store.Clock.Before(before, TimeSpan.Zero, out var offset);
        var looked = await session.QueryAsync(look, static reader => (Seq: reader.GetInt64(0), IsOld: reader.GetBoolean(1)), now, SqlValue.Span(offset), SqlValue.Long(after), SqlValue.Int(rows)).ConfigureAwait(false);

        // They come in the order of their making: behind the first that is young are none that are over.
        var old = looked.TakeWhile(static row => row.IsOld).Select(static row => row.Seq).ToList();
        if (old.Count == 0)
            return null;
        var locked = isLocked ? await session.QueryAsync(Lock, static reader => reader.GetInt64(0), SqlValue.Longs(old)).ConfigureAwait(false) : old;
        return (old[^1], await session.QueryAsync(Over, static reader => reader.GetInt64(0), store.Clock.Before(before, TimeSpan.Zero, out offset), SqlValue.Span(offset), SqlValue.Longs(locked)).ConfigureAwait(false));
    }

    private async Task<(long Last, int Removed)?> DeleteFinishedAsync(PostgreSqlSession session, DateTimeOffset before, long after, int rows)
    {
        const string Delete = """
            WITH gone AS MATERIALIZED (SELECT seq, payload_seq FROM declarative.delivery WHERE message_seq = ANY($1)),
            attempts AS (DELETE FROM declarative.attempt WHERE delivery_seq = ANY(ARRAY(SELECT seq FROM gone))),
            indexed AS (DELETE FROM declarative.payload_value WHERE payload_seq = ANY(ARRAY(SELECT payload_seq FROM gone))),
            payloads AS (DELETE FROM declarative.payload WHERE seq = ANY(ARRAY(SELECT payload_seq FROM gone))),
            deliveries AS (DELETE FROM declarative.delivery WHERE seq = ANY(ARRAY(SELECT seq FROM gone)))
            DELETE FROM declarative.message WHERE seq = ANY($1)
            """;
        if (await FinishedAsync(session, store, before, after, rows, "", isLocked: true).ConfigureAwait(false) is not var (last, finished))
            return null;
        if (finished.Count > 0)
            await session.RunAsync(Delete, SqlValue.Longs(finished)).ConfigureAwait(false);
        return (last, finished.Count);
    }
}
