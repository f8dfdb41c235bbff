using Declarative.Storage;
using Npgsql;

namespace Declarative.PostgreSql;

/// <summary>Event messages in PostgreSQL.</summary>
internal sealed class PostgreSqlMessages(PostgreSqlStore store) : IMessageStore
{
    /// <summary>So many deliveries are made in one transaction, more only of a single message.</summary>
    private const int MaxDeliveries = 5_000;

    /// <summary>And so many bytes of payloads, more only of a single message: they are one statement, which the server must hold whole.</summary>
    private const int MaxBytes = 4 * 1024 * 1024;

    private string _cursor = "";

    public async Task<IReadOnlyList<AppendResult>> AppendAsync(IReadOnlyList<NewMessage> messages, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var results = new List<AppendResult>(messages.Count);
        try
        {
            while (results.Count < messages.Count)
                results.AddRange(await AppendAsync(Fitting(messages, results.Count)).ConfigureAwait(false));
            return results;
        }
        finally
        {
            // Of several statements some may be stored though a later one failed.
            if (results.Any(static result => result.Outcome == AppendOutcome.Stored))
                store.Tell(StoreChanges.Messages);
        }
    }

    /// <summary>
    /// Walks from name to name, beginning behind the one where the last claim ended, counts what is due of each, and stops when it is enough; only
    /// then rows are locked. A name costs one look into the index, however much of it waits. The version of the subscriptions is of the same snapshot as the
    /// messages: what was subscribed before one of them was published is in it.
    /// </summary>
    public async Task<Claimed<ClaimedMessage>> ClaimAsync(Claim<string> claim, CancellationToken cancellationToken)
    {
        const string Expire = $"""
            UPDATE declarative.message SET state = 0, lease_token = NULL, lease_until = NULL
            WHERE seq = ANY(ARRAY(SELECT seq FROM declarative.message WHERE state = 1 AND lease_until <= {StoreClock.Sql} ORDER BY lease_until LIMIT 5000 FOR UPDATE SKIP LOCKED))
            """;
        const string Take = $"""
            WITH RECURSIVE walk(key, lap, step, free, take, total, next_due) AS (
                SELECT $6::text COLLATE "C", 0, 0, 0, 0, 0, NULL::timestamptz
                UNION ALL
                SELECT n.key, n.lap, w.step + 1, n.free, n.take, w.total + n.take, n.next_due
                FROM walk w CROSS JOIN LATERAL (
                    SELECT k.key, k.lap, f.free, d.take,
                        CASE WHEN d.take < f.free THEN (
                            SELECT due_at FROM declarative.message WHERE state = 0 AND name = k.key AND due_at > {StoreClock.Sql} ORDER BY due_at, seq LIMIT 1) END AS next_due
                    FROM (
                        (SELECT name AS key, w.lap AS lap FROM declarative.message
                         WHERE state = 0 AND name > w.key AND name <= CASE WHEN w.lap = 0 THEN U&'\+10FFFF' ELSE $6 END ORDER BY name LIMIT 1)
                        UNION ALL
                        (SELECT name, 1 FROM declarative.message WHERE w.lap = 0 AND state = 0 AND name <= $6 ORDER BY name LIMIT 1)
                        LIMIT 1) k
                    CROSS JOIN LATERAL (SELECT coalesce((SELECT s.free FROM unnest($7::text[], $8::int[]) AS s(key, free) WHERE s.key = k.key), $5) AS free) f
                    CROSS JOIN LATERAL (
                        SELECT count(*)::int AS take FROM (
                            SELECT 1 FROM declarative.message WHERE state = 0 AND name = k.key AND due_at <= {StoreClock.Sql} LIMIT greatest(least(f.free, $4 - w.total), 0)) due) d
                ) n
                WHERE w.total < $4
            ),
            taken AS MATERIALIZED (
                SELECT l.seq FROM walk w CROSS JOIN LATERAL (
                    SELECT seq FROM declarative.message WHERE state = 0 AND name = w.key AND due_at <= {StoreClock.Sql} ORDER BY due_at, seq LIMIT w.take FOR UPDATE SKIP LOCKED) l
                WHERE w.take > 0
            ),
            leased AS (
                UPDATE declarative.message SET state = 1, attempts = attempts + 1, lease_token = $2, lease_until = {StoreClock.Sql} + $3
                WHERE seq = ANY(ARRAY(SELECT seq FROM taken))
                RETURNING seq, id, name, store_id, kind, json, original, trace_parent, trace_state, attempts, due_at
            )
            SELECT (SELECT key FROM walk WHERE free > 0 ORDER BY step DESC LIMIT 1),
                   (SELECT total FROM walk ORDER BY step DESC LIMIT 1),
                   least((SELECT min(next_due) FROM walk), (SELECT min(lease_until) FROM declarative.message WHERE state = 1)) - {StoreClock.Sql},
                   l.seq, l.id, l.name, l.store_id, l.kind, l.json, l.original, l.trace_parent, l.trace_state, l.attempts,
                   coalesce((SELECT version FROM declarative.subscription_version), 0)
            FROM (VALUES (1)) AS one LEFT JOIN leased l ON true
            ORDER BY l.due_at
            """;
        var head = default(ClaimHead<string>);
        var subscriptions = 0L;
        var rows = await store.WriteAsync(
            session => session.QueryAsync(
                reader =>
                {
                    head = new ClaimHead<string>(reader.TextOrNull(0), reader.GetInt32(1), reader.SpanOrNull(2));
                    subscriptions = reader.GetInt64(13);
                    return reader.IsDBNull(3) ? null : Read(reader, claim.LeaseToken);
                },
                Statement.Change(Expire, store.Clock.Now(claim.Now)),
                Statement.Select(
                    Take,
                    store.Clock.Now(claim.Now),
                    SqlValue.Long(claim.LeaseToken),
                    SqlValue.Span(claim.Lease),
                    SqlValue.Int(claim.Limit),
                    SqlValue.Int(claim.SlotsPerKey),
                    SqlValue.Text(_cursor),
                    SqlValue.Texts(claim.Slots.Keys),
                    SqlValue.Ints(claim.Slots.Values))),
            cancellationToken).ConfigureAwait(false);
        _cursor = head.Cursor ?? _cursor;
        var claimed = rows is [null] ? [] : rows.ConvertAll(static row => row!);
        return new Claimed<ClaimedMessage>(claimed, head.NextDue(store.Clock, claim.Now, claimed.Count)) { SubscriptionVersion = subscriptions };
    }

