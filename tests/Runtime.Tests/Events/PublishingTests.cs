using System.Text;
using Declarative.Delivery;
using Declarative.Events;
using Declarative.Json;
using Declarative.Modules;
using Declarative.Storage;
using Declarative.Telemetry;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Declarative.Tests.Events;

public sealed class SqlitePublishingTests : PublishingTests<SqliteFixture>;

public sealed class PostgreSqlPublishingTests : PublishingTests<PostgreSqlFixture>;

/// <summary>What a publish promises.</summary>
public abstract class PublishingTests<TStore> : IAsyncLifetime
    where TStore : IStoreFixture, new()
{
    private readonly TStore _store = new();
    private readonly TestClock _time = new();
    private TestHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = TestHost.Build(_store.Use, _time);
        await _host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_was_published_is_delivered_by_the_next_process_if_this_one_could_not()
    {
        await using var receiver = await Receiver.StartAsync();
        await _host.SubscribeAsync(receiver.Url);
        _host.Orders.Answer = async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return null;
        };
        await _host.OrderCreated.PublishAsync(7);
        await Eventually.True(() => _host.Orders.Calls == 1);
        using (var atOnce = new CancellationTokenSource(TimeSpan.Zero))
            await _host.StopAsync(atOnce.Token);

        await _host.DisposeAsync();
        _host = TestHost.Build(_store.Use, _time);
        await _host.StartAsync();

        await Eventually.True(() => receiver.Requests.Count == 1);
        receiver.Requests.Single().Text.ShouldContain("\"entity_id\":7");
    }

    [Fact]
    public async Task A_hundred_repeats_of_one_key_are_one_event_with_one_id()
    {
        await using var receiver = await Receiver.StartAsync();
        await _host.SubscribeAsync(receiver.Url);
        var options = new PublishOptions { IdempotencyKey = "order-1" };

        var ids = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => _host.OrderCreated.PublishAsync(1, options: options))));

        ids.Distinct().ShouldHaveSingleItem();
        await _host.DeliveryOfAsync(ids[0], one => one.State == DeliveryState.Done);
        receiver.Requests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_same_key_with_other_content_is_refused()
    {
        var options = new PublishOptions { IdempotencyKey = "k" };
        await _host.OrderCreated.PublishAsync(1, options: options);

        await Should.ThrowAsync<IdempotencyConflictException>(() => _host.OrderCreated.PublishAsync(2, options: options));
        await Should.ThrowAsync<IdempotencyConflictException>(() => _host.OrderCreated.PublishAsync(1, options: options with { StoreId = 1 }));
        await Should.ThrowAsync<IdempotencyConflictException>(() => _host.OrderCreated.PublishAsync(1, options: options with { Original = OriginalState.New }));
    }

    [Fact]
    public async Task A_key_counts_for_one_event_and_for_a_day()
    {
        var options = new PublishOptions { IdempotencyKey = "k" };
        var first = await _host.OrderCreated.PublishAsync(1, options: options);

        (await _host.CustomerSaved.PublishAsync(new CustomerSaved(1, "a@example.com"), options)).ShouldNotBe(first);
        _time.Advance(TimeSpan.FromHours(23));
        (await _host.OrderCreated.PublishAsync(1, options: options)).ShouldBe(first);
        _time.Advance(TimeSpan.FromHours(1));
        (await _host.OrderCreated.PublishAsync(1, options: options)).ShouldNotBe(first);
    }

    [Theory]
    [InlineData("")]
    [InlineData(256)]
    public async Task A_key_has_1_to_255_characters(object key)
    {
        var text = key as string ?? new string('k', (int)key);
        await Should.ThrowAsync<ArgumentException>(() => _host.OrderCreated.PublishAsync(1, options: new PublishOptions { IdempotencyKey = text }));
    }

    [Fact]
    public Task A_negative_store_is_refused() =>
        Should.ThrowAsync<ArgumentException>(() => _host.OrderCreated.PublishAsync(1, options: new PublishOptions { StoreId = -1 }));

    [Fact]
    public async Task Json_above_the_limit_is_refused()
    {
        var huge = new CustomerSaved(1, new string('x', 1024 * 1024));
        (await Should.ThrowAsync<EventArgumentsException>(() => _host.CustomerSaved.PublishAsync(huge))).Message.ShouldContain("MaxMessageBytes");
    }

    [Theory]
    [InlineData("sales.order.created")]
    [InlineData("Sales.Order.Created")]
    [InlineData("observer.sales.order.created")]
    [InlineData("com.adobe.commerce.sales.order.created")]
    [InlineData("com.adobe.commerce.observer.sales.order.created")]
    public async Task By_name_an_event_is_found_in_all_its_spellings(string name)
    {
        await using var receiver = await Receiver.StartAsync();
        await _host.SubscribeAsync(receiver.Url, eventName: name);

        await _host.Publisher.PublishAsync(name, TestHost.Json("""{"id":5}"""));

        await Eventually.True(() => receiver.Requests.Count == 1);
        receiver.Requests.Single().Headers["x-event-name"].ShouldBe("sales.order.created");
    }

    [Fact]
    public async Task By_name_an_unknown_event_is_refused_with_the_nearest() =>
        (await Should.ThrowAsync<UnknownEventException>(() => _host.Publisher.PublishAsync("sales.order.craeted", TestHost.Json("{}"))))
            .Message.ShouldContain("Did you mean 'sales.order.created'?");

    [Theory]
    [InlineData("{}", "'id' is missing")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("""{"id":1,"x":1,"x":2}""", "")]
    public async Task By_name_json_that_does_not_fit_is_refused_before_it_is_stored(string json, string problem) =>
        (await Should.ThrowAsync<EventArgumentsException>(() => _host.Publisher.PublishAsync(ShopModule.OrderCreated, TestHost.Json(json)))).Message.ShouldContain(problem);

    [Fact]
    public async Task A_payload_is_delivered_as_it_was_published()
    {
        await using var receiver = await Receiver.StartAsync();
        await _host.SubscribeAsync(receiver.Url, eventName: ShopModule.CustomerSavedEvent);

        await _host.CustomerSaved.PublishAsync(new CustomerSaved(3, "zoë@example.com"));

        await Eventually.True(() => receiver.Requests.Count == 1);
        TestHost.Json(receiver.Requests.Single().Text).GetProperty("data").GetProperty("email").GetString().ShouldBe("zoë@example.com");
        _host.Orders.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task Stores_scope_who_gets_an_event()
    {
        await using var receiver = await Receiver.StartAsync();
        await _host.SubscribeAsync(receiver.Url + "/all", storeId: 0);
        await _host.SubscribeAsync(receiver.Url + "/one", storeId: 1);
        await _host.SubscribeAsync(receiver.Url + "/two", storeId: 2);

        await _host.OrderCreated.PublishAsync(1, options: new PublishOptions { StoreId = 1 });
        await Eventually.True(() => receiver.Requests.Count == 2);
        receiver.Requests.Select(request => request.Path).Order().ShouldBe(["/all", "/one"]);

        await _host.OrderCreated.PublishAsync(2);
        await Eventually.True(() => receiver.Requests.Count == 5);
    }

    [Fact]
    public async Task A_full_queue_makes_publishers_wait_and_then_fail()
    {
        var queue = QueueWithoutWriter(capacity: 2);
        var first = queue.PublishAsync(Arguments(queue, 1), null, CancellationToken.None);
        var second = queue.PublishAsync(Arguments(queue, 2), null, CancellationToken.None);
        var third = queue.PublishAsync(Arguments(queue, 3), null, CancellationToken.None);

        _time.Advance(TimeSpan.FromSeconds(5));

        (await Should.ThrowAsync<EventQueueFullException>(() => third)).Message.ShouldContain("QueueCapacity");
        first.IsCompleted.ShouldBeFalse();
        second.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task The_token_cancels_waiting()
    {
        var queue = QueueWithoutWriter(capacity: 1);
        using var cancellation = new CancellationTokenSource();
        var publish = queue.PublishAsync(Arguments(queue, 1), null, cancellation.Token);

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => publish);
        queue.Pending.TryRead(out var pending).ShouldBeTrue();
        Encoding.UTF8.GetString(pending!.Message.Json).ShouldBe("""{"id":1}""");
    }

    [Fact]
    public async Task After_the_stop_nothing_is_accepted()
    {
        await _host.StopAsync();

        await Should.ThrowAsync<InvalidOperationException>(() => _host.OrderCreated.PublishAsync(1));
    }

    private static EventArguments Arguments(EventQueue queue, int id)
    {
        var arguments = queue.Arguments(ShopModule.OrderCreated);
        arguments.Add("id", id);
        return arguments;
    }

    private EventQueue QueueWithoutWriter(int capacity) => new(
        new EventRegistry(new ModuleCatalog([ShopModule.Create], new ConfigurationBuilder().Build()), NullLogger<EventRegistry>.Instance),
        new WireJson([], []),
        [],
        [],
        Options.Create(new PublishingOptions { QueueCapacity = capacity }),
        _time,
        _host.Services.GetRequiredService<Instruments>());
}
