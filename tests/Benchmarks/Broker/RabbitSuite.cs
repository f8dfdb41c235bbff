using System.Text.Json;
using Declarative.Benchmarks.Engine;
using Declarative.Benchmarks.Measuring;
using Declarative.Events;
using Declarative.RabbitMq;
using Declarative.Tests.Servers;
using RabbitMQ.Client;

namespace Declarative.Benchmarks.Broker;

/// <summary>
/// Publishes per second through a real broker, each confirmed by a quorum queue, beside the client alone: the same bytes into the same
/// queue, as many under way, nothing around it. Taking them from the queue is not part of it.
/// </summary>
internal static class RabbitSuite
{
    private const int Total = 10_000;
    private const int InFlight = 256;

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        if (!RabbitMqProcess.IsInstalled)
            throw new InvalidOperationException(RabbitMqProcess.Missing);
        await using var broker = new RabbitMqProcess();
        await broker.FirstStartAsync();
        await using var engine = await EngineHost.StartAsync(hasWorkers: false, configure: declarative => declarative.UseRabbitMq(broker.Uri));
        var loop = engine.Services.GetServices<IHostedService>().OfType<PublishLoop>().Single();
        await loop.StartAsync(CancellationToken.None);
        await Eventually.True(() => engine.Services.GetRequiredService<SendGate>().IsOpen);
        await using var connection = await broker.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null));

        var ours = new List<double>();
        var raw = new List<double>();
        for (var round = -2; round < 9; round++)
        {
            var isFirst = round % 2 == 0;
            var first = isFirst ? await EngineAsync(engine.Queue) : await RawAsync(channel);
            await channel.QueuePurgeAsync("event.trigger");
            var second = isFirst ? await RawAsync(channel) : await EngineAsync(engine.Queue);
            await channel.QueuePurgeAsync("event.trigger");
            if (round < 0)
                continue;
            ours.Add(isFirst ? first : second);
            raw.Add(isFirst ? second : first);
        }

        await loop.StopAsync(CancellationToken.None);
        return
        [
            Figure.RatioAtLeast(0.6, "confirmed publishes, 256 callers (yardstick: the client alone)", "1/s", Rounds.Compare(ours, raw)),
            Figure.Honest("yardstick: the client alone", Rounds.Median(raw), "1/s", 5_980),
        ];
    }

    private static async Task<double> EngineAsync(EventQueue queue)
    {
        var orders = new OrderReader();
        return (await Callers.RunAsync(Total, number => queue.PublishAsync(OrdersModule.Imported, orders.Get(number), null, CancellationToken.None), InFlight)).PerSecond;
    }

    private static async Task<double> RawAsync(IChannel channel)
    {
        var orders = new OrderReader();
        return (await Callers.RunAsync(Total, PublishAsync, InFlight)).PerSecond;

        async Task PublishAsync(int number)
        {
            var body = new EventMessage(OrdersModule.Imported, JsonSerializer.SerializeToUtf8Bytes(orders.Get(number)), 0).ToWire();
            var properties = new BasicProperties { DeliveryMode = DeliveryModes.Persistent, MessageId = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString() };
            await channel.BasicPublishAsync("magento", "event.trigger", mandatory: true, properties, body);
        }
    }
}
