using System.Globalization;
using System.Text.Json;
using Declarative.History;
using Declarative.Storage;

namespace Declarative.PostgreSql;

/// <summary>Sending again, in PostgreSQL; the steps of replays of events are <see cref="PostgreSqlArchive"/>'s.</summary>
internal sealed class PostgreSqlReplays(PostgreSqlStore store) : IReplayStore
{
    private const string Progress = "id, made, created_at, finished_at, cancelled, next_seq, last_seq";

    public Task<ArchiveStep?> LoadArchivedAsync(int rows, int maxWaiting, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.ReadAsync(session => PostgreSqlArchive.LoadAsync(session, store, rows, maxWaiting, now), cancellationToken);

    public async Task<int> StoreArchivedAsync(ArchiveStep step, IReadOnlyList<(long MessageSeq, NewPayload Payload)> made, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var count = await store.TransactAsync(session => PostgreSqlArchive.StoreAsync(session, store, step, made, now), cancellationToken).ConfigureAwait(false);
        if (count > 0)
            store.Tell(StoreChanges.Deliveries);
        return count;
    }

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

    private static ReplayProgress ReadProgress(Npgsql.NpgsqlDataReader reader) => new(
        reader.GetInt64(0),
        reader.GetInt32(1),
        reader.Time(2),
        reader.TimeOrNull(3),
        reader.GetBoolean(4),
        reader.IsDBNull(3) ? Math.Min(1, (reader.GetInt64(5) - 1) / Math.Max(1.0, reader.GetInt64(6))) : 1);
}
