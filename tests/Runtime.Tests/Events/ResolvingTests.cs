using Declarative.Delivery;
using Declarative.Events;
using Declarative.Modules;
using Declarative.Tests.Fixtures;

namespace Declarative.Tests.Events;

public sealed class SqliteResolvingTests : ResolvingTests<SqliteFixture>;

public sealed class PostgreSqlResolvingTests : ResolvingTests<PostgreSqlFixture>;

/// <summary>What becomes of an event message between the queue and its deliveries. The clock stands still unless a test moves it.</summary>
public abstract class ResolvingTests<TStore> : IAsyncLifetime
    where TStore : IStoreFixture, new()
{
    private readonly TStore _store = new();
    private readonly TestClock _time = new();
    private Receiver _receiver = null!;
    private TestHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await Receiver.StartAsync();
        _host = TestHost.Build(_store.Use, _time);
        await _host.StartAsync();
        await _host.SubscribeAsync(_receiver.Url);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _receiver.DisposeAsync();
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_service_that_fails_is_called_again_by_the_message_clock_and_given_up_after_ten_attempts()
    {
        _host.Orders.Answer = (_, _) => throw new InvalidOperationException("database away");
        var message = await _host.OrderCreated.PublishAsync(1);

        int[] pauses = [1, 4, 9, 16, 25, 36, 49, 60, 60];
        for (var attempt = 1; attempt <= pauses.Length; attempt++)
        {
            await Eventually.True(() => Failures() == attempt);
            _time.Advance(TimeSpan.FromSeconds(pauses[attempt - 1] - 0.5));
            _host.Orders.Calls.ShouldBe(attempt);
            _time.Advance(TimeSpan.FromSeconds(0.5));
        }

        await Eventually.True(async () => (await _host.DeliveryLog.DeadLettersAsync()).Count == 1);
        var letter = (await _host.DeliveryLog.DeadLettersAsync()).Single();
        letter.IsMessage.ShouldBeTrue();
        letter.Id.ShouldBe(message);
        letter.Attempts.ShouldBe(10);
        letter.Reason.ShouldBe("InvalidOperationException: database away");
        _host.Orders.Calls.ShouldBe(10);
    }

    [Fact]
    public async Task A_service_that_recovers_is_delivered_from()
    {
        var works = false;
        _host.Orders.Answer = (id, _) => works ? Task.FromResult<Order?>(new Order(id, "1", 1)) : throw new InvalidOperationException("not yet");
        var message = await _host.OrderCreated.PublishAsync(1);
        await Eventually.True(() => Failures() == 1);

        works = true;
        _time.Advance(TimeSpan.FromSeconds(1));

        await _host.DeliveryOfAsync(message, one => one.State == DeliveryState.Done);
    }

    [Fact]
    public async Task A_service_that_hangs_is_left_behind_and_holds_up_no_other_event()
    {
        using var never = new SemaphoreSlim(0);
        _host.Orders.Answer = async (_, _) =>
        {
            await never.WaitAsync(CancellationToken.None);
            return null;
        };
        await _host.SubscribeAsync(_receiver.Url, eventName: ShopModule.CustomerSavedEvent);
        for (var i = 0; i < 50; i++)
            await _host.OrderCreated.PublishAsync(i);
        await Eventually.True(() => _host.Orders.Calls == 16);

        await _host.CustomerSaved.PublishAsync(new CustomerSaved(1, "a@example.com"));
        await Eventually.True(() => _receiver.Requests.Count == 1);

        _time.Advance(TimeSpan.FromSeconds(20));
        await Eventually.True(() => _host.Orders.Calls == 32);
        Failures().ShouldBe(16);
        _host.Log.All.ShouldContain(line => line.Contains("IOrders.GetAsync took longer than 20 s", StringComparison.Ordinal));
        never.Release(100);
    }

    [Fact]
    public async Task A_service_that_blocks_its_thread_holds_up_no_other_event()
    {
        using var gate = new ManualResetEventSlim();
        _host.Orders.Answer = (_, _) =>
        {
            gate.Wait(CancellationToken.None);
            return Task.FromResult<Order?>(null);
        };
        await _host.SubscribeAsync(_receiver.Url, eventName: ShopModule.CustomerSavedEvent);
        await _host.OrderCreated.PublishAsync(1);
        await Eventually.True(() => _host.Orders.Calls == 1);

        await _host.CustomerSaved.PublishAsync(new CustomerSaved(1, "a@example.com"));
        await Eventually.True(() => _receiver.Requests.Count == 1);
        gate.Set();
    }

    [Fact]
    public async Task Null_means_there_is_nothing_to_deliver()
    {
        _host.Orders.Answer = (_, _) => Task.FromResult<Order?>(null);
        var message = await _host.OrderCreated.PublishAsync(1);
        await Eventually.True(() => _host.Orders.Calls == 1);

        _host.Orders.Answer = (id, _) => Task.FromResult<Order?>(new Order(id, "2", 2));
        await _host.OrderCreated.PublishAsync(2);
        await Eventually.True(() => _receiver.Requests.Count == 1);

        (await _host.DeliveryLog.OfMessageAsync(message)).ShouldBeEmpty();
        (await _host.DeliveryLog.DeadLettersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Arguments_that_can_not_be_read_are_dead_at_once()
    {
        await _host.Publisher.PublishAsync(ShopModule.OrderCreated, TestHost.Json("""{"id":"many"}"""));

        await Eventually.True(async () => (await _host.DeliveryLog.DeadLettersAsync()).Count == 1);
        var letter = (await _host.DeliveryLog.DeadLettersAsync()).Single();
        letter.Attempts.ShouldBe(1);
        letter.Reason.ShouldContain("'id' can't be read as System.Int32");
        _host.Orders.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task An_event_that_nobody_declares_any_more_is_dead_at_once()
    {
        _host.Orders.Answer = (_, _) => throw new InvalidOperationException("not yet");
        var message = await _host.OrderCreated.PublishAsync(1);
        await Eventually.True(() => Failures() == 1);
        await _host.DisposeAsync();

        _host = TestHost.Build(_store.Use, _time, modules: [() => new ModuleManifest("Shop_Sales", ModuleManifest.CurrentFormatVersion, "Shop.Sales", "0.2.0")]);
        await _host.StartAsync();
        _time.Advance(TimeSpan.FromSeconds(1));

        await Eventually.True(async () => (await _host.DeliveryLog.DeadLettersAsync()).Count == 1);
        var letter = (await _host.DeliveryLog.DeadLettersAsync()).Single();
        letter.Id.ShouldBe(message);
        letter.Reason.ShouldStartWith("unknown_event");
    }

    [Fact]
    public async Task Messages_without_a_subscriber_do_not_call_the_service()
    {
        foreach (var subscription in _host.Subscriptions.List())
            await _host.Subscriptions.DeleteAsync(subscription.Id);
        var message = await _host.OrderCreated.PublishAsync(1);
        await _host.SubscribeAsync(_receiver.Url, eventName: ShopModule.CustomerSavedEvent);
        await _host.CustomerSaved.PublishAsync(new CustomerSaved(1, "a@example.com"));
        await Eventually.True(() => _receiver.Requests.Count == 1);

        _host.Orders.Calls.ShouldBe(0);
        (await _host.DeliveryLog.OfMessageAsync(message)).ShouldBeEmpty();
    }

    private int Failures() => _host.Log.All.Count(line => line.Contains("failed (", StringComparison.Ordinal) && line.StartsWith("Warning Event", StringComparison.Ordinal));
}
