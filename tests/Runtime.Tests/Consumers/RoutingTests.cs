using Declarative.Consumers;
using Declarative.Modules;
using Declarative.Tests.Fixtures;

namespace Declarative.Tests.Consumers;

public sealed class SqliteRoutingTests : RoutingTests<SqliteFixture>;

public sealed class PostgreSqlRoutingTests : RoutingTests<PostgreSqlFixture>;

/// <summary>Which handler an event goes to, by its name, its form and its payload.</summary>
public abstract class RoutingTests<TStore>
    where TStore : class, IStoreFixture, new()
{
    private const string Data = """{"sku":"24-MB01","price":34}""";

    [Theory]
    [InlineData(ProductConsumer.Create, "created 24-MB01")]
    [InlineData(ProductConsumer.Update, "updated 24-MB01")]
    [InlineData(ProductConsumer.Delete, "deleted 24-MB01")]
    [InlineData("BE-Observer.Catalog_Product_Create", "created 24-MB01")]
    [InlineData("com.adobe.commerce.be-observer.catalog_product_update", "updated 24-MB01")]
    public async Task An_event_goes_to_the_handler_that_is_declared_for_its_name(string type, string expected)
    {
        await using var host = await ConsumerHost.StartAsync<TStore>();
        var (status, body) = await host.SendAsync(type, Data);
        status.ShouldBe(200, body.ToString());
        host.Handled.What.ShouldBe([expected]);
        host.Handled.All.Single().Context.Type.ShouldBe(type);
    }

    /// <summary>CloudEvents' type, the body's, the header's; data.value, data, or the body.</summary>
    [Theory]
    [InlineData("application/cloudevents+json; charset=utf-8", """{"specversion":"1.0","id":"1","source":"urn:uuid:p","type":"be-observer.catalog_product_create","data":{"sku":"A"}}""", "x-event-name=be-observer.catalog_product_delete")]
    [InlineData("application/cloudevents+json", """{"specversion":"1.0","id":"1","source":"urn:uuid:p","type":"com.adobe.commerce.be-observer.catalog_product_create","data":{"key":"k","source":"m.e","_metadata":{},"value":{"sku":"A"}}}""", "")]
    [InlineData("application/cloudevents+json", """{"specversion":"1.0","id":"1","source":"urn:uuid:p","type":"be-observer.catalog_product_create","data_base64":"eyJza3UiOiJBIn0="}""", "")]
    [InlineData("application/json", """{"sku":"A"}""", "ce-type=be-observer.catalog_product_create;ce-id=1;ce-source=urn:uuid:p;ce-specversion=1.0")]
    [InlineData("application/json", """{"value":{"sku":"A"},"source":"m.e"}""", "ce-type=be-observer.catalog%5Fproduct_create;ce-id=1;ce-source=urn:uuid:p;ce-specversion=1.0")]
    [InlineData("application/json", """{"type":"be-observer.catalog_product_create","timestamp":"2026-01-01T00:00:00Z","data":{"sku":"A"}}""", "x-event-name=be-observer.catalog_product_delete")]
    [InlineData("application/json", """{"data":{"value":{"sku":"A"}},"type":"be-observer.catalog_product_create"}""", "")]
    [InlineData("application/json", """{"data":{"sku":"A"}}""", "x-event-name=be-observer.catalog_product_create")]
    [InlineData("application/json", """{"sku":"A","type":"simple"}""", "x-event-name=be-observer.catalog_product_create")]
    [InlineData("text/plain", """{"data":{"sku":"A"}}""", "x-event-name=be-observer.catalog_product_create")]
    public async Task Name_and_payload_are_found_in_each_form(string contentType, string json, string headers)
    {
        await using var host = await ConsumerHost.StartAsync<TStore>();
        var (status, body) = await host.PostAsync(json, contentType, headers: [.. headers.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(static one => (one.Split('=', 2)[0], one.Split('=', 2)[1]))]);
        status.ShouldBe(200, body.ToString());
        host.Handled.What.ShouldBe(["created A"]);
    }

    /// <summary>A payload's own field "value" is no envelope of Adobe's.</summary>
    [Fact]
    public async Task A_payload_with_a_field_called_value_stays_whole()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>();
        var (status, body) = await host.SendAsync(ProductConsumer.Create, """{"sku":"A","value":{"sku":"B"}}""");
        status.ShouldBe(200, body.ToString());
        host.Handled.What.ShouldBe(["created A"]);
    }

    /// <summary>Nor is one with fields "key" and "value"; Adobe's own has more, or the value alone.</summary>
    [Theory]
    [InlineData("""{"key":"theme","value":{"sku":"B"}}""", 400)]
    [InlineData("""{"value":"B"}""", 400)]
    [InlineData("""{"key":"theme","value":{"sku":"B"},"_metadata":{}}""", 200)]
    public async Task Only_what_Adobe_puts_around_a_payload_is_taken_off(string data, int expected)
    {
        await using var host = await ConsumerHost.StartAsync<TStore>();
        (await host.SendAsync(ProductConsumer.Create, data)).Status.ShouldBe(expected);
    }

    [Theory]
    [InlineData("2026-01-01 10:00:00", "2026-01-01 10:00:00", "created A")]
    [InlineData("2026-01-01 10:00:00", "2026-02-01 10:00:00", "updated A")]
    public async Task One_event_is_split_by_two_fields(string created, string updated, string expected)
    {
        await using var host = await ConsumerHost.StartAsync<TStore>();
        var (status, body) = await host.SendAsync("com.adobe.commerce.observer.catalog_product_save_commit_after", $$$"""{"value":{"sku":"A","created_at":"{{{created}}}","updated_at":"{{{updated}}}"}}""");
        status.ShouldBe(200, body.ToString());
        host.Handled.What.ShouldBe([expected]);
    }

    [Fact]
    public async Task Without_the_fields_that_split_it_an_event_is_400_with_both_named()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>();
        var (status, body) = await host.SendAsync(ProductConsumer.Save, """{"sku":"A"}""");
        status.ShouldBe(400);
        body.GetProperty("error").GetString().ShouldBe("The payload has no created_at and no updated_at, which tell whether something was created or updated.");
    }

    /// <summary>Adobe Commerce sends the application's events with its prefix; events of other systems have none.</summary>
    [Theory]
    [InlineData("com.adobe.commerce.acme.observer.catalog_product_save_commit_after", 200)]
    [InlineData("acme.observer.catalog_product_save_commit_after", 200)]
    [InlineData("com.adobe.commerce.observer.catalog_product_save_commit_after", 400)]
    [InlineData("com.adobe.commerce.other.observer.catalog_product_save_commit_after", 400)]
    [InlineData(ProductConsumer.Create, 200)]
    public async Task With_a_prefix_only_events_that_have_it_are_ours(string type, int expected)
    {
        await using var stated = await ConsumerHost.StartAsync<TStore>(static module => ProductConsumer.Declare(module, static consumer => consumer with { Prefix = "acme" }));
        await using var configured = await ConsumerHost.StartAsync<TStore>(configuration: new() { ["Declarative:Consumers:EventPrefix"] = "acme" });
        foreach (var host in new[] { stated, configured })
        {
            var (status, body) = await host.SendAsync(type, """{"sku":"A","created_at":"1","updated_at":"1"}""");
            status.ShouldBe(expected, body.ToString());
        }
    }

    /// <summary>An event that is declared by its name alone may be Adobe Commerce's or another system's.</summary>
    [Theory]
    [InlineData("com.adobe.commerce.acme.observer.be-observer.catalog_product_create", 200)]
    [InlineData("be-observer.catalog_product_create", 200)]
    [InlineData("com.adobe.commerce.observer.be-observer.catalog_product_create", 400)]
    public async Task A_plain_name_is_known_with_and_without_the_prefix(string type, int expected)
    {
        await using var host = await ConsumerHost.StartAsync<TStore>(static module => ProductConsumer.Declare(module, static consumer => consumer with { Prefix = "acme" }));
        (await host.SendAsync(type, """{"sku":"A"}""")).Status.ShouldBe(expected);
    }

    [Fact]
    public async Task A_consumer_of_a_module_that_is_switched_off_is_left_out()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>(
        [
            static () => RestHost.Module("A_First", static module => module.AddConsumer(new ConsumerDescriptor("product", ProductConsumer.File) { Path = ProductConsumer.Path, Signature = "none" })),
            static () => RestHost.Module("B_Second", static module =>
            {
                module.AddConsumer(new ConsumerDescriptor("product", ProductConsumer.File));
                module.AddEventHandler<ProductUpdated, ProductPayload>(new("product", ProductConsumer.Create, "B.ProductUpdated", ProductConsumer.File), ProductPayload.Shape);
            }),
        ],
        new() { ["Declarative:Modules:A_First"] = "false" });
        using var gone = await host.RespondAsync([]);
        ((int)gone.StatusCode).ShouldBe(404);
        host.Log.All.ShouldContain(static line => line.Contains("its path is stated by the module 'A_First', which is switched off", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_later_module_handles_an_event_in_place_of_an_earlier_one()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>(
        [
            static () => RestHost.Module("A_First", ProductConsumer.Declare),
            static () => RestHost.Module("B_Second", static module =>
            {
                module.AddConsumer(new ConsumerDescriptor("Product", ProductConsumer.File) { Path = "/elsewhere" });
                module.AddEventHandler<ProductUpdated, ProductPayload>(new("PRODUCT", "observer." + ProductConsumer.Create, "B.ProductUpdated", ProductConsumer.File), ProductPayload.Shape);
            }),
        ]);
        (await host.PostAsync($$$"""{"type":"{{{ProductConsumer.Create}}}","data":{"sku":"A"}}""", path: "/elsewhere")).Status.ShouldBe(200);
        host.Handled.What.ShouldBe(["updated A"]);
        using var gone = await host.RespondAsync([], path: ProductConsumer.Path);
        ((int)gone.StatusCode).ShouldBe(404);
    }

    [Fact]
    public async Task A_handler_is_told_how_its_event_came()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>();
        await host.PostAsync($$$"""{"specversion":"1.0","id":"7","source":"urn:uuid:p","type":"{{{ProductConsumer.Create}}}","time":"2026-01-01T00:00:00Z","data":{"sku":"A"}}""", "application/cloudevents+json", headers: [("x-adobe-retry-count", "3")]);
        await host.PostAsync("""{"data":{"sku":"B"}}""", headers: [("x-event-name", ProductConsumer.Create), ("webhook-id", "w1"), ("x-attempt", "2")]);
        var (first, second) = (host.Handled.All.First().Context, host.Handled.All.Last().Context);
        (first.Consumer, first.EventName, first.Id, first.Source, first.Time, first.RetryCount).ShouldBe(("product", ProductConsumer.Create, "urn:uuid:p 7", "urn:uuid:p", "2026-01-01T00:00:00Z", 3));
        (second.Id, second.RetryCount, second.Source).ShouldBe(("w1", 1, null));
    }

    [Fact]
    public async Task Wrong_declarations_stop_the_start_and_all_are_named()
    {
        var failure = await Should.ThrowAsync<DeclarativeStartException>(() => ConsumerHost.StartAsync<TStore>(static module =>
        {
            module.AddConsumer(new ConsumerDescriptor("a", "etc/a.xml") { Path = "/same", Signature = "none" });
            module.AddConsumer(new ConsumerDescriptor("b", "etc/b.xml") { Path = "/Same/", Signature = "none" });
            module.AddConsumer(new ConsumerDescriptor("c", "etc/c.xml"));
            module.AddConsumer(new ConsumerDescriptor("d", "etc/d.xml") { Path = "/d", Signature = "x-magento-signature", Secret = "Erp:WebhookSecret" });
            module.AddConsumer(new ConsumerDescriptor("e", "etc/e.xml") { Path = "/oauth/token/request", Signature = "adobe-io" });
            module.AddConsumer(new ConsumerDescriptor("e", "etc/f.xml") { Signature = "none" });
            module.AddEventHandler<NeedsMore, ProductPayload>(new("a", "x", "NeedsMore", "etc/a.xml"), ProductPayload.Shape);
        }));
        failure.Message.ShouldContain("The path /same is stated by consumer 'a' and by consumer 'b'");
        failure.Message.ShouldContain("Consumer 'c' (etc/c.xml): no module states its path.");
        failure.Message.ShouldContain("Consumer 'c' (etc/c.xml): no module states its signature.");
        failure.Message.ShouldContain("Erp:WebhookSecret");
        failure.Message.ShouldContain("can't be made: System.Uri is not registered");
        failure.Message.ShouldContain("The path /oauth/token/request (consumer 'e') is one of the runtime's own");
        failure.Message.ShouldContain("a signature can't be given up by another module");
    }

    private sealed class NeedsMore(Uri uri) : IEventHandler<ProductPayload>
    {
        public Task<EventResult> HandleAsync(ProductPayload payload, EventContext context, CancellationToken cancellationToken) => Task.FromResult(EventResult.Success(uri.ToString()));
    }
}
