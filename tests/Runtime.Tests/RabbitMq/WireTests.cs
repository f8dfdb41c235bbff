using System.Text;
using Declarative.Delivery;
using Declarative.Tests.Fixtures;
using RabbitMQ.Client;

namespace Declarative.Tests.RabbitMq;

/// <summary>What travels, and that programs of the originals can be at either end.</summary>
public sealed class WireTests(RabbitMqServer server) : BrokerTest(server)
{
    [Fact]
    public async Task A_published_event_is_delivered()
    {
        var host = await StartAsync();
        await using var receiver = await Receiver.StartAsync();
        await host.SubscribeAsync(receiver.Url);

        var id = await host.OrderCreated.PublishAsync(42);

        await host.DeliveryOfAsync(id, one => one.State == DeliveryState.Done);
        receiver.Requests.Single().Text.ShouldContain("\"entity_id\":42");
    }

    [Fact]
    public async Task The_body_is_the_originals_byte_for_byte_and_the_rest_is_beside_it()
    {
        var host = await StartAsync();

        var id = await host.CustomerSaved.PublishAsync(new CustomerSaved(3, "zoë/\"x\"@example.com"), new PublishOptions { StoreId = 7, IdempotencyKey = "k", Original = OriginalState.New });

        var message = await TakeAsync(Tap);
        Text(message).ShouldBe(/* json_encode(['customer.saved', $json, '7']) */ """["customer.saved","{\"customer_id\":3,\"email\":\"zo\\u00EB\/\\u0022x\\u0022@example.com\"}","7"]""");
        message.RoutingKey.ShouldBe("event.trigger");
        message.BasicProperties.MessageId.ShouldBe(id.ToString());
        message.BasicProperties.ContentType.ShouldBe("application/json");
        message.BasicProperties.DeliveryMode.ShouldBe(DeliveryModes.Persistent);
        Header(message, "x-declarative-idempotency-key").ShouldBe("k");
        message.BasicProperties.Headers!["x-declarative-carries-payload"].ShouldBe(true);
    }

    [Theory]
    [InlineData("""["sales.order.created","{\"id\":42}"]""")]
    [InlineData("""["sales.order.created","{\"id\":42}","0"]""")]
    [InlineData("""["Sales.Order.Created","{\"id\":42}",0]""")]
    [InlineData("""["com.adobe.commerce.observer.sales.order.created","{\"id\":42}","0"]""")]
    public async Task A_plain_message_of_another_program_is_delivered(string body)
    {
        var host = await StartAsync();
        await using var receiver = await Receiver.StartAsync();
        await host.SubscribeAsync(receiver.Url);

        await PublishAsPhpAsync(body, "5d41402abc4b2a76b9719d911017c592");

        await Eventually.True(() => receiver.Requests.Count == 1);
        receiver.Requests.Single().Text.ShouldContain("\"entity_id\":42");
    }

    [Fact]
    public async Task A_plain_message_of_an_event_with_payload_is_its_payload()
    {
        var host = await StartAsync();
        await using var receiver = await Receiver.StartAsync();
        await host.SubscribeAsync(receiver.Url, eventName: ShopModule.CustomerSavedEvent);

        await PublishAsPhpAsync("""["customer.saved","{\"customer_id\":9}","0"]""");

        await Eventually.True(() => receiver.Requests.Count == 1);
        receiver.Requests.Single().Text.ShouldContain("\"customer_id\":9");
    }

    [Fact]
    public async Task Stores_key_and_original_arrive()
    {
        var host = await StartAsync();
        var options = new PublishOptions { StoreId = 7, IdempotencyKey = "order-1", Original = OriginalState.New };

        await host.OrderCreated.PublishAsync(1, options: options);
        await host.OrderCreated.PublishAsync(1, options: options);

        await Eventually.True(async () => await Raw.MessageCountAsync(Queue) == 0 && Stored() == 1);
        Store.Scalar("SELECT store_id FROM message").ShouldBe(7);
        Store.Scalar("SELECT count(*) FROM message WHERE idempotency_key = 'order-1' AND original IS NOT NULL").ShouldBe(1);
    }

    [Fact]
    public async Task An_original_that_no_frame_holds_goes_past_the_broker_and_keeps_nothing_else_from_it()
    {
        var host = await StartAsync();
        var large = new PublishOptions { Original = OriginalState.Of(new CustomerSaved(1, new string('x', 200_000))) };

        await Task.WhenAll(host.OrderCreated.PublishAsync(1, options: large), host.OrderCreated.PublishAsync(2));
        await host.OrderCreated.PublishAsync(3);

        await Eventually.True(() => Stored() == 3);
        await Eventually.True(async () => await Raw.MessageCountAsync(Tap) == 2);
        Store.Scalar("SELECT count(*) FROM broker_buffer").ShouldBe(0);
    }

    [Fact]
    public async Task A_clock_that_is_fast_delays_nothing()
    {
        await StartAsync();
        var later = new BasicProperties { Timestamp = new AmqpTimestamp(TimeProvider.System.GetUtcNow().AddYears(50).ToUnixTimeSeconds()) };
        await Raw.BasicPublishAsync(Exchange, "event.trigger", mandatory: true, later, Encoding.UTF8.GetBytes("""["sales.order.created","{\"id\":1}","0"]"""));

        await Eventually.True(() => Stored() == 1);
        Store.Scalar("SELECT max(due_at) FROM message").ShouldBeLessThanOrEqualTo(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task A_message_that_comes_twice_is_one_event()
    {
        var host = await StartAsync();

        for (var i = 0; i < 3; i++)
            await PublishAsPhpAsync("""["sales.order.created","{\"id\":1}","0"]""", "0cc175b9c0f1b6a831c399e269772661");
        await PublishAsPhpAsync("""["sales.order.created","{\"id\":1}","0"]""", "92eb5ffee6ae2fec3ad71c777531578f");
        await PublishAsPhpAsync("""["sales.order.created","{\"id\":1}","0"]""");
        await PublishAsPhpAsync("""["sales.order.created","{\"id\":1}","0"]""");

        await host.OrderCreated.PublishAsync(2);
        await Eventually.True(() => Store.Scalar("SELECT count(*) FROM message WHERE json = CAST('{\"id\":2,\"displayCurrency\":null}' AS BLOB)") == 1);
        Stored().ShouldBe(5);
    }

    [Fact]
    public async Task What_was_not_acknowledged_comes_again_and_is_one_event()
    {
        // Another program takes the message and dies before it acknowledges.
        await EndAsync(await StartAsync());
        await PublishAsPhpAsync("""["sales.order.created","{\"id\":1}","0"]""", "a");
        (await Raw.BasicGetAsync(Queue, autoAck: false)).ShouldNotBeNull();
        await Raw.CloseAsync();
        await ConnectAsync();

        await StartAsync();

        await Eventually.True(() => Stored() == 1);
        await Eventually.True(async () => await Raw.MessageCountAsync(Queue) == 0);
    }

    [Fact]
    public async Task Only_chosen_events_go_through_the_broker()
    {
        var host = await StartAsync(options => options.Events = ["customer.*"]);

        await host.OrderCreated.PublishAsync(1);
        Stored().ShouldBe(1);
        await host.CustomerSaved.PublishAsync(new CustomerSaved(1, "a@example.com"));

        Text(await TakeAsync(Tap)).ShouldStartWith("[\"customer.saved\"");
        (await Raw.MessageCountAsync(Tap)).ShouldBe(0u);
        await Eventually.True(() => Stored() == 2);
    }
}
