using Declarative.Storage;

namespace Declarative.Sqlite;

/// <summary>Settings and event providers in SQLite.</summary>
internal sealed class SqliteEventing(SqliteStore store) : IEventingRecords
{
    public Task<StoredEventing> LoadAsync(CancellationToken cancellationToken) =>
        store.ReadAsync(
            static session =>
            {
                var settings = new List<StoredSetting>();
                using (var reader = session.Prepare("SELECT name, value, secret FROM setting").Query())
                {
                    while (reader.Read())
                        settings.Add(new StoredSetting(reader.GetString(0), reader.TextOrNull(1), reader.BlobOrNull(2)));
                }

                var providers = new List<EventProviderRecord>();
                using (var reader = session.Prepare("SELECT id, provider_id, instance_id, label, description, workspace, created_at, modified_at FROM event_provider ORDER BY id").Query())
                {
                    while (reader.Read())
                        providers.Add(new EventProviderRecord(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.TextOrNull(3), reader.TextOrNull(4), reader.BlobOrNull(5), reader.Time(6), reader.Time(7)));
                }

                return new StoredEventing(settings, providers);
            },
            cancellationToken);

    public Task SaveAsync(IReadOnlyList<StoredSetting> settings, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session =>
            {
                foreach (var setting in settings)
                {
                    session.Prepare("INSERT INTO setting (name, value, secret) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET value = $2, secret = $3")
                        .Run(setting.Name, setting.Value, setting.Secret);
                }

                return true;
            },
            cancellationToken);

    public Task<EventProviderRecord?> AddAsync(EventProviderRecord provider, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session => session.Prepare("INSERT INTO event_provider (provider_id, instance_id, label, description, workspace, created_at, modified_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (provider_id) DO NOTHING")
                .Run(provider.ProviderId, provider.InstanceId, provider.Label, provider.Description, provider.Workspace, provider.CreatedAt.Ms(), provider.ModifiedAt.Ms()) == 1
                    ? provider with { Id = session.LastRowId }
                    : null,
            cancellationToken);

    public Task<bool> ReplaceAsync(EventProviderRecord provider, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session => session.Prepare("UPDATE OR IGNORE event_provider SET provider_id = $2, instance_id = $3, label = $4, description = $5, workspace = $6, modified_at = $7 WHERE id = $1")
                .Run(provider.Id, provider.ProviderId, provider.InstanceId, provider.Label, provider.Description, provider.Workspace, provider.ModifiedAt.Ms()) == 1,
            cancellationToken);

    public Task DeleteAsync(long id, CancellationToken cancellationToken) =>
        store.WriteAsync(session => session.Prepare("DELETE FROM event_provider WHERE id = $1").Run(id), cancellationToken);
}
