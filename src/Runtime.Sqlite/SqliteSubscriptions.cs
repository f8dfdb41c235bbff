using Declarative.Delivery;
using Declarative.Storage;
using Declarative.Subscriptions;
using Microsoft.Data.Sqlite;

namespace Declarative.Sqlite;

/// <summary>Subscriptions and endpoints in SQLite.</summary>
internal sealed class SqliteSubscriptions(SqliteStore store) : ISubscriptionRecords
{
    private const string Select = """
        SELECT s.id, s.name, s.event_name, s.parent, s.recipient, s.notifier, s.store_id, s.status, s.retry, s.retry_on, s.secret,
               s.previous_secret, s.previous_secret_until, s.endpoint_id, e.key, s.created_at, s.modified_at, s.disabled_reason,
               s.fields, s.rules, s.processors, s.destination, s.provider_id, s.priority, s.required, s.hipaa_audit, s.format
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

    public Task PutAsync(SubscriptionRecord record, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session =>
            {
                var id = record.Id == 0 ? Add(session, record).Id : record.Id;
                return Replace(session, record with { Id = id }) && SetStatus(session, id, record.Status, record.DisabledReason, record.ModifiedAt.Ms());
            },
            cancellationToken);

    public Task<bool> ReplaceAsync(SubscriptionRecord record, CancellationToken cancellationToken) =>
        store.WriteAsync(session => Replace(session, record), cancellationToken);

    public Task<bool> SetStatusAsync(long id, SubscriptionStatus status, string? reason, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.WriteAsync(session => SetStatus(session, id, status, reason, now.Ms()), cancellationToken);

    internal static bool SetStatus(SqliteSession session, long id, SubscriptionStatus status, string? reason, long now)
    {
        // Who switches it on again wants it to be looked at afresh.
        if (status == SubscriptionStatus.Active)
            session.Prepare("DELETE FROM subscription_hour WHERE subscription_id = $1 AND EXISTS (SELECT 1 FROM subscription WHERE id = $1 AND status <> 1)").Run(id);
        var isKnown = session.Prepare("UPDATE subscription SET status = $2, disabled_reason = $3, modified_at = $4, failing_since = CASE WHEN status = $2 THEN failing_since END WHERE id = $1 AND status <> 4")
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
        if (Find(session, record) is { } found)
            return found;
        session.Prepare("INSERT INTO endpoint (key) VALUES ($1) ON CONFLICT (key) DO NOTHING").Run(record.EndpointKey);
        session.Prepare("""
            INSERT INTO subscription (id, name, event_name, parent, recipient, notifier, store_id, retry, retry_on, secret, previous_secret, previous_secret_until,
                endpoint_id, modified_at, fields, rules, processors, destination, provider_id, priority, required, hipaa_audit, format, status, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, (SELECT id FROM endpoint WHERE key = $13), $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
            """).Run([.. Values(record), (int)record.Status, record.CreatedAt.Ms()]);
        using var stored = session.Prepare(Select + " WHERE s.id = $1").Query(session.LastRowId);
        stored.Read();
        return Read(stored);
    }

    private static SubscriptionRecord? Find(SqliteSession session, SubscriptionRecord record)
    {
        using var reader = record.Name is null
            ? session.Prepare(Select + " WHERE s.name IS NULL AND s.status <> 4 AND s.event_name = $1 AND s.recipient = $2 AND s.notifier = $3 AND s.store_id = $4")
                .Query(record.EventName, record.Recipient, record.Notifier, record.StoreId)
            : session.Prepare(Select + " WHERE s.name = $1 AND s.status <> 4").Query(record.Name);
        return reader.Read() ? Read(reader) : null;
    }

    /// <summary>What is pending goes with its subscription to the new endpoint, and takes its place in the order.</summary>
    private static bool Replace(SqliteSession session, SubscriptionRecord record)
    {
        session.Prepare("INSERT INTO endpoint (key) VALUES ($1) ON CONFLICT (key) DO NOTHING").Run(record.EndpointKey);
        long endpoint;
        bool isPriority;
        using (var reader = session.Prepare("SELECT endpoint_id, priority FROM subscription WHERE id = $1 AND status <> 4").Query(record.Id))
        {
            if (!reader.Read())
                return false;
            (endpoint, isPriority) = (reader.GetInt64(0), reader.GetInt32(1) == 1);
        }

        session.Prepare("""
            UPDATE subscription SET name = $2, event_name = $3, parent = $4, recipient = $5, notifier = $6, store_id = $7, retry = $8, retry_on = $9, secret = $10,
                previous_secret = $11, previous_secret_until = $12, endpoint_id = (SELECT id FROM endpoint WHERE key = $13), modified_at = $14, fields = $15, rules = $16,
                processors = $17, destination = $18, provider_id = $19, priority = $20, required = $21, hipaa_audit = $22, format = $23
            WHERE id = $1
            """).Run(Values(record));
        const string Move = "UPDATE delivery SET (endpoint_id, priority) = (SELECT endpoint_id, priority FROM subscription WHERE id = $1) WHERE subscription_id = $1 AND ";
        session.Prepare(Move + "state = 4").Run(record.Id);
        if (isPriority != record.IsPriority || !IsEndpoint(session, endpoint, record.EndpointKey))
            session.Prepare(Move + "state = 0 AND endpoint_id = $2").Run(record.Id, endpoint);
        return true;
    }

    private static bool IsEndpoint(SqliteSession session, long id, string key)
    {
        using var reader = session.Prepare("SELECT 1 FROM endpoint WHERE id = $1 AND key = $2").Query(id, key);
        return reader.Read();
    }

    /// <summary>The columns from $1 on, in the order in which inserting and replacing name them.</summary>
    private static object?[] Values(SubscriptionRecord record) =>
    [
        record.Id == 0 ? null : record.Id,
        record.Name,
        record.EventName,
        record.Parent,
        record.Recipient,
        record.Notifier,
        record.StoreId,
        record.Retry,
        (int)record.RetryOn,
        record.Secret,
        record.PreviousSecret,
        record.PreviousSecretUntil.Ms(),
        record.EndpointKey,
        record.ModifiedAt.Ms(),
        record.Fields,
        record.Rules,
        record.Processors,
        record.Destination,
        record.ProviderId,
        record.IsPriority ? 1 : 0,
        record.IsRequired ? 1 : 0,
        record.IsHipaaAuditRequired ? 1 : 0,
        (int)record.Format,
    ];

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
        Fields = reader.TextOrNull(18),
        Rules = reader.TextOrNull(19),
        Processors = reader.TextOrNull(20),
        Destination = reader.TextOrNull(21),
        ProviderId = reader.TextOrNull(22),
        IsPriority = reader.GetInt32(23) == 1,
        IsRequired = reader.GetInt32(24) == 1,
        IsHipaaAuditRequired = reader.GetInt32(25) == 1,
        Format = (DeliveryFormat)reader.GetInt32(26),
    };
}
