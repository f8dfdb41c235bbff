using Declarative.Acl;

namespace Routes.Host;

/// <summary>One customer, who is always the same.</summary>
internal sealed class Customers : ICustomerAuthenticator
{
    public Task<string?> AuthenticateAsync(string username, string password, CancellationToken cancellationToken) =>
        Task.FromResult(username == "ada@example.com" && password == "correct horse" ? "7" : null);
}
