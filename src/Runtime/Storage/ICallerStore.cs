using Declarative.Acl;

namespace Declarative.Storage;

/// <summary>
/// Rows of admin users, roles, tokens and failed log-ins. Each change is one transaction. Passwords and tokens come hashed. Of a
/// failed log-in's name only SHA-256 of the key (as UTF-8) is stored, since it may be a password in the wrong field.
/// <c>cancellationToken</c> cancels only what was not handed to the database yet.
/// </summary>
public interface ICallerStore
{
    /// <summary>All roles, by name.</summary>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<RoleRecord>> LoadRolesAsync(CancellationToken cancellationToken);

    /// <summary>Stores a role; one of the same key gets the name and the resources of this one.</summary>
    /// <param name="role">The role; its id counts for nothing.</param>
    /// <param name="cancellationToken">See above.</param>
    Task SaveRoleAsync(RoleRecord role, CancellationToken cancellationToken);

    /// <summary>All admin users, by name.</summary>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<AdminRecord>> LoadAdminsAsync(CancellationToken cancellationToken);

    /// <summary>The admin user of that name, or null.</summary>
    /// <param name="nameKey">The name's key.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<AdminRecord?> FindAdminAsync(string nameKey, CancellationToken cancellationToken);

    /// <summary>Stores an admin user.</summary>
    /// <param name="admin">The user; its id counts for nothing.</param>
    /// <param name="cancellationToken">See above.</param>
    /// <returns>False, and nothing is stored, if there is one of that name.</returns>
    Task<bool> AddAdminAsync(AdminRecord admin, CancellationToken cancellationToken);

    /// <summary>
    /// Changes an admin user. In the same transaction a new password or switching off removes the user's tokens, and a new password
    /// or switching on forgets the failures of the name.
    /// </summary>
    /// <param name="id">The user's row.</param>
    /// <param name="change">What changes.</param>
    /// <param name="cancellationToken">See above.</param>
    /// <returns>False if there is no such user.</returns>
    Task<bool> ChangeAdminAsync(long id, AdminChange change, CancellationToken cancellationToken);

    /// <summary>
    /// Stores a token and forgets the failures of its name. An admin's is stored only if the user is active and still has the
    /// password that was verified, so that no token comes out of a log-in that a change overtook.
    /// </summary>
    /// <param name="token">The token's hash.</param>
    /// <param name="cancellationToken">See above.</param>
    /// <returns>Whether it was stored.</returns>
    Task<bool> AddTokenAsync(NewToken token, CancellationToken cancellationToken);

    /// <summary>Who a token speaks for; null if it is unknown, revoked or expired, or the user is not active.</summary>
    /// <param name="hash">SHA-256 of the token.</param>
    /// <param name="now">The time to compare with.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<TokenOwner?> FindTokenAsync(byte[] hash, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Removes one token.</summary>
    /// <param name="kind">Whose it must be.</param>
    /// <param name="hash">SHA-256 of the token.</param>
    /// <param name="cancellationToken">See above.</param>
    /// <returns>Whether it was there.</returns>
    Task<bool> RevokeTokenAsync(CallerKind kind, byte[] hash, CancellationToken cancellationToken);

    /// <summary>Removes all tokens of a caller.</summary>
    /// <param name="kind">Admin or customer.</param>
    /// <param name="owner">The admin user's row in decimal, or the customer's id.</param>
    /// <param name="cancellationToken">See above.</param>
    /// <returns>How many there were.</returns>
    Task<int> RevokeTokensAsync(CallerKind kind, string owner, CancellationToken cancellationToken);

    /// <summary>Counts a log-in before its password is looked at, so that tries at the same time are counted too.</summary>
    /// <param name="attempt">The try.</param>
    /// <param name="cancellationToken">See above.</param>
    /// <returns>1, 2, …, its number since failures add up; 0 if the name is locked.</returns>
    Task<int> CountLoginAsync(LoginAttempt attempt, CancellationToken cancellationToken);

    /// <summary>Takes back a count: the password could not be looked at.</summary>
    /// <param name="kind">Admin or customer.</param>
    /// <param name="nameKey">The user name's key.</param>
    /// <param name="cancellationToken">See above.</param>
    Task UncountLoginAsync(CallerKind kind, string nameKey, CancellationToken cancellationToken);

    /// <summary>Removes expired tokens and failed log-ins that count no more.</summary>
    /// <param name="now">The time to compare with.</param>
    /// <param name="limit">Most rows of each, so that nobody waits long for the writer.</param>
    /// <param name="cancellationToken">See above.</param>
    /// <returns>Whether there may be more.</returns>
    Task<bool> DeleteExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);
}
