using System.Text.Json;
using Declarative.Integrations;
using Declarative.Storage;
using Npgsql;

namespace Declarative.PostgreSql;

/// <summary>Integrations and nonces in PostgreSQL.</summary>
internal sealed class PostgreSqlIntegrations(PostgreSqlStore store) : IIntegrationStore
{
    /// <summary>
    /// Nonces are removed by the clock of the node that sweeps, and looked for by a node that goes by its own when it accepts a timestamp. They are kept
    /// longer by as much as the clocks may differ.
    /// </summary>
    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromHours(1);

    public Task<IReadOnlyList<IntegrationRecord>> LoadAsync(CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<IntegrationRecord>>(
            static async session => await session.QueryAsync(
                """
                SELECT id, name, name_key, email, endpoint_url, identity_link_url, status, type, resources, consumer_key, credentials, version, created_at, modified_at
                FROM declarative.integration ORDER BY name_key
                """,
                Read).ConfigureAwait(false),
            cancellationToken);

    public Task<long?> AddAsync(IntegrationRecord integration, CancellationToken cancellationToken) =>
        store.TransactAsync<long?>(
            async session =>
            {
                var ids = await session.QueryAsync(
                    """
                    INSERT INTO declarative.integration (name, name_key, email, endpoint_url, identity_link_url, status, type, resources, consumer_key, credentials, modified_at, created_at, version)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1) ON CONFLICT DO NOTHING RETURNING id
                    """,
                    static reader => reader.GetInt64(0),
                    [.. Values(integration), SqlValue.Time(integration.CreatedAt)]).ConfigureAwait(false);
                if (ids is not [var id])
                    return null;
                await session.RunAsync(store.Telling(StoreChanges.Integrations)).ConfigureAwait(false);
                return id;
            },
            cancellationToken);

    public async Task<bool> ReplaceAsync(IntegrationRecord integration, CancellationToken cancellationToken)
    {
        try
        {
            return await store.WriteAsync(
                session => session.RunAsync(
                    Statement.Change(
                        """
                        UPDATE declarative.integration SET name = $1, name_key = $2, email = $3, endpoint_url = $4, identity_link_url = $5, status = $6, type = $7, resources = $8,
                            consumer_key = $9, credentials = $10, modified_at = $11, version = version + 1
                        WHERE id = $12 AND version = $13
                        """,
                        [.. Values(integration), SqlValue.Long(integration.Id), SqlValue.Long(integration.Version)]),
                    store.Telling(StoreChanges.Integrations)),
                cancellationToken).ConfigureAwait(false) == 1;
        }
        catch (StoreException exception) when (PostgreSqlStore.IsTaken(exception))
        {
            return false;
        }
    }

    public Task<bool> DeleteAsync(long id, CancellationToken cancellationToken) =>
        store.WriteAsync(
            async session => await session.RunAsync(
                Statement.Change("DELETE FROM declarative.integration WHERE id = $1", SqlValue.Long(id)),
                store.Telling(StoreChanges.Integrations)).ConfigureAwait(false) == 1,
            cancellationToken);

    /// <summary>In the order of the index, so that nodes wait for each other and not crosswise.</summary>
    public Task<IReadOnlyList<bool>> AddNoncesAsync(IReadOnlyList<IntegrationNonce> nonces, CancellationToken cancellationToken) =>
        store.WriteAsync<IReadOnlyList<bool>>(
            async session =>
            {
                var stored = await session.QueryAsync(
                    """
                    INSERT INTO declarative.integration_nonce (timestamp, integration_id, nonce)
                    SELECT timestamp, integration_id, nonce FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS n(timestamp, integration_id, nonce)
                    ORDER BY timestamp, integration_id, nonce COLLATE "C"
                    ON CONFLICT DO NOTHING RETURNING integration_id, nonce, timestamp
                    """,
                    static reader => new IntegrationNonce(reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2)),
                    SqlValue.Longs(nonces.Select(static one => one.Timestamp)),
                    SqlValue.Longs(nonces.Select(static one => one.IntegrationId)),
                    SqlValue.Texts(nonces.Select(static one => one.Nonce))).ConfigureAwait(false);
                var isNew = stored.ToHashSet();
                return [.. nonces.Select(one => isNew.Remove(one with { Nonce = SqlValue.Clean(one.Nonce) }))];
            },
            cancellationToken);

    public Task<bool> HasNonceAsync(IntegrationNonce nonce, CancellationToken cancellationToken) =>
        store.ReadAsync(
            async session => (await session.QueryAsync(
                "SELECT EXISTS (SELECT 1 FROM declarative.integration_nonce WHERE timestamp = $1 AND integration_id = $2 AND nonce = $3)",
                static reader => reader.GetBoolean(0),
                SqlValue.Long(nonce.Timestamp),
                SqlValue.Long(nonce.IntegrationId),
                SqlValue.Text(nonce.Nonce)).ConfigureAwait(false))[0],
            cancellationToken);

    public Task<bool> DeleteNoncesAsync(long timestamp, int limit, CancellationToken cancellationToken)
    {
        const string Delete = $"""
            WITH old AS MATERIALIZED (
                SELECT timestamp, integration_id, nonce FROM declarative.integration_nonce
                WHERE timestamp < extract(epoch FROM {StoreClock.Sql} + $2)::bigint ORDER BY timestamp, integration_id, nonce LIMIT $3 FOR UPDATE SKIP LOCKED)
            DELETE FROM declarative.integration_nonce n USING old WHERE (n.timestamp, n.integration_id, n.nonce) = (old.timestamp, old.integration_id, old.nonce)
            """;
        var before = DateTimeOffset.FromUnixTimeSeconds(timestamp);
        return store.WriteAsync(
            async session => await session.RunAsync(Delete, store.Clock.Before(before, ClocksDiffer, out var offset), SqlValue.Span(offset), SqlValue.Int(limit)).ConfigureAwait(false) == limit,
            cancellationToken);
    }

    /// <summary>The columns $1 to $11 that adding and replacing share.</summary>
    private static NpgsqlParameter[] Values(IntegrationRecord integration) =>
    [
        SqlValue.Text(integration.Name),
        SqlValue.Text(integration.NameKey),
        SqlValue.Text(integration.Email),
        SqlValue.Text(integration.EndpointUrl),
        SqlValue.Text(integration.IdentityLinkUrl),
        SqlValue.Int((int)integration.Status),
        SqlValue.Int((int)integration.Type),
        SqlValue.Text(JsonSerializer.Serialize([.. integration.Resources], IntegrationJson.Default.StringArray)),
        SqlValue.Text(integration.ConsumerKey),
        SqlValue.Bytes(integration.Credentials),
        SqlValue.Time(integration.ModifiedAt),
    ];

    private static IntegrationRecord Read(NpgsqlDataReader reader) => new()
    {
        Id = reader.GetInt64(0),
        Name = reader.GetString(1),
        NameKey = reader.GetString(2),
        Email = reader.TextOrNull(3),
        EndpointUrl = reader.TextOrNull(4),
        IdentityLinkUrl = reader.TextOrNull(5),
        Status = (IntegrationStatus)reader.GetInt16(6),
        Type = (IntegrationType)reader.GetInt16(7),
        Resources = JsonSerializer.Deserialize(reader.GetString(8), IntegrationJson.Default.StringArray) ?? [],
        ConsumerKey = reader.GetString(9),
        Credentials = reader.Bytes(10),
        Version = reader.GetInt64(11),
        CreatedAt = reader.Time(12),
        ModifiedAt = reader.Time(13),
    };
}
