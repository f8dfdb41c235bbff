using Declarative.Rest;

namespace Declarative.Acl;

/// <summary>Gives access tokens to admin users.</summary>
public interface IAdminTokenService
{
    /// <summary>A token for an admin user, good for <see cref="CallerOptions.AdminTokenLifetime"/>.</summary>
    /// <param name="username">The user name, in any case.</param>
    /// <param name="password">The password.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>32 characters of a-z and 0-9, for <c>Authorization: Bearer</c>. Only its hash is kept.</returns>
    /// <exception cref="AuthenticationException">
    /// The password is wrong, or the user unknown, locked after too many wrong ones, or switched off: one message for all.
    /// </exception>
    /// <exception cref="InputException">The name or the password is empty.</exception>
    Task<string> CreateAdminAccessTokenAsync(string username, string password, CancellationToken cancellationToken = default);
}
