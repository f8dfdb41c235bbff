using Declarative.Storage;

namespace Declarative.Sqlite;

/// <summary>Deliveries in SQLite.</summary>
internal sealed class SqliteDeliveries(SqliteStore store) : IDeliveryStore
{
    /// <summary>What a delivery becomes that would be due again: that depends on its subscription as it is now.</summary>
    private const string DueParkedOrCancelled = "CASE (SELECT status FROM subscription WHERE id = subscription_id) WHEN 1 THEN 0 WHEN 4 THEN 5 ELSE 4 END";

    /// <summary>Its subscription may have got another destination while it was under way.</summary>
    private const string Moved = "(endpoint_id, priority) = (SELECT endpoint_id, priority FROM subscription WHERE id = subscription_id)";

    private readonly SetBackClock _clock = new();
    private readonly FairClaim<long> _claim = new("delivery", "endpoint_id", 0, Comparer<long>.Default, static reader => reader.GetInt64(0));
    private readonly FairClaim<long> _priority = new("delivery", "endpoint_id", 0, Comparer<long>.Default, static reader => reader.GetInt64(0), "state = 0 AND priority = 1");
    private uint _turn;

    public async Task<Claimed<ClaimedDelivery>> ClaimAsync(Claim<long> claim, CancellationToken cancellationToken)
    {
        var claimed = await store.WriteAsync(session => Claim(session, claim), cancellationToken).ConfigureAwait(false);
        _clock.Saw(claim);
        return claimed;
    }

    public Task<CompletedDeliveries> CompleteAsync(IReadOnlyList<DeliveryOutcome> outcomes, BreakerRule breaker, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session =>
            {
                var health = new SqliteHealth(session, breaker, now);
                var stored = 0;
                var gone = new List<long>();
                foreach (var outcome in outcomes)
                {
                    if (!Complete(session, outcome, now.Ms()))
                        continue;
                    stored++;
                    health.Add(outcome);
                    if (outcome.End == DeliveryEnd.Gone && SwitchOff(session, outcome.SubscriptionId, now.Ms()))
                        gone.Add(outcome.SubscriptionId);
                }

                return new CompletedDeliveries(stored, health.Save(), gone);
            },
            cancellationToken);

