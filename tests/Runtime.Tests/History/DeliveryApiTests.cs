using System.Globalization;
using System.Text.Json;
using Declarative.Subscriptions;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.History;

public sealed class SqliteDeliveryApiTests : DeliveryApiTests<SqliteFixture>;

public sealed class PostgreSqlDeliveryApiTests : DeliveryApiTests<PostgreSqlFixture>;

/// <summary>Lists, traces, searches and replays of deliveries over REST.</summary>
public abstract class DeliveryApiTests<TStore> : IAsyncLifetime
    where TStore : class, IStoreFixture, new()
{
    private const string Deliveries = "/V1/async_events/deliveries";

    private readonly TestClock _time = new();
    private ShopHost _host = null!;
    private long _subscription;

    public async ValueTask InitializeAsync()
    {
        _host = await ShopHost.StartAsync<TStore>(
            new() { ["Declarative:History:Search"] = "true" },
            services => services.AddSingleton<TimeProvider>(_time));
        _subscription = (await SubscribeAsync("aligent")).Id;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private Task<Subscription> SubscribeAsync(string retry, string path = "/a", string eventName = "sales.order.created") =>
        _host.Rest.Services.GetRequiredService<ISubscriptionStore>().CreateAsync(new NewSubscription { EventName = eventName, Recipient = _host.Receiver.Url + path, VerificationToken = "t", Retry = retry });

    private async Task<IReadOnlyList<JsonElement>> ListAsync(string query = "") => [.. (await _host.OkAsync("GET", Deliveries + query)).GetProperty("items").EnumerateArray()];

    private async Task<IReadOnlyList<JsonElement>> PublishAndAwaitAsync(int count, string state = "done")
    {
        for (var i = 1; i <= count; i++)
            await _host.OrderCreated.PublishAsync(i);
        IReadOnlyList<JsonElement> found = [];
        await Eventually.True(async () => (found = await ListAsync("?limit=1000&state=" + state)).Count == count);
        return found;
    }

    [Fact]
    public async Task Lists_are_newest_first_and_paged_by_key()
    {
        await PublishAndAwaitAsync(5);

        var first = await _host.OkAsync("GET", Deliveries + "?limit=3");
        var second = await _host.OkAsync("GET", Deliveries + $"?limit=3&before={first.GetProperty("next_before")}");

        var ids = first.GetProperty("items").EnumerateArray().Concat(second.GetProperty("items").EnumerateArray()).Select(one => one.GetProperty("id").GetInt64()).ToList();
        ids.ShouldBe([5, 4, 3, 2, 1]);
        second.TryGetProperty("next_before", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("?event_name=Sales.Order.Created", 2)]
    [InlineData("?event_name=customer.saved", 0)]
    [InlineData("?subscription_id=1", 2)]
    [InlineData("?subscription_id=2", 0)]
    [InlineData("?state=DONE", 2)]
    [InlineData("?state=dead", 0)]
    [InlineData("?from=2026-01-02T03:04:05Z", 2)]
    [InlineData("?from=2026-01-02T03:04:06Z", 0)]
    [InlineData("?to=2026-01-02T03:04:05Z", 0)]
    public async Task Lists_are_filtered(string query, int count)
    {
        await PublishAndAwaitAsync(2);

        (await ListAsync(query)).Count.ShouldBe(count);
    }

    [Theory]
    [InlineData(Deliveries + "?state=lost", 400)]
    [InlineData(Deliveries + "?limit=0", 400)]
    [InlineData(Deliveries + "?limit=1001", 400)]
    [InlineData(Deliveries + "?from=yesterday", 400)]
    [InlineData(Deliveries + "/00000000-0000-0000-0000-000000000001", 404)]
    [InlineData(Deliveries + "/not-a-uuid", 400)]
    [InlineData("/V1/async_events/search?query=sku:1", 400)]
    [InlineData("/V1/async_events/search", 400)]
    [InlineData("/V1/async_events/replays/9", 404)]
    [InlineData("/V1/async_events/messages/00000000-0000-0000-0000-000000000001", 404)]
    public async Task What_is_asked_wrongly_or_not_there_has_its_status(string path, int status) => await _host.ErrorAsync(status, "GET", path);

    [Fact]
    public async Task A_trace_tells_every_attempt()
    {
        _host.Receiver.AnswerWith(500, 503, 200);
        await _host.OrderCreated.PublishAsync(42);
        foreach (var (attempt, pause) in new[] { (1, 1), (2, 4) })
        {
            await Eventually.True(async () => _host.Receiver.Requests.Count == attempt && (await ListAsync("?state=due")).Count == 1);
            _time.Advance(TimeSpan.FromSeconds(pause));
        }

        var delivery = (await DoneAsync()).Single();
        var trace = await _host.OkAsync("GET", $"{Deliveries}/{delivery.GetProperty("uuid")}");

        trace.GetProperty("outcome").GetString().ShouldBe("Delivered with 2 retries");
        trace.GetProperty("attempts").EnumerateArray().Select(one => one.GetProperty("status").GetInt32()).ShouldBe([500, 503, 200]);
        trace.GetProperty("attempts").EnumerateArray().Select(one => one.GetProperty("success").GetBoolean()).ShouldBe([false, false, true]);
        trace.GetProperty("data").GetProperty("entity_id").GetInt32().ShouldBe(42);
        Time(trace, "last_attempt").ShouldBe(Time(trace, "first_attempt") + TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task What_a_publisher_got_leads_to_the_deliveries()
    {
        var id = await _host.OrderCreated.PublishAsync(42);
        var delivery = (await DoneAsync()).Single();

        var message = await _host.OkAsync("GET", $"/V1/async_events/messages/{id}");

        message.GetProperty("event_name").GetString().ShouldBe("sales.order.created");
        message.GetProperty("state").GetString().ShouldBe("resolved");
        message.GetProperty("attempts").GetInt32().ShouldBe(1);
        message.GetProperty("deliveries").EnumerateArray().Single().GetProperty("uuid").GetString().ShouldBe(delivery.GetProperty("uuid").GetString());
        message.TryGetProperty("reason", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task What_a_publisher_got_tells_why_there_is_no_delivery_yet()
    {
        var orders = (Orders)_host.Rest.Services.GetRequiredService<IOrders>();
        var answer = orders.Answer;
        orders.Answer = static (id, _) => throw new InvalidOperationException($"Order {id} is being written.");
        var id = await _host.OrderCreated.PublishAsync(42);
        await Eventually.True(async () => (await MessageAsync(id)).GetProperty("attempts").GetInt32() == 1 && (await MessageAsync(id)).GetProperty("state").GetString() == "due");

        var waiting = await MessageAsync(id);
        waiting.GetProperty("reason").GetString()!.ShouldContain("Order 42 is being written.");
        Time(waiting, "next_due").ShouldBeGreaterThan(_time.GetUtcNow());
        waiting.GetProperty("deliveries").GetArrayLength().ShouldBe(0);

        orders.Answer = answer;
        _time.Advance(TimeSpan.FromHours(1));
        await Eventually.True(async () => (await MessageAsync(id)).GetProperty("state").GetString() == "resolved");

        Task<JsonElement> MessageAsync(Guid id) => _host.OkAsync("GET", $"/V1/async_events/messages/{id}");
    }

    [Fact]
    public async Task A_dead_letter_tells_how_often_it_was_tried()
    {
        await _host.Rest.Services.GetRequiredService<ISubscriptionStore>().DeleteAsync(_subscription);
        await SubscribeAsync("0,0");
        _host.Receiver.AnswerWith(500);
        await _host.OrderCreated.PublishAsync(1);
        await Eventually.True(async () => (await ListAsync("?state=dead")).Count == 1);

        var dead = (await ListAsync("?state=dead")).Single();
        (await _host.OkAsync("GET", $"{Deliveries}/{dead.GetProperty("uuid")}")).GetProperty("outcome").GetString().ShouldBe("Dead Lettered with 2 retries");
        (await _host.OkAsync("GET", "/V1/async_events/dead_letters"))[0].GetProperty("id").GetString().ShouldBe(dead.GetProperty("uuid").GetString());
    }

    [Fact]
    public async Task A_replay_sends_the_same_bytes_under_the_same_uuid_as_a_new_delivery()
    {
        var uuid = (await PublishAndAwaitAsync(1))[0].GetProperty("uuid").GetString();

        (await _host.OkAsync("POST", $"{Deliveries}/{uuid}/replay")).GetProperty("replay_no").GetInt32().ShouldBe(1);

        await Eventually.True(() => _host.Receiver.Requests.Count == 2);
        _host.Receiver.Requests.Last().Body.ShouldBe(_host.Receiver.Requests.First().Body);
        _host.Receiver.Requests.Select(one => one.Headers["webhook-id"]).ShouldBe([uuid, uuid + ".r1"]);
        (await ListAsync()).Select(one => one.GetProperty("uuid").GetString()).ShouldBe([uuid, uuid]);
        await _host.ErrorAsync(404, "POST", $"{Deliveries}/{Guid.CreateVersion7()}/replay");
        await _host.Rest.Services.GetRequiredService<ISubscriptionStore>().DeleteAsync(_subscription);
        (await _host.ErrorAsync(400, "POST", $"{Deliveries}/{uuid}/replay")).ShouldContain("deleted");
    }

    [Fact]
    public async Task A_selection_is_replayed_in_the_background()
    {
        await SubscribeAsync("aligent", "/other", "customer.saved");
        await PublishAndAwaitAsync(450);
        await _host.ErrorAsync(400, "POST", "/V1/async_events/replays", "{}");
        await _host.ErrorAsync(400, "POST", "/V1/async_events/replays", """{"state":"due"}""");

        var id = (await _host.OkAsync("POST", "/V1/async_events/replays", """{"eventName":"sales.order.created","state":"done"}""")).GetProperty("id");

        await Eventually.True(async () => (await _host.OkAsync("GET", $"/V1/async_events/replays/{id}")).TryGetProperty("finished_at", out _));
        (await _host.OkAsync("GET", $"/V1/async_events/replays/{id}")).GetProperty("made").GetInt32().ShouldBe(450);
        await Eventually.True(() => _host.Receiver.Requests.Count == 900);
        _host.Receiver.Requests.Select(one => one.Headers["webhook-id"]).Distinct(StringComparer.Ordinal).Count().ShouldBe(900);
        (await _host.ErrorAsync(400, "DELETE", $"/V1/async_events/replays/{id}")).ShouldContain("has ended already");
        await _host.ErrorAsync(404, "DELETE", "/V1/async_events/replays/99");
    }

    [Theory]
    [InlineData("data.increment_id:00000000*", 3)]
    [InlineData("data.increment_id:000000002", 1)]
    [InlineData("data.increment_id:000000002 OR data.entity_id:3", 2)]
    [InlineData("data.entity_id:3 AND success:true", 1)]
    [InlineData("data.entity_id:3 AND success:false", 0)]
    [InlineData("NOT data.entity_id:3", 2)]
    [InlineData("sales.* AND data.grand_total:12.5", 3)]
    [InlineData("*.deleted", 0)]
    [InlineData("sales_order*", 0)]
    public async Task Payloads_are_found_by_their_values(string query, int count)
    {
        await PublishAndAwaitAsync(3);

        await Eventually.True(async () =>
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            return (await SearchAsync("data.entity_id:3")).Count == 1;
        });
        (await SearchAsync(query)).Count.ShouldBe(count);
    }

    private async Task<IReadOnlyList<JsonElement>> SearchAsync(string query) =>
        [.. (await _host.OkAsync("GET", "/V1/async_events/search?query=" + Uri.EscapeDataString(query))).GetProperty("items").EnumerateArray()];

    private async Task<IReadOnlyList<JsonElement>> DoneAsync()
    {
        IReadOnlyList<JsonElement> found = [];
        await Eventually.True(async () => (found = await ListAsync("?state=done")).Count == 1);
        return found;
    }

    private static DateTimeOffset Time(JsonElement element, string name) => DateTimeOffset.Parse(element.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
}
