using System.Text.Json;
using Declarative.Integrations;
using Declarative.Storage;
using Microsoft.Data.Sqlite;

namespace Declarative.Sqlite;

/// <summary>Integrations and nonces in SQLite.</summary>
internal sealed class SqliteIntegrations(SqliteStore store) : IIntegrationStore
{
    public Task<IReadOnlyList<IntegrationRecord>> LoadAsync(CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<IntegrationRecord>>(
            static session =>
            {
                var records = new List<IntegrationRecord>();
                using var reader = session.Prepare("""
                    SELECT id, name, name_key, email, endpoint_url, identity_link_url, status, type, resources, consumer_key, credentials, version, created_at, modified_at
                    FROM integration ORDER BY name_key
                    """).Query();
                while (reader.Read())
                    records.Add(Read(reader));
                return records;
            },
            cancellationToken);

    public Task<long?> AddAsync(IntegrationRecord integration, CancellationToken cancellationToken) =>
        store.WriteAsync<long?>(
            session => session.Prepare("""
                INSERT INTO integration (name, name_key, email, endpoint_url, identity_link_url, status, type, resources, consumer_key, credentials, modified_at, created_at, version)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1) ON CONFLICT DO NOTHING
                """).Run([.. Values(integration), integration.CreatedAt.Ms()]) == 1 ? session.LastRowId : null,
            cancellationToken);

    public Task<bool> ReplaceAsync(IntegrationRecord integration, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session => session.Prepare("""
                UPDATE OR IGNORE integration SET name = $1, name_key = $2, email = $3, endpoint_url = $4, identity_link_url = $5, status = $6, type = $7, resources = $8,
                    consumer_key = $9, credentials = $10, modified_at = $11, version = version + 1
                WHERE id = $12 AND version = $13
                """).Run([.. Values(integration), integration.Id, integration.Version]) == 1,
            cancellationToken);

    public Task<bool> DeleteAsync(long id, CancellationToken cancellationToken) =>
        store.WriteAsync(session => session.Prepare("DELETE FROM integration WHERE id = $1").Run(id) == 1, cancellationToken);

    public Task<IReadOnlyList<bool>> AddNoncesAsync(IReadOnlyList<IntegrationNonce> nonces, CancellationToken cancellationToken) =>
        store.WriteAsync<IReadOnlyList<bool>>(
            session =>
            {
                var statement = session.Prepare("INSERT INTO integration_nonce (timestamp, integration_id, nonce) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");
                return [.. nonces.Select(nonce => statement.Run(nonce.Timestamp, nonce.IntegrationId, nonce.Nonce) == 1)];
            },
            cancellationToken);

    public Task<bool> HasNonceAsync(IntegrationNonce nonce, CancellationToken cancellationToken) =>
        store.ReadAsync(
            session =>
            {
                using var reader = session.Prepare("SELECT 1 FROM integration_nonce WHERE timestamp = $1 AND integration_id = $2 AND nonce = $3").Query(nonce.Timestamp, nonce.IntegrationId, nonce.Nonce);
                return reader.Read();
            },
            cancellationToken);

    public Task<bool> DeleteNoncesAsync(long timestamp, int limit, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session => session.Prepare("""
                DELETE FROM integration_nonce WHERE (timestamp, integration_id, nonce) IN
                    (SELECT timestamp, integration_id, nonce FROM integration_nonce WHERE timestamp < $1 LIMIT $2)
                """).Run(timestamp, limit) == limit,
            cancellationToken);

    /// <summary>The columns $1 to $11 that adding and replacing share.</summary>
    private static object?[] Values(IntegrationRecord integration) =>
    [
        integration.Name,
        integration.NameKey,
        integration.Email,
        integration.EndpointUrl,
        integration.IdentityLinkUrl,
        (int)integration.Status,
        (int)integration.Type,
        JsonSerializer.Serialize([.. integration.Resources], IntegrationJson.Default.StringArray),
        integration.ConsumerKey,
        integration.Credentials,
        integration.ModifiedAt.Ms(),
    ];

    private static IntegrationRecord Read(SqliteDataReader reader) => new()
    {
        Id = reader.GetInt64(0),
        Name = reader.GetString(1),
        NameKey = reader.GetString(2),
        Email = reader.TextOrNull(3),
        EndpointUrl = reader.TextOrNull(4),
        IdentityLinkUrl = reader.TextOrNull(5),
        Status = (IntegrationStatus)reader.GetInt32(6),
        Type = (IntegrationType)reader.GetInt32(7),
        Resources = JsonSerializer.Deserialize(reader.GetString(8), IntegrationJson.Default.StringArray) ?? [],
        ConsumerKey = reader.GetString(9),
        Credentials = reader.Blob(10),
        Version = reader.GetInt64(11),
        CreatedAt = reader.Time(12),
        ModifiedAt = reader.Time(13),
    };
}
