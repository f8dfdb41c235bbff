using System.Text.Json;
using Declarative.History;
using Declarative.Storage;

namespace Declarative.PostgreSql;

/// <summary>Replays of events: what was published in a time, for a subscription that may be younger.</summary>
internal static class PostgreSqlArchive
{
    public static async Task<ArchiveStep?> LoadAsync(PostgreSqlSession session, PostgreSqlStore store, int rows, int maxWaiting, DateTimeOffset now)
    {
        var found = await session.QueryAsync(
            "SELECT id, selection, next_seq, last_seq FROM declarative.replay WHERE finished_at IS NULL AND of_events ORDER BY id LIMIT 1",
            static reader => (Id: reader.GetInt64(0), Selection: reader.GetString(1), Next: reader.GetInt64(2), Last: reader.GetInt64(3))).ConfigureAwait(false);
        if (found is not [var replay])
            return null;
        var selection = JsonSerializer.Deserialize(replay.Selection, HistoryJson.Default.DeliverySelection)!;
        if (await PostgreSqlReplays.MustWaitAsync(session, store, maxWaiting, now).ConfigureAwait(false))
            return new ArchiveStep(replay.Id, selection.SubscriptionId!.Value, replay.Next, replay.Next, IsLast: false, [], IsWaiting: true);
        var until = Math.Min(replay.Last, replay.Next + rows - 1);
        var events = await session.QueryAsync(
            """
            SELECT seq, id, name, store_id, CASE kind WHEN 1 THEN json ELSE archived END, original FROM declarative.message
            WHERE seq BETWEEN $1 AND $2 AND state IN (2, 3) AND erased_at IS NULL AND name = $3 AND ($4 IS NULL OR created_at >= $4) AND ($5 IS NULL OR created_at < $5)
            ORDER BY seq
            """,
            static reader => new ArchivedEvent(reader.GetInt64(0), reader.GetGuid(1), reader.GetString(2), reader.GetInt32(3), reader.BytesOrNull(4), reader.BytesOrNull(5)),
            SqlValue.Long(replay.Next),
            SqlValue.Long(until),
            SqlValue.Text(selection.EventName),
            SqlValue.Time(selection.From),
            SqlValue.Time(selection.To)).ConfigureAwait(false);
        return new ArchiveStep(replay.Id, selection.SubscriptionId!.Value, replay.Next, until + 1, until >= replay.Last, events);
    }

    /// <summary>The replay's row is changed first, so that of two nodes at the same step one makes it; then the messages are locked, so that none is erased or removed meanwhile.</summary>
    public static async Task<int> StoreAsync(PostgreSqlSession session, PostgreSqlStore store, ArchiveStep step, IReadOnlyList<(long MessageSeq, NewPayload Payload)> made, DateTimeOffset now)
    {
        const string Advance = $"""
            UPDATE declarative.replay SET next_seq = $4, finished_at = CASE WHEN $5 THEN {StoreClock.Sql} END WHERE id = $2 AND next_seq = $3 AND finished_at IS NULL
            """;
        const string Lock = """
            SELECT m.seq FROM declarative.message m WHERE m.seq = ANY($1) AND m.erased_at IS NULL
              AND NOT EXISTS (SELECT 1 FROM declarative.delivery d WHERE d.message_seq = m.seq AND d.subscription_id = $2)
            ORDER BY m.seq FOR UPDATE
            """;

        // Counted as replays from the start, so that they are held back like others.
        const string Insert = $"""
            WITH wanted AS MATERIALIZED (
                SELECT p.*, s.id AS subscription_id, s.endpoint_id, s.priority, s.status, nextval('declarative.payload_seq_seq') AS payload_seq
                FROM unnest($3::bigint[], $4::bytea[], $5::bool[], $6::uuid[], $7::text[]) AS p(message_seq, bytes, hipaa_audit, uuid, dead_reason)
                JOIN declarative.subscription s ON s.id = $2 AND s.status <> 4
            ),
            payloads AS (
                INSERT INTO declarative.payload (seq, message_seq, bytes, hipaa_audit) SELECT payload_seq, message_seq, bytes, hipaa_audit FROM wanted
            )
            INSERT INTO declarative.delivery (uuid, replay_no, message_seq, subscription_id, endpoint_id, payload_seq, priority, state, due_at, created_at, last_reason, finished_at)
            SELECT uuid, 1, message_seq, subscription_id, endpoint_id, payload_seq, priority, CASE WHEN dead_reason IS NOT NULL THEN 3 WHEN status = 1 THEN 0 ELSE 4 END,
                {StoreClock.Sql}, {StoreClock.Sql}, dead_reason, CASE WHEN dead_reason IS NOT NULL THEN {StoreClock.Sql} END
            FROM wanted ORDER BY message_seq
            RETURNING 1
            """;
        if (await session.RunAsync(Advance, store.Clock.Now(now), SqlValue.Long(step.ReplayId), SqlValue.Long(step.From), SqlValue.Long(step.Next), SqlValue.Flag(step.IsLast)).ConfigureAwait(false) == 0 || made.Count == 0)
            return 0;
        var messages = (await session.QueryAsync(
            static reader => reader.GetInt64(0),
            StoreLocks.MakingPayloads,
            StoreLocks.Shared([step.SubscriptionId]),
            Statement.Select(Lock, SqlValue.Longs(made.Select(static one => one.MessageSeq)), SqlValue.Long(step.SubscriptionId))).ConfigureAwait(false)).ToHashSet();
        var rows = made.Where(one => messages.Contains(one.MessageSeq)).SelectMany(static one => one.Payload.Deliveries.Select(delivery => (one.MessageSeq, one.Payload, Delivery: delivery))).ToList();
        var inserted = await session.QueryAsync(
            Insert,
            static _ => 1,
            store.Clock.Now(now),
            SqlValue.Long(step.SubscriptionId),
            SqlValue.Longs(rows.Select(static one => one.MessageSeq)),
            SqlValue.ManyBytes(rows.Select(static one => one.Payload.Json)),
            SqlValue.Flags(rows.Select(static one => one.Payload.IsHipaaAuditRequired)),
            SqlValue.Ids(rows.Select(static one => one.Delivery.Uuid)),
            SqlValue.Texts(rows.Select(static one => one.Delivery.DeadReason))).ConfigureAwait(false);
        await session.RunAsync("UPDATE declarative.replay SET made = made + $2 WHERE id = $1", SqlValue.Long(step.ReplayId), SqlValue.Int(inserted.Count)).ConfigureAwait(false);
        return inserted.Count;
    }
}
