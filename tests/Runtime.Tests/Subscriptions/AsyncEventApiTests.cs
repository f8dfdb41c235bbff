using System.Security.Cryptography;
using System.Text;
using Declarative.Delivery;
using Declarative.Subscriptions;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Subscriptions;

public sealed class SqliteAsyncEventApiTests : AsyncEventApiTests<SqliteFixture>;

public sealed class PostgreSqlAsyncEventApiTests : AsyncEventApiTests<PostgreSqlFixture>;

/// <summary>The async events module's REST API over subscriptions.</summary>
public abstract class AsyncEventApiTests<TStore> : IAsyncLifetime
    where TStore : class, IStoreFixture, new()
{
    private ShopHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ShopHost.StartAsync<TStore>(services: static services => services.AddKeyedSingleton<INotifier, Copy>("copy").AddSingleton(new NotifierRegistration("copy")));

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private string Body(string token = "fv38u07Wdh$R@mRd", string eventName = "sales.order.created", string path = "/order_created", string metadata = "http", int store = 0) =>
        $$$"""{"asyncEvent":{"event_name":"{{{eventName}}}","recipient_url":"{{{_host.Receiver.Url + path}}}","verification_token":"{{{token}}}","metadata":"{{{metadata}}}","store_id":{{{store}}}}}""";

    [Fact]
    public async Task A_subscription_is_made_active_and_shown_without_its_token_and_notifier()
    {
        var made = await _host.OkAsync("POST", "/V1/async_event", Body());

        made.EnumerateObject().Select(one => one.Name).ShouldBe(["subscription_id", "event_name", "recipient_url", "status", "subscribed_at", "store_id"]);
        made.GetProperty("event_name").GetString().ShouldBe("sales.order.created");
        made.GetProperty("recipient_url").GetString().ShouldBe(_host.Receiver.Url + "/order_created");
        made.GetProperty("status").GetBoolean().ShouldBeTrue();
        made.GetProperty("subscribed_at").GetString()!.ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$");
        var id = made.GetProperty("subscription_id").GetInt64();
        (await _host.OkAsync("GET", $"/V1/async_event/{id}")).GetRawText().ShouldBe(made.GetRawText());
    }

    [Fact]
    public async Task Without_a_notifier_it_is_http()
    {
        await _host.OkAsync("POST", "/V1/async_event", $$$"""{"asyncEvent":{"event_name":"sales.order.created","recipient_url":"{{{_host.Receiver.Url}}}/x","verification_token":"t"}}""");

        _host.Rest.Services.GetRequiredService<ISubscriptionStore>().List().Single().Notifier.ShouldBe("http");
    }

    [Fact]
    public async Task What_it_subscribes_to_arrives_signed_with_its_token()
    {
        await _host.OkAsync("POST", "/V1/async_event", Body());
        await _host.OrderCreated.PublishAsync(42);

        await Eventually.True(() => !_host.Receiver.Requests.IsEmpty);
        var request = _host.Receiver.Requests.First();
        request.Headers["x-magento-signature"].ShouldBe(Convert.ToHexStringLower(HMACSHA256.HashData("fv38u07Wdh$R@mRd"u8, request.Body)));
    }

    [Fact]
    public async Task Making_it_again_gives_the_one_that_is_there()
    {
        var made = await _host.OkAsync("POST", "/V1/async_event", Body());
        (await _host.OkAsync("POST", "/V1/async_event", Body())).GetRawText().ShouldBe(made.GetRawText());

        (await _host.ErrorAsync(400, "POST", "/V1/async_event", Body(token: "another"))).ShouldContain("another verification token");
    }

    [Theory]
    [InlineData("sales.order.craeted", "http", "/x", "did you mean 'sales.order.created'")]
    [InlineData("sales.order.created", "htp", "/x", "did you mean 'http'")]
    public async Task What_is_not_there_is_refused_with_what_was_meant(string eventName, string notifier, string path, string message)
    {
        (await _host.ErrorAsync(400, "POST", "/V1/async_event", Body(eventName: eventName, metadata: notifier, path: path))).ToLowerInvariant().ShouldContain(message);
    }

    [Theory]
    [InlineData("""{"asyncEvent":{"event_name":"sales.order.created","recipient_url":"/relative","verification_token":"t","metadata":"http"}}""", "no absolute")]
    [InlineData("""{"asyncEvent":{"event_name":"sales.order.created","recipient_url":"http://10.0.0.1/","verification_token":"t","metadata":"http"}}""", "not public")]
    [InlineData("""{"asyncEvent":{"event_name":"sales.order.created","recipient_url":"https://example.com/","metadata":"http"}}""", "VerificationToken")]
    [InlineData("""{"asyncEvent":{"recipient_url":"https://example.com/","metadata":"http"}}""", "event_name")]
    [InlineData("{}", "async_event")]
    public async Task A_subscription_that_cannot_work_is_refused(string body, string message) =>
        (await _host.ErrorAsync(400, "POST", "/V1/async_event", body)).ShouldContain(message);

    [Fact]
    public async Task All_that_is_wrong_is_said_at_once()
    {
        var error = await _host.Rest.ErrorAsync(400, "POST", "/rest/V1/async_event", """{"asyncEvent":{"event_name":"sales.order.created","recipient_url":"/relative","metadata":"http"}}""", ShopHost.Root);

        error.GetProperty("errors").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Status_and_notifier_can_be_changed_and_nothing_else()
    {
        var made = await _host.OkAsync("POST", "/V1/async_event", Body());
        var id = made.GetProperty("subscription_id").GetInt64();

        var changed = await _host.OkAsync("PUT", $"/V1/async_event/{id}", """{"asyncEvent":{"status":false,"event_name":"customer.saved","recipient_url":"https://example.com/"}}""");

        changed.GetProperty("status").GetBoolean().ShouldBeFalse();
        changed.GetProperty("event_name").GetString().ShouldBe("sales.order.created");
        changed.GetProperty("recipient_url").GetString().ShouldBe(_host.Receiver.Url + "/order_created");
        (await _host.ErrorAsync(400, "PUT", $"/V1/async_event/{id}", """{"asyncEvent":{"status":true,"metadata":"htp"}}""")).ShouldContain("'http'");
        (await _host.OkAsync("GET", $"/V1/async_event/{id}")).GetProperty("status").GetBoolean().ShouldBeFalse();
        (await _host.OkAsync("PUT", $"/V1/async_event/{id}", """{"asyncEvent":{"status":1}}""")).GetProperty("status").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_notifier_that_makes_it_another_subscription_again_is_refused()
    {
        var http = await _host.OkAsync("POST", "/V1/async_event", Body());
        await _host.OkAsync("POST", "/V1/async_event", Body(metadata: "copy"));

        (await _host.ErrorAsync(400, "PUT", $"/V1/async_event/{http.GetProperty("subscription_id")}", """{"asyncEvent":{"status":true,"metadata":"copy"}}""")).ShouldContain("already");
    }

    [Fact]
    public async Task Status_is_required_for_a_change()
    {
        var made = await _host.OkAsync("POST", "/V1/async_event", Body());

        (await _host.ErrorAsync(400, "PUT", $"/V1/async_event/{made.GetProperty("subscription_id")}", """{"asyncEvent":{"event_name":"sales.order.created"}}""")).ShouldBe("Status is required");
    }

    [Theory]
    [InlineData("GET", "/V1/async_event/99", null)]
    [InlineData("PUT", "/V1/async_event/99", """{"asyncEvent":{"status":true}}""")]
    [InlineData("DELETE", "/V1/async_event/99", null)]
    [InlineData("PUT", "/V1/async_event/99/verification_token", """{"verification_token":"t"}""")]
    public async Task An_unknown_one_is_404(string method, string path, string? body) =>
        (await _host.ErrorAsync(404, method, path, body)).ShouldBe("There is no subscription with the id 99.");

    [Fact]
    public async Task Lists_are_filtered_sorted_and_paged()
    {
        await _host.OkAsync("POST", "/V1/async_event", Body(path: "/a", store: 1));
        await _host.OkAsync("POST", "/V1/async_event", Body(path: "/b", store: 2));
        await _host.OkAsync("POST", "/V1/async_event", Body(path: "/c", eventName: "customer.saved"));

        var page = await _host.OkAsync("GET", "/V1/async_events?searchCriteria[filter_groups][0][filters][0][field]=event_name&searchCriteria[filter_groups][0][filters][0][value]=sales.%25&searchCriteria[filter_groups][0][filters][0][condition_type]=like&searchCriteria[sortOrders][0][field]=store_id&searchCriteria[sortOrders][0][direction]=DESC&searchCriteria[pageSize]=1");

        page.EnumerateObject().Select(one => one.Name).ShouldBe(["items", "search_criteria", "total_count"]);
        page.GetProperty("total_count").GetInt32().ShouldBe(2);
        page.GetProperty("items").EnumerateArray().ShouldHaveSingleItem().GetProperty("store_id").GetInt32().ShouldBe(2);
        page.GetRawText().ShouldNotContain("token");
        (await _host.OkAsync("GET", "/V1/async_events?searchCriteria")).GetProperty("total_count").GetInt32().ShouldBe(3);
        (await _host.ErrorAsync(400, "GET", "/V1/async_events?searchCriteria[filter_groups][0][filters][0][field]=token&searchCriteria[filter_groups][0][filters][0][value]=1")).ShouldContain("no field 'token'");
    }

    [Fact]
    public async Task A_deleted_one_gets_nothing_more()
    {
        var id = (await _host.OkAsync("POST", "/V1/async_event", Body())).GetProperty("subscription_id");

        (await _host.OkAsync("DELETE", $"/V1/async_event/{id}")).GetBoolean().ShouldBeTrue();

        await _host.ErrorAsync(404, "GET", $"/V1/async_event/{id}");
        (await _host.OkAsync("GET", "/V1/async_events?searchCriteria")).GetProperty("total_count").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task During_the_overlap_of_a_rotation_both_tokens_sign()
    {
        var id = (await _host.OkAsync("POST", "/V1/async_event", Body(token: "old"))).GetProperty("subscription_id");
        await _host.OkAsync("PUT", $"/V1/async_event/{id}/verification_token", """{"verification_token":"new","overlap":3600}""");
        await _host.OrderCreated.PublishAsync(1);
        await Eventually.True(() => _host.Receiver.Requests.Count == 1);
        await _host.OkAsync("PUT", $"/V1/async_event/{id}/verification_token", """{"verification_token":"newest","overlap":0}""");
        await _host.OrderCreated.PublishAsync(2);
        await Eventually.True(() => _host.Receiver.Requests.Count == 2);

        var during = _host.Receiver.Requests.First();
        during.Headers["webhook-signature"].Split(' ').Length.ShouldBe(2);
        during.Headers["x-magento-signature"].ShouldBe(Signature("old", during.Body));
        var after = _host.Receiver.Requests.Last();
        after.Headers["webhook-signature"].Split(' ').Length.ShouldBe(1);
        after.Headers["x-magento-signature"].ShouldBe(Signature("newest", after.Body));
        (await _host.ErrorAsync(400, "PUT", $"/V1/async_event/{id}/verification_token", """{"verification_token":""}""")).ShouldContain("empty");
    }

    [Theory]
    [InlineData("MageOS_AsyncEvents::manage", 401)]
    [InlineData("Aligent_AsyncEvents::manage", 401)]
    [InlineData("Shop_Sales::orders", 401)]
    [InlineData("MageOS_AsyncEvents::manage,Shop_Sales::orders", 200)]
    [InlineData("Aligent_AsyncEvents::manage,Shop_Sales::orders", 200)]
    public async Task Subscribing_needs_what_the_event_needs_too(string caller, int status) =>
        (await _host.Rest.SendAsync("POST", "/rest/V1/async_event", Body(), caller)).Status.ShouldBe(status);

    [Fact]
    public async Task Changing_needs_what_the_stored_event_needs_whatever_the_request_names()
    {
        var id = (await _host.OkAsync("POST", "/V1/async_event", Body())).GetProperty("subscription_id");
        const string Manager = "MageOS_AsyncEvents::manage";

        foreach (var (method, path, body) in new[]
        {
            ("PUT", $"/rest/V1/async_event/{id}", """{"asyncEvent":{"status":false,"event_name":"customer.saved"}}"""),
            ("DELETE", $"/rest/V1/async_event/{id}", null),
            ("PUT", $"/rest/V1/async_event/{id}/verification_token", """{"verification_token":"mine"}"""),
        })
        {
            var error = await _host.Rest.ErrorAsync(401, method, path, body, Manager);
            error.GetProperty("parameters").GetProperty("resources").GetString().ShouldBe("Shop_Sales::orders");
        }
    }

    private static string Signature(string token, byte[] body) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), body));

    /// <summary>Another notifier by its own key.</summary>
    private sealed class Copy : INotifier
    {
        public string? Validate(string recipient) => null;

        public Task<NotifierResult> NotifyAsync(Notification notification, CancellationToken cancellationToken) => Task.FromResult(NotifierResult.Success());
    }
}
