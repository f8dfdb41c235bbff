using Declarative.Rest;

namespace Declarative.Acl;

/// <summary>Gives access tokens to the host's customers, and takes them back. The host says who they are by an <see cref="ICustomerAuthenticator"/>.</summary>
public interface ICustomerTokenService
{
    /// <summary>A token for a customer, good for <see cref="CallerOptions.CustomerTokenLifetime"/>.</summary>
    /// <param name="username">The user name.</param>
    /// <param name="password">The password.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>32 characters of a-z and 0-9, for <c>Authorization: Bearer</c>. Only its hash is kept.</returns>
    /// <exception cref="AuthenticationException">The password is wrong, or the customer unknown or locked after too many wrong ones: one message for all.</exception>
    /// <exception cref="InputException">The name or the password is empty.</exception>
    /// <exception cref="NoSuchEntityException">The host has no <see cref="ICustomerAuthenticator"/>.</exception>
    Task<string> CreateCustomerAccessTokenAsync(string username, string password, CancellationToken cancellationToken = default);

    /// <summary>Revokes all tokens of a customer, at once.</summary>
    /// <param name="customerId">The customer; the route forces <c>%customer_id%</c>, so that callers revoke their own only.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>True, also if there were none.</returns>
    Task<bool> RevokeCustomerAccessTokenAsync(string customerId, CancellationToken cancellationToken = default);
}
