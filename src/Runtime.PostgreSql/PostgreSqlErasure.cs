using Declarative.Storage;

namespace Declarative.PostgreSql;

/// <summary>Erasing the data of messages, in PostgreSQL.</summary>
internal sealed class PostgreSqlErasure(PostgreSqlStore store) : IErasureStore
{
    public Task<IReadOnlyList<long>> FindMessagesAsync(Guid id, CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<long>>(async session => await FindAsync(session, id).ConfigureAwait(false), cancellationToken);

    public Task<StoredData?> LoadStoredAsync(long after, int rows, CancellationToken cancellationToken) => store.ReadAsync(session => LoadAsync(session, after, rows), cancellationToken);

    public Task<(long Last, IReadOnlyList<long> Found)?> FindFinishedAsync(DateTimeOffset before, long after, int rows, CancellationToken cancellationToken) =>
        store.ReadAsync<(long Last, IReadOnlyList<long> Found)?>(
            async session => await PostgreSqlHistory.FinishedAsync(session, store, before, after, rows, " AND erased_at IS NULL", isLocked: false).ConfigureAwait(false) is var (last, found) ? (last, found) : null,
            cancellationToken);

    /// <summary>
    /// First what is pending is ended, a delivery at a time: who completes leased rows takes them in any order, so that a transaction which waits for one must not hold
    /// another. Only when none is pending is the data taken away, and the message marked: until then each attempt has its data, and a crash leaves what a repetition ends.
    /// </summary>
    public async Task<bool> EraseAsync(long message, DateTimeOffset now, CancellationToken cancellationToken)
    {
        while (true)
        {
            var step = await store.TransactAsync(session => TryEraseAsync(session, message, now), cancellationToken).ConfigureAwait(false);
            if (step.IsErased is { } isErased)
                return isErased;
            foreach (var delivery in step.Pending)
                await store.WriteAsync(session => EndAsync(session, delivery, now), cancellationToken).ConfigureAwait(false);
        }
    }

    private static Task<List<long>> FindAsync(PostgreSqlSession session, Guid id) => session.QueryAsync(
        "SELECT message_seq FROM declarative.delivery WHERE uuid = $1 UNION SELECT seq FROM declarative.message WHERE id = $1",
        static reader => reader.GetInt64(0),
        SqlValue.Id(id));

    private static async Task<StoredData?> LoadAsync(PostgreSqlSession session, long after, int rows)
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

    /// <summary>Ends the message, so that nothing more is made of it, and erases it if nothing of it is pending. Whether that was done, or what is pending.</summary>
    private async Task<(bool? IsErased, IReadOnlyList<long> Pending)> TryEraseAsync(PostgreSqlSession session, long message, DateTimeOffset now)
    {
        const string Lock = "SELECT seq FROM declarative.message WHERE seq = $1 AND erased_at IS NULL FOR UPDATE";
        const string End = $"""
            UPDATE declarative.message SET lease_token = NULL, lease_until = NULL, reason = CASE WHEN state IN (0, 1, 4) OR reason = 'erased' THEN 'erased' END, finished_at = coalesce(finished_at, {StoreClock.Sql}),
                state = CASE WHEN state IN (0, 1) THEN 3 WHEN state = 4 THEN 5 ELSE state END
            WHERE seq = $2
            """;
        const string Erase = $"""
            WITH deliveries AS MATERIALIZED (SELECT seq, payload_seq FROM declarative.delivery WHERE message_seq = $2),
            attempts AS (UPDATE declarative.attempt SET response = NULL, request_headers = NULL, response_headers = NULL WHERE delivery_seq = ANY(ARRAY(SELECT seq FROM deliveries))),
            indexed AS (DELETE FROM declarative.payload_value WHERE payload_seq = ANY(ARRAY(SELECT payload_seq FROM deliveries))),
            payloads AS (UPDATE declarative.payload SET bytes = 'null' WHERE seq = ANY(ARRAY(SELECT payload_seq FROM deliveries)))
            UPDATE declarative.message SET json = 'null', original = NULL, archived = NULL, request_hash = NULL, idempotency_key = NULL, erased_at = {StoreClock.Sql} WHERE seq = $2
            """;
        if ((await session.QueryAsync(Lock, static reader => reader.GetInt64(0), SqlValue.Long(message)).ConfigureAwait(false)).Count == 0)
            return (false, []);
        await session.RunAsync(End, store.Clock.Now(now), SqlValue.Long(message)).ConfigureAwait(false);
        var pending = await session.QueryAsync(
            "SELECT seq FROM declarative.delivery WHERE message_seq = $1 AND state IN (0, 1, 3, 4) ORDER BY seq",
            static reader => reader.GetInt64(0),
            SqlValue.Long(message)).ConfigureAwait(false);
        if (pending.Count > 0)
            return (null, pending);
        await session.RunAsync(Erase, store.Clock.Now(now), SqlValue.Long(message)).ConfigureAwait(false);
        return (true, []);
    }

    /// <summary>Ends a delivery that was not accepted yet; an attempt under way stores nothing any more.</summary>
    private Task<int> EndAsync(PostgreSqlSession session, long delivery, DateTimeOffset now) => session.RunAsync(
        $"""
        UPDATE declarative.delivery SET last_reason = 'erased', finished_at = coalesce(finished_at, {StoreClock.Sql}), lease_token = NULL, lease_until = NULL, state = CASE state WHEN 3 THEN 7 ELSE 5 END
        WHERE seq = $2 AND state IN (0, 1, 3, 4)
        """,
        store.Clock.Now(now),
        SqlValue.Long(delivery));
}
