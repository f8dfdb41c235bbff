using System.Security.Claims;
using Declarative.History;
using Declarative.Merging;
using Declarative.Rest;
using Declarative.Storage;

namespace Declarative.Acl;

/// <summary>
/// Admin users and their roles, for the host's own code. Names are unique ignoring case, in Unicode's form NFKC, and have 1 to
/// 255 characters, none of them a control or format character. What is changed counts for the next request.
/// </summary>
public sealed class AdminUsers
{
    private readonly ICallerStore _store;
    private readonly RoleCache _roles;
    private readonly CallerTokens _tokens;
    private readonly AclResources _resources;
    private readonly Passwords _passwords;
    private readonly IAdminTokenService _logIn;
    private readonly AuditLog _audit;
    private readonly TimeProvider _time;

    internal AdminUsers(ICallerStore store, RoleCache roles, CallerTokens tokens, AclResources resources, Passwords passwords, IAdminTokenService logIn, AuditLog audit, TimeProvider time)
    {
        _store = store;
        _roles = roles;
        _tokens = tokens;
        _resources = resources;
        _passwords = passwords;
        _logIn = logIn;
        _audit = audit;
        _time = time;
    }

    /// <summary>Makes an admin user, active at once.</summary>
    /// <param name="name">The user name.</param>
    /// <param name="password">The password, 8 to 128 characters. Only a salted hash is kept.</param>
    /// <param name="role">The name of a role that exists.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <exception cref="ArgumentException">The name is taken or can't be one, the password is too short or too long, or there is no such role.</exception>
    public async Task<AdminUser> CreateAsync(string name, string password, string role, CancellationToken cancellationToken = default) =>
        await TryCreateAsync(name, password, role, cancellationToken).ConfigureAwait(false)
        ?? throw new ArgumentException($"There is an admin user '{name}' already (names are compared ignoring case). Choose another name, or change that user by SetPasswordAsync, SetRoleAsync or SetActiveAsync.", nameof(name));

    /// <summary>Gives an admin user another password, revokes the tokens and lifts the lock after too many wrong passwords.</summary>
    /// <param name="name">The user name.</param>
    /// <param name="password">The new password, 8 to 128 characters.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>False if there is no such user.</returns>
    /// <exception cref="ArgumentException">The password is too short or too long.</exception>
    public Task<bool> SetPasswordAsync(string name, string password, CancellationToken cancellationToken = default)
    {
        RequirePassword(password);
        return ChangeAsync(name, "password", null, new AdminChange { PasswordHash = _passwords.Hash(password), Now = _time.GetUtcNow() }, cancellationToken);
    }

    /// <summary>Switches an admin user on or off; off revokes the tokens, on lifts the lock after too many wrong passwords.</summary>
    /// <param name="name">The user name.</param>
    /// <param name="isActive">Whether the user may log in.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>False if there is no such user.</returns>
    public Task<bool> SetActiveAsync(string name, bool isActive, CancellationToken cancellationToken = default) =>
        ChangeAsync(name, isActive ? "enable" : "disable", null, new AdminChange { IsActive = isActive, Now = _time.GetUtcNow() }, cancellationToken);

