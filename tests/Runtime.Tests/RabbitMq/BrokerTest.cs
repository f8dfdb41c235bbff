using System.Globalization;
using System.Text;
using Declarative.RabbitMq;
using Declarative.Storage;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;

namespace Declarative.Tests.RabbitMq;

/// <summary>A host behind the broker, with exchange and queues of its own, and another program's view of them.</summary>
[Collection(nameof(UsesRabbitMq))]
public abstract class BrokerTest(RabbitMqServer server) : IAsyncLifetime
{
    private static int _number;

    private readonly List<TestHost> _hosts = [];
    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref _number)}");
    private IConnection? _connection;

    protected SqliteFixture Store { get; } = new();

    protected RabbitMqServer Server { get; } = server;

    protected IChannel Raw { get; private set; } = null!;

    protected string Exchange => _name + ".magento";

    protected string Queue => _name + ".event.trigger";

    protected string DeadLetterQueue => Queue + ".dead-letter";

    /// <summary>Gets a copy of everything that passes the exchange.</summary>
    protected string Tap => _name + ".tap";

    public async ValueTask InitializeAsync()
    {
        Server.Require();
        await ConnectAsync();
        await Raw.ExchangeDeclareAsync(Exchange, ExchangeType.Topic, durable: true);
        await Raw.QueueDeclareAsync(Tap, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-queue-type"] = "quorum" });
        await Raw.QueueBindAsync(Tap, Exchange, "event.trigger");
    }

    public async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
            TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', _hosts.SelectMany(static host => host.Log.All)));
        foreach (var host in _hosts)
            await host.DisposeAsync();
        if (_connection is not null)
            await _connection.DisposeAsync();
        Store.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Connects the other program anew, after the broker was down.</summary>
    protected async Task ConnectAsync()
    {
        _connection = await Server.ConnectAsync();
        Raw = await _connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
    }

    protected TestHost Build(Action<RabbitMqOptions>? options = null, Action<IServiceCollection>? services = null, string? uri = null)
    {
        var host = TestHost.Build(
            Store.Use,
            configure: declarative =>
            {
                declarative.UseRabbitMq(uri ?? Server.Uri, chosen =>
                {
                    chosen.Exchange = Exchange;
                    chosen.Queue = Queue;
                    chosen.DeadLetterExchange = Exchange + ".dead-letter";
                    chosen.DeadLetterQueue = DeadLetterQueue;
                    options?.Invoke(chosen);
                });
                services?.Invoke(declarative.Services);
            });
        _hosts.Add(host);
        return host;
    }

    /// <summary>A host that has its queue and publishes through it.</summary>
    protected async Task<TestHost> StartAsync(Action<RabbitMqOptions>? options = null, Action<IServiceCollection>? services = null, string? uri = null)
    {
        var host = Build(options, services, uri);
        await host.StartAsync();
        await IsConnectedAsync(host);
        return host;
    }

    protected async Task EndAsync(TestHost host)
    {
        _hosts.Remove(host);
        await host.DisposeAsync();
    }

    protected static Task IsConnectedAsync(TestHost host) =>
        Eventually.True(() => host.Services.GetRequiredService<BrokerStatus>().Problem is null);

    /// <summary>Publishes as a program does that knows the originals only.</summary>
    protected async Task PublishAsPhpAsync(string body, string? id = null, IDictionary<string, object?>? headers = null)
    {
        var properties = new BasicProperties { DeliveryMode = DeliveryModes.Persistent, Headers = headers };
        if (id is not null)
            properties.MessageId = id;
        await Raw.BasicPublishAsync(Exchange, "event.trigger", mandatory: true, properties, Encoding.UTF8.GetBytes(body));
    }

    /// <summary>Takes the next message off a queue, which may not be there yet.</summary>
    protected async Task<BasicGetResult> TakeAsync(string queue)
    {
        BasicGetResult? taken = null;
        await Eventually.True(async () => (taken = await Raw.BasicGetAsync(queue, autoAck: true)) is not null);
        return taken!;
    }

    /// <summary>Messages that nobody has acknowledged.</summary>
    protected long Stored() => Store.Scalar("SELECT count(*) FROM message");

    protected static string Text(BasicGetResult message) => Encoding.UTF8.GetString(message.Body.Span);

    protected static string? Header(BasicGetResult message, string name) =>
        message.BasicProperties.Headers!.TryGetValue(name, out var value) ? Encoding.UTF8.GetString((byte[])value!) : null;
}
