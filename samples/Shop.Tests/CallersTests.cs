using System.Net;
using System.Net.Http.Headers;
using Declarative.Acl;
using Declarative.Generated;
using Declarative.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shop.Catalog;
using Shop.Customers;
using Shop.Sales;

namespace Shop.Tests;

/// <summary>Who may do what over REST.</summary>
public sealed class CallersTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_may_view_orders_may_not_cancel_them()
    {
        await using var shop = await TestApp.StartAsync(
            [Shop_Catalog.Create, Shop_Customers.Create, Shop_Sales.Create],
            builder => builder.Services.AddCatalog().AddCustomers().AddSales());
        var order = await PlaceAsync(shop);
        var users = shop.Get<AdminUsers>();
        await users.SaveRoleAsync("Support", [ShopSalesAcl.Orders], Cancellation);
        await users.CreateAsync("ada", "a Long1 password", "Support", Cancellation);
        var token = await shop.Get<IAdminTokenService>().CreateAdminAccessTokenAsync("ada", "a Long1 password", Cancellation);
        shop.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

        (await shop.Client.GetAsync($"/rest/V1/orders/{order.Id}", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await shop.Client.PostAsync($"/rest/V1/orders/{order.Id}/cancel", content: null, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private static async Task<Order> PlaceAsync(TestApp shop)
    {
        await shop.Get<IProducts>().SaveAsync(new Product { Sku = "lamp", Name = "Lamp", Price = 12.5m }, Cancellation);
        var customer = await shop.Get<ICustomers>().RegisterAsync(new Customer { Email = "ada@example.com", FirstName = "Ada", LastName = "Byron" }, "a Long1 password", Cancellation);
        return await shop.Get<IOrders>().PlaceAsync(customer.Id, [new OrderLine { Sku = "lamp", Quantity = 2 }], Cancellation);
    }
}
