using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Declarative.Acl;
using Declarative.Storage;
using Microsoft.Data.Sqlite;

namespace Declarative.Sqlite;

/// <summary>Admin users, roles, tokens and failed log-ins in SQLite.</summary>
internal sealed class SqliteCallers(SqliteStore store) : ICallerStore
{
    private const string SelectAdmin = "SELECT id, name, name_key, password_hash, role_id, status, created_at, modified_at FROM admin_user";

    public Task<IReadOnlyList<RoleRecord>> LoadRolesAsync(CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<RoleRecord>>(LoadRoles, cancellationToken);

    public Task SaveRoleAsync(RoleRecord role, CancellationToken cancellationToken) =>
        store.WriteAsync(session => SaveRole(session, role), cancellationToken);

    public Task<IReadOnlyList<AdminRecord>> LoadAdminsAsync(CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<AdminRecord>>(
            static session =>
            {
                var records = new List<AdminRecord>();
                using var reader = session.Prepare(SelectAdmin + " ORDER BY name_key").Query();
                while (reader.Read())
                    records.Add(ReadAdmin(reader));
                return records;
            },
            cancellationToken);

    public Task<AdminRecord?> FindAdminAsync(string nameKey, CancellationToken cancellationToken) =>
        store.ReadAsync(
            session =>
            {
                using var reader = session.Prepare(SelectAdmin + " WHERE name_key = $1").Query(nameKey);
                return reader.Read() ? ReadAdmin(reader) : null;
            },
            cancellationToken);

    public Task<bool> AddAdminAsync(AdminRecord admin, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session => session.Prepare("""
                INSERT INTO admin_user (name, name_key, password_hash, role_id, status, created_at, modified_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (name_key) DO NOTHING
                """).Run(admin.Name, admin.NameKey, admin.PasswordHash, admin.RoleId, admin.IsActive ? 1 : 0, admin.CreatedAt.Ms(), admin.ModifiedAt.Ms()) == 1,
            cancellationToken);

    public Task<bool> ChangeAdminAsync(long id, AdminChange change, CancellationToken cancellationToken) =>
        store.WriteAsync(session => ChangeAdmin(session, id, change), cancellationToken);

    public Task<bool> AddTokenAsync(NewToken token, CancellationToken cancellationToken) =>
        store.WriteAsync(session => AddToken(session, token), cancellationToken);

    public Task<TokenOwner?> FindTokenAsync(byte[] hash, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.ReadAsync(session => FindToken(session, hash, now), cancellationToken);

    public Task<bool> RevokeTokenAsync(CallerKind kind, byte[] hash, CancellationToken cancellationToken) =>
        store.WriteAsync(session => session.Prepare("DELETE FROM token WHERE hash = $1 AND kind = $2").Run(hash, (int)kind) == 1, cancellationToken);

    public Task<int> RevokeTokensAsync(CallerKind kind, string owner, CancellationToken cancellationToken) =>
        store.WriteAsync(session => RevokeTokens(session, kind, owner), cancellationToken);

    public Task<int> CountLoginAsync(LoginAttempt attempt, CancellationToken cancellationToken) =>
        store.WriteAsync(session => CountLogin(session, attempt), cancellationToken);

    public Task UncountLoginAsync(CallerKind kind, string nameKey, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session => session.Prepare("UPDATE login_failure SET failures = failures - 1 WHERE kind = $1 AND name_hash = $2 AND failures > 0").Run((int)kind, HashOf(nameKey)),
            cancellationToken);

    public Task<bool> DeleteExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session =>
            {
                var tokens = session.Prepare("DELETE FROM token WHERE hash IN (SELECT hash FROM token WHERE expires_at <= $1 LIMIT $2)").Run(now.Ms(), limit);
                var failures = session.Prepare("DELETE FROM login_failure WHERE (kind, name_hash) IN (SELECT kind, name_hash FROM login_failure WHERE ends_at <= $1 LIMIT $2)")
                    .Run(now.Ms(), limit);
                return tokens == limit || failures == limit;
            },
            cancellationToken);

    private static List<RoleRecord> LoadRoles(SqliteSession session)
    {
        var roles = new List<RoleRecord>();
        var resources = new List<string>();
        using var reader = session.Prepare("""
            SELECT r.id, r.name, r.name_key, r.created_at, r.modified_at, h.resource
            FROM role r LEFT JOIN role_resource h ON h.role_id = r.id ORDER BY r.name_key, h.resource
            """).Query();
        while (reader.Read())
        {
            var id = reader.GetInt64(0);
            if (roles.Count == 0 || roles[^1].Id != id)
            {
                resources = [];
                roles.Add(new RoleRecord
                {
                    Id = id,
                    Name = reader.GetString(1),
                    NameKey = reader.GetString(2),
                    Resources = resources,
                    CreatedAt = reader.Time(3),
                    ModifiedAt = reader.Time(4),
                });
            }

            if (reader.TextOrNull(5) is { } resource)
                resources.Add(resource);
        }

        return roles;
    }

    private static int SaveRole(SqliteSession session, RoleRecord role)
    {
        session.Prepare("""
            INSERT INTO role (name, name_key, created_at, modified_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (name_key) DO UPDATE SET name = excluded.name, modified_at = excluded.modified_at
            """).Run(role.Name, role.NameKey, role.CreatedAt.Ms(), role.ModifiedAt.Ms());
        session.Prepare("DELETE FROM role_resource WHERE role_id = (SELECT id FROM role WHERE name_key = $1)").Run(role.NameKey);
        foreach (var resource in role.Resources)
            session.Prepare("INSERT INTO role_resource (role_id, resource) SELECT id, $2 FROM role WHERE name_key = $1").Run(role.NameKey, resource);
        return role.Resources.Count;
    }

    private static bool ChangeAdmin(SqliteSession session, long id, AdminChange change)
    {
        var isKnown = session.Prepare("""
            UPDATE admin_user SET password_hash = coalesce($2, password_hash), status = coalesce($3, status),
                role_id = coalesce($4, role_id), modified_at = $5
            WHERE id = $1
            """).Run(id, change.PasswordHash, change.IsActive is { } isActive ? (isActive ? 1 : 0) : null, change.RoleId, change.Now.Ms()) == 1;
        if (isKnown && (change.PasswordHash is not null || change.IsActive == false))
            RevokeTokens(session, CallerKind.Admin, id.ToString(CultureInfo.InvariantCulture));
        if (isKnown && (change.PasswordHash is not null || change.IsActive == true))
            ForgetFailures(session, CallerKind.Admin, NameKeyOf(session, id));
        return isKnown;
    }

    private static string NameKeyOf(SqliteSession session, long id)
    {
        using var reader = session.Prepare("SELECT name_key FROM admin_user WHERE id = $1").Query(id);
        reader.Read();
        return reader.GetString(0);
    }

    private static void ForgetFailures(SqliteSession session, CallerKind kind, string nameKey) =>
        session.Prepare("DELETE FROM login_failure WHERE kind = $1 AND name_hash = $2").Run((int)kind, HashOf(nameKey));

    private static byte[] HashOf(string nameKey) => SHA256.HashData(Encoding.UTF8.GetBytes(nameKey));

    private static int RevokeTokens(SqliteSession session, CallerKind kind, string owner) =>
        session.Prepare("DELETE FROM token WHERE kind = $1 AND owner = $2").Run((int)kind, owner);

    private static bool AddToken(SqliteSession session, NewToken token)
    {
        const string Insert = "INSERT INTO token (hash, kind, owner, created_at, expires_at) SELECT $1, $2, $3, $4, $5";
        var isStored = token.Kind == CallerKind.Admin
            ? session.Prepare(Insert + " FROM admin_user WHERE id = CAST($3 AS INTEGER) AND status = 1 AND password_hash = $6")
                .Run(token.Hash, (int)token.Kind, token.Owner, token.CreatedAt.Ms(), token.ExpiresAt.Ms(), token.PasswordHash) == 1
            : session.Prepare(Insert).Run(token.Hash, (int)token.Kind, token.Owner, token.CreatedAt.Ms(), token.ExpiresAt.Ms()) == 1;
        if (isStored)
            ForgetFailures(session, token.Kind, token.NameKey);
        return isStored;
    }

    private static TokenOwner? FindToken(SqliteSession session, byte[] hash, DateTimeOffset now)
    {
        using var reader = session.Prepare("""
            SELECT t.kind, t.owner, coalesce(u.name, t.owner), u.role_id, t.expires_at
            FROM token t LEFT JOIN admin_user u ON t.kind = 2 AND u.id = CAST(t.owner AS INTEGER) AND u.status = 1
            WHERE t.hash = $1 AND t.expires_at > $2 AND (t.kind <> 2 OR u.id IS NOT NULL)
            """).Query(hash, now.Ms());
        return reader.Read()
            ? new TokenOwner((CallerKind)reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetInt64(3), reader.Time(4))
            : null;
    }

    private static int CountLogin(SqliteSession session, LoginAttempt attempt)
    {
        var nameHash = HashOf(attempt.NameKey);
        var endsAt = (attempt.Now + attempt.Window).Ms();
        var failures = 0;
        using (var reader = session.Prepare("SELECT failures FROM login_failure WHERE kind = $1 AND name_hash = $2 AND ends_at > $3")
            .Query((int)attempt.Kind, nameHash, attempt.Now.Ms()))
        {
            if (reader.Read())
                failures = reader.GetInt32(0);
        }

        if (failures >= attempt.MaxFailures)
            return 0;
        failures++;

        // From the first failure on they add up, from the last on they lock; between the two the end stays.
        if (failures == 1 || failures == attempt.MaxFailures)
        {
            session.Prepare("""
                INSERT INTO login_failure (kind, name_hash, failures, ends_at) VALUES ($1, $2, $3, $4)
                ON CONFLICT (kind, name_hash) DO UPDATE SET failures = excluded.failures, ends_at = excluded.ends_at
                """).Run((int)attempt.Kind, nameHash, failures, endsAt);
        }
        else
        {
            session.Prepare("UPDATE login_failure SET failures = $3 WHERE kind = $1 AND name_hash = $2").Run((int)attempt.Kind, nameHash, failures);
        }

        return failures;
    }

    private static AdminRecord ReadAdmin(SqliteDataReader reader) => new()
    {
        Id = reader.GetInt64(0),
        Name = reader.GetString(1),
        NameKey = reader.GetString(2),
        PasswordHash = reader.GetString(3),
        RoleId = reader.GetInt64(4),
        IsActive = reader.GetInt32(5) == 1,
        CreatedAt = reader.Time(6),
        ModifiedAt = reader.Time(7),
    };
}
