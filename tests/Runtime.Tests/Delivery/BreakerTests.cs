using System.Text.Json;
using Declarative.Delivery;
using Declarative.Modules;
using Declarative.Subscriptions;
using Declarative.Tests.Fixtures;

namespace Declarative.Tests.Delivery;

public sealed class SqliteBreakerTests : BreakerTests<SqliteFixture>;

public sealed class PostgreSqlBreakerTests : BreakerTests<PostgreSqlFixture>;

/// <summary>Receivers that are down for long, and such as must not be given much. The clock stands still unless a test moves it.</summary>
public abstract class BreakerTests<TStore> : IAsyncLifetime
    where TStore : IStoreFixture, new()
{
    private readonly TStore _store = new();
    private readonly TestClock _time = new();
    private Receiver _receiver = null!;

    public async ValueTask InitializeAsync() => _receiver = await Receiver.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_receiver_that_is_down_costs_ten_attempts_then_one_at_a_time_until_it_answers()
    {
        await using var host = await StartAsync();
        _receiver.AnswerWith(503);
        await host.SubscribeAsync(_receiver.Url, retry: "1,1,1");
        for (var i = 0; i < 40; i++)
            await host.OrderCreated.PublishAsync(i);

        // Eight at once: the tenth failure opens it, and what was under way by then ends too.
        await Eventually.True(() => host.Log.All.Any(static line => line.Contains("gets no deliveries until")));
        await IdleAsync(host);
        var before = _receiver.Requests.Count;
        before.ShouldBeInRange(10, 17);

        _time.Advance(TimeSpan.FromSeconds(29));
        await IdleAsync(host);
        _receiver.Requests.Count.ShouldBe(before);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.True(() => _receiver.Requests.Count == before + 1);
        await IdleAsync(host);
        _time.Advance(TimeSpan.FromSeconds(59));
        await IdleAsync(host);
        _receiver.Requests.Count.ShouldBe(before + 1);

        _receiver.AnswerWith(200);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.True(async () => (await host.DeliveryLog.ListAsync()).All(static one => one.State == DeliveryState.Done));
        (await host.DeliveryLog.DeadLettersAsync()).ShouldBeEmpty("attempts were not burnt while it was down");
        host.Log.All.Count(static line => line.Contains("answers again")).ShouldBe(1);
    }

    [Fact]
    public async Task A_receiver_that_refuses_is_not_down()
    {
        await using var host = await StartAsync();
        _receiver.AnswerWith(400);
        await host.SubscribeAsync(_receiver.Url, retry: "1", retryOn: RetryOn.Adobe);
        for (var i = 0; i < 20; i++)
            await host.OrderCreated.PublishAsync(i);

        await Eventually.True(async () => (await host.DeliveryLog.DeadLettersAsync()).Count == 20);
        host.Log.All.ShouldNotContain(static line => line.Contains("gets no deliveries until"));
    }

    [Fact]
    public async Task A_limited_receiver_gets_no_more_in_a_minute_than_it_may_and_no_more_at_once()
    {
        var running = 0;
        var most = 0;
        _receiver.Answer = async context =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Yield();
            Interlocked.Decrement(ref running);
        };
        await using var host = await StartAsync(new()
        {
            ["Declarative:Delivery:Endpoints:slow:Url"] = _receiver.Url + "/any",
            ["Declarative:Delivery:Endpoints:slow:MaxPerMinute"] = "120",
            ["Declarative:Delivery:Endpoints:slow:MaxInFlight"] = "1",
        });
        await using var free = await Receiver.StartAsync();
        await host.SubscribeAsync(_receiver.Url);
        await host.SubscribeAsync(free.Url);
        for (var i = 0; i < 20; i++)
            await host.OrderCreated.PublishAsync(i);

        await Eventually.True(() => free.Requests.Count == 20);
        await Eventually.True(() => _receiver.Requests.Count == 1);
        for (var second = 1; second <= 5; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1.1));
            await Eventually.True(() => _receiver.Requests.Count >= 1 + (2 * second));
            await IdleAsync(host);
            _receiver.Requests.Count.ShouldBeLessThanOrEqualTo(2 + (int)(2.2 * second));
        }

        most.ShouldBe(1);
    }

    [Fact]
    public async Task Limits_that_make_no_sense_stop_the_start_by_their_key()
    {
        await using var host = TestHost.Build(_store.Use, _time, new()
        {
            ["Declarative:Delivery:Endpoints:slow:Url"] = "ftp://x",
            ["Declarative:Delivery:Endpoints:slow:MaxInFlight"] = "0",
        });

        var message = (await Should.ThrowAsync<DeclarativeStartException>(host.StartAsync)).Message;
        message.ShouldContain("Declarative:Delivery:Endpoints:slow:Url must be an http or https URL");
        message.ShouldContain("MaxInFlight and MaxPerMinute must be at least 1");
    }

    [Fact]
    public async Task What_becomes_of_a_failing_subscription_is_told_as_an_event()
    {
        await using var operations = await Receiver.StartAsync();
        await using var host = await StartAsync();
        await host.SubscribeAsync(operations.Url, eventName: "declarative.subscription.status_changed");
        _receiver.AnswerWith(404);
        var failing = await host.SubscribeAsync(_receiver.Url, retry: "1", retryOn: RetryOn.Adobe);
        for (var i = 0; i < 12; i++)
            await host.OrderCreated.PublishAsync(i);
        await Eventually.True(async () => (await host.DeliveryLog.DeadLettersAsync()).Count == 12);

        _time.Advance(TimeSpan.FromMinutes(5));
        await Eventually.True(() => operations.Requests.Count == 1);
        var told = JsonDocument.Parse(operations.Requests.Single().Text).RootElement.GetProperty("data");
        told.GetProperty("subscription_id").GetInt64().ShouldBe(failing.Id);
        told.GetProperty("status").GetString().ShouldBe("unstable");
        told.GetProperty("reason").GetString().ShouldBe("12 of 12 attempts failed of late");
        host.Subscriptions.List().Single(one => one.Id == failing.Id).Status.ShouldBe(SubscriptionStatus.Active);

        _time.Advance(TimeSpan.FromHours(23));
        for (var i = 0; i < 12; i++)
            await host.OrderCreated.PublishAsync(i);
        await Eventually.True(async () => (await host.DeliveryLog.DeadLettersAsync()).Count == 24);
        _time.Advance(TimeSpan.FromHours(1));
        await Eventually.True(() => operations.Requests.Any(static request => request.Text.Contains("disabled", StringComparison.Ordinal)));
        host.Subscriptions.List().Single(one => one.Id == failing.Id).Status.ShouldBe(SubscriptionStatus.AutoDisabled);
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_told_as_an_event_too()
    {
        await using var operations = await Receiver.StartAsync();
        await using var host = await StartAsync();
        await host.SubscribeAsync(operations.Url, eventName: "declarative.subscription.status_changed");
        _receiver.AnswerWith(410);
        await host.SubscribeAsync(_receiver.Url);
        await host.OrderCreated.PublishAsync(1);

        await Eventually.True(() => operations.Requests.Count == 1);
        operations.Requests.Single().Text.ShouldContain("\"gone\"");
    }

    private async Task<TestHost> StartAsync(Dictionary<string, string?>? configuration = null)
    {
        var host = TestHost.Build(_store.Use, _time, configuration);
        await host.StartAsync();
        return host;
    }

    /// <summary>Nothing is leased any more, so nothing is under way.</summary>
    private static Task IdleAsync(TestHost host) => Eventually.True(async () => (await host.DeliveryLog.ListAsync(limit: 1_000)).All(static one => one.State != DeliveryState.Leased));
}
