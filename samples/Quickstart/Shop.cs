using System.Text.Json.Serialization;
using Declarative;

namespace Quickstart;

// The shop's own services, as they would be without any events. The worker calls them to make payloads.

public sealed record Order(int Id, string IncrementId, decimal GrandTotal, string CustomerEmail);

public interface IOrders
{
    Order Get(int id);
}

public sealed class Orders : IOrders
{
    public Order Get(int id) => new(id, $"{id:D9}", 59.90m, "ada@example.com");
}

public sealed record Customer(int Id, string Email, string? Nickname);

public interface ICustomers
{
    Task<Customer?> FindAsync(int id, CancellationToken cancellationToken = default);
}

public sealed class Customers : ICustomers
{
    public Task<Customer?> FindAsync(int id, CancellationToken cancellationToken = default) => Task.FromResult<Customer?>(new Customer(id, "ada@example.com", null));
}

public sealed record Product(string Sku, string Name, decimal Price);

public interface IProducts
{
    ValueTask<Product> GetBySkuAsync(string sku, bool withTax = false);
}

public sealed class Products : IProducts
{
    public ValueTask<Product> GetBySkuAsync(string sku, bool withTax = false) => new(new Product(sku, "Teapot", withTax ? 11.90m : 10m));
}

// Declared by attribute, and sent as it is: by the time it is delivered there is no order left to ask for.
[AsyncEvent("sales.order.deleted")]
public sealed record OrderDeleted(int Id, string Reason);

// Only where the application is published trimmed, which leaves no reflection to look at payloads by.
[JsonSerializable(typeof(Order)), JsonSerializable(typeof(Customer)), JsonSerializable(typeof(Product)), JsonSerializable(typeof(OrderDeleted))]
public sealed partial class ShopJson : JsonSerializerContext;
