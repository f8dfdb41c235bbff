using System.Globalization;
using System.Text;
using System.Text.Json;
using Declarative.History;
using Declarative.Storage;

namespace Declarative.PostgreSql;

/// <summary>Replays, the search index and the removal of what is old, in PostgreSQL.</summary>
internal sealed class PostgreSqlHistory(PostgreSqlStore store) : IHistoryStore
{
    private const string IndexedSetting = "search.indexed";

    /// <summary>An entry of an index must fit on a third of a page.</summary>
    private const int MaxIndexedBytes = 2_500;

    public Task<StoredPayload?> FindPayloadAsync(Guid uuid, CancellationToken cancellationToken) =>
        store.ReadAsync(
            session => session.FindAsync(
                """
                SELECT p.bytes, p.hipaa_audit OR s.hipaa_audit
                FROM declarative.delivery d JOIN declarative.payload p ON p.seq = d.payload_seq JOIN declarative.subscription s ON s.id = d.subscription_id
                WHERE d.uuid = $1 ORDER BY d.seq LIMIT 1
                """,
                static reader => new StoredPayload(reader.Bytes(0), reader.GetBoolean(1)),
                SqlValue.Id(uuid)),
            cancellationToken);

    public async Task<ReplayResult> ReplayAsync(Guid uuid, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var result = await store.TransactAsync(
            async session =>
            {
                if (await ReplayAsync(session, [uuid], now).ConfigureAwait(false) is [var (_, replayNo)])
                    return new ReplayResult(ReplayOutcome.Made, replayNo);
                var status = await session.QueryAsync(
                    "SELECT s.status FROM declarative.delivery d JOIN declarative.subscription s ON s.id = d.subscription_id WHERE d.uuid = $1 LIMIT 1",
                    static reader => reader.GetInt16(0),
                    SqlValue.Id(uuid)).ConfigureAwait(false);
                return new ReplayResult(status switch { [] => ReplayOutcome.Unknown, [4] => ReplayOutcome.Unsubscribed, _ => ReplayOutcome.NeverReady }, 0);
            },
            cancellationToken).ConfigureAwait(false);
        if (result.Outcome == ReplayOutcome.Made)
            store.Tell(StoreChanges.Deliveries);
        return result;
    }

    public async Task<bool> ReviveMessageAsync(Guid id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        const string Revive = $"UPDATE declarative.message SET state = 0, attempts = 0, due_at = {StoreClock.Sql}, reason = NULL, finished_at = NULL WHERE id = $2 AND state = 4";
        var isRevived = await store.WriteAsync(session => session.RunAsync(Revive, store.Clock.Now(now), SqlValue.Id(id)), cancellationToken).ConfigureAwait(false) == 1;
        if (isRevived)
            store.Tell(StoreChanges.Messages);
        return isRevived;
    }

    public Task<ReplayProgress> StartReplayAsync(DeliverySelection selection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        const string Start = $"""
            INSERT INTO declarative.replay (selection, next_seq, last_seq, created_at) SELECT $2, 1, coalesce(max(seq), 0), {StoreClock.Sql} FROM declarative.delivery
            RETURNING id, made, created_at, finished_at, cancelled
            """;
        return store.TransactAsync(
            async session =>
            {
                var progress = await session.FindAsync(Start, ReadProgress, store.Clock.Now(now), SqlValue.Text(JsonSerializer.Serialize(selection, HistoryJson.Default.DeliverySelection))).ConfigureAwait(false);
                await session.RunAsync(store.Telling(StoreChanges.Replays)).ConfigureAwait(false);
                return progress!;
            },
            cancellationToken);
    }

    public Task<ReplayProgress?> FindReplayAsync(long id, CancellationToken cancellationToken) =>
        store.ReadAsync(
            session => session.FindAsync("SELECT id, made, created_at, finished_at, cancelled FROM declarative.replay WHERE id = $1", ReadProgress, SqlValue.Long(id)),
            cancellationToken);

    public Task<bool> CancelReplayAsync(long id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        const string Cancel = $"UPDATE declarative.replay SET cancelled = true, finished_at = {StoreClock.Sql} WHERE id = $2 AND finished_at IS NULL";
        return store.WriteAsync(async session => await session.RunAsync(Cancel, store.Clock.Now(now), SqlValue.Long(id)).ConfigureAwait(false) == 1, cancellationToken);
    }

    public async Task<ReplayStep> ContinueReplaysAsync(int rows, int maxWaiting, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var step = await store.TransactAsync(session => ContinueAsync(session, rows, maxWaiting, now), cancellationToken).ConfigureAwait(false);
        if (step.Made > 0)
            store.Tell(StoreChanges.Deliveries);
        return step;
    }

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

