using Declarative.Storage;

namespace Declarative.Sqlite;

/// <summary>Counts by minute, endpoints in trouble and the audit log, in SQLite.</summary>
internal sealed class SqliteOperations(SqliteStore store) : IOperationsStore
{
    private const long MsOfMinute = 60_000;

    public Task AddCountsAsync(IReadOnlyList<MinuteCount> counts, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session =>
            {
                foreach (var one in counts)
                    session.Prepare("INSERT INTO activity (minute, kind, count) VALUES ($1, $2, $3) ON CONFLICT DO UPDATE SET count = count + excluded.count").Run(one.Minute.Ms() / MsOfMinute, (int)one.Kind, one.Count);
                return counts.Count;
            },
            cancellationToken);

    public Task<IReadOnlyList<MinuteCount>> CountsAsync(DateTimeOffset from, CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<MinuteCount>>(
            session =>
            {
                var counts = new List<MinuteCount>();
                using var reader = session.Prepare("SELECT minute, kind, count FROM activity WHERE minute >= $1 ORDER BY minute, kind").Query(from.Ms() / MsOfMinute);
                while (reader.Read())
                    counts.Add(new MinuteCount(DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(0) * MsOfMinute), (MinuteKind)reader.GetInt32(1), reader.GetInt64(2)));
                return counts;
            },
            cancellationToken);

    public Task<IReadOnlyList<OpenEndpoint>> OpenEndpointsAsync(CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<OpenEndpoint>>(
            session =>
            {
                var endpoints = new List<OpenEndpoint>();
                using var reader = session.Prepare("""
                    SELECT substr(key, instr(key, '|') + 1), failures, open_until, (SELECT count(*) FROM (SELECT 1 FROM delivery WHERE state = 0 AND endpoint_id = e.id LIMIT 10001))
                    FROM endpoint e WHERE open_until IS NOT NULL ORDER BY open_until DESC LIMIT 100
                    """).Query();
                while (reader.Read())
                    endpoints.Add(new OpenEndpoint(reader.GetString(0), reader.GetInt32(1), reader.Time(2), reader.GetInt32(3)));
                return endpoints;
            },
            cancellationToken);

    public Task<IReadOnlyList<(long SubscriptionId, DateTimeOffset Since)>> UnstableAsync(CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<(long, DateTimeOffset)>>(
            session =>
            {
                var unstable = new List<(long, DateTimeOffset)>();
                using var reader = session.Prepare("SELECT id, failing_since FROM subscription WHERE failing_since IS NOT NULL AND status = 1 ORDER BY id").Query();
                while (reader.Read())
                    unstable.Add((reader.GetInt64(0), reader.Time(1)));
                return unstable;
            },
            cancellationToken);

    public Task AuditAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session => session.Prepare("INSERT INTO audit (at, actor, action, subject, detail) VALUES ($1, $2, $3, $4, $5)").Run(entry.At.Ms(), entry.Actor, entry.Action, entry.Subject, entry.Detail),
            cancellationToken);

    public Task<IReadOnlyList<AuditEntry>> ListAuditAsync(AuditSelection selection, long? before, int limit, CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<AuditEntry>>(
            session =>
            {
                var entries = new List<AuditEntry>();
                using var reader = session.Prepare("""
                    SELECT seq, at, actor, action, subject, detail FROM audit
                    WHERE seq < $1 AND ($2 IS NULL OR actor = $2) AND ($3 IS NULL OR action = $3 OR substr(action, 1, length($3) + 1) = $3 || '.') AND ($4 IS NULL OR subject = $4)
                    ORDER BY seq DESC LIMIT $5
                    """).Query(before ?? long.MaxValue, selection.Actor, selection.Action, selection.Subject, limit);
                while (reader.Read())
                    entries.Add(new AuditEntry(reader.GetInt64(0), reader.Time(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.TextOrNull(5)));
                return entries;
            },
            cancellationToken);

    public Task<bool> ForgetAsync(DateTimeOffset counts, DateTimeOffset? audit, int rows, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session =>
            {
                var minutes = session.Prepare("DELETE FROM activity WHERE (minute, kind) IN (SELECT minute, kind FROM activity WHERE minute < $1 LIMIT $2)").Run(counts.Ms() / MsOfMinute, rows);

                // They come in the order of their making.
                var entries = audit is null ? 0 : session.Prepare("DELETE FROM audit WHERE seq IN (SELECT seq FROM audit ORDER BY seq LIMIT $2) AND at < $1").Run(audit.Ms(), rows);
                return minutes == rows || entries == rows;
            },
            cancellationToken);
}