    /// <summary>Gives an admin user another role; tokens stay good and get its rights.</summary>
    /// <param name="name">The user name.</param>
    /// <param name="role">The name of a role that exists.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>False if there is no such user.</returns>
    /// <exception cref="ArgumentException">There is no such role.</exception>
    public async Task<bool> SetRoleAsync(string name, string role, CancellationToken cancellationToken = default)
    {
        var roleId = await RequireRoleAsync(role, cancellationToken).ConfigureAwait(false);
        return await ChangeAsync(name, "role", role, new AdminChange { RoleId = roleId, Now = _time.GetUtcNow() }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The admin user of that name, or null.</summary>
    /// <param name="name">The user name.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    public async Task<AdminUser?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        await _roles.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return await RecordAsync(name, cancellationToken).ConfigureAwait(false) is { } record ? ToUser(record) : null;
    }

    /// <summary>All admin users, by name.</summary>
    /// <param name="cancellationToken">Cancels waiting.</param>
    public async Task<IReadOnlyList<AdminUser>> ListAsync(CancellationToken cancellationToken = default)
    {
        await _roles.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return [.. (await _store.LoadAdminsAsync(cancellationToken).ConfigureAwait(false)).Select(ToUser)];
    }

    /// <summary>Revokes all access tokens of an admin user.</summary>
    /// <param name="name">The user name.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>How many there were; 0 if there is no such user.</returns>
    public async Task<int> RevokeTokensAsync(string name, CancellationToken cancellationToken = default) =>
        await RecordAsync(name, cancellationToken).ConfigureAwait(false) is { } record
            ? await _tokens.RevokeAllAsync(CallerKind.Admin, CallerTokens.OwnerOf(record), cancellationToken).ConfigureAwait(false)
            : 0;

    /// <summary>Revokes one access token of an admin user.</summary>
    /// <param name="token">The token.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>False if it is none.</returns>
    public Task<bool> RevokeTokenAsync(string token, CancellationToken cancellationToken = default) =>
        _tokens.RevokeAsync(CallerKind.Admin, token, cancellationToken);

    /// <summary>Who an access token of an admin user speaks for, with the role's permissions as they are now. A token in use costs no query.</summary>
    /// <param name="token">The token.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>Null if it is none, is no admin user's, or is good no more.</returns>
    public async Task<ClaimsPrincipal?> FindCallerAsync(string token, CancellationToken cancellationToken = default)
    {
        var owner = await _tokens.FindAsync(token, cancellationToken).ConfigureAwait(false);
        if (owner is not { Kind: CallerKind.Admin, RoleId: { } role })
            return null;
        if (_roles.Find(role) is null)
            await _roles.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return new ClaimsPrincipal(new CallerIdentity(owner, _roles.Find(role)?.Resources ?? []));
    }

    /// <summary>
    /// Whether this is the admin user's password, for asking it again before something grave. A wrong one counts as a failed log-in,
    /// and who is locked out is refused here too.
    /// </summary>
    /// <param name="name">The user name.</param>
    /// <param name="password">The password; an empty one is wrong and isn't counted.</param>
    /// <param name="cancellationToken">Cancels waiting; a try that was counted stays counted.</param>
    public async Task<bool> VerifyPasswordAsync(string name, string password, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrEmpty(name) || string.IsNullOrEmpty(password))
            return false;
        try
        {
            // All that logging in does counts here; only its token isn't wanted.
            var token = await _logIn.CreateAdminAccessTokenAsync(name, password, cancellationToken).ConfigureAwait(false);
            await _tokens.RevokeAsync(CallerKind.Admin, token, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (AuthenticationException)
        {
            return false;
        }
    }

    /// <summary>Makes a role, or gives the one of that name these resources instead of those that it holds.</summary>
    /// <param name="name">The role's name.</param>
    /// <param name="resourceIds">
    /// The ids of the ACL resources, each one: a parent doesn't give its children unless <c>Declarative:Acl:Inherit</c> is set.
    /// </param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <exception cref="ArgumentException">The name can't be one, or no module declares one of the ids; all such ids are named.</exception>
    public async Task<AdminRole> SaveRoleAsync(string name, IEnumerable<string> resourceIds, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resourceIds);
        var key = UserName.Key(name, nameof(name));
        var ids = resourceIds.Distinct(StringComparer.Ordinal).ToList();
        var problems = ids.Select(_resources.ProblemOf).OfType<string>().ToList();
        if (problems.Count > 0)
            throw new ArgumentException($"The role '{name}' can't be saved. {string.Join(' ', problems)}", nameof(resourceIds));
        var now = _time.GetUtcNow();
        var before = _roles.Find(key)?.Record.Resources;
        await _roles.SaveAsync(new RoleRecord { Name = name, NameKey = key, Resources = ids, CreatedAt = now, ModifiedAt = now }, cancellationToken).ConfigureAwait(false);
        if (before is null || !before.ToHashSet(StringComparer.Ordinal).SetEquals(ids))
            await _audit.WriteAsync("role.save", name, string.Join(", ", ids), CancellationToken.None).ConfigureAwait(false);
        return ToRole(_roles.Find(key)!.Record);
    }

    /// <summary>All roles, by name.</summary>
    /// <param name="cancellationToken">Cancels waiting.</param>
    public async Task<IReadOnlyList<AdminRole>> ListRolesAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await _roles.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return [.. _roles.All.Select(ToRole)];
    }

    /// <summary>As <see cref="CreateAsync"/>, but null if the name is taken.</summary>
    internal async Task<AdminUser?> TryCreateAsync(string name, string password, string role, CancellationToken cancellationToken)
    {
        var key = UserName.Key(name, nameof(name));
        RequirePassword(password);
        var roleId = await RequireRoleAsync(role, cancellationToken).ConfigureAwait(false);
        var now = _time.GetUtcNow();
        var record = new AdminRecord
        {
            Name = name,
            NameKey = key,
            PasswordHash = _passwords.Hash(password),
            RoleId = roleId,
            IsActive = true,
            CreatedAt = now,
            ModifiedAt = now,
        };
        if (!await _store.AddAdminAsync(record, cancellationToken).ConfigureAwait(false))
            return null;
        await _audit.WriteAsync("user.create", name, role, CancellationToken.None).ConfigureAwait(false);
        return ToUser(record);
    }

    private static AdminRole ToRole(RoleRecord record) => new(record.Name, record.Resources, record.CreatedAt, record.ModifiedAt);

    private static void RequirePassword(string password)
    {
        if (Passwords.ProblemOf(password) is { } problem)
            throw new ArgumentException(problem, nameof(password));
    }

    private AdminUser ToUser(AdminRecord record) =>
        new(record.Name, _roles.Find(record.RoleId)?.Record.Name ?? "", record.IsActive, record.CreatedAt, record.ModifiedAt);

    private async Task<AdminRecord?> RecordAsync(string name, CancellationToken cancellationToken) =>
        UserName.TryKey(name, out var key) ? await _store.FindAdminAsync(key, cancellationToken).ConfigureAwait(false) : null;

    private async Task<bool> ChangeAsync(string name, string action, string? detail, AdminChange change, CancellationToken cancellationToken)
    {
        if (await RecordAsync(name, cancellationToken).ConfigureAwait(false) is not { } record)
            return false;
        try
        {
            if (!await _store.ChangeAdminAsync(record.Id, change, cancellationToken).ConfigureAwait(false))
                return false;
            await _audit.WriteAsync("user." + action, record.Name, detail, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        finally
        {
            _tokens.Forget(CallerKind.Admin, CallerTokens.OwnerOf(record));
        }
    }

    private async Task<long> RequireRoleAsync(string role, CancellationToken cancellationToken)
    {
        await _roles.RefreshAsync(cancellationToken).ConfigureAwait(false);
        if (UserName.TryKey(role, out var key) && _roles.Find(key) is { } entry)
            return entry.Record.Id;
        var nearest = NearestName.Find(role ?? "", _roles.All.Select(static one => one.Name));
        throw new ArgumentException($"There is no role '{role}'. {(nearest is null ? "Make it by SaveRoleAsync." : $"Did you mean '{nearest}'?")}", nameof(role));
    }
}
