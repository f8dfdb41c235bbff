using Declarative.Storage;
using Npgsql;

namespace Declarative.PostgreSql;

/// <summary>Erasing the data of messages; that there was one stays.</summary>
internal static class PostgreSqlErasure
{
    public static Task<List<long>> FindAsync(PostgreSqlSession session, Guid id) => session.QueryAsync(
        "SELECT message_seq FROM declarative.delivery WHERE uuid = $1 UNION SELECT seq FROM declarative.message WHERE id = $1",
        static reader => reader.GetInt64(0),
        SqlValue.Id(id));

    public static async Task<StoredData?> LoadAsync(PostgreSqlSession session, long after, int rows)
    {
        var ends = await session.QueryAsync(
            "SELECT max(seq) FROM (SELECT seq FROM declarative.message WHERE seq > $1 ORDER BY seq LIMIT $2) m",
            static reader => reader.LongOrNull(0),
            SqlValue.Long(after),
            SqlValue.Int(rows)).ConfigureAwait(false);
        if (ends is not [{ } last])
            return null;
        var data = new List<(long, byte[])>();
        await session.QueryAsync(
            """
            SELECT m.seq, m.json, m.original, m.archived FROM declarative.message m WHERE m.seq > $1 AND m.seq <= $2 AND m.erased_at IS NULL
            UNION ALL
            SELECT p.message_seq, p.bytes, NULL, NULL FROM declarative.payload p
            WHERE p.seq = ANY(ARRAY(SELECT d.payload_seq FROM declarative.delivery d WHERE d.message_seq > $1 AND d.message_seq <= $2))
              AND EXISTS (SELECT 1 FROM declarative.message m WHERE m.seq = p.message_seq AND m.erased_at IS NULL)
            """,
            reader =>
            {
                for (var column = 1; column <= 3; column++)
                {
                    if (reader.BytesOrNull(column) is { } json)
                        data.Add((reader.GetInt64(0), json));
                }

                return 0;
            },
            SqlValue.Long(after),
            SqlValue.Long(last)).ConfigureAwait(false);
        return new StoredData(last, data);
    }

    /// <summary>Messages first, as all that change several tables do; what is leased loses its lease, so that nothing is stored of it any more.</summary>
    public static async Task<int> EraseAsync(PostgreSqlSession session, NpgsqlParameter now, IReadOnlyList<long> messages)
    {
        const string Lock = "SELECT seq FROM declarative.message WHERE seq = ANY($1) AND erased_at IS NULL ORDER BY seq FOR UPDATE";
        const string Erase = $"""
            WITH deliveries AS MATERIALIZED (SELECT seq, payload_seq FROM declarative.delivery WHERE message_seq = ANY($2)),
            attempts AS (UPDATE declarative.attempt SET response = NULL, request_headers = NULL, response_headers = NULL WHERE delivery_seq = ANY(ARRAY(SELECT seq FROM deliveries))),
            indexed AS (DELETE FROM declarative.payload_value WHERE payload_seq = ANY(ARRAY(SELECT payload_seq FROM deliveries))),
            payloads AS (UPDATE declarative.payload SET bytes = 'null' WHERE seq = ANY(ARRAY(SELECT payload_seq FROM deliveries)))
            UPDATE declarative.message SET json = 'null', original = NULL, archived = NULL, request_hash = NULL, idempotency_key = NULL, erased_at = {StoreClock.Sql},
                lease_token = NULL, lease_until = NULL, reason = CASE WHEN state IN (0, 1, 4) THEN 'erased' END, finished_at = coalesce(finished_at, {StoreClock.Sql}),
                state = CASE WHEN state IN (0, 1) THEN 3 WHEN state = 4 THEN 5 ELSE state END
            WHERE seq = ANY($2)
            """;
        var locked = await session.QueryAsync(Lock, static reader => reader.GetInt64(0), SqlValue.Longs(messages)).ConfigureAwait(false);
        if (locked.Count > 0)
            await session.RunAsync(Erase, now, SqlValue.Longs(locked)).ConfigureAwait(false);
        return locked.Count;
    }

    /// <summary>
    /// Ends what was not delivered yet. An attempt that is ending at the moment is passed over, since nobody waits for leased rows; whether one was.
    /// </summary>
    public static async Task<bool> CancelAsync(PostgreSqlSession session, NpgsqlParameter now, IReadOnlyList<long> messages)
    {
        const string Cancel = $"""
            UPDATE declarative.delivery SET last_reason = 'erased', finished_at = coalesce(finished_at, {StoreClock.Sql}), lease_token = NULL, lease_until = NULL, state = CASE state WHEN 3 THEN 7 ELSE 5 END
            WHERE seq = ANY(ARRAY(SELECT seq FROM declarative.delivery WHERE message_seq = ANY($2) AND state IN (0, 1, 3, 4) ORDER BY seq FOR UPDATE SKIP LOCKED))
            """;
        await session.RunAsync(Cancel, now, SqlValue.Longs(messages)).ConfigureAwait(false);
        var left = await session.QueryAsync(
            "SELECT EXISTS (SELECT 1 FROM declarative.delivery WHERE message_seq = ANY($1) AND state IN (0, 1, 3, 4))",
            static reader => reader.GetBoolean(0),
            SqlValue.Longs(messages)).ConfigureAwait(false);
        return left[0];
    }
}
