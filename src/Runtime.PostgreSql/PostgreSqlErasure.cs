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

    /// <summary>
    /// Erases one message; whether it had not been before. One at a time, since who completes leased messages takes them in any order: a transaction that holds
    /// one of them must not wait for another. What is leased loses its lease, so that nothing is stored of it any more.
    /// </summary>
    public static async Task<bool> EraseAsync(PostgreSqlSession session, NpgsqlParameter now, long message)
    {
        const string Lock = "SELECT seq FROM declarative.message WHERE seq = $1 AND erased_at IS NULL FOR UPDATE";
        const string Erase = $"""
            WITH deliveries AS MATERIALIZED (SELECT seq, payload_seq FROM declarative.delivery WHERE message_seq = $2),
            attempts AS (UPDATE declarative.attempt SET response = NULL, request_headers = NULL, response_headers = NULL WHERE delivery_seq = ANY(ARRAY(SELECT seq FROM deliveries))),
            indexed AS (DELETE FROM declarative.payload_value WHERE payload_seq = ANY(ARRAY(SELECT payload_seq FROM deliveries))),
            payloads AS (UPDATE declarative.payload SET bytes = 'null' WHERE seq = ANY(ARRAY(SELECT payload_seq FROM deliveries)))
            UPDATE declarative.message SET json = 'null', original = NULL, archived = NULL, request_hash = NULL, idempotency_key = NULL, erased_at = {StoreClock.Sql},
                lease_token = NULL, lease_until = NULL, reason = CASE WHEN state IN (0, 1, 4) THEN 'erased' END, finished_at = coalesce(finished_at, {StoreClock.Sql}),
                state = CASE WHEN state IN (0, 1) THEN 3 WHEN state = 4 THEN 5 ELSE state END
            WHERE seq = $2
            """;
        if ((await session.QueryAsync(Lock, static reader => reader.GetInt64(0), SqlValue.Long(message)).ConfigureAwait(false)).Count == 0)
            return false;

        // In the same transaction: nobody shall find a delivery due whose payload is gone.
        await CancelAsync(session, now, message).ConfigureAwait(false);
        await session.RunAsync(Erase, Copy(now), SqlValue.Long(message)).ConfigureAwait(false);
        return true;
    }

    /// <summary>Ends what was not delivered yet. An attempt that is beginning or ending at the moment is passed over, since nobody waits for leased rows; whether one was.</summary>
    public static async Task<bool> CancelAsync(PostgreSqlSession session, NpgsqlParameter now, long message)
    {
        const string Cancel = $"""
            UPDATE declarative.delivery SET last_reason = 'erased', finished_at = coalesce(finished_at, {StoreClock.Sql}), lease_token = NULL, lease_until = NULL, state = CASE state WHEN 3 THEN 7 ELSE 5 END
            WHERE seq = ANY(ARRAY(SELECT seq FROM declarative.delivery WHERE message_seq = $2 AND state IN (0, 1, 3, 4) ORDER BY seq FOR UPDATE SKIP LOCKED))
            """;
        await session.RunAsync(Cancel, Copy(now), SqlValue.Long(message)).ConfigureAwait(false);
        var left = await session.QueryAsync(
            "SELECT EXISTS (SELECT 1 FROM declarative.delivery WHERE message_seq = $1 AND state IN (0, 1, 3, 4))",
            static reader => reader.GetBoolean(0),
            SqlValue.Long(message)).ConfigureAwait(false);
        return left[0];
    }

    /// <summary>An attempt that ended while its message was erased was logged with what the receiver had answered.</summary>
    public static Task<int> ForgetAnswersAsync(PostgreSqlSession session, long message) => session.RunAsync(
        """
        UPDATE declarative.attempt SET response = NULL, request_headers = NULL, response_headers = NULL
        WHERE delivery_seq = ANY(ARRAY(SELECT seq FROM declarative.delivery WHERE message_seq = $1)) AND (response IS NOT NULL OR request_headers IS NOT NULL OR response_headers IS NOT NULL)
        """,
        SqlValue.Long(message));

    /// <summary>A parameter belongs to one statement.</summary>
    private static NpgsqlParameter Copy(NpgsqlParameter parameter) => parameter.Clone();
}
