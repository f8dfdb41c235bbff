using Declarative.Events;
using Declarative.Modules;

namespace Declarative.Tests.Fixtures;

public sealed record Order(int EntityId, string IncrementId, decimal GrandTotal, string? Note = null);

public sealed record CustomerSaved(int CustomerId, string Email);

public interface IOrders
{
    Task<Order?> GetAsync(int id, string? currency, CancellationToken cancellationToken);
}

/// <summary>A service whose answer a test chooses.</summary>
public sealed class Orders : IOrders
{
    private int _calls;

    public Func<int, CancellationToken, Task<Order?>> Answer { get; set; } =
        (id, _) => Task.FromResult<Order?>(new Order(id, $"{id:D9}", 12.5m));

    public int Calls => _calls;

    public Task<Order?> GetAsync(int id, string? currency, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        return Answer(id, cancellationToken);
    }
}

/// <summary>What the generator emits for a module with two events, written by hand.</summary>
public static class ShopModule
{
    public const string OrderCreated = "sales.order.created";
    public const string CustomerSavedEvent = "customer.saved";

    public static ModuleManifest Create()
    {
        var manifest = new ModuleManifest("Shop_Sales", ModuleManifest.CurrentFormatVersion, "Shop.Sales", "0.1.0");
        manifest.AddEvent<ISalesOrderCreatedPublisher, SalesOrderCreatedPublisher, IOrders, Order>(
            OrderCreated,
            "etc/async_events.xml",
            "GetAsync",
            [new ServiceParameter("id", typeof(int)), new ServiceParameter("displayCurrency", typeof(string), isRequired: false)],
            ["Shop_Sales::orders"],
            static async (service, call) => call.Result(await service.GetAsync(call.Argument<int>(0), call.Argument<string?>(1, null), call.CancellationToken).ConfigureAwait(false)));
        manifest.AddPayloadEvent<ICustomerSavedPublisher, CustomerSavedPublisher, CustomerSaved>(CustomerSavedEvent, "CustomerSaved", []);
        return manifest;
    }
}

public interface ISalesOrderCreatedPublisher
{
    Task<Guid> PublishAsync(int id, string? displayCurrency = null, PublishOptions? options = null, CancellationToken cancellationToken = default);
}

public sealed class SalesOrderCreatedPublisher(EventQueue queue) : ISalesOrderCreatedPublisher
{
    public Task<Guid> PublishAsync(int id, string? displayCurrency = null, PublishOptions? options = null, CancellationToken cancellationToken = default)
        => queue.PublishAsync(queue.Arguments("sales.order.created").Add("id", id).Add("displayCurrency", displayCurrency), options, cancellationToken);
}

public interface ICustomerSavedPublisher
{
    Task<Guid> PublishAsync(CustomerSaved payload, PublishOptions? options = null, CancellationToken cancellationToken = default);
}

public sealed class CustomerSavedPublisher(EventQueue queue) : ICustomerSavedPublisher
{
    public Task<Guid> PublishAsync(CustomerSaved payload, PublishOptions? options = null, CancellationToken cancellationToken = default) =>
        queue.PublishAsync("customer.saved", payload, options, cancellationToken);
}
