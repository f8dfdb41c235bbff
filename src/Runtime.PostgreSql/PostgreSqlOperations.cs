using Declarative.Storage;

namespace Declarative.PostgreSql;

/// <summary>Counts by minute, endpoints in trouble and the audit log, in PostgreSQL.</summary>
internal sealed class PostgreSqlOperations(PostgreSqlStore store) : IOperationsStore
{
    private const long SecondsOfMinute = 60;

    public Task AddCountsAsync(IReadOnlyList<MinuteCount> counts, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session => session.RunAsync(
                """
                INSERT INTO declarative.activity AS a (minute, kind, count)
                SELECT c.minute, c.kind, c.count FROM unnest($1::bigint[], $2::int[], $3::bigint[]) AS c(minute, kind, count) ORDER BY c.minute, c.kind
                ON CONFLICT (minute, kind) DO UPDATE SET count = a.count + excluded.count
                """,
                SqlValue.Longs(counts.Select(static one => one.Minute.ToUnixTimeSeconds() / SecondsOfMinute)),
                SqlValue.Ints(counts.Select(static one => (int)one.Kind)),
                SqlValue.Longs(counts.Select(static one => one.Count))),
            cancellationToken);

    public Task<IReadOnlyList<MinuteCount>> CountsAsync(DateTimeOffset from, CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<MinuteCount>>(
            async session => await session.QueryAsync(
                "SELECT minute, kind, count FROM declarative.activity WHERE minute >= $1 ORDER BY minute, kind",
                static reader => new MinuteCount(DateTimeOffset.FromUnixTimeSeconds(reader.GetInt64(0) * SecondsOfMinute), (MinuteKind)reader.GetInt32(1), reader.GetInt64(2)),
                SqlValue.Long(from.ToUnixTimeSeconds() / SecondsOfMinute)).ConfigureAwait(false),
            cancellationToken);

    public Task<IReadOnlyList<OpenEndpoint>> OpenEndpointsAsync(CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<OpenEndpoint>>(
            async session =>
            {
                var now = store.Clock.Now(out var from);
                return await session.QueryAsync(
                    $"""
                    SELECT substr(key, strpos(key, '|') + 1), failures, open_until - {StoreClock.Sql},
                        (SELECT count(*)::int FROM (SELECT 1 FROM declarative.delivery WHERE state = 0 AND endpoint_id = e.id LIMIT 10001) d)
                    FROM declarative.endpoint e WHERE open_until IS NOT NULL ORDER BY open_until DESC LIMIT 100
                    """,
                    reader => new OpenEndpoint(reader.GetString(0), reader.GetInt32(1), from + reader.GetTimeSpan(2), reader.GetInt32(3)),
                    now).ConfigureAwait(false);
            },
            cancellationToken);

    public Task<IReadOnlyList<(long SubscriptionId, DateTimeOffset Since)>> UnstableAsync(CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<(long, DateTimeOffset)>>(
            async session => await session.QueryAsync(
                "SELECT id, failing_since FROM declarative.subscription WHERE failing_since IS NOT NULL AND status = 1 ORDER BY id",
                static reader => (reader.GetInt64(0), reader.Time(1))).ConfigureAwait(false),
            cancellationToken);

    public Task AuditAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session => session.RunAsync(
                $"INSERT INTO declarative.audit (at, actor, action, subject, detail) VALUES ({StoreClock.Sql}, $2, $3, $4, $5)",
                store.Clock.Now(entry.At),
                SqlValue.Text(entry.Actor),
                SqlValue.Text(entry.Action),
                SqlValue.Text(entry.Subject),
                SqlValue.Text(entry.Detail)),
            cancellationToken);

    public Task<IReadOnlyList<AuditEntry>> ListAuditAsync(AuditSelection selection, long? before, int limit, CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<AuditEntry>>(
            async session => await session.QueryAsync(
                """
                SELECT seq, at, actor, action, subject, detail FROM declarative.audit
                WHERE seq < $1 AND ($2 IS NULL OR actor = $2) AND ($3 IS NULL OR action = $3 OR starts_with(action, $3 || '.')) AND ($4 IS NULL OR subject = $4)
                ORDER BY seq DESC LIMIT $5
                """,
                static reader => new AuditEntry(reader.GetInt64(0), reader.Time(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.TextOrNull(5)),
                SqlValue.Long(before ?? long.MaxValue),
                SqlValue.Text(selection.Actor),
                SqlValue.Text(selection.Action),
                SqlValue.Text(selection.Subject),
                SqlValue.Int(limit)).ConfigureAwait(false),
            cancellationToken);

    public Task<bool> ForgetAsync(DateTimeOffset counts, DateTimeOffset? audit, int rows, CancellationToken cancellationToken) =>
        store.WriteAsync(
            async session =>
            {
                var minutes = await session.RunAsync(
                    """
                    WITH old AS MATERIALIZED (SELECT minute, kind FROM declarative.activity WHERE minute < $1 ORDER BY minute, kind LIMIT $2 FOR UPDATE SKIP LOCKED)
                    DELETE FROM declarative.activity a USING old WHERE a.minute = old.minute AND a.kind = old.kind
                    """,
                    SqlValue.Long(counts.ToUnixTimeSeconds() / SecondsOfMinute),
                    SqlValue.Int(rows)).ConfigureAwait(false);

                // They come in the order of their making.
                var entries = audit is null ? 0 : await session.RunAsync(
                    """
                    WITH old AS MATERIALIZED (SELECT seq, at FROM declarative.audit ORDER BY seq LIMIT $2)
                    DELETE FROM declarative.audit a USING old WHERE a.seq = old.seq AND old.at < $1
                    """,
                    SqlValue.Time(audit),
                    SqlValue.Int(rows)).ConfigureAwait(false);
                return minutes == rows || entries == rows;
            },
            cancellationToken);
}
