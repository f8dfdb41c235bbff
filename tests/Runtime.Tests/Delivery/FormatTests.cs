using System.Security.Cryptography;
using System.Text.Json;
using Declarative.Delivery;
using Declarative.Subscriptions;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Delivery;

public sealed class SqliteFormatTests : FormatTests<SqliteFixture>;

public sealed class PostgreSqlFormatTests : FormatTests<PostgreSqlFixture>;

/// <summary>The forms in which payloads are sent, to subscriptions of both kinds.</summary>
public abstract class FormatTests<TStore>
    where TStore : class, IStoreFixture, new()
{
    private static async Task<(ShopHost Host, Received Request)> SendAsync(string format, bool isNamed, Dictionary<string, string?>? configuration = null)
    {
        var host = await ShopHost.StartAsync<TStore>(new(configuration ?? []) { ["Declarative:Destinations:default:Format"] = format });
        if (isNamed)
        {
            await host.OkAsync("POST", "/V1/eventing/eventSubscribe", """{"event":{"name":"observer.sales.order.created","fields":[{"name":"entity_id"}]}}""");
        }
        else
        {
            await host.Rest.Services.GetRequiredService<ISubscriptionStore>().CreateAsync(new NewSubscription
            {
                EventName = "sales.order.created",
                Recipient = host.Receiver.Url,
                VerificationToken = "s3cret",
                Format = Enum.Parse<DeliveryFormat>(format.Replace("-", "", StringComparison.Ordinal), ignoreCase: true),
            });
        }

        await host.OrderCreated.PublishAsync(7, options: new PublishOptions { StoreId = 3 });
        await Eventually.True(() => !host.Receiver.Requests.IsEmpty);
        var request = host.Receiver.Requests.First();
        request.Headers["x-magento-signature"].ShouldBe(Convert.ToHexStringLower(HMACSHA256.HashData("s3cret"u8, request.Body)));
        return (host, request);
    }

    [Fact]
    public async Task Aligent_is_the_payload_under_data()
    {
        var (host, request) = await SendAsync("aligent", isNamed: false);
        await using var _ = host;

        request.Text.ShouldBe("""{"data":{"entity_id":7,"increment_id":"000000007","grand_total":12.5}}""");
        request.Headers["x-event-name"].ShouldBe("sales.order.created");
        request.Headers["content-type"].ShouldBe("application/json");
    }

    [Fact]
    public async Task A_named_subscription_is_told_its_own_name()
    {
        var (host, request) = await SendAsync("aligent", isNamed: true);
        await using var _ = host;

        request.Headers["x-event-name"].ShouldBe("com.adobe.commerce.observer.sales.order.created");
    }

    [Fact]
    public async Task Standard_has_type_timestamp_and_data()
    {
        var (host, request) = await SendAsync("standard", isNamed: false);
        await using var _ = host;

        var body = JsonDocument.Parse(request.Body).RootElement;
        body.EnumerateObject().Select(one => one.Name).ShouldBe(["type", "timestamp", "data"]);
        body.GetProperty("type").GetString().ShouldBe("sales.order.created");
        body.GetProperty("timestamp").GetDateTimeOffset().ShouldBe(TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(1));
        body.GetProperty("data").GetProperty("entity_id").GetInt32().ShouldBe(7);
    }

    [Fact]
    public async Task A_structured_cloud_event_has_its_attributes_in_the_body()
    {
        var (host, request) = await SendAsync("cloudevents", isNamed: false);
        await using var _ = host;

        request.Headers["content-type"].ShouldStartWith("application/cloudevents+json");
        var body = JsonDocument.Parse(request.Body).RootElement;
        body.GetProperty("specversion").GetString().ShouldBe("1.0");
        body.GetProperty("id").GetString().ShouldBe(request.Headers["webhook-id"]);
        body.GetProperty("type").GetString().ShouldBe("sales.order.created");
        body.GetProperty("source").GetString().ShouldBe("3");
        body.GetProperty("datacontenttype").GetString().ShouldBe("application/json");
        body.GetProperty("data").GetProperty("increment_id").GetString().ShouldBe("000000007");
    }

    [Fact]
    public async Task A_binary_cloud_event_has_them_in_headers()
    {
        var (host, request) = await SendAsync("cloudevents-binary", isNamed: false);
        await using var _ = host;

        request.Text.ShouldBe("""{"entity_id":7,"increment_id":"000000007","grand_total":12.5}""");
        request.Headers["ce-specversion"].ShouldBe("1.0");
        request.Headers["ce-id"].ShouldBe(request.Headers["webhook-id"]);
        request.Headers["ce-type"].ShouldBe("sales.order.created");
        request.Headers["ce-source"].ShouldBe("3");
        DateTimeOffset.Parse(request.Headers["ce-time"]).ShouldBe(TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(1));
        request.Headers["content-type"].ShouldBe("application/json");
    }

    [Fact]
    public async Task A_cloud_event_of_a_named_subscription_has_the_data_that_adobes_consumers_read()
    {
        var (host, request) = await SendAsync("cloudevents", isNamed: true, new()
        {
            ["Declarative:Eventing:CommerceEdition"] = "Enterprise",
            ["Declarative:Eventing:CommerceVersion"] = "2.4.7",
            ["Declarative:Eventing:Stores:3:WebsiteId"] = "2",
            ["Declarative:Eventing:Stores:3:StoreGroupId"] = "5",
        });
        await using var _ = host;

        var body = JsonDocument.Parse(request.Body).RootElement;
        body.GetProperty("type").GetString().ShouldBe("com.adobe.commerce.observer.sales.order.created");
        body.GetProperty("source").GetString().ShouldBe("urn:uuid:default-provider");
        var data = body.GetProperty("data");
        data.GetProperty("key").GetString().ShouldBe(request.Headers["webhook-id"]);
        data.GetProperty("source").GetString().ShouldBe("shop.test");
        data.GetProperty("value").GetProperty("entity_id").GetInt32().ShouldBe(7);
        var metadata = data.GetProperty("_metadata");
        metadata.GetProperty("commerceEdition").GetString().ShouldBe("Enterprise");
        metadata.GetProperty("commerceVersion").GetString().ShouldBe("2.4.7");
        metadata.GetProperty("eventsClientVersion").GetString().ShouldNotBeNullOrEmpty();
        metadata.GetProperty("storeId").GetString().ShouldBe("3");
        metadata.GetProperty("websiteId").GetString().ShouldBe("2");
        metadata.GetProperty("storeGroupId").GetString().ShouldBe("5");
    }
}
