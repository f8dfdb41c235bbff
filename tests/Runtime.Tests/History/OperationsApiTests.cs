using System.Text.Json;
using Declarative.Acl;
using Declarative.Subscriptions;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.History;

public sealed class SqliteOperationsApiTests : OperationsApiTests<SqliteFixture>;

public sealed class PostgreSqlOperationsApiTests : OperationsApiTests<PostgreSqlFixture>;

/// <summary>What operators look at: the overview, who changed what, who may what.</summary>
public abstract class OperationsApiTests<TStore> : IAsyncLifetime
    where TStore : class, IStoreFixture, new()
{
    private readonly TestClock _time = new();
    private ShopHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ShopHost.StartAsync<TStore>(services: services => services.AddSingleton<TimeProvider>(_time));

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private ISubscriptionStore Subscriptions => _host.Rest.Services.GetRequiredService<ISubscriptionStore>();

    private Task<Subscription> SubscribeAsync(string path, string retry = "0") =>
        Subscriptions.CreateAsync(new NewSubscription { EventName = "sales.order.created", Recipient = _host.Receiver.Url + path, VerificationToken = "t", Retry = retry });

    [Fact]
    public async Task The_overview_tells_what_flows_and_what_does_not()
    {
        await SubscribeAsync("/a");
        _host.Receiver.AnswerWith(200, 400);
        await _host.OrderCreated.PublishAsync(1);
        await Eventually.True(() => _host.Receiver.Requests.Count == 1);
        await _host.OrderCreated.PublishAsync(2);
        var off = await SubscribeAsync("/b");
        await Subscriptions.SetStatusAsync(off.Id, isActive: false, "maintenance");

        JsonElement overview = default;

        // An attempt is counted after it is stored.
        await Eventually.True(async () => (overview = await OverviewAsync()).GetProperty("pending").GetProperty("dead_letters").GetInt32() == 1
            && overview.GetProperty("last_hour").EnumerateArray().Sum(static one => one.GetProperty("dead").GetInt64()) == 1);

        var hour = overview.GetProperty("last_hour").EnumerateArray().ToList();
        hour.Count.ShouldBe(60);
        Sum(hour, "published").ShouldBe(2);
        Sum(hour, "delivered").ShouldBe(1);
        Sum(hour, "dead").ShouldBe(1);
        hour[^1].GetProperty("published").GetInt64().ShouldBe(2, "all of it in the running minute");
        overview.GetProperty("last_day").GetArrayLength().ShouldBe(96);
        Sum([.. overview.GetProperty("last_day").EnumerateArray()], "published").ShouldBe(2);
        var troubled = overview.GetProperty("troubled").EnumerateArray().Single();
        troubled.GetProperty("id").GetInt64().ShouldBe(off.Id);
        troubled.GetProperty("reason").GetString().ShouldBe("maintenance");

        // An hour later they are in the day's figures only.
        _time.Advance(TimeSpan.FromMinutes(61));
        overview = await OverviewAsync();
        Sum([.. overview.GetProperty("last_hour").EnumerateArray()], "published").ShouldBe(0);
        Sum([.. overview.GetProperty("last_day").EnumerateArray()], "published").ShouldBe(2);

        static long Sum(IReadOnlyList<JsonElement> periods, string name) => periods.Sum(one => one.GetProperty(name).GetInt64());
    }

    [Fact]
    public async Task Open_endpoints_are_named_with_what_waits_for_them()
    {
        await SubscribeAsync("/a", "60,60,60");
        _host.Receiver.AnswerWith(503);
        for (var i = 0; i < 12; i++)
            await _host.OrderCreated.PublishAsync(i);

        JsonElement overview = default;
        await Eventually.True(async () => (overview = await OverviewAsync()).GetProperty("open_endpoints").GetArrayLength() == 1);

        var endpoint = overview.GetProperty("open_endpoints")[0];
        endpoint.GetProperty("address").GetString().ShouldBe($"http://127.0.0.1:{new Uri(_host.Receiver.Url).Port}");
        endpoint.GetProperty("waiting").GetInt32().ShouldBeInRange(1, 12);
    }

    [Fact]
    public async Task Many_subscriptions_are_switched_at_once_or_none_is()
    {
        var (a, b) = (await SubscribeAsync("/a"), await SubscribeAsync("/b"));

        (await _host.OkAsync("PUT", "/V1/async_events/subscriptions/status", $$"""{"ids":[{{a.Id}},{{b.Id}}],"status":false}""")).GetInt32().ShouldBe(2);
        (await _host.OkAsync("PUT", "/V1/async_events/subscriptions/status", $$"""{"ids":[{{a.Id}}],"status":false}""")).GetInt32().ShouldBe(0);
        await _host.ErrorAsync(404, "PUT", "/V1/async_events/subscriptions/status", $$"""{"ids":[{{a.Id}},99],"status":true}""");

        Subscriptions.List().Select(static one => one.Status).ShouldBe([SubscriptionStatus.Disabled, SubscriptionStatus.Disabled]);
        var noted = (await _host.OkAsync("GET", "/V1/declarative/audit?action=subscription.disable")).EnumerateArray().ToList();
        noted.Select(static one => one.GetProperty("subject").GetString()).ShouldBe([$"{b.Id}", $"{a.Id}"]);
    }

    [Fact]
    public async Task A_test_delivery_is_one_attempt_at_once_and_no_part_of_the_log()
    {
        var subscription = await SubscribeAsync("/a");
        _host.Receiver.AnswerWith(418);

        var test = await _host.OkAsync("POST", $"/V1/async_event/{subscription.Id}/test");

        test.GetProperty("is_accepted").GetBoolean().ShouldBeFalse();
        test.GetProperty("status").GetInt32().ShouldBe(418);
        var received = _host.Receiver.Requests.Single();
        received.Text.ShouldBe("""{"data":{"test":true}}""");
        received.Headers.Keys.ShouldContain("x-magento-signature");
        (await _host.OkAsync("GET", "/V1/async_events/deliveries")).GetProperty("items").GetArrayLength().ShouldBe(0);
        await _host.ErrorAsync(404, "POST", "/V1/async_event/99/test");
    }

    [Fact]
    public async Task Permissions_are_listed_with_who_holds_them()
    {
        var users = _host.Rest.Services.GetRequiredService<AdminUsers>();
        await users.SaveRoleAsync("Clerks", ["Shop_Sales::orders"]);
        await users.CreateAsync("carla", "correct-horse", "Clerks");

        var orders = Find((await _host.OkAsync("GET", "/V1/declarative/permissions")).EnumerateArray(), "Shop_Sales::orders").ShouldNotBeNull();

        orders.GetProperty("holders").EnumerateArray().Select(static one => one.GetProperty("name").GetString()).ShouldContain("carla");
        var noted = await _host.OkAsync("GET", "/V1/declarative/audit?subject=carla");
        noted[0].GetProperty("action").GetString().ShouldBe("user.create");
        noted.GetRawText().ShouldNotContain("correct-horse");

        static JsonElement? Find(IEnumerable<JsonElement> nodes, string id)
        {
            foreach (var node in nodes)
            {
                if (node.GetProperty("id").GetString() == id)
                    return node;
                if (Find(node.GetProperty("children").EnumerateArray(), id) is { } found)
                    return found;
            }

            return null;
        }
    }

    [Fact]
    public async Task The_audit_log_is_paged_and_forgets_after_its_period()
    {
        for (var i = 0; i < 5; i++)
            await SubscribeAsync($"/{i}");

        var first = (await _host.OkAsync("GET", "/V1/declarative/audit?action=subscription&limit=3")).EnumerateArray().ToList();
        var second = (await _host.OkAsync("GET", $"/V1/declarative/audit?action=subscription&limit=3&before={first[^1].GetProperty("number")}")).EnumerateArray().ToList();
        first.Concat(second).Select(static one => one.GetProperty("subject").GetString()).ShouldBe(["5", "4", "3", "2", "1"]);

        _time.Advance(TimeSpan.FromDays(366));
        await Eventually.True(async () =>
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            return (await _host.OkAsync("GET", "/V1/declarative/audit?action=subscription")).GetArrayLength() == 0;
        });
    }

    private Task<JsonElement> OverviewAsync() => _host.OkAsync("GET", "/V1/declarative/overview");
}
