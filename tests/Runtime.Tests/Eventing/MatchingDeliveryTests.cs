using System.Text.Json;
using System.Text.Json.Nodes;
using Declarative.Matching;
using Declarative.Subscriptions;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Eventing;

public sealed class SqliteMatchingDeliveryTests : MatchingDeliveryTests<SqliteFixture>;

public sealed class PostgreSqlMatchingDeliveryTests : MatchingDeliveryTests<PostgreSqlFixture>;

/// <summary>Rules and fields between a publish and what arrives.</summary>
public abstract class MatchingDeliveryTests<TStore> : IAsyncDisposable
    where TStore : class, IStoreFixture, new()
{
    private ShopHost? _host;

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private async Task<ShopHost> StartAsync(params SubscriptionDescriptor[] declared) => _host = await ShopHost.StartAsync<TStore>(
        new()
        {
            ["Declarative:Destinations:second:Url"] = "http://127.0.0.1:9/",
            ["Declarative:Destinations:second:Secret"] = "x",
        },
        services =>
        {
            services.AddKeyedSingleton<IEventProcessor, Stamp>("Shop.Stamp");
            services.AddKeyedSingleton<IEventProcessor, Broken>("Shop.Broken");
            services.AddKeyedSingleton<IEventProcessor, Hanging>("Shop.Hanging");
            services.AddKeyedSingleton<IFieldConverter, Upper>("Shop.Upper");
        },
        module =>
        {
            module.AddPayloadEvent<JsonElement>("customer.noted", "CustomerNoted", []);
            foreach (var one in declared)
                module.AddSubscription(one);
        });

    private static SubscriptionDescriptor Declare(string name, string[] fields, params SubscriptionRule[] rules) => new(name, "etc/io_events.xml")
    {
        Parent = name == "observer.sales.order.created" ? null : "observer.sales.order.created",
        Fields = [.. fields.Select(field => new SubscriptionField(field))],
        Rules = rules,
    };

    private static string Data(Received request) => JsonDocument.Parse(request.Body).RootElement.GetProperty("data").GetRawText();

    [Fact]
    public async Task A_declared_subscription_gets_its_fields_of_the_events_that_its_rules_let_through()
    {
        var host = await StartAsync(Declare("observer.sales.order.created.big", ["entity_id", "note", "missing.deep"], new SubscriptionRule("entity_id", "greaterThan", "5")));

        await host.OrderCreated.PublishAsync(5);
        await host.OrderCreated.PublishAsync(6);

        await Eventually.True(() => host.Receiver.Requests.Count == 1);
        Data(host.Receiver.Requests.First()).ShouldBe("""{"entity_id":6,"note":null,"missing":{"deep":null}}""");
    }

    [Fact]
    public async Task Each_subscription_of_an_event_gets_its_own_part()
    {
        var host = await StartAsync(
            Declare("observer.sales.order.created", ["entity_id"]),
            Declare("observer.all", ["*"]),
            Declare("observer.none", ["*"], new SubscriptionRule("entity_id", "equal", "9")));
        await host.OkAsync("POST", "/V1/async_event", $$$"""{"asyncEvent":{"event_name":"sales.order.created","recipient_url":"{{{host.Receiver.Url}}}","verification_token":"t","metadata":"http"}}""");

        await host.OrderCreated.PublishAsync(7);

        await Eventually.True(() => host.Receiver.Requests.Count == 3);
        host.Receiver.Requests.ToDictionary(one => one.Headers["x-event-name"], Data, StringComparer.Ordinal).ShouldBe(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["com.adobe.commerce.observer.sales.order.created"] = """{"entity_id":7}""",
                ["com.adobe.commerce.observer.all"] = """{"entity_id":7,"increment_id":"000000007","grand_total":12.5}""",
                ["sales.order.created"] = """{"entity_id":7,"increment_id":"000000007","grand_total":12.5}""",
            },
            ignoreOrder: true);
    }

    [Fact]
    public async Task A_change_over_rest_counts_from_the_next_event_on()
    {
        var host = await StartAsync();
        await host.OkAsync("POST", "/V1/eventing/eventSubscribe", """{"event":{"name":"observer.a","parent":"observer.sales.order.created","fields":[{"name":"entity_id","converter":"Shop\\Upper"}],"rules":[{"field":"entity_id","operator":"equal","value":"1"}]}}""");
        await host.OrderCreated.PublishAsync(1);
        await Eventually.True(() => host.Receiver.Requests.Count == 1);

        await host.OkAsync("PUT", "/V1/eventing/eventSubscribe/observer.a", """{"event":{"fields":[{"name":"increment_id"},{"name":"store","source":"context_store.get_store.get_code"}],"rules":[{"field":"entity_id","operator":"equal","value":"2"}]}}""");
        await host.OrderCreated.PublishAsync(1);
        await host.OrderCreated.PublishAsync(2, options: new PublishOptions { StoreId = 1 });

        await Eventually.True(() => host.Receiver.Requests.Count == 2);
        Data(host.Receiver.Requests.Last()).ShouldBe("""{"entity_id":"2","increment_id":"000000002","store":"default"}""");
    }

    [Fact]
    public async Task The_original_state_is_compared_and_sent_only_if_listed()
    {
        var host = await StartAsync(Declare("observer.changed", ["grand_total", "_origData.grand_total"], new SubscriptionRule("grand_total", "onChange", "")));

        await host.OrderCreated.PublishAsync(1, options: new PublishOptions { Original = OriginalState.Of(new Order(1, "000000001", 12.5m)) });
        await host.OrderCreated.PublishAsync(2, options: new PublishOptions { Original = OriginalState.Of(new Order(2, "000000002", 10m)) });

        await Eventually.True(() => host.Receiver.Requests.Count == 1);
        Data(host.Receiver.Requests.First()).ShouldBe("""{"grand_total":12.5,"_origData":{"grand_total":10}}""");
    }

    [Fact]
    public async Task A_rule_that_cannot_be_decided_is_logged_and_keeps_nobody_else_from_the_event()
    {
        var host = await StartAsync(
            Declare("observer.changed", ["*"], new SubscriptionRule("grand_total", "onChange", "")),
            Declare("observer.all", ["entity_id"]));

        await host.OrderCreated.PublishAsync(1);

        await Eventually.True(() => host.Receiver.Requests.Count == 1);
        host.Rest.Log.All.ShouldContain(line => line.Contains("observer.changed", StringComparison.Ordinal) && line.Contains("onChange", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Processors_run_once_in_their_order_and_a_broken_one_makes_a_dead_letter()
    {
        var host = await StartAsync(
            Declare("observer.stamped", ["entity_id"]) with { Processors = [new("Shop\\Stamp", 2), new("Shop.Stamp")] },
            Declare("observer.broken", ["entity_id"]) with { Processors = [new("Shop.Broken")] });

        await host.OrderCreated.PublishAsync(1);

        await Eventually.True(() => host.Receiver.Requests.Count == 1);
        Data(host.Receiver.Requests.First()).ShouldBe("""{"entity_id":1,"stamps":2}""");
        var dead = (await host.OkAsync("GET", "/V1/async_events/dead_letters"))[0];
        dead.GetProperty("reason").GetString()!.ShouldContain("out of order");
        (await host.ErrorAsync(400, "POST", $"/V1/async_events/deliveries/{dead.GetProperty("id")}/replay")).ShouldContain("never ready");
    }

    [Fact]
    public async Task Data_above_the_limit_is_refused_with_a_logged_reason()
    {
        var host = await StartAsync(Declare("observer.all", ["*"]), Declare("observer.small", ["entity_id"]));
        host.Rest.Services.GetRequiredService<IOrders>().ShouldBeOfType<Orders>().Answer = (id, _) => Task.FromResult<Order?>(new Order(id, "1", 1, new string('x', 70_000)));

        await host.OrderCreated.PublishAsync(1);

        await Eventually.True(() => host.Receiver.Requests.Count == 1);
        Data(host.Receiver.Requests.First()).ShouldBe("""{"entity_id":1}""");
        host.Rest.Log.All.ShouldContain(line => line.Contains("MaxDataBytes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Audited_data_is_neither_shown_nor_searched_nor_logged()
    {
        _host = await ShopHost.StartAsync<TStore>(new() { ["Declarative:History:Search"] = "true" });
        await _host.OkAsync("POST", "/V1/eventing/eventSubscribe", """{"event":{"name":"observer.sales.order.created","fields":[{"name":"increment_id"}],"hipaa_audit_required":true}}""");
        _host.Receiver.Answer = context => Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, "got 000000077");
        await _host.OrderCreated.PublishAsync(77);
        await Eventually.True(async () => (await _host.OkAsync("GET", "/V1/async_events/deliveries?state=done")).GetProperty("items").GetArrayLength() == 1);

        var uuid = (await _host.OkAsync("GET", "/V1/async_events/deliveries")).GetProperty("items")[0].GetProperty("uuid");
        (await _host.OkAsync("GET", $"/V1/async_events/deliveries/{uuid}")).GetRawText().ShouldNotContain("000000077");
        await Eventually.True(async () => (await _host.Rest.Services.GetRequiredService<Declarative.Storage.IHistoryStore>().LoadUnindexedAsync(1, default)).Count == 0);
        (await _host.OkAsync("GET", "/V1/async_events/search?query=data.increment_id:0*")).GetProperty("items").GetArrayLength().ShouldBe(0);
        _host.Rest.Log.All.ShouldAllBe(line => !line.Contains("000000077", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Data_that_was_audited_once_stays_hidden()
    {
        _host = await ShopHost.StartAsync<TStore>(new() { ["Declarative:History:Search"] = "true" });
        await _host.OkAsync("POST", "/V1/eventing/eventSubscribe", """{"event":{"name":"observer.sales.order.created","fields":[{"name":"increment_id"}],"hipaa_audit_required":true}}""");
        await _host.OrderCreated.PublishAsync(77);
        await Eventually.True(async () => (await _host.OkAsync("GET", "/V1/async_events/deliveries?state=done")).GetProperty("items").GetArrayLength() == 1);
        await _host.OkAsync("PUT", "/V1/eventing/eventSubscribe/observer.sales.order.created", """{"event":{"hipaa_audit_required":false}}""");

        var uuid = (await _host.OkAsync("GET", "/V1/async_events/deliveries")).GetProperty("items")[0].GetProperty("uuid");
        (await _host.OkAsync("GET", $"/V1/async_events/deliveries/{uuid}")).GetRawText().ShouldNotContain("000000077");
    }

    [Fact]
    public async Task Data_that_becomes_audited_is_found_no_more()
    {
        _host = await ShopHost.StartAsync<TStore>(new() { ["Declarative:History:Search"] = "true" });
        await _host.OkAsync("POST", "/V1/eventing/eventSubscribe", """{"event":{"name":"observer.sales.order.created","fields":[{"name":"increment_id"}]}}""");
        await _host.OrderCreated.PublishAsync(77);
        async Task<int> FoundAsync() => (await _host.OkAsync("GET", "/V1/async_events/search?query=data.increment_id:0*")).GetProperty("items").GetArrayLength();
        await Eventually.True(async () => await FoundAsync() == 1);

        await _host.OkAsync("PUT", "/V1/eventing/eventSubscribe/observer.sales.order.created", """{"event":{"hipaa_audit_required":true}}""");

        (await FoundAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_receiver_that_is_gone_does_not_switch_a_declared_subscription_off()
    {
        var host = await StartAsync(Declare("observer.all", ["entity_id"]));
        host.Receiver.AnswerWith(410, 200);
        await host.OrderCreated.PublishAsync(1);
        await Eventually.True(async () => (await host.OkAsync("GET", "/V1/async_events/dead_letters")).GetArrayLength() == 1);

        await host.OrderCreated.PublishAsync(2);

        await Eventually.True(() => host.Receiver.Requests.Count == 2);
    }

    [Fact]
    public async Task A_declared_subscription_cannot_be_made_twice_by_another_spelling()
    {
        var host = await StartAsync(new SubscriptionDescriptor("sales.order.created", "etc/io_events.xml") { Fields = [new SubscriptionField("entity_id")] });

        (await host.ErrorAsync(400, "POST", "/V1/eventing/eventSubscribe", """{"event":{"name":"observer.sales.order.created","fields":[{"name":"*"}]}}""")).ShouldContain("declared by a module");
    }

    [Fact]
    public async Task A_field_that_cannot_be_chosen_from_a_payload_costs_its_own_subscription_only()
    {
        var deep = string.Join('.', Enumerable.Repeat("a", 32));
        var host = await StartAsync(
            new SubscriptionDescriptor("observer.deep", "etc/io_events.xml") { Parent = "observer.customer.noted", Fields = [new SubscriptionField("*"), new SubscriptionField(deep) { Source = "note" }] },
            new SubscriptionDescriptor("observer.flat", "etc/io_events.xml") { Parent = "observer.customer.noted", Fields = [new SubscriptionField("id")] });
        var note = string.Concat(Enumerable.Repeat("""{"x":""", 50)) + "1" + new string('}', 50);

        await host.Rest.Services.GetRequiredService<Declarative.Events.IEventPublisher>().PublishAsync("customer.noted", JsonDocument.Parse($$$"""{"id":1,"note":{{{note}}}}""").RootElement, cancellationToken: TestContext.Current.CancellationToken);

        await Eventually.True(() => !host.Receiver.Requests.IsEmpty);
        Data(host.Receiver.Requests.First(one => one.Headers["x-event-name"].EndsWith("flat", StringComparison.Ordinal))).ShouldBe("""{"id":1}""");
    }

    [Fact]
    public async Task A_processor_that_hangs_costs_its_own_subscription_only()
    {
        var host = await StartAsync(
            Declare("observer.hanging", ["entity_id"]) with { Processors = [new("Shop.Hanging")] },
            Declare("observer.all", ["entity_id"]));

        await host.OrderCreated.PublishAsync(1);

        await Eventually.True(() => host.Receiver.Requests.Count == 1);
        (await host.OkAsync("GET", "/V1/async_events/dead_letters"))[0].GetProperty("reason").GetString()!.ShouldContain("TimeoutException");
    }

    [Fact]
    public async Task What_an_exception_says_of_audited_data_is_neither_shown_nor_logged()
    {
        var host = await StartAsync(Declare("observer.broken", ["entity_id"]) with { Processors = [new("Shop.Broken")], IsHipaaAuditRequired = true });

        await host.OrderCreated.PublishAsync(1);

        await Eventually.True(async () => (await host.OkAsync("GET", "/V1/async_events/dead_letters")).GetArrayLength() == 1);
        (await host.OkAsync("GET", "/V1/async_events/dead_letters"))[0].GetProperty("reason").GetString().ShouldBe("not_ready: a processor failed: InvalidOperationException");
        host.Rest.Log.All.ShouldAllBe(line => !line.Contains("out of order", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Several_wrong_destinations_are_all_named()
    {
        var start = async () => await ShopHost.StartAsync<TStore>(new()
        {
            ["Declarative:Destinations:a:Notifier"] = "none",
            ["Declarative:Destinations:b:Url"] = "/relative",
            ["Declarative:Destinations:c:RetryOn"] = "sometimes",
            ["Declarative:Destinations:d:Format"] = "xml",
        });

        var problems = (await start.ShouldThrowAsync<Declarative.Modules.DeclarativeStartException>()).Problems;
        foreach (var part in new[] { "a:Notifier", "b:Url", "b:Secret", "Destinations:c", "d:Format" })
            problems.ShouldContain(problem => problem.Contains(part, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_start_without_a_declared_subscriptions_destination_names_it()
    {
        var start = async () => await StartAsync(Declare("observer.all", ["*"]) with { Destination = "nowhere" });

        (await start.ShouldThrowAsync<Declarative.Modules.DeclarativeStartException>()).Message.ShouldContain("Declarative:Destinations:nowhere");
    }

    [Fact]
    public async Task What_is_forced_to_a_missing_destination_says_so_at_each_attempt()
    {
        var host = await StartAsync();
        await host.OkAsync("POST", "/V1/eventing/eventSubscribe", """{"event":{"name":"observer.sales.order.created","fields":[{"name":"*"}],"destination":"later"},"force":true}""");
        await host.OrderCreated.PublishAsync(1);

        await Eventually.True(async () => (await host.OkAsync("GET", "/V1/async_events/deliveries")).GetProperty("items") is { } items && items.GetArrayLength() == 1 && items[0].TryGetProperty("reason", out var reason) && reason.GetString() == "destination_missing");
    }

    private sealed class Stamp : IEventProcessor
    {
        public ValueTask<JsonNode> ProcessAsync(JsonNode data, MatchedEvent matched, CancellationToken cancellationToken)
        {
            data["stamps"] = (data["stamps"]?.GetValue<int>() ?? 0) + 1;
            return new(data);
        }
    }

    private sealed class Broken : IEventProcessor
    {
        public ValueTask<JsonNode> ProcessAsync(JsonNode data, MatchedEvent matched, CancellationToken cancellationToken) => throw new InvalidOperationException("out of order");
    }

    private sealed class Hanging : IEventProcessor
    {
        public async ValueTask<JsonNode> ProcessAsync(JsonNode data, MatchedEvent matched, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, CancellationToken.None);
            return data;
        }
    }

    private sealed class Upper : IFieldConverter
    {
        public JsonNode? Convert(JsonNode? value, MatchedEvent matched) => value?.ToString().ToUpperInvariant();
    }
}
