using Declarative.Storage;
using Npgsql;

namespace Declarative.PostgreSql;

/// <summary>Deliveries in PostgreSQL.</summary>
internal sealed class PostgreSqlDeliveries(PostgreSqlStore store) : IDeliveryStore
{
    /// <summary>What a delivery becomes that would be due again: that depends on its subscription as it is now.</summary>
    public const string DueParkedOrCancelled = "CASE s.status WHEN 1 THEN 0 WHEN 4 THEN 5 ELSE 4 END";

    /// <summary>A key's slots of a claim, without those of an open endpoint; one if it may have a probe.</summary>
    private const string Slots = $"""
        coalesce((SELECT s.free FROM unnest($8::bigint[], $9::int[]) AS s(key, free) WHERE s.key = k.key), $5)
        """;

    private long _cursor;
    private long _priorityCursor;
    private uint _turn;

    /// <summary>
    /// Walks from endpoint to endpoint as claims of messages do from name to name. Deliveries of priority subscriptions first, but never all slots for
    /// them: they get at most three quarters of a claim and of an endpoint's slots, and every fourth claim begins without them; what is left goes by
    /// due time, whoever it is for. An endpoint whose breaker is open is locked for its probe, so that two nodes make one.
    /// </summary>
    public async Task<Claimed<ClaimedDelivery>> ClaimAsync(Claim<long> claim, CancellationToken cancellationToken)
    {
        const string Lock = "SELECT 1 FROM declarative.delivery WHERE state = 1 AND lease_until <= ";
        const string Expire = $"""
            UPDATE declarative.delivery d SET state = {DueParkedOrCancelled}, endpoint_id = s.endpoint_id, priority = s.priority,
                lease_token = NULL, lease_until = NULL, finished_at = CASE WHEN s.status = 4 THEN {StoreClock.Sql} END
            FROM declarative.subscription s
            WHERE s.id = d.subscription_id AND d.seq = ANY(ARRAY(
                SELECT seq FROM declarative.delivery WHERE state = 1 AND lease_until <= {StoreClock.Sql} ORDER BY lease_until LIMIT 5000 FOR UPDATE SKIP LOCKED))
            """;
        const string Take = $"""
            WITH RECURSIVE first(key, lap, step, take, total) AS (
                SELECT $7::bigint, 0, 0, 0, 0 WHERE $10
                UNION ALL
                SELECT n.key, n.lap, w.step + 1, n.take, w.total + n.take
                FROM first w CROSS JOIN LATERAL (
                    SELECT k.key, k.lap, d.take
                    FROM (
                        (SELECT endpoint_id AS key, w.lap AS lap FROM declarative.delivery
                         WHERE state = 0 AND priority AND endpoint_id > w.key AND endpoint_id <= CASE WHEN w.lap = 0 THEN 9223372036854775807 ELSE $7 END ORDER BY endpoint_id LIMIT 1)
                        UNION ALL
                        (SELECT endpoint_id, 1 FROM declarative.delivery WHERE w.lap = 0 AND state = 0 AND priority AND endpoint_id <= $7 ORDER BY endpoint_id LIMIT 1)
                        LIMIT 1) k
                    LEFT JOIN declarative.endpoint e ON e.id = k.key
                    CROSS JOIN LATERAL (SELECT CASE WHEN e.open_until IS NULL THEN ({Slots} * 3 + 3) / 4 ELSE 0 END AS free) f
                    CROSS JOIN LATERAL (
                        SELECT count(*)::int AS take FROM (
                            SELECT 1 FROM declarative.delivery WHERE state = 0 AND priority AND endpoint_id = k.key AND due_at <= {StoreClock.Sql}
                            LIMIT greatest(least(f.free, ($4 * 3 + 3) / 4 - w.total), 0)) due) d
                ) n
                WHERE w.total < ($4 * 3 + 3) / 4
            ),
            preferred AS MATERIALIZED (
                SELECT l.seq, w.key FROM first w CROSS JOIN LATERAL (
                    SELECT seq FROM declarative.delivery
                    WHERE state = 0 AND priority AND endpoint_id = w.key AND due_at <= {StoreClock.Sql} ORDER BY due_at, seq LIMIT w.take FOR UPDATE SKIP LOCKED) l
                WHERE w.take > 0
            ),
            walk(key, lap, step, free, open_until, take, total, next_due) AS (
                SELECT $6::bigint, 0, 0, 0, NULL::timestamptz, 0, (SELECT count(*)::int FROM preferred), NULL::timestamptz
                UNION ALL
                SELECT n.key, n.lap, w.step + 1, n.free, n.open_until, n.take, w.total + n.take, n.next_due
                FROM walk w CROSS JOIN LATERAL (
                    SELECT k.key, k.lap, f.free, e.open_until, d.take,
                        CASE WHEN {Slots} <= 0 THEN NULL
                             WHEN e.open_until > {StoreClock.Sql} THEN e.open_until
                             WHEN d.take < f.free THEN (
                                 SELECT due_at FROM declarative.delivery WHERE state = 0 AND endpoint_id = k.key AND due_at > {StoreClock.Sql} ORDER BY due_at, seq LIMIT 1) END AS next_due
                    FROM (
                        (SELECT endpoint_id AS key, w.lap AS lap FROM declarative.delivery
                         WHERE state = 0 AND endpoint_id > w.key AND endpoint_id <= CASE WHEN w.lap = 0 THEN 9223372036854775807 ELSE $6 END ORDER BY endpoint_id LIMIT 1)
                        UNION ALL
                        (SELECT endpoint_id, 1 FROM declarative.delivery WHERE w.lap = 0 AND state = 0 AND endpoint_id <= $6 ORDER BY endpoint_id LIMIT 1)
                        LIMIT 1) k
                    LEFT JOIN declarative.endpoint e ON e.id = k.key
                    CROSS JOIN LATERAL (SELECT count(*)::int AS had FROM preferred WHERE preferred.key = k.key) p
                    CROSS JOIN LATERAL (
                        SELECT CASE WHEN e.open_until IS NULL THEN {Slots} WHEN e.open_until <= {StoreClock.Sql} THEN least({Slots}, 1) ELSE 0 END - p.had AS free) f
                    CROSS JOIN LATERAL (
                        SELECT count(*)::int - p.had AS take FROM (
                            SELECT 1 FROM declarative.delivery WHERE state = 0 AND endpoint_id = k.key AND due_at <= {StoreClock.Sql}
                            LIMIT greatest(least(f.free, $4 - w.total), 0) + p.had) due) d
                ) n
                WHERE w.total < $4
            ),
            probed AS MATERIALIZED (
                SELECT id FROM declarative.endpoint
                WHERE id = ANY(ARRAY(SELECT key FROM walk WHERE take > 0 AND open_until IS NOT NULL)) AND open_until <= {StoreClock.Sql}
                ORDER BY id FOR UPDATE SKIP LOCKED
            ),
            others AS MATERIALIZED (
                SELECT l.seq, w.key, w.open_until IS NOT NULL AS is_probe FROM walk w CROSS JOIN LATERAL (
                    SELECT seq FROM declarative.delivery
                    WHERE state = 0 AND endpoint_id = w.key AND due_at <= {StoreClock.Sql} AND seq <> ALL(ARRAY(SELECT seq FROM preferred))
                    ORDER BY due_at, seq LIMIT w.take FOR UPDATE SKIP LOCKED) l
                WHERE w.take > 0 AND (w.open_until IS NULL OR w.key = ANY(ARRAY(SELECT id FROM probed)))
            ),
            probes AS (
                UPDATE declarative.endpoint SET open_until = {StoreClock.Sql} + $3, probe_token = $2 WHERE id = ANY(ARRAY(SELECT key FROM others WHERE is_probe))
            ),
            leased AS (
                UPDATE declarative.delivery SET state = 1, attempts = attempts + 1, lease_token = $2, lease_until = {StoreClock.Sql} + $3
                WHERE seq = ANY(ARRAY(SELECT seq FROM preferred UNION ALL SELECT seq FROM others))
                RETURNING seq, uuid, replay_no, message_seq, subscription_id, endpoint_id, payload_seq, attempts, priority, due_at
            )
            SELECT (SELECT key FROM walk WHERE free > 0 ORDER BY step DESC LIMIT 1),
                   (SELECT total FROM walk ORDER BY step DESC LIMIT 1),
                   least((SELECT min(next_due) FROM walk), (SELECT min(lease_until) FROM declarative.delivery WHERE state = 1)) - {StoreClock.Sql},
                   (SELECT key FROM first WHERE step > 0 ORDER BY step DESC LIMIT 1),
                   l.seq, l.uuid, l.replay_no, l.id, l.name, l.store_id, l.subscription_id, l.bytes, l.attempts, l.trace_parent, l.trace_state, l.endpoint_id, l.created_at
            FROM (VALUES (1)) AS one LEFT JOIN (
                SELECT d.*, m.id, m.name, m.store_id, m.trace_parent, m.trace_state, m.created_at, p.bytes
                FROM leased d JOIN declarative.message m ON m.seq = d.message_seq JOIN declarative.payload p ON p.seq = d.payload_seq) l ON true
            ORDER BY l.priority DESC, l.due_at
            """;
        var head = default(ClaimHead<long?>);
        long? priorityCursor = null;
        var rows = await store.WriteAsync(
            session => session.QueryAsync(
                reader =>
                {
                    head = new ClaimHead<long?>(reader.LongOrNull(0), reader.GetInt32(1), reader.SpanOrNull(2));
                    priorityCursor = reader.LongOrNull(3);
                    return reader.IsDBNull(4) ? null : Read(reader, claim);
                },
                Statement.Select($"{StoreLocks.AllShared} WHERE EXISTS ({Lock}{StoreClock.Sql})", store.Clock.Now(claim.Now)),
                Statement.Change(Expire, store.Clock.Now(claim.Now)),
                Statement.Select(
                    Take,
                    store.Clock.Now(claim.Now),
                    SqlValue.Long(claim.LeaseToken),
                    SqlValue.Span(claim.Lease),
                    SqlValue.Int(claim.Limit),
                    SqlValue.Int(claim.SlotsPerKey),
                    SqlValue.Long(_cursor),
                    SqlValue.Long(_priorityCursor),
                    SqlValue.Longs(claim.Slots.Keys),
                    SqlValue.Ints(claim.Slots.Values),
                    SqlValue.Flag(_turn++ % 4 != 0))),
            cancellationToken).ConfigureAwait(false);
        _cursor = head.Cursor ?? _cursor;
        _priorityCursor = priorityCursor ?? _priorityCursor;
        var claimed = rows is [null] ? [] : rows.ConvertAll(static row => row!);
        return new Claimed<ClaimedDelivery>(claimed, head.NextDue(store.Clock, claim.Now, claimed.Count));
    }