    public Task IndexAsync(IReadOnlyList<IndexedValue> values, long upTo, CancellationToken cancellationToken)
    {
        var fitting = values.Where(static one => Encoding.UTF8.GetByteCount(one.Path) + Encoding.UTF8.GetByteCount(one.Value) <= MaxIndexedBytes).ToList();
        return store.WriteAsync(
            session => session.RunAsync(
                Statement.Change(
                    """
                    INSERT INTO declarative.payload_value (path, value, payload_seq)
                    SELECT v.path, v.value, v.payload_seq FROM unnest($1::text[], $2::text[], $3::bigint[]) AS v(path, value, payload_seq)
                    WHERE EXISTS (SELECT 1 FROM declarative.payload p WHERE p.seq = v.payload_seq)
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
    /// Makes the first delivery of each trace due once more; those that were made, with their numbers. Their messages are locked first, so that replays of
    /// one trace come one after the other and none is removed meanwhile.
    /// </summary>
    private async Task<List<(Guid Uuid, int ReplayNo)>> ReplayAsync(PostgreSqlSession session, IReadOnlyList<Guid> uuids, DateTimeOffset now)
    {
        const string Lock = """
            SELECT 1 FROM declarative.message WHERE seq = ANY(ARRAY(SELECT message_seq FROM declarative.delivery WHERE uuid = ANY($1))) ORDER BY seq FOR UPDATE
            """;
        const string Replay = $"""
            INSERT INTO declarative.delivery (uuid, replay_no, message_seq, subscription_id, endpoint_id, payload_seq, priority, state, due_at, created_at)
            SELECT d.uuid, (SELECT max(n.replay_no) + 1 FROM declarative.delivery n WHERE n.uuid = d.uuid), d.message_seq, d.subscription_id, s.endpoint_id, d.payload_seq, s.priority,
                CASE s.status WHEN 1 THEN 0 ELSE 4 END, {StoreClock.Sql}, {StoreClock.Sql}
            FROM unnest($2::uuid[]) AS t(uuid)
            CROSS JOIN LATERAL (SELECT * FROM declarative.delivery f WHERE f.uuid = t.uuid ORDER BY f.seq LIMIT 1) d
            JOIN declarative.subscription s ON s.id = d.subscription_id
            JOIN declarative.message m ON m.seq = d.message_seq
            WHERE s.status <> 4 AND (d.last_reason IS NULL OR d.last_reason NOT LIKE 'not\_ready:%')
            RETURNING uuid, replay_no
            """;
        return await session.QueryAsync(
            static reader => (reader.GetGuid(0), reader.GetInt32(1)),
            Statement.Select(StoreLocks.AllShared),
            Statement.Select(Lock, SqlValue.Ids(uuids)),
            Statement.Select(Replay, store.Clock.Now(now), SqlValue.Ids(uuids))).ConfigureAwait(false);
    }

    private async Task<ReplayStep> ContinueAsync(PostgreSqlSession session, int rows, int maxWaiting, DateTimeOffset now)
    {
        // What is due only later is no sign of a slow receiver. One that is down must not hold up the replays for others, but no more than ten times as many may wait in all.
        const string Waiting = $"""
            SELECT count(*) FILTER (WHERE open_until IS NULL) >= $2 OR count(*) >= 10 * $2 FROM (
                SELECT e.open_until FROM declarative.delivery d JOIN declarative.endpoint e ON e.id = d.endpoint_id
                WHERE d.state IN (0, 1) AND d.replay_no > 0 AND d.due_at <= {StoreClock.Sql} LIMIT 10 * $2) w
            """;
        const string Advance = $"""
            UPDATE declarative.replay SET next_seq = $3, made = made + $4, finished_at = CASE WHEN $3 > last_seq THEN {StoreClock.Sql} END WHERE id = $2
            """;
        var next = await session.QueryAsync(
            "SELECT id, selection, next_seq, last_seq FROM declarative.replay WHERE finished_at IS NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED",
            static reader => (Id: reader.GetInt64(0), Selection: reader.GetString(1), Next: reader.GetInt64(2), Last: reader.GetInt64(3))).ConfigureAwait(false);
        if (next is not [var replay])
        {
            // Another node may be at it, and die.
            var isOthers = await session.QueryAsync("SELECT EXISTS (SELECT 1 FROM declarative.replay WHERE finished_at IS NULL)", static reader => reader.GetBoolean(0)).ConfigureAwait(false);
            return new ReplayStep(0, IsMore: isOthers[0], IsWaiting: isOthers[0]);
        }

        var mustWait = await session.QueryAsync(Waiting, static reader => reader.GetBoolean(0), store.Clock.Now(now), SqlValue.Int(maxWaiting)).ConfigureAwait(false);
        if (mustWait[0])
            return new ReplayStep(0, IsMore: true, IsWaiting: true);
        var selection = JsonSerializer.Deserialize(replay.Selection, HistoryJson.Default.DeliverySelection)!;
        var until = Math.Min(replay.Last, replay.Next + rows - 1);

        // Only what has ended, and of each trace its newest delivery: a replay that failed stands for its original.
        var uuids = await session.QueryAsync(
            """
            SELECT d.uuid FROM declarative.delivery d JOIN declarative.message m ON m.seq = d.message_seq
            WHERE d.seq BETWEEN $1 AND $2 AND d.state IN (2, 3) AND ($3 IS NULL OR m.name = $3) AND ($4 IS NULL OR d.subscription_id = $4) AND ($5 IS NULL OR d.state = $5)
              AND ($6 IS NULL OR d.created_at >= $6) AND ($7 IS NULL OR d.created_at < $7)
              AND NOT EXISTS (SELECT 1 FROM declarative.delivery n WHERE n.uuid = d.uuid AND n.seq > d.seq)
            ORDER BY d.seq
            """,
            static reader => reader.GetGuid(0),
            SqlValue.Long(replay.Next),
            SqlValue.Long(until),
            SqlValue.Text(selection.EventName),
            SqlValue.Long(selection.SubscriptionId),
            SqlValue.Int((int?)selection.State),
            SqlValue.Time(selection.From),
            SqlValue.Time(selection.To)).ConfigureAwait(false);
        var made = uuids.Count == 0 ? 0 : (await ReplayAsync(session, uuids, now).ConfigureAwait(false)).Count;
        await session.RunAsync(Advance, store.Clock.Now(now), SqlValue.Long(replay.Id), SqlValue.Long(until + 1), SqlValue.Int(made)).ConfigureAwait(false);
        return new ReplayStep(made, IsMore: true, IsWaiting: false);
    }

    /// <summary>
    /// A message ends with its last delivery: one that is retried for days keeps its message. The messages are locked first, against replays of what is
    /// looked at, and looked at afterwards.
    /// </summary>
    private async Task<(long Last, int Removed)?> DeleteFinishedAsync(PostgreSqlSession session, DateTimeOffset before, long after, int rows)
    {
        const string Look = $"""
            SELECT seq, created_at < {StoreClock.Sql} + $2 FROM declarative.message WHERE seq > $3 ORDER BY seq LIMIT $4
            """;
        const string Lock = "SELECT seq FROM declarative.message WHERE seq = ANY($1) AND state >= 2 ORDER BY seq FOR UPDATE SKIP LOCKED";
        const string Finished = $"""
            SELECT m.seq FROM declarative.message m
            WHERE m.seq = ANY($3) AND m.state >= 2 AND m.finished_at < {StoreClock.Sql} + $2
              AND NOT EXISTS (SELECT 1 FROM declarative.delivery d WHERE d.message_seq = m.seq AND (d.state IN (0, 1, 4) OR d.finished_at >= {StoreClock.Sql} + $2))
            """;
        const string Delete = """
            WITH gone AS MATERIALIZED (SELECT seq, payload_seq FROM declarative.delivery WHERE message_seq = ANY($1)),
            attempts AS (DELETE FROM declarative.attempt WHERE delivery_seq = ANY(ARRAY(SELECT seq FROM gone))),
            indexed AS (DELETE FROM declarative.payload_value WHERE payload_seq = ANY(ARRAY(SELECT payload_seq FROM gone))),
            payloads AS (DELETE FROM declarative.payload WHERE seq = ANY(ARRAY(SELECT payload_seq FROM gone))),
            deliveries AS (DELETE FROM declarative.delivery WHERE seq = ANY(ARRAY(SELECT seq FROM gone)))
            DELETE FROM declarative.message WHERE seq = ANY($1)
            """;
        var now = store.Clock.Before(before, TimeSpan.Zero, out var offset);
        var looked = await session.QueryAsync(Look, static reader => (Seq: reader.GetInt64(0), IsOld: reader.GetBoolean(1)), now, SqlValue.Span(offset), SqlValue.Long(after), SqlValue.Int(rows)).ConfigureAwait(false);

        // They come in the order of their making: behind the first that is young are none to remove.
        var old = looked.TakeWhile(static row => row.IsOld).Select(static row => row.Seq).ToList();
        if (old.Count == 0)
            return null;
        var locked = await session.QueryAsync(Lock, static reader => reader.GetInt64(0), SqlValue.Longs(old)).ConfigureAwait(false);
        var finished = await session.QueryAsync(Finished, static reader => reader.GetInt64(0), store.Clock.Before(before, TimeSpan.Zero, out offset), SqlValue.Span(offset), SqlValue.Longs(locked)).ConfigureAwait(false);
        if (finished.Count > 0)
            await session.RunAsync(Delete, SqlValue.Longs(finished)).ConfigureAwait(false);
        return (old[^1], finished.Count);
    }

    private static ReplayProgress ReadProgress(Npgsql.NpgsqlDataReader reader) => new(reader.GetInt64(0), reader.GetInt32(1), reader.Time(2), reader.TimeOrNull(3), reader.GetBoolean(4));
}
