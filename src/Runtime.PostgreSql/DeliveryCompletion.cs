using Declarative.Storage;
using Npgsql;

namespace Declarative.PostgreSql;

/// <summary>
/// Ends a batch of attempts in one transaction: the deliveries, their log, the counts by hour, and the breakers of their endpoints. What nodes share, counts
/// and breakers, is locked in order, table after table, so that they wait for each other but never crosswise; for leased deliveries nobody waits.
/// </summary>
internal sealed class DeliveryCompletion(PostgreSqlStore store, IReadOnlyList<DeliveryOutcome> outcomes, BreakerRule breaker, DateTimeOffset now)
{
    private readonly Dictionary<long, (EndpointState Before, EndpointState After)> _endpoints = [];
    private readonly List<long> _switchedOff = [];

    public async Task<CompletedDeliveries> RunAsync(CancellationToken cancellationToken)
    {
        var completed = await store.TransactAsync(StoreAsync, cancellationToken).ConfigureAwait(false);

        // Others may have slept until a probe that is not needed any more, or a row that was given back.
        if (completed.Turns.Any(static turn => turn.OpenUntil is null) || outcomes.Any(static one => one.End == DeliveryEnd.Released))
            store.Tell(StoreChanges.Deliveries);
        return completed;
    }

    private async Task<CompletedDeliveries> StoreAsync(PostgreSqlSession session)
    {
        var held = await EndAsync(session).ConfigureAwait(false);
        if (held.Count == 0)
            return new CompletedDeliveries(0, [], []);
        var databaseNow = await LockEndpointsAsync(session, held).ConfigureAwait(false);
        foreach (var outcome in held)
        {
            if (!_endpoints.TryGetValue(outcome.EndpointId, out var endpoint))
                continue;
            endpoint.After = breaker.Next(endpoint.After, outcome.Sign, outcome.LeaseToken, databaseNow);
            _endpoints[outcome.EndpointId] = endpoint;
        }

        await SaveEndpointsAsync(session).ConfigureAwait(false);
        var turns = _endpoints
            .Where(static one => one.Value.Before.OpenUntil is not null || one.Value.After.OpenUntil is not null)
            .Select(one => new EndpointTurn(one.Key, one.Value.After.OpenUntil is { } until ? StoreClock.OnCallers(now, until - databaseNow) : null, one.Value.After.Failures));
        return new CompletedDeliveries(held.Count, [.. turns], _switchedOff);
    }

    /// <summary>Ends what is still under its lease; which that was, in order.</summary>
    private async Task<List<DeliveryOutcome>> EndAsync(PostgreSqlSession session)
    {
        const string End = $"""
            WITH held AS (
                UPDATE declarative.delivery d SET
                    state = CASE h.ending WHEN 0 THEN 2 WHEN 2 THEN 3 WHEN 3 THEN (CASE s.status WHEN 4 THEN 5 ELSE 4 END) ELSE {PostgreSqlDeliveries.DueParkedOrCancelled} END,
                    endpoint_id = CASE WHEN h.ending IN (1, 4) THEN s.endpoint_id ELSE d.endpoint_id END,
                    priority = CASE WHEN h.ending IN (1, 4) THEN s.priority ELSE d.priority END,
                    due_at = CASE WHEN h.ending = 1 THEN {StoreClock.Sql} + h.due ELSE d.due_at END,
                    attempts = CASE WHEN h.ending = 4 THEN d.attempts - 1 ELSE d.attempts END,
                    last_status = CASE WHEN h.ending = 4 THEN d.last_status ELSE h.status END,
                    last_reason = CASE WHEN h.ending = 4 THEN d.last_reason ELSE h.reason END,
                    finished_at = CASE WHEN h.ending IN (0, 2) OR (h.ending IN (1, 3, 4) AND s.status = 4) THEN {StoreClock.Sql} END,
                    lease_token = NULL, lease_until = NULL
                FROM unnest($2::int[], $3::bigint[], $4::bigint[], $5::int[], $6::interval[], $7::int[], $8::interval[], $9::bigint[], $10::int[], $11::bool[], $12::text[], $13::text[], $14::bool[], $15::text[], $16::text[])
                    AS h(place, delivery, token, ending, due, number, started, duration_ms, status, success, reason, response, truncated, request_headers, response_headers), declarative.subscription s
                WHERE d.seq = h.delivery AND d.lease_token = h.token AND s.id = d.subscription_id
                RETURNING d.seq, d.subscription_id, h.place, h.number, h.started, h.duration_ms, h.status, h.success, h.reason, h.response, h.truncated, h.request_headers, h.response_headers
            ),
            logged AS (
                INSERT INTO declarative.attempt (delivery_seq, number, started_at, duration_ms, status, outcome, reason, response, truncated, request_headers, response_headers)
                SELECT seq, number, {StoreClock.Sql} + started, duration_ms, status, CASE WHEN success THEN 1 ELSE 0 END, reason, response, truncated, request_headers, response_headers
                FROM held WHERE number IS NOT NULL ORDER BY place
            ),
            counted AS (
                INSERT INTO declarative.subscription_hour AS h (subscription_id, hour, attempts, failures)
                SELECT subscription_id, {SubscriptionJudge.Hour}, count(*), count(*) FILTER (WHERE NOT success)
                FROM held WHERE number IS NOT NULL GROUP BY subscription_id ORDER BY subscription_id
                ON CONFLICT (subscription_id, hour) DO UPDATE SET attempts = h.attempts + excluded.attempts, failures = h.failures + excluded.failures
            )
            SELECT place FROM held ORDER BY place
            """;
        var end = Statement.Select(
            End,
            store.Clock.Now(now),
            SqlValue.Ints(Enumerable.Range(0, outcomes.Count)),
            SqlValue.Longs(outcomes.Select(static one => one.Seq)),
            SqlValue.Longs(outcomes.Select(static one => one.LeaseToken)),
            SqlValue.Ints(outcomes.Select(static one => (int)one.End)),
            SqlValue.Spans(outcomes.Select(one => one.End == DeliveryEnd.Retry ? one.DueAt - now : TimeSpan.Zero)),
            SqlValue.Ints(outcomes.Select(static one => one.Attempt?.Number)),
            SqlValue.Spans(outcomes.Select(one => one.Attempt is { } attempt ? attempt.StartedAt - now : TimeSpan.Zero)),
            SqlValue.Longs(outcomes.Select(static one => (long)(one.Attempt?.Duration.TotalMilliseconds ?? 0))),
            SqlValue.Ints(outcomes.Select(static one => one.Attempt?.Status)),
            SqlValue.Flags(outcomes.Select(static one => one.Attempt?.IsSuccess ?? false)),
            SqlValue.Texts(outcomes.Select(static one => one.Attempt?.Reason)),
            SqlValue.Texts(outcomes.Select(static one => one.Attempt?.Response)),
            SqlValue.Flags(outcomes.Select(static one => one.Attempt?.IsTruncated ?? false)),
            SqlValue.Texts(outcomes.Select(static one => one.Attempt?.RequestHeaders)),
            SqlValue.Texts(outcomes.Select(static one => one.Attempt?.ResponseHeaders)));
        var again = outcomes.Where(static one => one.End is DeliveryEnd.Retry or DeliveryEnd.Released).Select(static one => one.SubscriptionId).ToList();
        var gone = outcomes.Where(static one => one.End == DeliveryEnd.Gone).ToList();
        Statement[] statements = again.Count + gone.Count == 0 ? [end] : [StoreLocks.Shared(again, gone.Select(static one => one.SubscriptionId)), end];
        var held = (await session.QueryAsync(static reader => reader.GetInt32(0), statements).ConfigureAwait(false)).ConvertAll(place => outcomes[place]);
        foreach (var subscription in await ActiveAsync(session, gone.Where(held.Contains)).ConfigureAwait(false))
        {
            _switchedOff.Add(subscription);
            await PostgreSqlSubscriptions.SetStatusAsync(session, store, subscription, Subscriptions.SubscriptionStatus.Gone, "the receiver answered 410 (gone)", now).ConfigureAwait(false);
        }

        return held;
    }

