using Declarative.Delivery;
using Declarative.Storage;
using Declarative.Subscriptions;
using Npgsql;

namespace Declarative.PostgreSql;

/// <summary>Subscriptions and endpoints in PostgreSQL.</summary>
internal sealed class PostgreSqlSubscriptions(PostgreSqlStore store) : ISubscriptionRecords
{
    private const string Select = """
        SELECT s.id, s.name, s.event_name, s.parent, s.recipient, s.notifier, s.store_id, s.status, s.retry, s.retry_on, s.secret,
               s.previous_secret, s.previous_secret_until, s.endpoint_id, e.key, s.created_at, s.modified_at, s.disabled_reason,
               s.fields, s.rules, s.processors, s.destination, s.provider_id, s.priority, s.required, s.hipaa_audit, s.format
        FROM declarative.subscription s JOIN declarative.endpoint e ON e.id = s.endpoint_id
        """;

    // One that was in the way may be gone when it is looked for.
    private const int MaxTries = 10;

    public Task<IReadOnlyList<SubscriptionRecord>> LoadAsync(CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<SubscriptionRecord>>(async session => await session.QueryAsync(Select + " WHERE s.status <> 4 ORDER BY s.id", Read).ConfigureAwait(false), cancellationToken);

    public Task<SubscriptionRecord> AddAsync(SubscriptionRecord record, CancellationToken cancellationToken) =>
        store.TransactAsync(session => AddAsync(session, record), cancellationToken);

    public Task PutAsync(SubscriptionRecord record, CancellationToken cancellationToken) =>
        store.TransactAsync(
            async session =>
            {
                var id = record.Id == 0 ? (await AddAsync(session, record).ConfigureAwait(false)).Id : record.Id;
                return await ReplaceAsync(session, record with { Id = id }).ConfigureAwait(false)
                    && await SetStatusAsync(session, store, id, record.Status, record.DisabledReason, record.ModifiedAt).ConfigureAwait(false);
            },
            cancellationToken);

    public Task<bool> ReplaceAsync(SubscriptionRecord record, CancellationToken cancellationToken) =>
        store.TransactAsync(session => ReplaceAsync(session, record), cancellationToken);

    public Task<bool> SetStatusAsync(long id, SubscriptionStatus status, string? reason, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.TransactAsync(
            async session =>
            {
                await session.RunAsync(StoreLocks.Alone(id)).ConfigureAwait(false);
                return await SetStatusAsync(session, store, id, status, reason, now).ConfigureAwait(false);
            },
            cancellationToken);

    /// <summary>Under the subscription's own lock. What is due is found through the endpoint, whose due deliveries are indexed.</summary>
    internal static async Task<bool> SetStatusAsync(PostgreSqlSession session, PostgreSqlStore store, long id, SubscriptionStatus status, string? reason, DateTimeOffset now)
    {
        // Who switches it on again wants it to be looked at afresh.
        const string Forget = """
            DELETE FROM declarative.subscription_hour WHERE subscription_id = $1 AND $2 = 1 AND EXISTS (SELECT 1 FROM declarative.subscription WHERE id = $1 AND status <> 1)
            """;
        const string Change = $"""
            UPDATE declarative.subscription SET status = $3, disabled_reason = $4, modified_at = {StoreClock.Sql}, failing_since = CASE WHEN status = $3 THEN failing_since END
            WHERE id = $2 AND status <> 4
            """;
        const string Resume = "UPDATE declarative.delivery SET state = 0 WHERE state = 4 AND subscription_id = $1";
        const string CancelParked = $"UPDATE declarative.delivery SET state = 5, finished_at = {StoreClock.Sql} WHERE state = 4 AND subscription_id = $2";
        const string MoveDue = $"""
            UPDATE declarative.delivery SET state = $3, finished_at = CASE WHEN $3 = 5 THEN {StoreClock.Sql} END
            WHERE state = 0 AND endpoint_id = (SELECT endpoint_id FROM declarative.subscription WHERE id = $2) AND subscription_id = $2
            """;
        await session.RunAsync(Forget, SqlValue.Long(id), SqlValue.Int((int)status)).ConfigureAwait(false);
        if (await session.RunAsync(Change, store.Clock.Now(now), SqlValue.Long(id), SqlValue.Int((int)status), SqlValue.Text(reason)).ConfigureAwait(false) == 0)
            return false;
        Statement[] moves = status switch
        {
            SubscriptionStatus.Active => [Statement.Change(Resume, SqlValue.Long(id))],
            SubscriptionStatus.Deleted =>
            [
                Statement.Change(CancelParked, store.Clock.Now(now), SqlValue.Long(id)),
                Statement.Change(MoveDue, store.Clock.Now(now), SqlValue.Long(id), SqlValue.Int(5)),
            ],
            _ => [Statement.Change(MoveDue, store.Clock.Now(now), SqlValue.Long(id), SqlValue.Int(4))],
        };
        await session.RunAsync([.. moves, store.Telling(status == SubscriptionStatus.Active ? StoreChanges.Subscriptions | StoreChanges.Deliveries : StoreChanges.Subscriptions)]).ConfigureAwait(false);
        return true;
    }

    /// <summary>The unique indexes decide who of several is the first.</summary>
    private async Task<SubscriptionRecord> AddAsync(PostgreSqlSession session, SubscriptionRecord record)
    {
        const string Insert = """
            INSERT INTO declarative.subscription (id, name, event_name, parent, recipient, notifier, store_id, retry, retry_on, secret, previous_secret, previous_secret_until,
                endpoint_id, modified_at, fields, rules, processors, destination, provider_id, priority, required, hipaa_audit, format, status, created_at)
            VALUES (coalesce($1, nextval('declarative.subscription_id_seq')), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, (SELECT id FROM declarative.endpoint WHERE key = $13),
                $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
            ON CONFLICT DO NOTHING
            """;
        for (var attempt = 1; attempt <= MaxTries; attempt++)
        {
            if (await FindAsync(session, record).ConfigureAwait(false) is { } found)
                return found;
            await AddEndpointAsync(session, record.EndpointKey).ConfigureAwait(false);
            if (await session.RunAsync(Insert, [.. Values(record), SqlValue.Int((int)record.Status), SqlValue.Time(record.CreatedAt)]).ConfigureAwait(false) == 1)
                await session.RunAsync(store.Telling(StoreChanges.Subscriptions)).ConfigureAwait(false);
        }

        throw new StoreException($"The subscription of '{record.EventName}' to '{record.Recipient}' could not be stored: another one that can't be found is in its way. Is its recipient made to look like another's? Use another recipient.");
    }

    private static Task<SubscriptionRecord?> FindAsync(PostgreSqlSession session, SubscriptionRecord record) => record.Name is null
        ? session.FindAsync(
            Select + " WHERE s.name IS NULL AND s.status <> 4 AND s.event_name = $1 AND md5(s.recipient) = md5($2) AND s.recipient = $2 AND s.notifier = $3 AND s.store_id = $4",
            Read,
            SqlValue.Text(record.EventName),
            SqlValue.Text(record.Recipient),
            SqlValue.Text(record.Notifier),
            SqlValue.Int(record.StoreId))
        : session.FindAsync(Select + " WHERE s.name = $1 AND s.status <> 4", Read, SqlValue.Text(record.Name));

    /// <summary>What is pending goes with its subscription to the new endpoint, and takes its place in the order.</summary>
    private async Task<bool> ReplaceAsync(PostgreSqlSession session, SubscriptionRecord record)
    {
        const string Replace = """
            UPDATE declarative.subscription SET name = $2, event_name = $3, parent = $4, recipient = $5, notifier = $6, store_id = $7, retry = $8, retry_on = $9, secret = $10,
                previous_secret = $11, previous_secret_until = $12, endpoint_id = (SELECT id FROM declarative.endpoint WHERE key = $13), modified_at = $14, fields = $15, rules = $16,
                processors = $17, destination = $18, provider_id = $19, priority = $20, required = $21, hipaa_audit = $22, format = $23
            WHERE id = $1
            """;
        const string Move = """
            UPDATE declarative.delivery d SET endpoint_id = s.endpoint_id, priority = s.priority FROM declarative.subscription s
            WHERE s.id = $1 AND d.subscription_id = $1 AND (d.endpoint_id, d.priority) <> (s.endpoint_id, s.priority) AND
            """;
        await AddEndpointAsync(session, record.EndpointKey).ConfigureAwait(false);
        await session.RunAsync(StoreLocks.Alone(record.Id)).ConfigureAwait(false);
        var endpoints = await session.QueryAsync("SELECT endpoint_id FROM declarative.subscription WHERE id = $1 AND status <> 4", static reader => reader.GetInt64(0), SqlValue.Long(record.Id)).ConfigureAwait(false);
        if (endpoints is not [var before])
            return false;
        await session.RunAsync(
            Statement.Change(Replace, Values(record)),
            Statement.Change(Move + " d.state = 4", SqlValue.Long(record.Id)),
            Statement.Change(Move + " d.state = 0 AND d.endpoint_id = $2", SqlValue.Long(record.Id), SqlValue.Long(before)),
            store.Telling(StoreChanges.Subscriptions | StoreChanges.Deliveries)).ConfigureAwait(false);
        return true;
    }

    private static Task<int> AddEndpointAsync(PostgreSqlSession session, string key) =>
        session.RunAsync("INSERT INTO declarative.endpoint (key) SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM declarative.endpoint WHERE key = $1) ON CONFLICT (key) DO NOTHING", SqlValue.Text(key));

    /// <summary>The columns from $1 on, in the order in which inserting and replacing name them.</summary>
    private static NpgsqlParameter[] Values(SubscriptionRecord record) =>
    [
        SqlValue.Long(record.Id == 0 ? null : record.Id),
        SqlValue.Text(record.Name),
        SqlValue.Text(record.EventName),
        SqlValue.Text(record.Parent),
        SqlValue.Text(record.Recipient),
        SqlValue.Text(record.Notifier),
        SqlValue.Int(record.StoreId),
        SqlValue.Text(record.Retry),
        SqlValue.Int((int)record.RetryOn),
        SqlValue.Bytes(record.Secret),
        SqlValue.Bytes(record.PreviousSecret),
        SqlValue.Time(record.PreviousSecretUntil),
        SqlValue.Text(record.EndpointKey),
        SqlValue.Time(record.ModifiedAt),
        SqlValue.Text(record.Fields),
        SqlValue.Text(record.Rules),
        SqlValue.Text(record.Processors),
        SqlValue.Text(record.Destination),
        SqlValue.Text(record.ProviderId),
        SqlValue.Flag(record.IsPriority),
        SqlValue.Flag(record.IsRequired),
        SqlValue.Flag(record.IsHipaaAuditRequired),
        SqlValue.Int((int)record.Format),
    ];

    private static SubscriptionRecord Read(NpgsqlDataReader reader) => new()
    {
        Id = reader.GetInt64(0),
        Name = reader.TextOrNull(1),
        EventName = reader.GetString(2),
        Parent = reader.TextOrNull(3),
        Recipient = reader.GetString(4),
        Notifier = reader.GetString(5),
        StoreId = reader.GetInt32(6),
        Status = (SubscriptionStatus)reader.GetInt16(7),
        Retry = reader.GetString(8),
        RetryOn = (RetryOn)reader.GetInt16(9),
        Secret = reader.BytesOrNull(10),
        PreviousSecret = reader.BytesOrNull(11),
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
        IsPriority = reader.GetBoolean(23),
        IsRequired = reader.GetBoolean(24),
        IsHipaaAuditRequired = reader.GetBoolean(25),
        Format = (DeliveryFormat)reader.GetInt16(26),
    };
}
