using System.Text.Json;
using System.Text.Json.Nodes;
using Declarative.Matching;
using Declarative.Subscriptions;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Eventing;

public sealed class SqliteEventSubscribeTests : EventSubscribeTests<SqliteFixture>;

public sealed class PostgreSqlEventSubscribeTests : EventSubscribeTests<PostgreSqlFixture>;

/// <summary><c>eventSubscribe</c> and its kin, check by check in the original's order.</summary>
public abstract class EventSubscribeTests<TStore> : IAsyncLifetime
    where TStore : class, IStoreFixture, new()
{
    private const string Subscribe = "/V1/eventing/eventSubscribe";
    private const string PriceCheck = "observer.sales.order.created.big";

    private ShopHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ShopHost.StartAsync<TStore>(
        services: services => services.AddKeyedSingleton<IFieldConverter, Upper>("Shop.Upper"),
        declare: module => module.AddSubscription(new SubscriptionDescriptor("observer.declared", "etc/io_events.xml") { Fields = [new SubscriptionField("id")] }));

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private async Task<JsonElement> Listed(string name) =>
        (await _host.OkAsync("GET", "/V1/eventing/getEventSubscriptions")).EnumerateArray().SingleOrDefault(one => one.GetProperty("name").GetString() == name);

    [Fact]
    public async Task A_subscription_has_defaults_for_all_that_it_leaves_out()
    {
        (await _host.OkAsync("POST", Subscribe, """{"event":{"name":"Observer.Catalog_Save","fields":[{"name":"entity_id"}]}}""")).GetRawText().ShouldBe("[]");

        (await Listed("observer.catalog_save")).GetRawText().ShouldBe("""{"name":"observer.catalog_save","fields":[{"name":"entity_id"}],"destination":"default","priority":false,"hipaa_audit_required":false,"provider_id":"default-provider"}""");
    }

    [Fact]
    public async Task Who_asks_for_numbers_gets_those_that_logs_speak_of()
    {
        await _host.OkAsync("POST", Subscribe, """{"event":{"name":"observer.catalog_save","fields":[{"name":"entity_id"}]}}""");

        var listed = await _host.OkAsync("GET", "/V1/eventing/getEventSubscriptions?numbers=true");
        listed.EnumerateArray().Single(static one => one.GetProperty("name").GetString() == "observer.catalog_save").GetProperty("subscription_id").GetInt64().ShouldBe(2);
    }

    [Fact]
    public async Task A_subscription_keeps_all_that_it_says()
    {
        await _host.OkAsync("POST", Subscribe, """
            {"event":{"name":"com.adobe.commerce.observer.sales.order.created.big","parent":"observer.sales.order.created",
             "fields":[{"name":"id","converter":"Shop\\Upper"},{"name":"store","source":"context_store.get_store.get_id"}],
             "rules":[{"field":"grand_total","operator":"greaterThan","value":"100"}],"destination":"default","priority":true,"hipaa_audit_required":1}}
            """);

        (await Listed(PriceCheck)).GetRawText().ShouldBe("""{"name":"observer.sales.order.created.big","parent":"observer.sales.order.created","fields":[{"name":"id","converter":"Shop\\Upper"},{"name":"store","source":"context_store.get_store.get_id"}],"rules":[{"field":"grand_total","operator":"greaterThan","value":"100"}],"destination":"default","priority":true,"hipaa_audit_required":true,"provider_id":"default-provider"}""");
    }

    [Theory]
    [InlineData("""{"name":"catalog_save","fields":[{"name":"id"}]}""", "must be a type and a name")]
    [InlineData("""{"name":"other.catalog_save","fields":[{"name":"id"}]}""", "Types: observer, plugin")]
    [InlineData("""{"name":"observer.a-b","fields":[{"name":"id"}]}""", "letters, digits")]
    [InlineData("""{"name":"observer.a.b","parent":"a","fields":[{"name":"id"}]}""", "'a' must be")]
    [InlineData("""{"fields":[{"name":"id"}]}""", "''")]
    [InlineData("""{"name":"plugin.shop.orders.save","fields":[{"name":"id"}]}""", "no generated decorator")]
    [InlineData("""{"name":"observer.x","parent":"plugin.shop.orders.save","fields":[{"name":"id"}]}""", "plugin.shop.orders.save")]
    [InlineData("""{"name":"observer.customer.saved","parent":"observer.sales.order.created","fields":[{"name":"id"}]}""", "is an event itself")]
    [InlineData("""{"name":"observer.x","destination":"nowhere","fields":[{"name":"id"}]}""", "No destination 'nowhere'")]
    [InlineData("""{"name":"observer.x","fields":[{"name":"id"}],"rules":[{"field":"id","operator":"equal","value":"1"}]}""", "needs a parent")]
    [InlineData("""{"name":"observer.x","parent":"observer.y","fields":[{"name":"id"}],"rules":[{"field":"id","operator":"equals","value":"1"}]}""", "'equals' is not known")]
    [InlineData("""{"name":"observer.x","parent":"observer.y","fields":[{"name":"id"}],"rules":[{"field":"id","operator":"regex","value":"(a"}]}""", "closing delimiter")]
    [InlineData("""{"name":"observer.x","parent":"observer.y","fields":[{"name":"id"}],"rules":[{"field":"items[].id","operator":"equal","value":"1"}]}""", "compares one value")]
    [InlineData("""{"name":"observer.x","fields":[{"name":"id","source":"context_nothing.get_id"}]}""", "context")]
    [InlineData("""{"name":"observer.x","fields":[]}""", "at least one field")]
    [InlineData("""{"name":"observer.x"}""", "at least one field")]
    [InlineData("""{"name":"observer.x","fields":[{"source":"id"}]}""", "no name")]
    [InlineData("""{"name":"observer.x","fields":[{"name":"id","convertor":"X"}]}""", "'convertor' is none")]
    [InlineData("""{"name":"observer.x","fields":[{"name":"id"},{"name":"id"}]}""", "given twice")]
    [InlineData("""{"name":"observer.x","fields":[{"name":"a..b"}]}""", "no path")]
    [InlineData("""{"name":"observer.x","fields":[{"name":"id","converter":"Shop\\Lower"}]}""", "No converter")]
    [InlineData("""{"name":"observer.x","fields":[{"name":"id"}],"provider_id":"other"}""", "no event provider 'other'")]
    [InlineData("""{"name":"observer.declared","fields":[{"name":"id"}]}""", "declared by a module")]
    public async Task What_cannot_work_is_refused(string subscription, string message) =>
        (await _host.ErrorAsync(400, "POST", Subscribe, $$$"""{"event":{{{subscription}}}}""")).ShouldContain(message);

    [Theory]
    [InlineData("""{"name":"x","parent":"plugin.a.b","rules":[{}],"provider_id":"other"}""", "'x' must be")]
    [InlineData("""{"name":"observer.x","parent":"plugin.a.b","rules":[{}],"destination":"nowhere"}""", "decorator")]
    [InlineData("""{"name":"observer.x","destination":"nowhere","rules":[{}]}""", "destination")]
    [InlineData("""{"name":"observer.x","rules":[{}],"provider_id":"other"}""", "parent")]
    [InlineData("""{"name":"observer.x","provider_id":"other"}""", "field")]
    public async Task The_first_thing_that_is_wrong_is_answered(string subscription, string message) =>
        (await _host.ErrorAsync(400, "POST", Subscribe, $$$"""{"event":{{{subscription}}}}""")).ShouldContain(message);

    [Fact]
    public async Task The_number_of_fields_and_the_depth_of_paths_are_bounded()
    {
        var fields = string.Join(',', Enumerable.Range(0, 257).Select(i => $$"""{"name":"f{{i}}"}"""));
        (await _host.ErrorAsync(400, "POST", Subscribe, $$$"""{"event":{"name":"observer.x","fields":[{{{fields}}}]}}""")).ShouldContain("256 fields");
        (await _host.ErrorAsync(400, "POST", Subscribe, $$$"""{"event":{"name":"observer.x","fields":[{"name":"{{{string.Join('.', Enumerable.Repeat("a", 33))}}}"}]}}""")).ShouldContain("no path");
    }

    [Fact]
    public async Task Force_takes_a_plugin_event_without_decorator_and_a_destination_to_come()
    {
        await _host.OkAsync("POST", Subscribe, """{"event":{"name":"plugin.shop.orders.save","destination":"later","fields":[{"name":"id"}]},"force":true}""");

        (await Listed("plugin.shop.orders.save")).GetProperty("destination").GetString().ShouldBe("later");
        (await _host.ErrorAsync(400, "POST", Subscribe, """{"event":{"name":"plugin.shop.orders.save","fields":[{"name":"id"}]},"force":true}""")).ShouldContain("already subscribed");
    }

    [Fact]
    public async Task An_observer_event_may_be_subscribed_to_again_and_is_then_replaced()
    {
        await _host.OkAsync("POST", Subscribe, """{"event":{"name":"observer.x","fields":[{"name":"a"}],"priority":true}}""");
        await _host.OkAsync("POST", Subscribe, """{"event":{"name":"observer.x","fields":[{"name":"b"}]}}""");

        var listed = await Listed("observer.x");
        listed.GetProperty("fields").GetRawText().ShouldBe("""[{"name":"b"}]""");
        listed.GetProperty("priority").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_prefix_of_the_application_may_stand_before_a_name_with_a_parent() =>
        await _host.OkAsync("POST", Subscribe, """{"event":{"name":"myapp.observer.x","parent":"observer.x","fields":[{"name":"a"}]}}""");

    [Fact]
    public async Task A_change_adds_and_replaces_and_leaves_the_rest()
    {
        await _host.OkAsync("POST", Subscribe, """
            {"event":{"name":"observer.sales.order.created.big","parent":"observer.sales.order.created","fields":[{"name":"id","converter":"Shop.Upper"},{"name":"total"}],
             "rules":[{"field":"total","operator":"greaterThan","value":"1"}],"priority":true,"hipaa_audit_required":true}}
            """);

        (await _host.OkAsync("PUT", $"{Subscribe}/{PriceCheck}", """
            {"event":{"name":"observer.ignored","fields":[{"name":"id"},{"name":"note"}],"rules":[{"field":"total","operator":"greaterThan","value":"2"},{"field":"total","operator":"lessThan","value":"9"}],"priority":false}}
            """)).GetRawText().ShouldBe("[]");

        (await Listed(PriceCheck)).GetRawText().ShouldBe("""{"name":"observer.sales.order.created.big","parent":"observer.sales.order.created","fields":[{"name":"id"},{"name":"total"},{"name":"note"}],"rules":[{"field":"total","operator":"greaterThan","value":"2"},{"field":"total","operator":"lessThan","value":"9"}],"destination":"default","priority":false,"hipaa_audit_required":true,"provider_id":"default-provider"}""");
    }

    [Fact]
    public async Task A_change_is_checked_as_a_whole()
    {
        await _host.OkAsync("POST", Subscribe, """{"event":{"name":"observer.x","fields":[{"name":"a"}]}}""");

        (await _host.ErrorAsync(400, "PUT", Subscribe + "/observer.x", """{"event":{"rules":[{"field":"a","operator":"equal","value":"1"}]}}""")).ShouldContain("needs a parent");
        (await _host.ErrorAsync(400, "PUT", Subscribe + "/observer.x", """{"event":{"destination":"nowhere"}}""")).ShouldContain("No destination");
    }

    [Fact]
    public async Task Unsubscribing_switches_off_and_keeps()
    {
        await _host.OkAsync("POST", Subscribe, """{"event":{"name":"observer.x","fields":[{"name":"a"}]}}""");
        (await _host.OkAsync("POST", "/V1/eventing/eventUnsubscribe/Observer.X")).GetRawText().ShouldBe("[]");

        (await Listed("observer.x")).ValueKind.ShouldBe(JsonValueKind.Undefined);
        (await _host.ErrorAsync(400, "POST", "/V1/eventing/eventUnsubscribe/observer.x")).ShouldBe("The subscription observer.x is off already.");
        (await _host.ErrorAsync(400, "PUT", Subscribe + "/observer.x", """{"event":{"fields":[{"name":"b"}]}}""")).ShouldBe("The subscription observer.x is not enabled.");
        await _host.OkAsync("POST", Subscribe, """{"event":{"name":"observer.x","fields":[{"name":"c"}]}}""");
        (await Listed("observer.x")).GetProperty("fields").GetRawText().ShouldBe("""[{"name":"c"}]""");
    }

    [Fact]
    public async Task What_is_not_there_or_declared_can_be_neither_changed_nor_unsubscribed()
    {
        (await _host.ErrorAsync(400, "POST", "/V1/eventing/eventUnsubscribe/observer.none")).ShouldBe("There is no subscription observer.none.");
        (await _host.ErrorAsync(400, "PUT", Subscribe + "/observer.none", """{"event":{"fields":[{"name":"a"}]}}""")).ShouldBe("There is no subscription observer.none.");
        (await _host.ErrorAsync(400, "POST", "/V1/eventing/eventUnsubscribe/observer.declared")).ShouldBe("The subscription observer.declared is declared by a module and can't be unsubscribed.");
        (await _host.ErrorAsync(400, "PUT", Subscribe + "/observer.declared", """{"event":{"fields":[{"name":"a"}]}}""")).ShouldBe("The subscription observer.declared is declared by a module and can't be changed.");
    }

    [Fact]
    public async Task Without_a_provider_nobody_subscribes()
    {
        await using var host = await ShopHost.StartAsync<TStore>(new() { ["Declarative:Eventing:ProviderId"] = "" });

        (await host.ErrorAsync(400, "POST", Subscribe, "{\"event\":{}}")).ShouldContain("No event provider is configured");
    }

    [Theory]
    [InlineData("POST", Subscribe, "Magento_AdobeCommerceEventsClient::event_subscribe")]
    [InlineData("PUT", Subscribe + "/observer.x", "Magento_AdobeCommerceEventsClient::event_subscribe")]
    [InlineData("POST", "/V1/eventing/eventUnsubscribe/observer.x", "Magento_AdobeCommerceEventsClient::event_unsubscribe")]
    [InlineData("GET", "/V1/eventing/getEventSubscriptions", "Magento_AdobeCommerceEventsClient::event_subscriptions")]
    [InlineData("GET", "/V1/eventing/supportedList", "Magento_AdobeCommerceEventsClient::event_list")]
    [InlineData("PUT", "/V1/eventing/updateConfiguration", "Magento_AdobeIoEventsClient::configuration_update")]
    [InlineData("GET", "/V1/eventing/getEventProviders", "Magento_AdobeIoEventsClient::event_provider_list")]
    [InlineData("GET", "/V1/eventing/eventProvider", "Magento_AdobeIoEventsClient::event_provider_list")]
    [InlineData("GET", "/V1/eventing/eventProvider/x", "Magento_AdobeIoEventsClient::event_provider_list")]
    [InlineData("POST", "/V1/eventing/eventProvider", "Magento_AdobeIoEventsClient::event_provider_edit")]
    [InlineData("PUT", "/V1/eventing/eventProvider", "Magento_AdobeIoEventsClient::event_provider_edit")]
    [InlineData("PUT", "/V1/eventing/eventProvider/x", "Magento_AdobeIoEventsClient::event_provider_edit")]
    [InlineData("DELETE", "/V1/eventing/eventProvider/x", "Magento_AdobeIoEventsClient::event_provider_delete")]
    [InlineData("GET", "/V1/async_events", "MageOS_AsyncEvents::manage")]
    [InlineData("DELETE", "/V1/async_event/1", "MageOS_AsyncEvents::manage")]
    [InlineData("GET", "/V1/async_events/deliveries", "MageOS_AsyncEvents::async_events_logs_list")]
    [InlineData("GET", "/V1/async_events/deliveries/x", "MageOS_AsyncEvents::async_events_logs_trace")]
    [InlineData("POST", "/V1/async_events/replays", "MageOS_AsyncEvents::async_events_logs_replay")]
    public async Task Each_route_needs_its_resource(string method, string path, string resource)
    {
        var denied = await _host.Rest.ErrorAsync(401, method, "/rest/all" + path, "{}", "Magento_Backend::admin");
        denied.GetProperty("parameters").GetProperty("resources").GetString().ShouldBe(resource);

        (await _host.Rest.SendAsync(method, "/rest/all" + path, method == "GET" ? null : "{}", resource)).Status.ShouldNotBe(401);
    }

    private sealed class Upper : IFieldConverter
    {
        public JsonNode? Convert(JsonNode? value, MatchedEvent matched) => value?.ToString().ToUpperInvariant();
    }
}