    /// <summary>What was under way when a subscription was switched off answers 410 too; the lock on its bucket is held.</summary>
    private static async Task<IReadOnlyList<long>> ActiveAsync(PostgreSqlSession session, IEnumerable<DeliveryOutcome> gone)
    {
        var ids = gone.Select(static one => one.SubscriptionId).Distinct().ToList();
        return ids.Count == 0
            ? []
            : await session.QueryAsync("SELECT id FROM declarative.subscription WHERE id = ANY($1) AND status = 1 ORDER BY id", static reader => reader.GetInt64(0), SqlValue.Longs(ids)).ConfigureAwait(false);
    }

    /// <summary>Reads the breakers that these attempts may move, mostly none; the database's now.</summary>
    private async Task<DateTimeOffset> LockEndpointsAsync(PostgreSqlSession session, List<DeliveryOutcome> held)
    {
        const string Lock = $"""
            SELECT e.*, {StoreClock.Sql}
            FROM (VALUES (1)) AS one LEFT JOIN LATERAL (
                SELECT id, failures, open_until, probe_token FROM declarative.endpoint
                WHERE id = ANY($2) AND (failures <> 0 OR open_until IS NOT NULL OR id = ANY($3)) ORDER BY id FOR UPDATE) e ON true
            """;
        var databaseNow = now;
        await session.QueryAsync(
            Lock,
            reader =>
            {
                databaseNow = reader.Time(4);
                if (reader.LongOrNull(0) is { } id)
                {
                    var state = new EndpointState(reader.GetInt32(1), reader.TimeOrNull(2), reader.LongOrNull(3));
                    _endpoints.Add(id, (state, state));
                }

                return 0;
            },
            store.Clock.Now(now),
            SqlValue.Longs(held.Select(static one => one.EndpointId).Distinct()),
            SqlValue.Longs(held.Where(static one => one.Sign == EndpointSign.Down).Select(static one => one.EndpointId).Distinct())).ConfigureAwait(false);
        return databaseNow;
    }

    private async Task SaveEndpointsAsync(PostgreSqlSession session)
    {
        var changed = _endpoints.Where(static one => one.Value.Before != one.Value.After).ToList();
        if (changed.Count == 0)
            return;
        await session.RunAsync(
            """
            UPDATE declarative.endpoint e SET failures = n.failures, open_until = n.open_until, probe_token = NULL
            FROM unnest($1::bigint[], $2::int[], $3::timestamptz[]) AS n(id, failures, open_until) WHERE e.id = n.id
            """,
            SqlValue.Longs(changed.Select(static one => one.Key)),
            SqlValue.Ints(changed.Select(static one => one.Value.After.Failures)),
            SqlValue.Times(changed.Select(static one => one.Value.After.OpenUntil?.UtcDateTime))).ConfigureAwait(false);
    }
}
