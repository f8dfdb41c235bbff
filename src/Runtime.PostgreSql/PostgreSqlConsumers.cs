using Declarative.Storage;
using Npgsql;

namespace Declarative.PostgreSql;

/// <summary>What consumers remember in PostgreSQL.</summary>
internal sealed class PostgreSqlConsumers(PostgreSqlStore store) : IConsumerStore
{
    public Task<Recollection> RecallAsync(InboxKey? inbox, string? echoKey, DateTimeOffset now, CancellationToken cancellationToken)
    {
        const string Recall = $"""
            SELECT EXISTS (SELECT 1 FROM declarative.inbox WHERE consumer = $2 AND id = $3 AND expires_at > {StoreClock.Sql}),
                   (SELECT fingerprint FROM declarative.echo WHERE key = $4 AND expires_at > {StoreClock.Sql})
            """;
        return store.ReadAsync(
            async session => (await session.QueryAsync(
                Recall,
                static reader => new Recollection(reader.GetBoolean(0), reader.BytesOrNull(1)),
                store.Clock.Now(now),
                SqlValue.Text(inbox?.Consumer),
                SqlValue.Text(inbox?.Id),
                SqlValue.Text(echoKey)).ConfigureAwait(false))[0],
            cancellationToken);
    }

    /// <summary>In the order of keys, so that nodes wait for each other and not crosswise; of a key that comes twice the last counts.</summary>
    public Task RememberAsync(IReadOnlyList<HandledEvent> events, CancellationToken cancellationToken)
    {
        const string Inbox = $"""
            INSERT INTO declarative.inbox (consumer, id, expires_at)
            SELECT DISTINCT ON (consumer COLLATE "C", id COLLATE "C") consumer, id, {StoreClock.Sql} + remaining
            FROM unnest($2::text[], $3::text[], $4::interval[]) WITH ORDINALITY AS e(consumer, id, remaining, place) ORDER BY consumer COLLATE "C", id COLLATE "C", place DESC
            ON CONFLICT (consumer, id) DO UPDATE SET expires_at = excluded.expires_at
            """;
        const string Echo = $"""
            INSERT INTO declarative.echo (key, fingerprint, expires_at)
            SELECT DISTINCT ON (key COLLATE "C") key, fingerprint, {StoreClock.Sql} + remaining
            FROM unnest($2::text[], $3::bytea[], $4::interval[]) WITH ORDINALITY AS e(key, fingerprint, remaining, place) ORDER BY key COLLATE "C", place DESC
            ON CONFLICT (key) DO UPDATE SET fingerprint = excluded.fingerprint, expires_at = excluded.expires_at
            """;
        var ids = events.Where(static one => one.Inbox is not null).ToList();
        var changes = events.Where(static one => one.EchoKey is not null).ToList();
        var statements = new List<Statement>();
        if (ids.Count > 0)
        {
            statements.Add(Statement.Change(
                Inbox,
                store.Clock.Now(out var from),
                SqlValue.Texts(ids.Select(static one => one.Inbox!.Consumer)),
                SqlValue.Texts(ids.Select(static one => one.Inbox!.Id)),
                SqlValue.Spans(ids.Select(one => one.InboxUntil - from))));
        }

        if (changes.Count > 0)
        {
            statements.Add(Statement.Change(
                Echo,
                store.Clock.Now(out var from),
                SqlValue.Texts(changes.Select(static one => one.EchoKey)),
                SqlValue.ManyBytes(changes.Select(static one => one.Fingerprint)),
                SqlValue.Spans(changes.Select(one => one.EchoUntil - from))));
        }

        return statements.Count == 0 ? Task.CompletedTask : store.WriteAsync(session => session.RunAsync([.. statements]), cancellationToken);
    }

    public Task<bool> ForgetAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        const string Ids = $"""
            WITH old AS MATERIALIZED (SELECT consumer, id FROM declarative.inbox WHERE expires_at <= {StoreClock.Sql} LIMIT $2 FOR UPDATE SKIP LOCKED)
            DELETE FROM declarative.inbox i USING old WHERE (i.consumer, i.id) = (old.consumer, old.id)
            """;
        const string Echoes = $"DELETE FROM declarative.echo WHERE key = ANY(ARRAY(SELECT key FROM declarative.echo WHERE expires_at <= {StoreClock.Sql} LIMIT $2 FOR UPDATE SKIP LOCKED))";
        return store.WriteAsync(
            async session => await session.RunAsync(Ids, store.Clock.Now(now), SqlValue.Int(limit)).ConfigureAwait(false) == limit
                | await session.RunAsync(Echoes, store.Clock.Now(now), SqlValue.Int(limit)).ConfigureAwait(false) == limit,
            cancellationToken);
    }
}
