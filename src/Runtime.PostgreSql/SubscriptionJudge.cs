using Declarative.Storage;
using Declarative.Subscriptions;

namespace Declarative.PostgreSql;

/// <summary>What becomes of subscriptions that keep failing. Each is changed by one node: the change says what the row must have been before.</summary>
internal static class SubscriptionJudge
{
    /// <summary>The hour, counted since 1970.</summary>
    public const string Hour = $"floor(extract(epoch FROM {StoreClock.Sql}) / 3600)::bigint";

    public static async Task<IReadOnlyList<SubscriptionVerdict>> RunAsync(PostgreSqlStore store, FailureRule rule, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var found = await store.WriteAsync(session => FindAsync(session, store, rule, now), cancellationToken).ConfigureAwait(false);
        var verdicts = new List<SubscriptionVerdict>();
        foreach (var (verdict, since) in found)
        {
            if (await store.TransactAsync(session => ApplyAsync(session, store, verdict, since, now), cancellationToken).ConfigureAwait(false))
                verdicts.Add(verdict);
        }

        return verdicts;
    }

    private static async Task<List<(SubscriptionVerdict Verdict, DateTimeOffset? Since)>> FindAsync(PostgreSqlSession session, PostgreSqlStore store, FailureRule rule, DateTimeOffset now)
    {
        const string Forget = $"""
            WITH old AS MATERIALIZED (
                SELECT subscription_id, hour FROM declarative.subscription_hour WHERE hour <= {Hour} - $2 ORDER BY subscription_id, hour FOR UPDATE SKIP LOCKED)
            DELETE FROM declarative.subscription_hour h USING old WHERE (h.subscription_id, h.hour) = (old.subscription_id, old.hour)
            """;
        const string Find = $"""
            SELECT s.id, s.failing_since, s.required, coalesce(sum(h.attempts), 0)::bigint, coalesce(sum(h.failures), 0)::bigint, {StoreClock.Sql}
            FROM declarative.subscription s LEFT JOIN declarative.subscription_hour h ON h.subscription_id = s.id
            WHERE s.status = 1 GROUP BY s.id HAVING s.failing_since IS NOT NULL OR sum(h.failures) > 0
            """;
        var hours = (long)Math.Ceiling(rule.Window.TotalHours);
        var rows = await session.QueryAsync(
            reader =>
            {
                var (id, since, attempts, failures) = (reader.GetInt64(0), reader.TimeOrNull(1), reader.GetInt64(3), reader.GetInt64(4));
                var health = rule.Of(attempts, failures, since, reader.GetBoolean(2), reader.Time(5));
                return (Verdict: health is { } changed ? new SubscriptionVerdict(id, changed, attempts, failures) : (SubscriptionVerdict?)null, Since: since);
            },
            Statement.Change(Forget, store.Clock.Now(now), SqlValue.Long(hours)),
            Statement.Select(Find, store.Clock.Now(now))).ConfigureAwait(false);
        return [.. rows.Where(static row => row.Verdict is not null).Select(static row => (row.Verdict!.Value, row.Since))];
    }

    private static async Task<bool> ApplyAsync(PostgreSqlSession session, PostgreSqlStore store, SubscriptionVerdict verdict, DateTimeOffset? since, DateTimeOffset now)
    {
        const string Mark = $"""
            UPDATE declarative.subscription SET failing_since = CASE $3 WHEN 1 THEN {StoreClock.Sql} WHEN 2 THEN failing_since END
            WHERE id = $2 AND status = 1 AND failing_since IS NOT DISTINCT FROM $4
            """;
        if (verdict.Health == SubscriptionHealth.Disabled)
            await session.RunAsync(StoreLocks.Alone(verdict.SubscriptionId)).ConfigureAwait(false);
        var isOurs = await session.RunAsync(Mark, store.Clock.Now(now), SqlValue.Long(verdict.SubscriptionId), SqlValue.Int((int)verdict.Health), SqlValue.Time(since)).ConfigureAwait(false) == 1;
        if (isOurs && verdict.Health == SubscriptionHealth.Disabled)
            await PostgreSqlSubscriptions.SetStatusAsync(session, store, verdict.SubscriptionId, SubscriptionStatus.AutoDisabled, verdict.Reason, now).ConfigureAwait(false);
        return isOurs;
    }
}
