using System.Net;
using Declarative.Generated;
using Declarative.Testing;
using Shop.Catalog;
using Shop.Customers;
using Shop.Sales;

namespace Shop.Tests;

/// <summary>What the Shop tells of its orders.</summary>
public sealed class OrdersTests
{
    private static Task<TestApp> StartAsync() => TestApp.StartAsync(
        [Shop_Catalog.Create, Shop_Customers.Create, Shop_Sales.Create],
        builder => builder.Services.AddCatalog().AddCustomers().AddSales());

    private static async Task<Order> PlaceAsync(TestApp shop)
    {
        await shop.Get<IProducts>().SaveAsync(new Product { Sku = "lamp", Name = "Lamp", Price = 12.5m }, TestContext.Current.CancellationToken);
        var customer = await shop.Get<ICustomers>().RegisterAsync(new Customer { Email = "ada@example.com", FirstName = "Ada", LastName = "Byron" }, "a Long1 password", TestContext.Current.CancellationToken);
        return await shop.Get<IOrders>().PlaceAsync(customer.Id, [new OrderLine { Sku = "lamp", Quantity = 2 }], TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_placed_order_is_told_with_its_total()
    {
        await using var shop = await StartAsync();
        await shop.SubscribeAsync("sales.order.created");

        var order = await PlaceAsync(shop);
        await shop.IdleAsync();

        shop.Published.One("sales.order.created");
        shop.Received.One("sales.order.created").As<Order>().ShouldSatisfyAllConditions(
            told => told.IncrementId.ShouldBe(order.IncrementId),
            told => told.GrandTotal.ShouldBe(25m));
        shop.Received.None("sales.order.cancelled");
    }

    [Fact]
    public async Task A_receiver_that_is_down_gets_it_later_once()
    {
        await using var shop = await StartAsync();
        await shop.SubscribeAsync("sales.order.created", retry: "60,600");
        shop.Answer = _ => HttpStatusCode.ServiceUnavailable;

        await PlaceAsync(shop);
        await shop.IdleAsync();
        shop.Answer = _ => HttpStatusCode.OK;
        await shop.AdvanceAsync(TimeSpan.FromSeconds(60));
        await shop.AdvanceAsync(TimeSpan.FromHours(1));

        var told = shop.Received.Of("sales.order.created");
        told.Count.ShouldBe(2);
        told[1].WebhookId.ShouldBe(told[0].WebhookId);
    }
}
