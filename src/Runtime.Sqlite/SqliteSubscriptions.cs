using Declarative.Storage;
using Declarative.Subscriptions;
using Microsoft.Data.Sqlite;

namespace Declarative.Sqlite;

/// <summary>Subscriptions and endpoints in SQLite.</summary>
internal sealed class SqliteSubscriptions(SqliteStore store) : ISubscriptionRecords
{
    private const string Select = """
        SELECT s.id, s.name, s.event_name, s.parent, s.recipient, s.notifier, s.store_id, s.status, s.retry, s.retry_on, s.secret,
               s.previous_secret, s.previous_secret_until, s.endpoint_id, e.key, s.created_at, s.modified_at, s.disabled_reason
        FROM subscription s JOIN endpoint e ON e.id = s.endpoint_id
        """;

    public Task<IReadOnlyList<SubscriptionRecord>> LoadAsync(CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<SubscriptionRecord>>(
            static session =>
            {
                var records = new List<SubscriptionRecord>();
                using var reader = session.Prepare(Select + " WHERE s.status <> 4 ORDER BY s.id").Query();
                while (reader.Read())
                    records.Add(Read(reader));
                return records;
            },
            cancellationToken);

    public Task<SubscriptionRecord> AddAsync(SubscriptionRecord record, CancellationToken cancellationToken) =>
        store.WriteAsync(session => Add(session, record), cancellationToken);

    public Task<bool> SetStatusAsync(long id, SubscriptionStatus status, string? reason, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.WriteAsync(session => SetStatus(session, id, status, reason, now.Ms()), cancellationToken);

    internal static bool SetStatus(SqliteSession session, long id, SubscriptionStatus status, string? reason, long now)
    {
        var isKnown = session.Prepare("UPDATE subscription SET status = $2, disabled_reason = $3, modified_at = $4 WHERE id = $1 AND status <> 4")
            .Run(id, (int)status, reason, now) == 1;
        if (!isKnown)
            return false;
        switch (status)
        {
            case SubscriptionStatus.Active:
                session.Prepare("UPDATE delivery SET state = 0 WHERE state = 4 AND subscription_id = $1").Run(id);
                break;
            case SubscriptionStatus.Deleted:
                session.Prepare("UPDATE delivery SET state = 5, finished_at = $2 WHERE state = 4 AND subscription_id = $1").Run(id, now);
                MoveDue(session, id, 5, now);
                break;
            default:
                MoveDue(session, id, 4, finishedAt: null);
                break;
        }

        return true;
    }

    /// <summary>Through the endpoint, whose due deliveries are indexed, so that no further index is paid for by every delivery.</summary>
    private static void MoveDue(SqliteSession session, long id, int state, long? finishedAt) =>
        session.Prepare("UPDATE delivery SET state = $2, finished_at = $3 WHERE state = 0 AND endpoint_id = (SELECT endpoint_id FROM subscription WHERE id = $1) AND subscription_id = $1")
            .Run(id, state, finishedAt);

    private static SubscriptionRecord Add(SqliteSession session, SubscriptionRecord record)
    {
        using (var reader = session.Prepare(Select + " WHERE s.name IS NULL AND s.status <> 4 AND s.event_name = $1 AND s.recipient = $2 AND s.notifier = $3 AND s.store_id = $4")
            .Query(record.EventName, record.Recipient, record.Notifier, record.StoreId))
        {
            if (record.Name is null && reader.Read())
                return Read(reader);
        }

        session.Prepare("INSERT INTO endpoint (key) VALUES ($1) ON CONFLICT (key) DO NOTHING").Run(record.EndpointKey);
        session.Prepare("""
            INSERT INTO subscription (name, event_name, parent, recipient, notifier, store_id, status, retry, retry_on, secret,
                previous_secret, previous_secret_until, endpoint_id, created_at, modified_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, (SELECT id FROM endpoint WHERE key = $13), $14, $15)
            """).Run(
            record.Name,
            record.EventName,
            record.Parent,
            record.Recipient,
            record.Notifier,
            record.StoreId,
            (int)record.Status,
            record.Retry,
            (int)record.RetryOn,
            record.Secret,
            record.PreviousSecret,
            record.PreviousSecretUntil.Ms(),
            record.EndpointKey,
            record.CreatedAt.Ms(),
            record.ModifiedAt.Ms());
        using var stored = session.Prepare(Select + " WHERE s.id = $1").Query(session.LastRowId);
        stored.Read();
        return Read(stored);
    }

    private static SubscriptionRecord Read(SqliteDataReader reader) => new()
    {
        Id = reader.GetInt64(0),
        Name = reader.TextOrNull(1),
        EventName = reader.GetString(2),
        Parent = reader.TextOrNull(3),
        Recipient = reader.GetString(4),
        Notifier = reader.GetString(5),
        StoreId = reader.GetInt32(6),
        Status = (SubscriptionStatus)reader.GetInt32(7),
        Retry = reader.GetString(8),
        RetryOn = (RetryOn)reader.GetInt32(9),
        Secret = reader.BlobOrNull(10),
        PreviousSecret = reader.BlobOrNull(11),
        PreviousSecretUntil = reader.TimeOrNull(12),
        EndpointId = reader.GetInt64(13),
        EndpointKey = reader.GetString(14),
        CreatedAt = reader.Time(15),
        ModifiedAt = reader.Time(16),
        DisabledReason = reader.TextOrNull(17),
    };
}
