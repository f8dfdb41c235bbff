using System.Runtime.InteropServices;
using Declarative.Storage;
using Declarative.Subscriptions;

namespace Declarative.Sqlite;

/// <summary>What attempts say of endpoints and subscriptions: breakers, counts by hour, and what follows from these.</summary>
internal sealed class SqliteHealth(SqliteSession session, BreakerRule breaker, DateTimeOffset now)
{
    private readonly Dictionary<long, Endpoint> _endpoints = [];
    private readonly Dictionary<long, (long Attempts, long Failures)> _subscriptions = [];

    /// <summary>The claim's slots without those of open endpoints. <paramref name="probed"/>: those that may have a probe; <paramref name="nextProbe"/>: when the next one may.</summary>
    public static Dictionary<long, int> Slots(SqliteSession session, Claim<long> claim, out List<long> probed, out DateTimeOffset? nextProbe)
    {
        var slots = new Dictionary<long, int>(claim.Slots);
        probed = [];
        nextProbe = null;
        using var reader = session.Prepare("SELECT id, open_until FROM endpoint WHERE open_until IS NOT NULL").Query();
        while (reader.Read())
        {
            var id = reader.GetInt64(0);
            var until = reader.Time(1);
            if (until > claim.Now)
            {
                slots[id] = 0;
                nextProbe = nextProbe is null || until < nextProbe ? until : nextProbe;
            }
            else
            {
                slots[id] = Math.Min(1, slots.GetValueOrDefault(id, claim.SlotsPerKey));
                probed.Add(id);
            }
        }

        return slots;
    }

    /// <summary>Marks the probes among what was claimed.</summary>
    public static void Probe(SqliteSession session, Claim<long> claim, List<long> probed, List<ClaimedDelivery> rows)
    {
        foreach (var row in rows.Where(row => probed.Contains(row.EndpointId)))
            session.Prepare("UPDATE endpoint SET open_until = $2, probe_token = $3 WHERE id = $1").Run(row.EndpointId, (claim.Now + claim.Lease).Ms(), claim.LeaseToken);
    }

    public void Add(DeliveryOutcome outcome)
    {
        var endpoint = Find(outcome.EndpointId);
        endpoint.After = breaker.Next(endpoint.After, outcome.Sign, outcome.LeaseToken, now);
        if (outcome.Attempt is not { } attempt)
            return;
        ref var counts = ref CollectionsMarshal.GetValueRefOrAddDefault(_subscriptions, outcome.SubscriptionId, out _);
        counts = (counts.Attempts + 1, counts.Failures + (attempt.IsSuccess ? 0 : 1));
    }

    /// <summary>Stores it; the endpoints that are or were open.</summary>
    public IReadOnlyList<EndpointTurn> Save()
    {
        var turns = new List<EndpointTurn>();
        foreach (var (id, endpoint) in _endpoints)
        {
            if (endpoint.After.OpenUntil is not null || endpoint.Before.OpenUntil is not null)
                turns.Add(new EndpointTurn(id, endpoint.After.OpenUntil, endpoint.After.Failures));
            if (endpoint.After == endpoint.Before)
                continue;
            session.Prepare("UPDATE endpoint SET failures = $2, open_until = $3, probe_token = $4 WHERE id = $1").Run(id, endpoint.After.Failures, endpoint.After.OpenUntil.Ms(), endpoint.After.ProbeToken);
        }

        foreach (var (id, counts) in _subscriptions)
        {
            session.Prepare("""
                INSERT INTO subscription_hour (subscription_id, hour, attempts, failures) VALUES ($1, $2, $3, $4)
                ON CONFLICT (subscription_id, hour) DO UPDATE SET attempts = attempts + $3, failures = failures + $4
                """).Run(id, Hour(now), counts.Attempts, counts.Failures);
        }

        return turns;
    }

    public static IReadOnlyList<SubscriptionVerdict> Judge(SqliteSession session, FailureRule rule, DateTimeOffset now)
    {
        session.Prepare("DELETE FROM subscription_hour WHERE hour <= $1").Run(Hour(now - rule.Window));
        var verdicts = new List<SubscriptionVerdict>();
        using (var reader = session.Prepare("""
            SELECT s.id, s.failing_since, s.required, coalesce(sum(h.attempts), 0), coalesce(sum(h.failures), 0)
            FROM subscription s LEFT JOIN subscription_hour h ON h.subscription_id = s.id
            WHERE s.status = 1 GROUP BY s.id HAVING s.failing_since IS NOT NULL OR sum(h.failures) > 0
            """).Query())
        {
            while (reader.Read())
            {
                var (attempts, failures) = (reader.GetInt64(3), reader.GetInt64(4));
                if (rule.Of(attempts, failures, reader.TimeOrNull(1), reader.GetInt32(2) == 1, now) is { } health)
                    verdicts.Add(new SubscriptionVerdict(reader.GetInt64(0), health, attempts, failures));
            }
        }

        foreach (var verdict in verdicts)
        {
            if (verdict.Health == SubscriptionHealth.Disabled)
                SqliteSubscriptions.SetStatus(session, verdict.SubscriptionId, SubscriptionStatus.AutoDisabled, verdict.Reason, now.Ms());
            else
                session.Prepare("UPDATE subscription SET failing_since = $2 WHERE id = $1").Run(verdict.SubscriptionId, verdict.Health == SubscriptionHealth.Unstable ? now.Ms() : null);
        }

        return verdicts;
    }

    private static long Hour(DateTimeOffset time) => time.ToUnixTimeSeconds() / 3600;

    private Endpoint Find(long id)
    {
        if (_endpoints.TryGetValue(id, out var endpoint))
            return endpoint;
        using var reader = session.Prepare("SELECT failures, open_until, probe_token FROM endpoint WHERE id = $1").Query(id);
        endpoint = reader.Read() ? new Endpoint(new EndpointState(reader.GetInt32(0), reader.TimeOrNull(1), reader.IsDBNull(2) ? null : reader.GetInt64(2))) : new Endpoint(default);
        _endpoints.Add(id, endpoint);
        return endpoint;
    }

    private sealed class Endpoint(EndpointState before)
    {
        public EndpointState Before { get; } = before;

        public EndpointState After { get; set; } = before;
    }
}