    public async Task<int> CompleteAsync(IReadOnlyList<MessageOutcome> outcomes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var stored = 0;
        for (var next = 0; next < outcomes.Count;)
        {
            var batch = new List<MessageOutcome>();
            for (var (deliveries, bytes) = (0, 0L); next < outcomes.Count; next++)
            {
                bytes += outcomes[next].Payloads.Sum(static payload => (long)payload.Json.Length) + (outcomes[next].Archived?.Length ?? 0);
                if (batch.Count > 0 && (deliveries >= MaxDeliveries || bytes > MaxBytes))
                    break;
                batch.Add(outcomes[next]);
                deliveries += outcomes[next].Payloads.Sum(static payload => payload.Deliveries.Count);
            }

            stored += await store.WriteAsync(session => CompleteAsync(session, batch, now), cancellationToken).ConfigureAwait(false);
        }

        var changes = StoreChanges.None;
        if (outcomes.Any(static outcome => outcome.Payloads.Count > 0))
            changes |= StoreChanges.Deliveries;
        if (outcomes.Any(static outcome => outcome.End == MessageEnd.Released))
            changes |= StoreChanges.Messages;
        store.Tell(changes);
        return stored;
    }

    /// <summary>
    /// Messages, payloads and deliveries in one statement. Nobody else waits for several leased rows (who takes over an ended lease skips what is locked), so they
    /// are changed in any order; a payload's number is drawn before it is stored, since its deliveries need it. The subscription's status counts as it is now, not as it was when the payload was matched.
    /// </summary>
    private async Task<int> CompleteAsync(PostgreSqlSession session, List<MessageOutcome> outcomes, DateTimeOffset now)
    {
        const string Complete = $"""
            WITH held AS (
                UPDATE declarative.message m SET
                    state = CASE h.ending WHEN 0 THEN 2 WHEN 1 THEN 3 WHEN 3 THEN 4 ELSE 0 END,
                    due_at = CASE WHEN h.ending = 2 THEN {StoreClock.Sql} + h.due ELSE m.due_at END,
                    attempts = CASE WHEN h.ending = 4 THEN m.attempts - 1 ELSE m.attempts END,
                    reason = CASE WHEN h.ending = 4 THEN m.reason ELSE h.reason END,
                    finished_at = CASE WHEN h.ending IN (0, 1, 3) THEN {StoreClock.Sql} END,
                    archived = coalesce(h.archived, m.archived),
                    lease_token = NULL, lease_until = NULL
                FROM unnest($2::bigint[], $3::bigint[], $4::int[], $5::interval[], $6::text[], $15::bytea[]) AS h(seq, token, ending, due, reason, archived)
                WHERE m.seq = h.seq AND m.lease_token = h.token
                RETURNING m.seq
            ),
            wanted AS MATERIALIZED (
                SELECT d.payload, d.uuid, d.dead_reason, s.id AS subscription_id, s.endpoint_id, s.priority, s.status
                FROM unnest($11::int[], $12::uuid[], $13::bigint[], $14::text[]) AS d(payload, uuid, subscription_id, dead_reason)
                JOIN declarative.subscription s ON s.id = d.subscription_id AND s.status <> 4
            ),
            made AS MATERIALIZED (
                SELECT nextval('declarative.payload_seq_seq') AS seq, p.payload, p.message_seq, p.bytes, p.hipaa_audit
                FROM unnest($7::int[], $8::bigint[], $9::bytea[], $10::bool[]) AS p(payload, message_seq, bytes, hipaa_audit)
                WHERE p.message_seq IN (SELECT seq FROM held) AND p.payload IN (SELECT payload FROM wanted)
            ),
            payloads AS (
                INSERT INTO declarative.payload (seq, message_seq, bytes, hipaa_audit) SELECT seq, message_seq, bytes, hipaa_audit FROM made
            ),
            deliveries AS (
                INSERT INTO declarative.delivery (uuid, message_seq, subscription_id, endpoint_id, payload_seq, priority, state, due_at, created_at, last_reason, finished_at)
                SELECT w.uuid, p.message_seq, w.subscription_id, w.endpoint_id, p.seq, w.priority,
                    CASE WHEN w.dead_reason IS NOT NULL THEN 3 WHEN w.status = 1 THEN 0 ELSE 4 END,
                    {StoreClock.Sql}, {StoreClock.Sql}, w.dead_reason, CASE WHEN w.dead_reason IS NOT NULL THEN {StoreClock.Sql} END
                FROM made p JOIN wanted w ON w.payload = p.payload
                ORDER BY p.seq, w.subscription_id
            )
            SELECT count(*)::int FROM held
            """;
        var payloads = outcomes.SelectMany(static outcome => outcome.Payloads.Select(payload => (Message: outcome.Seq, Payload: payload))).ToList();
        var deliveries = payloads.SelectMany(static (one, index) => one.Payload.Deliveries.Select(delivery => (Payload: index, Delivery: delivery))).ToList();
        var complete = Statement.Select(
            Complete,
            store.Clock.Now(now),
            SqlValue.Longs(outcomes.Select(static one => one.Seq)),
            SqlValue.Longs(outcomes.Select(static one => one.LeaseToken)),
            SqlValue.Ints(outcomes.Select(static one => (int)one.End)),
            SqlValue.Spans(outcomes.Select(one => one.End == MessageEnd.Retry ? one.DueAt - now : TimeSpan.Zero)),
            SqlValue.Texts(outcomes.Select(static one => one.Reason)),
            SqlValue.Ints(Enumerable.Range(0, payloads.Count)),
            SqlValue.Longs(payloads.Select(static one => one.Message)),
            SqlValue.ManyBytes(payloads.Select(static one => one.Payload.Json)),
            SqlValue.Flags(payloads.Select(static one => one.Payload.IsHipaaAuditRequired)),
            SqlValue.Ints(deliveries.Select(static one => one.Payload)),
            SqlValue.Ids(deliveries.Select(static one => one.Delivery.Uuid)),
            SqlValue.Longs(deliveries.Select(static one => one.Delivery.SubscriptionId)),
            SqlValue.Texts(deliveries.Select(static one => one.Delivery.DeadReason)),
            SqlValue.ManyBytes(outcomes.Select(static one => one.Archived)));
        Statement[] statements = deliveries.Count == 0
            ? [complete]
            : [StoreLocks.MakingPayloads, StoreLocks.Shared(deliveries.Select(static one => one.Delivery.SubscriptionId)), complete];
        return (await session.QueryAsync(static reader => reader.GetInt32(0), statements).ConfigureAwait(false))[0];
    }

