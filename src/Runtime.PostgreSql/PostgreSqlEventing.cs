using Declarative.Storage;
using Npgsql;

namespace Declarative.PostgreSql;

/// <summary>Settings and event providers in PostgreSQL.</summary>
internal sealed class PostgreSqlEventing(PostgreSqlStore store) : IEventingRecords
{
    public Task<StoredEventing> LoadAsync(CancellationToken cancellationToken) =>
        store.ReadAsync(
            static async session => new StoredEventing(
                await session.QueryAsync(
                    "SELECT name, value, secret FROM declarative.setting",
                    static reader => new StoredSetting(reader.GetString(0), reader.TextOrNull(1), reader.BytesOrNull(2))).ConfigureAwait(false),
                await session.QueryAsync(
                    "SELECT id, provider_id, instance_id, label, description, workspace, created_at, modified_at FROM declarative.event_provider ORDER BY id",
                    Read).ConfigureAwait(false)),
            cancellationToken);

    public Task SaveAsync(IReadOnlyList<StoredSetting> settings, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session => session.RunAsync(
                Statement.Change(
                    """
                    INSERT INTO declarative.setting (name, value, secret)
                    SELECT DISTINCT ON (name) name, value, secret FROM unnest($1::text[], $2::text[], $3::bytea[]) WITH ORDINALITY AS s(name, value, secret, place) ORDER BY name, place DESC
                    ON CONFLICT (name) DO UPDATE SET value = excluded.value, secret = excluded.secret
                    """,
                    SqlValue.Texts(settings.Select(static one => one.Name)),
                    SqlValue.Texts(settings.Select(static one => one.Value)),
                    SqlValue.ManyBytes(settings.Select(static one => one.Secret))),
                store.Telling(StoreChanges.Eventing)),
            cancellationToken);

    public Task<EventProviderRecord?> AddAsync(EventProviderRecord provider, CancellationToken cancellationToken) =>
        store.TransactAsync(
            async session =>
            {
                var stored = await session.FindAsync(
                    """
                    INSERT INTO declarative.event_provider (provider_id, instance_id, label, description, workspace, modified_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
                    ON CONFLICT (provider_id) DO NOTHING
                    RETURNING id, provider_id, instance_id, label, description, workspace, created_at, modified_at
                    """,
                    Read,
                    [.. Values(provider), SqlValue.Time(provider.CreatedAt)]).ConfigureAwait(false);
                if (stored is not null)
                    await session.RunAsync(store.Telling(StoreChanges.Eventing)).ConfigureAwait(false);
                return stored;
            },
            cancellationToken);

    public async Task<bool> ReplaceAsync(EventProviderRecord provider, CancellationToken cancellationToken)
    {
        try
        {
            return await store.WriteAsync(
                session => session.RunAsync(
                    Statement.Change(
                        "UPDATE declarative.event_provider SET provider_id = $1, instance_id = $2, label = $3, description = $4, workspace = $5, modified_at = $6 WHERE id = $7",
                        [.. Values(provider), SqlValue.Long(provider.Id)]),
                    store.Telling(StoreChanges.Eventing)),
                cancellationToken).ConfigureAwait(false) == 1;
        }
        catch (StoreException exception) when (PostgreSqlStore.IsTaken(exception))
        {
            return false;
        }
    }

    public Task DeleteAsync(long id, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session => session.RunAsync(Statement.Change("DELETE FROM declarative.event_provider WHERE id = $1", SqlValue.Long(id)), store.Telling(StoreChanges.Eventing)),
            cancellationToken);

    /// <summary>The columns $1 to $6 that adding and replacing share.</summary>
    private static NpgsqlParameter[] Values(EventProviderRecord provider) =>
    [
        SqlValue.Text(provider.ProviderId),
        SqlValue.Text(provider.InstanceId),
        SqlValue.Text(provider.Label),
        SqlValue.Text(provider.Description),
        SqlValue.Bytes(provider.Workspace),
        SqlValue.Time(provider.ModifiedAt),
    ];

    private static EventProviderRecord Read(NpgsqlDataReader reader) =>
        new(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.TextOrNull(3), reader.TextOrNull(4), reader.BytesOrNull(5), reader.Time(6), reader.Time(7));
}