    public Task<IReadOnlyList<SubscriptionVerdict>> JudgeAsync(FailureRule rule, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.WriteAsync(session => SqliteHealth.Judge(session, rule, now), cancellationToken);

    /// <summary>
    /// Deliveries of priority subscriptions first, but never all slots for them: they get at most three quarters of a claim
    /// and of an endpoint's slots, and every fourth claim begins without them; what is left goes by due time, whoever it is for.
    /// </summary>
    private Claimed<ClaimedDelivery> Claim(SqliteSession session, Claim<long> claim)
    {
        if (_clock.By(claim) is > 0 and var by)
        {
            session.Prepare("UPDATE delivery SET due_at = due_at - $2 WHERE state = 0 AND due_at > $1").Run(claim.Now.Ms(), by);
            session.Prepare("UPDATE endpoint SET open_until = open_until - $2 WHERE open_until > $1").Run(claim.Now.Ms(), by);
        }

        // What was leased was due, and stays so if the clock was set back meanwhile.
        session.Prepare($"UPDATE delivery SET {Moved}, state = {DueParkedOrCancelled}, due_at = min(due_at, $2), lease_token = NULL, lease_until = NULL WHERE state = 1 AND lease_until <= $1").Run(claim.LeaseNow.Ms(), claim.Now.Ms());
        var slots = SqliteHealth.Slots(session, claim, out var probed, out var nextProbe);
        var taken = 0;
        if (_turn++ % 4 != 0)
        {
            _priority.Run(session, claim with { Limit = ThreeQuarters(claim.Limit), Slots = slots }, (endpoint, free) =>
            {
                var leased = Lease(session, claim, endpoint, ThreeQuarters(free), " AND priority = 1");
                slots[endpoint] = slots.GetValueOrDefault(endpoint, claim.SlotsPerKey) - leased;
                taken += leased;
                return leased;
            });
        }

        var nextDue = _claim.Run(session, claim with { Limit = claim.Limit - taken, Slots = slots }, (endpoint, free) =>
        {
            var leased = Lease(session, claim, endpoint, free, "");
            taken += leased;
            return leased;
        });
        var rows = taken == 0 ? [] : Leased(session, claim, taken);
        if (probed.Count > 0)
            SqliteHealth.Probe(session, claim, probed, rows);
        return new Claimed<ClaimedDelivery>(rows, nextProbe < nextDue || nextDue is null ? nextProbe ?? nextDue : nextDue);
    }

    private static int ThreeQuarters(int slots) => ((slots * 3) + 3) / 4;

    private static int Lease(SqliteSession session, Claim<long> claim, long endpoint, int slots, string which) =>
        session.Prepare($"""
            UPDATE delivery SET state = 1, attempts = attempts + 1, lease_token = $4, lease_until = $5
            WHERE seq IN (SELECT seq FROM delivery WHERE state = 0 AND endpoint_id = $1 AND due_at <= $2{which} ORDER BY due_at LIMIT $3)
            """).Run(endpoint, claim.Now.Ms(), slots, claim.LeaseToken, claim.LeaseUntil.Ms());

    /// <summary>What the claim just leased, with payload and message; the index on leases finds it.</summary>
    private static List<ClaimedDelivery> Leased(SqliteSession session, Claim<long> claim, int count)
    {
        var rows = new List<ClaimedDelivery>(count);
        using var reader = session.Prepare("""
            SELECT d.seq, d.uuid, d.replay_no, m.id, m.name, m.store_id, d.subscription_id, p.bytes, d.attempts, m.trace_parent, m.trace_state, d.endpoint_id, m.created_at
            FROM delivery d JOIN message m ON m.seq = d.message_seq JOIN payload p ON p.seq = d.payload_seq
            WHERE d.state = 1 AND d.lease_until = $1 AND d.lease_token = $2 ORDER BY d.priority DESC, d.due_at
            """).Query(claim.LeaseUntil.Ms(), claim.LeaseToken);
        while (reader.Read())
        {
            rows.Add(new ClaimedDelivery
            {
                Seq = reader.GetInt64(0),
                Uuid = reader.Id(1),
                ReplayNo = reader.GetInt32(2),
                MessageId = reader.Id(3),
                EventName = reader.GetString(4),
                StoreId = reader.GetInt32(5),
                SubscriptionId = reader.GetInt64(6),
                Payload = reader.Blob(7),
                Attempts = reader.GetInt32(8),
                TraceParent = reader.TextOrNull(9),
                TraceState = reader.TextOrNull(10),
                EndpointId = reader.GetInt64(11),
                PublishedAt = reader.Time(12),
                LeaseToken = claim.LeaseToken,
                LeaseUntil = claim.LeaseUntil,
            });
        }

        return rows;
    }

    private static bool Complete(SqliteSession session, DeliveryOutcome outcome, long now)
    {
        if (!End(session, outcome, now))
            return false;
        if (outcome.Attempt is { } attempt)
        {
            session.Prepare("INSERT INTO attempt (delivery_seq, number, started_at, duration_ms, status, outcome, reason, response, truncated, request_headers, response_headers) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)").Run(
                outcome.Seq,
                attempt.Number,
                attempt.StartedAt.Ms(),
                (long)attempt.Duration.TotalMilliseconds,
                attempt.Status,
                attempt.IsSuccess ? 1 : 0,
                attempt.Reason,
                attempt.Response,
                attempt.IsTruncated ? 1 : 0,
                attempt.RequestHeaders,
                attempt.ResponseHeaders);
        }

        return true;
    }

    private static bool End(SqliteSession session, DeliveryOutcome outcome, long now) => outcome.End switch
    {
        DeliveryEnd.Done => Finish(session, outcome, 2, now),
        DeliveryEnd.Dead => Finish(session, outcome, 3, now),
        DeliveryEnd.Gone => session.Prepare("UPDATE delivery SET state = CASE (SELECT status FROM subscription WHERE id = subscription_id) WHEN 4 THEN 5 ELSE 4 END, last_status = $3, last_reason = $4, lease_token = NULL, lease_until = NULL WHERE seq = $1 AND lease_token = $2")
            .Run(outcome.Seq, outcome.LeaseToken, outcome.Attempt?.Status, outcome.Attempt?.Reason) == 1,
        DeliveryEnd.Retry => session.Prepare($"UPDATE delivery SET {Moved}, state = {DueParkedOrCancelled}, due_at = $3, last_status = $4, last_reason = $5, lease_token = NULL, lease_until = NULL WHERE seq = $1 AND lease_token = $2")
            .Run(outcome.Seq, outcome.LeaseToken, outcome.DueAt.Ms(), outcome.Attempt?.Status, outcome.Attempt?.Reason) == 1,
        _ => session.Prepare($"UPDATE delivery SET {Moved}, state = {DueParkedOrCancelled}, due_at = min(due_at, $3), attempts = attempts - 1, lease_token = NULL, lease_until = NULL WHERE seq = $1 AND lease_token = $2")
            .Run(outcome.Seq, outcome.LeaseToken, now) == 1,
    };

    private static bool Finish(SqliteSession session, DeliveryOutcome outcome, int state, long now) =>
        session.Prepare("UPDATE delivery SET state = $3, last_status = $4, last_reason = $5, finished_at = $6, lease_token = NULL, lease_until = NULL WHERE seq = $1 AND lease_token = $2")
            .Run(outcome.Seq, outcome.LeaseToken, state, outcome.Attempt?.Status, outcome.Attempt?.Reason, now) == 1;

    /// <summary>Only an active one: what was under way when it was switched off answers 410 too.</summary>
    private static bool SwitchOff(SqliteSession session, long subscription, long now)
    {
        using (var reader = session.Prepare("SELECT 1 FROM subscription WHERE id = $1 AND status = 1").Query(subscription))
        {
            if (!reader.Read())
                return false;
        }

        return SqliteSubscriptions.SetStatus(session, subscription, Subscriptions.SubscriptionStatus.Gone, "the receiver answered 410 (gone)", now);
    }
}