    private async Task<IReadOnlyList<AppendResult>> AppendAsync(List<NewMessage> messages)
    {
        if (messages.TrueForAll(static one => one.IdempotencyKey is null))
        {
            try
            {
                await store.WriteAsync(session => MessageAppend.AllNewAsync(session, store.Clock, messages), CancellationToken.None).ConfigureAwait(false);
                return messages.ConvertAll(static one => new AppendResult(one.Id, AppendOutcome.Stored));
            }
            catch (StoreException exception) when (PostgreSqlStore.IsTaken(exception))
            {
                // One is stored already, as what a broker delivers again is: which one is told below.
            }
        }

        return await new MessageAppend(store.Clock, messages, step => store.WriteAsync(step, CancellationToken.None)).RunAsync().ConfigureAwait(false);
    }

    /// <summary>As many of the messages as fit into one statement; one at least.</summary>
    private static List<NewMessage> Fitting(IReadOnlyList<NewMessage> messages, int from)
    {
        var fitting = new List<NewMessage>();
        var bytes = 0L;
        for (var next = from; next < messages.Count; next++)
        {
            bytes += messages[next].Json.Length + (messages[next].Original?.Length ?? 0);
            if (fitting.Count > 0 && bytes > MaxBytes)
                break;
            fitting.Add(messages[next]);
        }

        return fitting;
    }

