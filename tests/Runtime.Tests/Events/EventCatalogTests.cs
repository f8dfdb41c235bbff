using System.Text.Json;
using System.Text.Json.Nodes;
using Declarative.Events;
using Declarative.Modules;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Events;

/// <summary>What can be known of an event: by the service, by the route, by the schema.</summary>
public sealed class EventCatalogTests
{
    public sealed record Money(decimal Amount, string Currency);

    public sealed record Line(string Sku, int? Quantity, Money? Price);

    public sealed record Branches(List<Branches> Children, Branches? Parent);

    public sealed record Sale(int Id, string? CustomerEmail, DateTimeOffset PlacedAt, List<Line> Lines, Dictionary<string, Money> Totals, Guid Token, bool IsPaid);

    private static Task<RestHost> StartAsync() => RestHost.StartAsync<SqliteFixture>(static module =>
    {
        module.AddPayloadEvent<Sale>("sale.made", "etc/async_events.xml", ["Shop_Sales::sales"]);
        module.AddPayloadEvent<Branches>("tree.grown", "etc/async_events.xml", []);
        module.AddPayloadEvent<JsonElement>("anything", "etc/async_events.xml", []);
        module.AddEvent<IOrders, Sale>("sale.looked_up", "etc/async_events.xml", "Get", [new("orderId", typeof(int)), new("storeView", typeof(string), false)], [], static (_, _) => default);
    }, static builder => builder.Services.AddSingleton<IOrders, Orders>());

    private interface IOrders;

    private sealed class Orders : IOrders;

    [Fact]
    public async Task An_event_is_described_by_the_route_to_the_depth_that_is_asked_for()
    {
        await using var host = await StartAsync();
        async Task<JsonElement> InfoAsync(string query) => JsonDocument.Parse(await host.OkAsync("GET", "/rest/V1/declarative/events/" + query, caller: "Declarative_Runtime::events")).RootElement;

        var info = await InfoAsync("observer.Sale.Made");
        info.GetProperty("name").GetString().ShouldBe("sale.made");
        info.GetProperty("module").GetString().ShouldBe("Shop_Sales");
        info.GetProperty("kind").GetString().ShouldBe("payload");
        info.GetProperty("schema_url").GetString().ShouldBe("/rest/schemas/sale.made.json");
        info.GetProperty("sample").GetProperty("lines")[0].GetProperty("price").GetProperty("amount").GetDecimal().ShouldBe(1.5m);
        Lines(info.GetProperty("payload")).ShouldBe(
        [
            "id integer",
            "customer_email string?",
            "placed_at string (date-time)",
            "lines object[]",
            "lines.sku string",
            "lines.quantity integer?",
            "lines.price object?",
            "totals object",
            "totals.* object?",
            "token string (uuid)",
            "is_paid boolean",
        ]);
        Lines((await InfoAsync("sale.made?depth=1")).GetProperty("payload")).ShouldNotContain(static line => line.Contains('.'));
        Lines((await InfoAsync("sale.made?depth=3")).GetProperty("payload")).ShouldContain("lines.price.amount number");

        (await host.ErrorAsync(400, "GET", "/rest/V1/declarative/events/sale.made?depth=65", caller: "Declarative_Runtime::events")).GetProperty("message").GetString().ShouldBe("depth must be 1 to 64.");
        (await host.ErrorAsync(404, "GET", "/rest/V1/declarative/events/sale.mad", caller: "Declarative_Runtime::events")).GetProperty("message").GetString()!.ShouldContain("Did you mean 'sale.made'?");
        await host.ErrorAsync(401, "GET", "/rest/V1/declarative/events/sale.made", caller: "Shop_Sales::sales");
    }

    [Fact]
    public async Task A_service_method_is_shown_with_its_parameters()
    {
        await using var host = await StartAsync();
        var info = host.Services.GetRequiredService<EventCatalog>().Describe("sale.looked_up");
        info.Kind.ShouldBe("service");
        info.Service.ShouldBe(typeof(IOrders).FullName + ".Get");
        info.Parameters.ShouldBe([new("order_id", "integer", true), new("store_view", "string", false)]);
    }

    [Fact]
    public async Task A_schema_has_what_is_always_there_what_may_be_null_and_types_that_hold_themselves()
    {
        await using var host = await StartAsync();
        var sale = JsonNode.Parse(await host.OkAsync("GET", "/rest/schemas/sale.made.json"))!;
        ((string)sale["$id"]!).ShouldBe("/rest/schemas/sale.made.json");
        ((string)sale["$ref"]!).ShouldBe("#/$defs/Sale");
        sale["$defs"]!["Sale"]!["required"]!.ToJsonString().ShouldBe("""["id","placed_at","lines","totals","token","is_paid"]""");
        sale["$defs"]!["Sale"]!["properties"]!["customer_email"]!.ToJsonString().ShouldBe("""{"type":["string","null"]}""");
        sale["$defs"]!["Line"]!["properties"]!["price"]!.ToJsonString().ShouldBe("""{"anyOf":[{"$ref":"#/$defs/Money"},{"type":"null"}]}""");
        sale["$defs"]!["Sale"]!["properties"]!["totals"]!.ToJsonString().ShouldBe("""{"type":"object","additionalProperties":{"$ref":"#/$defs/Money"}}""");

        var tree = JsonNode.Parse(await host.OkAsync("GET", "/rest/schemas/tree.grown.json"))!;
        tree["$defs"]!["Branches"]!["properties"]!["children"]!.ToJsonString().ShouldBe("""{"type":"array","items":{"$ref":"#/$defs/Branches"}}""");
        var info = host.Services.GetRequiredService<EventCatalog>().Describe("tree.grown", 64);
        info.Sample!.ToJsonString().ShouldBe("""{"children":[]}""");
        info.Payload.Fields.Select(static one => $"{one.Name} {one.Type} {one.Fields.Count}").ShouldBe(["children object[] 0", "parent object 0"]);

        JsonNode.Parse(await host.OkAsync("GET", "/rest/schemas/anything.json"))!.AsObject().Select(static one => one.Key).ShouldBe(["$schema", "$id", "title"]);
        await host.ErrorAsync(404, "GET", "/rest/schemas/nothing.json");
    }

    private static IEnumerable<string> Lines(JsonElement field, string path = "") => field.GetProperty("fields").EnumerateArray().SelectMany(one =>
    {
        var name = path + one.GetProperty("name").GetString();
        return Lines(one, name + ".").Prepend($"{name} {one.GetProperty("type").GetString()}{(one.GetProperty("is_required").GetBoolean() ? "" : "?")}");
    });
}
