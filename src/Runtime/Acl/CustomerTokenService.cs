using Declarative.Rest;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Acl;

/// <summary>One per scope, since the host's authenticator may be.</summary>
internal sealed class CustomerTokenService(LoginGate gate, CallerTokens tokens, IServiceProvider services) : ICustomerTokenService
{
    public Task<string> CreateCustomerAccessTokenAsync(string username, string password, CancellationToken cancellationToken = default)
    {
        var authenticator = services.GetService<ICustomerAuthenticator>()
            ?? throw new NoSuchEntityException("This application has no customers who could log in: it registers no ICustomerAuthenticator.");
        return gate.LogInAsync(
            CallerKind.Customer,
            username,
            password,
            async (key, _, cancellation) => key is not null && await authenticator.AuthenticateAsync(username, password, cancellation).ConfigureAwait(false) is { Length: > 0 } id
                ? new ProvenCaller(id)
                : null,
            cancellationToken);
    }

    public async Task<bool> RevokeCustomerAccessTokenAsync(string customerId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(customerId);
        await tokens.RevokeAllAsync(CallerKind.Customer, customerId, cancellationToken).ConfigureAwait(false);
        return true;
    }
}
