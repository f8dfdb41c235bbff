using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Declarative.Delivery;
using Declarative.Secrets;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Declarative.Tests.Delivery;

public sealed class SqliteDeliveryTests : DeliveryTests<SqliteFixture>;

public sealed class PostgreSqlDeliveryTests : DeliveryTests<PostgreSqlFixture>;

/// <summary>From a publish to what the receiver gets.</summary>
public abstract class DeliveryTests<TStore> : IAsyncLifetime
    where TStore : IStoreFixture, new()
{
    private readonly TStore _store = new();
    private Receiver _receiver = null!;
    private TestHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await Receiver.StartAsync();
        _host = TestHost.Build(_store.Use);
        await _host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _receiver.DisposeAsync();
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_published_event_arrives_resolved_and_signed()
    {
        await _host.SubscribeAsync(_receiver.Url + "/hook");

        var message = await _host.OrderCreated.PublishAsync(42);
        var delivery = await _host.DeliveryOfAsync(message, one => one.State == DeliveryState.Done);

        var request = _receiver.Requests.ShouldHaveSingleItem();
        request.Path.ShouldBe("/hook");
        request.Text.ShouldBe("""{"data":{"entity_id":42,"increment_id":"000000042","grand_total":12.5}}""");
        request.Headers["content-type"].ShouldBe("application/json");
        request.Headers["x-event-name"].ShouldBe("sales.order.created");
        request.Headers["x-attempt"].ShouldBe("1");
        request.Headers["x-magento-signature"].ShouldBe(Hmac(request.Body));
        request.Headers["webhook-id"].ShouldBe(delivery.Uuid.ToString());
        request.Headers["webhook-signature"].ShouldBe("v1," + Convert.ToBase64String(HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(TestHost.Token),
            Encoding.UTF8.GetBytes($"{delivery.Uuid}.{request.Headers["webhook-timestamp"]}.{request.Text}"))));
        delivery.Attempts.ShouldHaveSingleItem().Status.ShouldBe(200);
    }

    [Fact]
    public async Task Every_subscription_gets_a_delivery_of_its_own()
    {
        await _host.SubscribeAsync(_receiver.Url + "/a");
        await _host.SubscribeAsync(_receiver.Url + "/b");
        await _host.SubscribeAsync(_receiver.Url + "/c", eventName: ShopModule.CustomerSavedEvent);

        var message = await _host.OrderCreated.PublishAsync(42);
        await Eventually.True(() => _receiver.Requests.Count == 2);

        _receiver.Requests.Select(request => request.Path).Order().ShouldBe(["/a", "/b"]);
        _receiver.Requests.Select(request => request.Headers["webhook-id"]).Distinct().Count().ShouldBe(2);
        (await _host.DeliveryLog.OfMessageAsync(message)).Count.ShouldBe(2);
        _host.Orders.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task A_token_of_the_standard_signs_with_its_decoded_bytes()
    {
        await _host.SubscribeAsync(_receiver.Url, token: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

        await _host.OrderCreated.PublishAsync(42);
        await Eventually.True(() => _receiver.Requests.Count == 1);

        var request = _receiver.Requests.Single();
        var signed = Encoding.UTF8.GetBytes($"{request.Headers["webhook-id"]}.{request.Headers["webhook-timestamp"]}.{request.Text}");
        var key = Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        request.Headers["webhook-signature"].ShouldBe("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed)));
    }

    [Fact]
    public async Task During_a_rotation_the_standard_header_carries_both_signatures_and_the_originals_the_old_one()
    {
        var time = new TestClock();
        using var notifier = new HttpNotifier(new AddressGuard(Options.Create(Loopback)), new Envelope(null!, null!), Options.Create(Loopback), time);
        var notification = new Notification
        {
            Uuid = Guid.CreateVersion7(),
            ReplayNo = 2,
            MessageId = Guid.CreateVersion7(),
            EventName = "a",
            EventCode = "a",
            PublishedAt = time.GetUtcNow(),
            StoreId = 0,
            SubscriptionId = 1,
            Recipient = _receiver.Url,
            Payload = "1"u8.ToArray(),
            Attempt = 1,
            Secret = new SubscriptionSecret("new", "old", time.GetUtcNow().AddHours(1)),
        };

        await notifier.NotifyAsync(notification, CancellationToken.None);
        time.Advance(TimeSpan.FromHours(1));
        await notifier.NotifyAsync(notification, CancellationToken.None);

        var (during, after) = (_receiver.Requests.First(), _receiver.Requests.Last());
        during.Headers["webhook-id"].ShouldBe($"{notification.Uuid}.r2");
        during.Headers["webhook-signature"].Split(' ').Length.ShouldBe(2);
        during.Headers["x-magento-signature"].ShouldBe(new SigningKey("old").SignMagento(during.Body));
        after.Headers["webhook-signature"].Split(' ').Length.ShouldBe(1);
        after.Headers["x-magento-signature"].ShouldBe(new SigningKey("new").SignMagento(after.Body));
    }

    [Fact]
    public async Task The_publishers_trace_goes_with_the_message()
    {
        await _host.SubscribeAsync(_receiver.Url);
        using var activity = new Activity("checkout").SetIdFormat(ActivityIdFormat.W3C).Start();

        await _host.OrderCreated.PublishAsync(42);
        await Eventually.True(() => _receiver.Requests.Count == 1);

        _receiver.Requests.Single().Headers["traceparent"].ShouldContain(activity.TraceId.ToString());
    }

    [Fact]
    public async Task What_the_receiver_answers_is_logged_or_else_its_reason_phrase()
    {
        _receiver.Answer = context => context.Response.WriteAsync("thank you");
        await _host.SubscribeAsync(_receiver.Url);

        var delivery = await _host.DeliveryOfAsync(await _host.OrderCreated.PublishAsync(42), one => one.State == DeliveryState.Done);
        delivery.Attempts.Single().Response.ShouldBe("thank you");

        _receiver.AnswerWith(204);
        delivery = await _host.DeliveryOfAsync(await _host.OrderCreated.PublishAsync(43), one => one.State == DeliveryState.Done);
        delivery.Attempts.Single().Response.ShouldBe("No Content");
    }

    private static DeliveryOptions Loopback => new() { AllowedNetworks = ["127.0.0.0/8"] };

    private static string Hmac(byte[] body) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(TestHost.Token), body));
}
