using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Declarative.Acl;
using Declarative.Storage;
using Npgsql;

namespace Declarative.PostgreSql;

/// <summary>Admin users, roles, tokens and failed log-ins in PostgreSQL.</summary>
internal sealed class PostgreSqlCallers(PostgreSqlStore store) : ICallerStore
{
    private const string SelectAdmin = "SELECT id, name, name_key, password_hash, role_id, status, created_at, modified_at FROM declarative.admin_user";
    private const string RevokeOwners = "DELETE FROM declarative.token WHERE kind = $1 AND owner = $2";
    private const string ForgetFailures = "DELETE FROM declarative.login_failure WHERE kind = $1 AND name_hash = $2";

    public Task<IReadOnlyList<RoleRecord>> LoadRolesAsync(CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<RoleRecord>>(
            static async session => await session.QueryAsync(
                """
                SELECT id, name, name_key, created_at, modified_at,
                    ARRAY(SELECT resource FROM declarative.role_resource WHERE role_id = id ORDER BY resource)
                FROM declarative.role ORDER BY name_key
                """,
                static reader => new RoleRecord
                {
                    Id = reader.GetInt64(0),
                    Name = reader.GetString(1),
                    NameKey = reader.GetString(2),
                    CreatedAt = reader.Time(3),
                    ModifiedAt = reader.Time(4),
                    Resources = reader.GetFieldValue<string[]>(5),
                }).ConfigureAwait(false),
            cancellationToken);

    public Task SaveRoleAsync(RoleRecord role, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session => session.RunAsync(
                Statement.Change(
                    """
                    INSERT INTO declarative.role (name, name_key, created_at, modified_at) VALUES ($1, $2, $3, $4)
                    ON CONFLICT (name_key) DO UPDATE SET name = excluded.name, modified_at = excluded.modified_at
                    """,
                    SqlValue.Text(role.Name),
                    SqlValue.Text(role.NameKey),
                    SqlValue.Time(role.CreatedAt),
                    SqlValue.Time(role.ModifiedAt)),
                Statement.Change("DELETE FROM declarative.role_resource WHERE role_id = (SELECT id FROM declarative.role WHERE name_key = $1)", SqlValue.Text(role.NameKey)),
                Statement.Change(
                    "INSERT INTO declarative.role_resource (role_id, resource) SELECT r.id, resource FROM declarative.role r, unnest($2::text[]) resource WHERE r.name_key = $1",
                    SqlValue.Text(role.NameKey),
                    SqlValue.Texts(role.Resources)),
                store.Telling(StoreChanges.Callers)),
            cancellationToken);

    public Task<IReadOnlyList<AdminRecord>> LoadAdminsAsync(CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<AdminRecord>>(static async session => await session.QueryAsync(SelectAdmin + " ORDER BY name_key", ReadAdmin).ConfigureAwait(false), cancellationToken);

    public Task<AdminRecord?> FindAdminAsync(string nameKey, CancellationToken cancellationToken) =>
        store.ReadAsync(session => session.FindAsync(SelectAdmin + " WHERE name_key = $1", ReadAdmin, SqlValue.Text(nameKey)), cancellationToken);

    public Task<bool> AddAdminAsync(AdminRecord admin, CancellationToken cancellationToken) =>
        store.WriteAsync(
            async session => await session.RunAsync(
                Statement.Change(
                    """
                    INSERT INTO declarative.admin_user (name, name_key, password_hash, role_id, status, created_at, modified_at)
                    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (name_key) DO NOTHING
                    """,
                    SqlValue.Text(admin.Name),
                    SqlValue.Text(admin.NameKey),
                    SqlValue.Text(admin.PasswordHash),
                    SqlValue.Long(admin.RoleId),
                    SqlValue.Int(admin.IsActive ? 1 : 0),
                    SqlValue.Time(admin.CreatedAt),
                    SqlValue.Time(admin.ModifiedAt)),
                store.Telling(StoreChanges.Callers)).ConfigureAwait(false) == 1,
            cancellationToken);

    public Task<bool> ChangeAdminAsync(long id, AdminChange change, CancellationToken cancellationToken) =>
        store.TransactAsync(session => ChangeAdminAsync(session, id, change), cancellationToken);

    public Task<bool> AddTokenAsync(NewToken token, CancellationToken cancellationToken) =>
        store.TransactAsync(session => AddTokenAsync(session, token), cancellationToken);

    public Task<TokenOwner?> FindTokenAsync(byte[] hash, DateTimeOffset now, CancellationToken cancellationToken)
    {
        const string Find = $"""
            SELECT t.kind, t.owner, coalesce(u.name, t.owner), u.role_id, t.expires_at - {StoreClock.Sql}
            FROM declarative.token t LEFT JOIN declarative.admin_user u ON u.id = CASE WHEN t.kind = 2 THEN t.owner::bigint END AND u.status = 1
            WHERE t.hash = $2 AND t.expires_at > {StoreClock.Sql} AND (t.kind <> 2 OR u.id IS NOT NULL)
            """;
        return store.ReadAsync(
            session => session.FindAsync(
                Find,
                reader => new TokenOwner((CallerKind)reader.GetInt16(0), reader.GetString(1), reader.GetString(2), reader.LongOrNull(3), StoreClock.OnCallers(now, reader.GetTimeSpan(4))),
                store.Clock.Now(now),
                SqlValue.Bytes(hash)),
            cancellationToken);
    }

    public Task<bool> RevokeTokenAsync(CallerKind kind, byte[] hash, CancellationToken cancellationToken) =>
        store.WriteAsync(
            async session => await session.RunAsync(
                Statement.Change("DELETE FROM declarative.token WHERE hash = $1 AND kind = $2", SqlValue.Bytes(hash), SqlValue.Int((int)kind)),
                store.Telling(StoreChanges.Callers)).ConfigureAwait(false) == 1,
            cancellationToken);

    public Task<int> RevokeTokensAsync(CallerKind kind, string owner, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session => session.RunAsync(Statement.Change(RevokeOwners, SqlValue.Int((int)kind), SqlValue.Text(owner)), store.Telling(StoreChanges.Callers)),
            cancellationToken);

    /// <summary>One statement, so that tries at the same time wait for each other. From the first failure on they add up, from the last on they lock; between the two the end stays.</summary>
    public Task<int> CountLoginAsync(LoginAttempt attempt, CancellationToken cancellationToken)
    {
        const string Count = $"""
            INSERT INTO declarative.login_failure AS f (kind, name_hash, failures, ends_at) SELECT $2, $3, 1, {StoreClock.Sql} + $5 WHERE $4 > 0
            ON CONFLICT (kind, name_hash) DO UPDATE SET
                failures = CASE WHEN f.ends_at <= {StoreClock.Sql} THEN 1 ELSE f.failures + 1 END,
                ends_at = CASE WHEN f.ends_at <= {StoreClock.Sql} OR f.failures IN (0, $4 - 1) THEN {StoreClock.Sql} + $5 ELSE f.ends_at END
            WHERE f.ends_at <= {StoreClock.Sql} OR f.failures < $4
            RETURNING failures
            """;
        return store.WriteAsync(
            async session => (await session.QueryAsync(
                Count,
                static reader => reader.GetInt32(0),
                store.Clock.Now(attempt.Now),
                SqlValue.Int((int)attempt.Kind),
                SqlValue.Bytes(HashOf(attempt.NameKey)),
                SqlValue.Int(attempt.MaxFailures),
                SqlValue.Span(attempt.Window)).ConfigureAwait(false)).SingleOrDefault(),
            cancellationToken);
    }

    public Task UncountLoginAsync(CallerKind kind, string nameKey, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session => session.RunAsync(
                "UPDATE declarative.login_failure SET failures = failures - 1 WHERE kind = $1 AND name_hash = $2 AND failures > 0",
                SqlValue.Int((int)kind),
                SqlValue.Bytes(HashOf(nameKey))),
            cancellationToken);

    /// <summary>What is chosen is chosen once, whatever the plan: a subquery that is run for each row would lock and remove more than the limit, or end too early.</summary>
    public Task<bool> DeleteExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        const string Tokens = $"DELETE FROM declarative.token WHERE hash = ANY(ARRAY(SELECT hash FROM declarative.token WHERE expires_at <= {StoreClock.Sql} LIMIT $2 FOR UPDATE SKIP LOCKED))";
        const string Failures = $"""
            WITH old AS MATERIALIZED (SELECT kind, name_hash FROM declarative.login_failure WHERE ends_at <= {StoreClock.Sql} LIMIT $2 FOR UPDATE SKIP LOCKED)
            DELETE FROM declarative.login_failure f USING old WHERE (f.kind, f.name_hash) = (old.kind, old.name_hash)
            """;
        return store.WriteAsync(
            async session => await session.RunAsync(Tokens, store.Clock.Now(now), SqlValue.Int(limit)).ConfigureAwait(false) == limit
                | await session.RunAsync(Failures, store.Clock.Now(now), SqlValue.Int(limit)).ConfigureAwait(false) == limit,
            cancellationToken);
    }

    /// <summary>Each statement sees what was committed before it, a token too that a log-in stored while this waited for the user's row.</summary>
    private async Task<bool> ChangeAdminAsync(PostgreSqlSession session, long id, AdminChange change)
    {
        const string Change = $"""
            UPDATE declarative.admin_user SET password_hash = coalesce($3, password_hash), status = coalesce($4, status), role_id = coalesce($5, role_id), modified_at = {StoreClock.Sql}
            WHERE id = $2 RETURNING name_key
            """;
        var nameKey = await session.FindAsync(
            Change,
            static reader => reader.GetString(0),
            store.Clock.Now(change.Now),
            SqlValue.Long(id),
            SqlValue.Text(change.PasswordHash),
            SqlValue.Int(change.IsActive is { } isActive ? (isActive ? 1 : 0) : (int?)null),
            SqlValue.Long(change.RoleId)).ConfigureAwait(false);
        if (nameKey is null)
            return false;
        var statements = new List<Statement> { store.Telling(StoreChanges.Callers) };
        if (change.PasswordHash is not null || change.IsActive == false)
            statements.Add(Statement.Change(RevokeOwners, SqlValue.Int((int)CallerKind.Admin), SqlValue.Text(id.ToString(CultureInfo.InvariantCulture))));
        if (change.PasswordHash is not null || change.IsActive == true)
            statements.Add(Statement.Change(ForgetFailures, SqlValue.Int((int)CallerKind.Admin), SqlValue.Bytes(HashOf(nameKey))));
        await session.RunAsync([.. statements]).ConfigureAwait(false);
        return true;
    }

    /// <summary>The user's row is locked, so that a change of it comes before, and is seen, or afterwards, and removes the token.</summary>
    private async Task<bool> AddTokenAsync(PostgreSqlSession session, NewToken token)
    {
        const string Insert = $"""
            INSERT INTO declarative.token (hash, kind, owner, created_at, expires_at)
            SELECT $2, $3, $4, {StoreClock.Sql}, {StoreClock.Sql} + $5
            """;
        const string IfUnchanged = " FROM (SELECT 1 FROM declarative.admin_user WHERE id = $6 AND status = 1 AND password_hash = $7 FOR SHARE) u";
        var isAdmin = token.Kind == CallerKind.Admin;
        var values = new List<NpgsqlParameter>
        {
            store.Clock.Now(token.CreatedAt),
            SqlValue.Bytes(token.Hash),
            SqlValue.Int((int)token.Kind),
            SqlValue.Text(token.Owner),
            SqlValue.Span(token.ExpiresAt - token.CreatedAt),
        };
        if (isAdmin)
            values.AddRange([SqlValue.Long(long.Parse(token.Owner, CultureInfo.InvariantCulture)), SqlValue.Text(token.PasswordHash)]);
        if (await session.RunAsync(isAdmin ? Insert + IfUnchanged : Insert, [.. values]).ConfigureAwait(false) == 0)
            return false;
        await session.RunAsync(ForgetFailures, SqlValue.Int((int)token.Kind), SqlValue.Bytes(HashOf(token.NameKey))).ConfigureAwait(false);
        return true;
    }

    private static byte[] HashOf(string nameKey) => SHA256.HashData(Encoding.UTF8.GetBytes(nameKey));

    private static AdminRecord ReadAdmin(NpgsqlDataReader reader) => new()
    {
        Id = reader.GetInt64(0),
        Name = reader.GetString(1),
        NameKey = reader.GetString(2),
        PasswordHash = reader.GetString(3),
        RoleId = reader.GetInt64(4),
        IsActive = reader.GetInt16(5) == 1,
        CreatedAt = reader.Time(6),
        ModifiedAt = reader.Time(7),
    };
}
