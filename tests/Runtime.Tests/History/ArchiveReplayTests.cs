using System.Globalization;
using System.Text.Json;
using Declarative.Subscriptions;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.History;

public sealed class SqliteArchiveReplayTests : ArchiveReplayTests<SqliteFixture>;

public sealed class PostgreSqlArchiveReplayTests : ArchiveReplayTests<PostgreSqlFixture>;

/// <summary>What was published in a time, for a subscription that came later.</summary>
public abstract class ArchiveReplayTests<TStore> : IAsyncLifetime
    where TStore : class, IStoreFixture, new()
{
    private const string Replays = "/V1/async_events/event_replays";

    private readonly TestClock _time = new();
    private ShopHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await StartAsync(archive: true);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private Task<ShopHost> StartAsync(bool archive) => ShopHost.StartAsync<TStore>(
        new() { ["Declarative:History:Archive"] = archive ? "true" : "false" },
        services => services.AddSingleton<TimeProvider>(_time));

    private Task<Subscription> SubscribeAsync(string name, string path) =>
        _host.Rest.Services.GetRequiredService<ISubscriptionStore>().CreateAsync(new NewSubscription { EventName = name, Recipient = _host.Receiver.Url + path, VerificationToken = "t" });

    private async Task<Guid> PublishAsync(int id)
    {
        var message = await _host.OrderCreated.PublishAsync(id);
        await Eventually.True(async () => (await _host.OkAsync("GET", $"/V1/async_events/messages/{message}")).GetProperty("state").GetString() is "resolved" or "nothing_to_deliver");
        return message;
    }

    private string Body(long subscription, TimeSpan since, TimeSpan? until = null) =>
        $$"""{"subscriptionId":{{subscription}},"from":"{{Text(since)}}"{{(until is { } to ? $",\"to\":\"{Text(to)}\"" : "")}}}""";

    private string Text(TimeSpan ago) => (_time.GetUtcNow() - ago).ToString("O", CultureInfo.InvariantCulture);

    private async Task<JsonElement> EndedAsync(JsonElement replay)
    {
        JsonElement shown = default;
        await Eventually.True(async () =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(300));
            return (shown = await _host.OkAsync("GET", $"/V1/async_events/replays/{replay.GetProperty("id")}")).TryGetProperty("finished_at", out _);
        });
        return shown;
    }

    [Fact]
    public async Task A_later_subscription_gets_what_was_published_in_the_time_as_it_was_then()
    {
        var orders = (Orders)_host.Rest.Services.GetRequiredService<IOrders>();
        await PublishAsync(1);
        _time.Advance(TimeSpan.FromHours(2));
        await PublishAsync(2);
        await PublishAsync(3);
        _time.Advance(TimeSpan.FromHours(2));
        await PublishAsync(4);
        var calls = orders.Calls;
        orders.Answer = static (_, _) => throw new InvalidOperationException("The service must not be asked again.");
        var late = await SubscribeAsync("sales.order.created", "/late");

        var replay = await EndedAsync(await _host.OkAsync("POST", Replays, Body(late.Id, TimeSpan.FromHours(3), TimeSpan.FromHours(1))));

        replay.GetProperty("made").GetInt32().ShouldBe(2);
        await Eventually.True(() => _host.Receiver.Requests.Count == 2);
        _host.Receiver.Requests.Select(static one => JsonDocument.Parse(one.Body).RootElement.GetProperty("data").GetProperty("entity_id").GetInt32()).Order().ShouldBe([2, 3]);
        orders.Calls.ShouldBe(calls);
    }

    [Fact]
    public async Task What_it_has_got_already_is_not_sent_twice_and_others_get_nothing()
    {
        var first = await SubscribeAsync("sales.order.created", "/first");
        await PublishAsync(1);
        await Eventually.True(() => _host.Receiver.Requests.Count == 1);
        var late = await SubscribeAsync("sales.order.created", "/late");

        (await EndedAsync(await _host.OkAsync("POST", Replays, Body(first.Id, TimeSpan.FromHours(1), TimeSpan.FromHours(-1))))).GetProperty("made").GetInt32().ShouldBe(0);
        (await EndedAsync(await _host.OkAsync("POST", Replays, Body(late.Id, TimeSpan.FromHours(1), TimeSpan.FromHours(-1))))).GetProperty("made").GetInt32().ShouldBe(1);
        (await EndedAsync(await _host.OkAsync("POST", Replays, Body(late.Id, TimeSpan.FromHours(1), TimeSpan.FromHours(-1))))).GetProperty("made").GetInt32().ShouldBe(0);

        await Eventually.True(() => _host.Receiver.Requests.Count == 2);
        _host.Receiver.Requests.Select(static one => one.Path).Order(StringComparer.Ordinal).ShouldBe(["/first", "/late"]);
    }

    [Fact]
    public async Task What_was_erased_stays_erased()
    {
        var message = await PublishAsync(1);
        await PublishAsync(2);
        await _host.OkAsync("POST", "/V1/declarative/erasures", $$"""{"uuid":"{{message}}"}""");
        var late = await SubscribeAsync("sales.order.created", "/late");

        (await EndedAsync(await _host.OkAsync("POST", Replays, Body(late.Id, TimeSpan.FromHours(1), TimeSpan.FromHours(-1))))).GetProperty("made").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task What_a_publisher_hands_over_is_there_without_an_archive_and_what_a_service_makes_is_not()
    {
        await _host.DisposeAsync();
        _host = await StartAsync(archive: false);
        await _host.Rest.Services.GetRequiredService<ICustomerSavedPublisher>().PublishAsync(new CustomerSaved(1, "ada@example.com"));
        var message = await PublishAsync(1);
        var customers = await SubscribeAsync("customer.saved", "/customers");
        var orders = await SubscribeAsync("sales.order.created", "/orders");

        (await _host.ErrorAsync(400, "POST", Replays, Body(orders.Id, TimeSpan.FromHours(1)))).ShouldContain("Declarative:History:Archive");
        (await EndedAsync(await _host.OkAsync("POST", Replays, Body(customers.Id, TimeSpan.FromHours(1), TimeSpan.FromHours(-1))))).GetProperty("made").GetInt32().ShouldBe(1);
        await _host.ErrorAsync(404, "POST", Replays, Body(99, TimeSpan.FromHours(1)));
        await _host.ErrorAsync(400, "POST", Replays, Body(customers.Id, TimeSpan.FromHours(1), TimeSpan.FromHours(2)));
        message.ShouldNotBe(Guid.Empty);
    }
}