    public Task<CompletedDeliveries> CompleteAsync(IReadOnlyList<DeliveryOutcome> outcomes, BreakerRule breaker, DateTimeOffset now, CancellationToken cancellationToken) =>
        new DeliveryCompletion(store, outcomes, breaker, now).RunAsync(cancellationToken);

    public Task<IReadOnlyList<SubscriptionVerdict>> JudgeAsync(FailureRule rule, DateTimeOffset now, CancellationToken cancellationToken) =>
        SubscriptionJudge.RunAsync(store, rule, now, cancellationToken);

    private static ClaimedDelivery Read(NpgsqlDataReader reader, Claim<long> claim) => new()
    {
        Seq = reader.GetInt64(4),
        Uuid = reader.GetGuid(5),
        ReplayNo = reader.GetInt32(6),
        MessageId = reader.GetGuid(7),
        EventName = reader.GetString(8),
        StoreId = reader.GetInt32(9),
        SubscriptionId = reader.GetInt64(10),
        Payload = reader.Bytes(11),
        Attempts = reader.GetInt32(12),
        TraceParent = reader.TextOrNull(13),
        TraceState = reader.TextOrNull(14),
        EndpointId = reader.GetInt64(15),
        PublishedAt = reader.Time(16),
        LeaseToken = claim.LeaseToken,
        LeaseUntil = claim.LeaseUntil,
    };
}
