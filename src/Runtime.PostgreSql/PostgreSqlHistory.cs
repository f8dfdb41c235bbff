using System.Globalization;
using System.Text;
using System.Text.Json;
using Declarative.Delivery;
using Declarative.History;
using Declarative.Storage;

namespace Declarative.PostgreSql;

/// <summary>Replays, the search index and the removal of what is old, in PostgreSQL.</summary>
internal sealed class PostgreSqlHistory(PostgreSqlStore store, PostgreSqlDeliveryLog log) : IHistoryStore
{
    private const string IndexedSetting = "search.indexed";
    private const string Progress = "id, made, created_at, finished_at, cancelled, next_seq, last_seq";

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

    public Task<ArchiveStep?> LoadArchivedAsync(int rows, int maxWaiting, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.ReadAsync(session => PostgreSqlArchive.LoadAsync(session, store, rows, maxWaiting, now), cancellationToken);

    public async Task<int> StoreArchivedAsync(ArchiveStep step, IReadOnlyList<(long MessageSeq, NewPayload Payload)> made, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var count = await store.TransactAsync(session => PostgreSqlArchive.StoreAsync(session, store, step, made, now), cancellationToken).ConfigureAwait(false);
        if (count > 0)
            store.Tell(StoreChanges.Deliveries);
        return count;
    }

    public Task<IReadOnlyList<long>> FindMessagesAsync(Guid id, CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<long>>(async session => await PostgreSqlErasure.FindAsync(session, id).ConfigureAwait(false), cancellationToken);

    public Task<StoredData?> LoadStoredAsync(long after, int rows, CancellationToken cancellationToken) =>
        store.ReadAsync(session => PostgreSqlErasure.LoadAsync(session, after, rows), cancellationToken);

    public async Task<int> EraseAsync(IReadOnlyList<long> messages, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var erased = 0;
        foreach (var message in messages)
        {
            erased += await store.TransactAsync(session => PostgreSqlErasure.EraseAsync(session, store.Clock.Now(now), message), cancellationToken).ConfigureAwait(false) ? 1 : 0;

            // What is begun is brought to its end, whoever waits for it no longer.
            while (await store.TransactAsync(session => PostgreSqlErasure.CancelAsync(session, store.Clock.Now(now), message), CancellationToken.None).ConfigureAwait(false))
                await Task.Delay(20, CancellationToken.None).ConfigureAwait(false);
            await store.WriteAsync(session => PostgreSqlErasure.ForgetAnswersAsync(session, message), CancellationToken.None).ConfigureAwait(false);
        }

        return erased;
    }

    public Task<(long Last, IReadOnlyList<long> Found)?> FindFinishedAsync(DateTimeOffset before, long after, int rows, CancellationToken cancellationToken) =>
        store.ReadAsync<(long Last, IReadOnlyList<long> Found)?>(
            async session => await FinishedAsync(session, before, after, rows, " AND erased_at IS NULL", isLocked: false).ConfigureAwait(false) is var (last, found) ? (last, found) : null,
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

    public Task<int> DiscardAsync(IReadOnlyList<Guid> ids, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.TransactAsync(
            session => session.RunAsync(
                Statement.Change("UPDATE declarative.delivery SET state = 7 WHERE uuid = ANY($1) AND state = 3", SqlValue.Ids(ids)),
                Statement.Change("UPDATE declarative.message SET state = 5 WHERE id = ANY($1) AND state = 4", SqlValue.Ids(ids))),
            cancellationToken);

    public async Task<ReplayResult> ReplayAsync(Guid uuid, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var result = await store.TransactAsync(
            async session =>
            {
                if (await ReplayAsync(session, [uuid], now).ConfigureAwait(false) is [var (_, replayNo)])
                    return new ReplayResult(ReplayOutcome.Made, replayNo);
                var found = await session.QueryAsync(
                    """
                    SELECT s.status, d.last_reason LIKE 'not\_ready:%' FROM declarative.delivery d JOIN declarative.subscription s ON s.id = d.subscription_id
                    WHERE d.uuid = $1 ORDER BY d.seq LIMIT 1
                    """,
                    static reader => (Status: reader.GetInt16(0), IsUnready: !reader.IsDBNull(1) && reader.GetBoolean(1)),
                    SqlValue.Id(uuid)).ConfigureAwait(false);
                return new ReplayResult(found switch { [] => ReplayOutcome.Unknown, [(4, _)] => ReplayOutcome.Unsubscribed, [(_, true)] => ReplayOutcome.NeverReady, _ => ReplayOutcome.Erased }, 0);
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

    public Task<ReplayProgress> StartReplayAsync(DeliverySelection selection, DateTimeOffset now, CancellationToken cancellationToken) =>
        StartAsync(selection, "delivery", isOfEvents: false, now, cancellationToken);

    public Task<ReplayProgress> StartArchiveReplayAsync(DeliverySelection selection, DateTimeOffset now, CancellationToken cancellationToken) =>
        StartAsync(selection, "message", isOfEvents: true, now, cancellationToken);

    public Task<IReadOnlyList<ReplayProgress>> ListReplaysAsync(int limit, CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<ReplayProgress>>(
            async session => await session.QueryAsync($"SELECT {Progress} FROM declarative.replay ORDER BY id DESC LIMIT $1", ReadProgress, SqlValue.Int(limit)).ConfigureAwait(false),
            cancellationToken);

    public Task<ReplayProgress?> FindReplayAsync(long id, CancellationToken cancellationToken) =>
        store.ReadAsync(
            session => session.FindAsync($"SELECT {Progress} FROM declarative.replay WHERE id = $1", ReadProgress, SqlValue.Long(id)),
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
            WHERE s.status <> 4 AND m.erased_at IS NULL AND (d.last_reason IS NULL OR d.last_reason NOT LIKE 'not\_ready:%')
            RETURNING uuid, replay_no
            """;
        const string Stand = "UPDATE declarative.delivery SET state = 6 WHERE uuid = ANY($1) AND state = 3";
        var made = await session.QueryAsync(
            static reader => (Uuid: reader.GetGuid(0), ReplayNo: reader.GetInt32(1)),
            Statement.Select(StoreLocks.AllShared),
            Statement.Select(Lock, SqlValue.Ids(uuids)),
            Statement.Select(Replay, store.Clock.Now(now), SqlValue.Ids(uuids))).ConfigureAwait(false);

        // What is replayed is a dead letter no more.
        if (made.Count > 0)
            await session.RunAsync(Stand, SqlValue.Ids(made.Select(static one => one.Uuid))).ConfigureAwait(false);
        return made;
    }

    /// <summary>What is due only later is no sign of a slow receiver. One that is down must not hold up the replays for others, but no more than ten times as many may wait in all.</summary>
    internal static async Task<bool> MustWaitAsync(PostgreSqlSession session, PostgreSqlStore store, int maxWaiting, DateTimeOffset now)
    {
        const string Waiting = $"""
            SELECT count(*) FILTER (WHERE open_until IS NULL) >= $2 OR count(*) >= 10 * $2 FROM (
                SELECT e.open_until FROM declarative.delivery d JOIN declarative.endpoint e ON e.id = d.endpoint_id
                WHERE d.state IN (0, 1) AND d.replay_no > 0 AND d.due_at <= {StoreClock.Sql} LIMIT 10 * $2) w
            """;
        return (await session.QueryAsync(Waiting, static reader => reader.GetBoolean(0), store.Clock.Now(now), SqlValue.Int(maxWaiting)).ConfigureAwait(false))[0];
    }

    private Task<ReplayProgress> StartAsync(DeliverySelection selection, string table, bool isOfEvents, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.TransactAsync(
            async session =>
            {
                var start = $"""
                    INSERT INTO declarative.replay (selection, next_seq, last_seq, created_at, of_events)
                    SELECT $2, coalesce(min(seq), 1), coalesce(max(seq), 0), {StoreClock.Sql}, $3 FROM declarative.{table}
                    RETURNING {Progress}
                    """;
                var selected = SqlValue.Text(JsonSerializer.Serialize(selection, HistoryJson.Default.DeliverySelection));
                var progress = await session.FindAsync(start, ReadProgress, store.Clock.Now(now), selected, SqlValue.Flag(isOfEvents)).ConfigureAwait(false);
                await session.RunAsync(store.Telling(StoreChanges.Replays)).ConfigureAwait(false);
                return progress!;
            },
            cancellationToken);

    private async Task<ReplayStep> ContinueAsync(PostgreSqlSession session, int rows, int maxWaiting, DateTimeOffset now)
    {
        const string Advance = $"""
            UPDATE declarative.replay SET next_seq = $3, made = made + $4, finished_at = CASE WHEN $3 > last_seq THEN {StoreClock.Sql} END WHERE id = $2
            """;
        var next = await session.QueryAsync(
            "SELECT id, selection, next_seq, last_seq FROM declarative.replay WHERE finished_at IS NULL AND NOT of_events ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED",
            static reader => (Id: reader.GetInt64(0), Selection: reader.GetString(1), Next: reader.GetInt64(2), Last: reader.GetInt64(3))).ConfigureAwait(false);
        if (next is not [var replay])
        {
            // Another node may be at it, and die.
            var isOthers = await session.QueryAsync("SELECT EXISTS (SELECT 1 FROM declarative.replay WHERE finished_at IS NULL AND NOT of_events)", static reader => reader.GetBoolean(0)).ConfigureAwait(false);
            return new ReplayStep(0, IsMore: isOthers[0], IsWaiting: isOthers[0]);
        }

        if (await MustWaitAsync(session, store, maxWaiting, now).ConfigureAwait(false))
            return new ReplayStep(0, IsMore: true, IsWaiting: true);
        var selection = JsonSerializer.Deserialize(replay.Selection, HistoryJson.Default.DeliverySelection)!;
        var until = Math.Min(replay.Last, replay.Next + rows - 1);

        // Only what has ended, and of each trace its newest delivery: a replay that failed stands for its original.
        var (condition, values) = SearchSql.Of(selection);
        var uuids = await session.QueryAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                SELECT d.uuid FROM declarative.delivery d JOIN declarative.message m ON m.seq = d.message_seq
                WHERE d.seq BETWEEN ${values.Count + 1} AND ${values.Count + 2} AND d.state IN (2, 3) AND {condition}
                  AND NOT EXISTS (SELECT 1 FROM declarative.delivery n WHERE n.uuid = d.uuid AND n.seq > d.seq)
                ORDER BY d.seq
                """),
            static reader => reader.GetGuid(0),
            [.. values, SqlValue.Long(replay.Next), SqlValue.Long(until)]).ConfigureAwait(false);
        var made = uuids.Count == 0 ? 0 : (await ReplayAsync(session, uuids, now).ConfigureAwait(false)).Count;
        await session.RunAsync(Advance, store.Clock.Now(now), SqlValue.Long(replay.Id), SqlValue.Long(until + 1), SqlValue.Int(made)).ConfigureAwait(false);
        return new ReplayStep(made, IsMore: true, IsWaiting: false);
    }

    /// <summary>
    /// Messages that are over; a message ends with its last delivery: one that is retried for days keeps its message. Those that are to be removed are locked first, against
    /// replays of what is looked at, and looked at afterwards.
    /// </summary>
    private async Task<(long Last, List<long> Found)?> FinishedAsync(PostgreSqlSession session, DateTimeOffset before, long after, int rows, string which, bool isLocked)
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
        if (await FinishedAsync(session, before, after, rows, "", isLocked: true).ConfigureAwait(false) is not var (last, finished))
            return null;
        if (finished.Count > 0)
            await session.RunAsync(Delete, SqlValue.Longs(finished)).ConfigureAwait(false);
        return (last, finished.Count);
    }

    private static ReplayProgress ReadProgress(Npgsql.NpgsqlDataReader reader) => new(
        reader.GetInt64(0),
        reader.GetInt32(1),
        reader.Time(2),
        reader.TimeOrNull(3),
        reader.GetBoolean(4),
        reader.IsDBNull(3) ? Math.Min(1, (reader.GetInt64(5) - 1) / Math.Max(1.0, reader.GetInt64(6))) : 1);
}
