using Declarative.Storage;

namespace Declarative.Sqlite;

/// <summary>What consumers remember in SQLite.</summary>
internal sealed class SqliteConsumers(SqliteStore store) : IConsumerStore
{
    public Task<Recollection> RecallAsync(InboxKey? inbox, string? echoKey, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.ReadAsync(
            session =>
            {
                using var reader = session.Prepare("""
                    SELECT EXISTS (SELECT 1 FROM inbox WHERE consumer = $1 AND id = $2 AND expires_at > $4),
                           (SELECT fingerprint FROM echo WHERE key = $3 AND expires_at > $4)
                    """).Query(inbox?.Consumer, inbox?.Id, echoKey, now.Ms());
                reader.Read();
                return new Recollection(reader.GetInt64(0) == 1, reader.BlobOrNull(1));
            },
            cancellationToken);

    public Task RememberAsync(IReadOnlyList<HandledEvent> events, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session =>
            {
                foreach (var one in events)
                {
                    if (one.Inbox is { } inbox)
                        session.Prepare("INSERT INTO inbox (consumer, id, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO UPDATE SET expires_at = $3").Run(inbox.Consumer, inbox.Id, one.InboxUntil.Ms());
                    if (one.EchoKey is { } key)
                        session.Prepare("INSERT INTO echo (key, fingerprint, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO UPDATE SET fingerprint = $2, expires_at = $3").Run(key, one.Fingerprint, one.EchoUntil.Ms());
                }

                return events.Count;
            },
            cancellationToken);

    public Task<bool> ForgetAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session =>
            {
                var ids = session.Prepare("DELETE FROM inbox WHERE (consumer, id) IN (SELECT consumer, id FROM inbox WHERE expires_at <= $1 LIMIT $2)").Run(now.Ms(), limit);
                var echoes = session.Prepare("DELETE FROM echo WHERE key IN (SELECT key FROM echo WHERE expires_at <= $1 LIMIT $2)").Run(now.Ms(), limit);
                return ids == limit || echoes == limit;
            },
            cancellationToken);
}
