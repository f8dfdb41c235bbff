using System.Collections.Concurrent;
using System.Globalization;
using Declarative.Rest;
using Microsoft.Extensions.DependencyInjection;
using Shop.Catalog;
using Shop.Customers;
using Shop.Sales.Events;

namespace Shop.Sales;

public sealed record OrderLine
{
    public required string Sku { get; init; }

    public int Quantity { get; init; } = 1;
}

public sealed record Order(int Id, string IncrementId, string Status, int CustomerId, string CustomerEmail, IReadOnlyList<OrderLine> Lines, decimal GrandTotal);

public interface IOrders
{
    Task<SearchResults<Order>> SearchAsync(SearchCriteria searchCriteria);

    Task<Order> GetAsync(int id);

    Task<Order> PlaceAsync(int customerId, IReadOnlyList<OrderLine> lines, CancellationToken cancellationToken);

    Task CancelAsync(int id, CancellationToken cancellationToken);
}

/// <summary>Orders in memory.</summary>
public sealed class Orders(IProducts products, ICustomers customers, ISalesOrderCreatedPublisher created, ISalesOrderCancelledPublisher cancelled) : IOrders
{
    private readonly ConcurrentDictionary<int, Order> _orders = [];
    private int _lastId;

    public Task<SearchResults<Order>> SearchAsync(SearchCriteria searchCriteria)
    {
        var size = Math.Max(1, searchCriteria.PageSize ?? 20);
        var page = _orders.Values.OrderBy(order => order.Id).Skip(size * (Math.Max(1, searchCriteria.CurrentPage ?? 1) - 1)).Take(size).ToList();
        return Task.FromResult(new SearchResults<Order>(page, searchCriteria, _orders.Count));
    }

    public Task<Order> GetAsync(int id) => Task.FromResult(Require(id));

    public async Task<Order> PlaceAsync(int customerId, IReadOnlyList<OrderLine> lines, CancellationToken cancellationToken)
    {
        if (lines.Count == 0 || lines.Any(line => line.Quantity < 1))
            throw new InputException("An order needs at least one line, and each line a quantity of at least 1.");
        var customer = await customers.GetAsync(customerId);
        var total = 0m;
        foreach (var line in lines)
            total += (await products.GetAsync(line.Sku)).Price * line.Quantity;

        var id = Interlocked.Increment(ref _lastId);
        var order = new Order(id, id.ToString("D9", CultureInfo.InvariantCulture), "new", customer.Id, customer.Email, lines, total);
        _orders[id] = order;
        await created.PublishAsync(id, cancellationToken: cancellationToken);
        return order;
    }

    public async Task CancelAsync(int id, CancellationToken cancellationToken)
    {
        _orders[id] = Require(id) with { Status = "cancelled" };
        await cancelled.PublishAsync(id, cancellationToken: cancellationToken);
    }

    private Order Require(int id) =>
        _orders.GetValueOrDefault(id) ?? throw new NoSuchEntityException("There is no order %id.", ("id", id));
}

public static class SalesServices
{
    public static IServiceCollection AddSales(this IServiceCollection services) => services.AddSingleton<IOrders, Orders>();
}
