using System.Text;
using Declarative.Storage;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;

namespace Declarative.Tests.RabbitMq;

/// <summary>What can't be handled is set aside with its reason, and holds nothing else up.</summary>
public sealed class DeadLetterTests(RabbitMqServer server) : BrokerTest(server)
{
    [Theory]
    [InlineData("not json", "no JSON")]
    [InlineData("""{"name":"sales.order.created"}""", "expected an array")]
    [InlineData("""["sales.order.created","{\"id\":","0"]""", "Its JSON is none")]
    [InlineData("""["sales.order.created","","0"]""", "Its JSON is none")]
    [InlineData("""["sales.order.created","{}","-1"]""", "the store")]
    public async Task What_is_no_event_message_goes_to_the_dead_letters_and_the_next_is_handled(string body, string reason)
    {
        var host = await StartAsync();

        await PublishAsPhpAsync(body, "m-1");
        await host.OrderCreated.PublishAsync(1);

        var dead = await TakeAsync(DeadLetterQueue);
        Text(dead).ShouldBe(body);
        dead.BasicProperties.MessageId.ShouldBe("m-1");
        Header(dead, "x-declarative-reason")!.ShouldContain(reason);
        await Eventually.True(() => host.Log.All.Any(line => line.StartsWith("Error A message (m-1)", StringComparison.Ordinal) && line.Contains(reason, StringComparison.Ordinal)));
        await Eventually.True(() => Stored() == 1);
        await Eventually.True(async () => await Raw.MessageCountAsync(Queue) == 0);
    }

    [Fact]
    public async Task A_message_above_the_limit_is_a_dead_letter()
    {
        await StartAsync();

        await PublishAsPhpAsync($$"""["customer.saved","\"{{new string('x', 1024 * 1024)}}\"","0"]""");

        Header(await TakeAsync(DeadLetterQueue), "x-declarative-reason")!.ShouldContain("MaxMessageBytes");
    }

    [Fact]
    public async Task A_key_that_was_used_with_other_content_makes_a_dead_letter()
    {
        var host = await StartAsync();

        await host.OrderCreated.PublishAsync(1, options: new PublishOptions { IdempotencyKey = "k" });
        var second = await host.OrderCreated.PublishAsync(2, options: new PublishOptions { IdempotencyKey = "k" });

        var dead = await TakeAsync(DeadLetterQueue);
        dead.BasicProperties.MessageId.ShouldBe(second.ToString());
        Header(dead, "x-declarative-reason")!.ShouldContain("idempotency key");
        await Eventually.True(() => Stored() == 1);
    }

    [Fact]
    public async Task A_message_that_alone_can_not_be_stored_is_a_dead_letter_when_its_deliveries_are_used_up()
    {
        var store = new FailingMessages { Fails = static one => one.Name == "poison" };
        await StartAsync(options => options.DeliveryLimit = 3, store.Add);

        await PublishAsPhpAsync("""["poison","{}","0"]""", "p");
        for (var i = 0; i < 20; i++)
            await PublishAsPhpAsync("""["sales.order.created","{\"id\":1}","0"]""");

        // The poison is alone in the queue by and by: only beside others can a message be told from a store that fails.
        BasicGetResult? dead = null;
        await Eventually.True(async () =>
        {
            await PublishAsPhpAsync("""["sales.order.created","{\"id\":1}","0"]""");
            return (dead = await Raw.BasicGetAsync(DeadLetterQueue, autoAck: true)) is not null;
        });
        dead!.BasicProperties.MessageId.ShouldBe("p");
        var death = (IDictionary<string, object?>)((IList<object?>)dead.BasicProperties.Headers!["x-death"]!)[0]!;
        Encoding.UTF8.GetString((byte[])death["reason"]!).ShouldBe("delivery_limit");
        await Eventually.True(async () => await Raw.MessageCountAsync(Queue) == 0);
    }

    [Fact]
    public async Task While_the_store_fails_messages_wait_without_using_up_their_deliveries()
    {
        var store = new FailingMessages { Fails = static _ => true };
        var host = await StartAsync(options => options.DeliveryLimit = 1, store.Add);

        for (var i = 0; i < 20; i++)
            await PublishAsPhpAsync("""["sales.order.created","{\"id\":1}","0"]""");
        await Eventually.True(() => store.Failures > 20);
        store.Fails = static _ => false;

        await Eventually.True(() => Stored() == 20);
        await Eventually.True(async () => await Raw.MessageCountAsync(Queue) == 0);
        (await Raw.MessageCountAsync(DeadLetterQueue)).ShouldBe(0u);
        host.Log.All.Count(static line => line.Contains("The store can't take the messages", StringComparison.Ordinal)).ShouldBe(1);
        await Eventually.True(() => host.Log.All.Any(static line => line.Contains("The store takes the messages", StringComparison.Ordinal)));
    }
}

/// <summary>A store that refuses messages as a test says.</summary>
internal sealed class FailingMessages : IMessageStore
{
    private IMessageStore _inner = null!;
    private int _failures;

    public Func<NewMessage, bool> Fails { get; set; } = static _ => false;

    public int Failures => _failures;

    public void Add(IServiceCollection services)
    {
        var inner = services.Last(static service => service.ServiceType == typeof(IMessageStore)).ImplementationType!;
        services.AddSingleton<IMessageStore>(provider =>
        {
            _inner = (IMessageStore)ActivatorUtilities.CreateInstance(provider, inner);
            return this;
        });
    }

    public Task<IReadOnlyList<AppendResult>> AppendAsync(IReadOnlyList<NewMessage> messages, CancellationToken cancellationToken)
    {
        if (!messages.Any(Fails))
            return _inner.AppendAsync(messages, cancellationToken);
        Interlocked.Increment(ref _failures);
        throw new StoreException("refused by the test", new InvalidOperationException());
    }

    public Task<Claimed<ClaimedMessage>> ClaimAsync(Claim<string> claim, CancellationToken cancellationToken) => _inner.ClaimAsync(claim, cancellationToken);

    public Task<int> CompleteAsync(IReadOnlyList<MessageOutcome> outcomes, DateTimeOffset now, CancellationToken cancellationToken) => _inner.CompleteAsync(outcomes, now, cancellationToken);
}