    private static ClaimedMessage Read(NpgsqlDataReader reader, long leaseToken) => new()
    {
        Seq = reader.GetInt64(3),
        Id = reader.GetGuid(4),
        Name = reader.GetString(5),
        StoreId = reader.GetInt32(6),
        CarriesPayload = reader.GetInt16(7) == 1,
        Json = reader.Bytes(8),
        Original = reader.BytesOrNull(9),
        TraceParent = reader.TextOrNull(10),
        TraceState = reader.TextOrNull(11),
        Attempts = reader.GetInt32(12),
        LeaseToken = leaseToken,
    };
}

/// <summary>What a claim tells besides its rows.</summary>
/// <param name="Cursor">The last key that was looked at.</param>
/// <param name="Planned">How many rows were found due.</param>
/// <param name="DueIn">In how long something of what was looked at is due, or the lease of a node ends that may be lost.</param>
internal readonly record struct ClaimHead<TKey>(TKey? Cursor, int Planned, TimeSpan? DueIn)
{
    /// <summary>When to claim again; soon, if another claim held rows that this one had found.</summary>
    public DateTimeOffset? NextDue(StoreClock clock, DateTimeOffset callersNow, int taken)
    {
        DateTimeOffset? due = DueIn is { } dueIn ? StoreClock.OnCallers(callersNow, dueIn) : null;
        return taken < Planned && !(due < clock.Soon(callersNow)) ? clock.Soon(callersNow) : due;
    }
}
