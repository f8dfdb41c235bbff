using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Declarative.Acl;
using Declarative.Rest;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Shop.Customers.Events;

namespace Shop.Customers;

public sealed record Customer
{
    public int Id { get; init; }

    public required string Email { get; init; }

    public required string FirstName { get; init; }

    public required string LastName { get; init; }
}

public interface ICustomers
{
    Task<Customer> RegisterAsync(Customer customer, string password, CancellationToken cancellationToken);

    Task<Customer> GetAsync(int id);

    Task<Customer> SaveAsync(Customer customer, CancellationToken cancellationToken);
}

/// <summary>Customers in memory, and who they are when they sign in.</summary>
public sealed class Customers(ICustomerSavedPublisher saved, IServiceScopeFactory scopes) : ICustomers, ICustomerAuthenticator
{
    private static readonly PasswordHasher<Customer> Hasher = new();

    // What is verified where nobody has the e-mail address, so that the time doesn't tell who is a customer.
    private static readonly string Decoy = Hasher.HashPassword(null!, RandomNumberGenerator.GetHexString(32));

    private readonly ConcurrentDictionary<int, (Customer Customer, string PasswordHash)> _customers = [];
    private readonly Lock _saving = new();
    private int _lastId;

    public async Task<Customer> RegisterAsync(Customer customer, string password, CancellationToken cancellationToken)
    {
        if (password.Length < 8)
            throw new InputException("A password needs at least 8 characters.");
        customer = customer with { Id = Interlocked.Increment(ref _lastId) };
        await RevokeTokensAsync(customer.Id, cancellationToken);
        Store(customer, Hasher.HashPassword(customer, password));
        await saved.PublishAsync(customer.Id, cancellationToken: cancellationToken);
        return customer;
    }

    public Task<Customer> GetAsync(int id) => Task.FromResult(Require(id).Customer);

    public async Task<Customer> SaveAsync(Customer customer, CancellationToken cancellationToken)
    {
        Store(customer, Require(customer.Id).PasswordHash);
        await saved.PublishAsync(customer.Id, cancellationToken: cancellationToken);
        return customer;
    }

    public Task<string?> AuthenticateAsync(string username, string password, CancellationToken cancellationToken)
    {
        var (customer, hash) = _customers.Values.FirstOrDefault(one => string.Equals(one.Customer.Email, username, StringComparison.OrdinalIgnoreCase));
        var isRight = Hasher.VerifyHashedPassword(customer!, hash ?? Decoy, password) != PasswordVerificationResult.Failed;
        return Task.FromResult(isRight ? customer?.Id.ToString(CultureInfo.InvariantCulture) : null);
    }

    /// <summary>
    /// Tokens outlive the process, in the database; these customers don't, and their ids start from 1 again. A token from before a
    /// restart would speak for whoever gets its customer's id next. The service is scoped, this one is not: hence a scope of its own.
    /// </summary>
    private async Task RevokeTokensAsync(int id, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var tokens = scope.ServiceProvider.GetRequiredService<ICustomerTokenService>();
        await tokens.RevokeCustomerAccessTokenAsync(id.ToString(CultureInfo.InvariantCulture), cancellationToken);
    }

    /// <summary>One at a time, so that no two get the same e-mail address, by which they sign in.</summary>
    private void Store(Customer customer, string passwordHash)
    {
        lock (_saving)
        {
            if (_customers.Values.Any(one => one.Customer.Id != customer.Id && string.Equals(one.Customer.Email, customer.Email, StringComparison.OrdinalIgnoreCase)))
                throw new InputException("A customer with this e-mail address is already there.");
            _customers[customer.Id] = (customer, passwordHash);
        }
    }

    private (Customer Customer, string PasswordHash) Require(int id) =>
        _customers.TryGetValue(id, out var found)
            ? found
            : throw new NoSuchEntityException("There is no customer %id.", ("id", id));
}

public static class CustomerServices
{
    public static IServiceCollection AddCustomers(this IServiceCollection services) => services
        .AddSingleton<Customers>()
        .AddSingleton<ICustomers>(provider => provider.GetRequiredService<Customers>())
        .AddSingleton<ICustomerAuthenticator>(provider => provider.GetRequiredService<Customers>());
}
