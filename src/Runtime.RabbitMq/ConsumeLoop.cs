using Declarative.Delivery;
using Declarative.Events;
using Declarative.Work;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace Declarative.RabbitMq;

/// <summary>
/// Takes messages from the queue into the store, in batches, and acknowledges them when they are durable there. It opens its connection
/// anew when that ends; what was not acknowledged comes again then, and its id tells the store that it is the same event.
/// </summary>
internal sealed class ConsumeLoop(
    BrokerConnector connector,
    EventIntake intake,
    BrokerStatus status,
    QueueWatch watch,
    LoopHealth health,
    IOptions<RabbitMqOptions> options,
    IOptions<PublishingOptions> publishing,
    IOptions<DeliveryOptions> delivery,
    TimeProvider time,
    ILogger<ConsumeLoop> logger) : BackgroundService
{
    private const string What = "consuming";
    private const string Loop = "RabbitMQ " + What;
    private const int Batch = 500;

    private static readonly CreateChannelOptions Confirmed = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null);

    private readonly GrowingPause _pause = new(time);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ended = new LoopEnd(health, Loop);
        while (!stoppingToken.IsCancellationRequested)
        {
            health.Beat(Loop);
            try
            {
                var connection = await connector.OpenAsync("consume", stoppingToken).ConfigureAwait(false);
                try
                {
                    await RunAsync(connection, stoppingToken).ConfigureAwait(false);
                }
                finally
                {
                    await BrokerConnector.CloseAsync(connection).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                status.Failed(What, exception);
            }

            await _pause.WaitAsync(stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(IConnection connection, CancellationToken stoppingToken)
    {
        var channel = await connection.CreateChannelAsync(Confirmed, stoppingToken).ConfigureAwait(false);
        await using (channel.ConfigureAwait(false))
        {
            await channel.BasicQosAsync(0, (ushort)options.Value.Prefetch, global: false, stoppingToken).ConfigureAwait(false);
            var incoming = new Intake(channel, intake, publishing.Value.MaxMessageBytes, time);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var watching = watch.RunAsync(connection, incoming, ended.Token);
            await channel.BasicConsumeAsync(options.Value.Queue, autoAck: false, incoming, stoppingToken).ConfigureAwait(false);
            status.Works(What);
            _pause.Reset();
            try
            {
                await TakeAsync(channel, incoming, stoppingToken).ConfigureAwait(false);
            }
            finally
            {
                await ended.CancelAsync().ConfigureAwait(false);
                await watching.ConfigureAwait(false);
            }
        }
    }

    private async Task TakeAsync(IChannel channel, Intake incoming, CancellationToken stoppingToken)
    {
        var deadLetters = new DeadLetters(channel, options.Value, logger);
        var storing = new Storing(channel, intake, deadLetters, options.Value, time, logger);
        var batch = new List<Delivery>(Batch);
        var last = 0UL;
        while (batch.Count > 0 || await HasMoreAsync(incoming, stoppingToken).ConfigureAwait(false))
        {
            health.Beat(Loop);
            while (batch.Count < Batch && incoming.Deliveries.TryRead(out var one))
            {
                last = one.Tag;
                if (one.Unreadable is { } unreadable)
                    await deadLetters.SendAsync(unreadable).ConfigureAwait(false);
                else
                    batch.Add(one);
            }

            // What the store does not take stays in the batch, and what came meanwhile joins it.
            if (await storing.StoreAsync(batch, last).ConfigureAwait(false))
                batch.Clear();
            else
                await storing.PauseAsync(stoppingToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for messages, and says meanwhile that it waits.</summary>
    private async Task<bool> HasMoreAsync(Intake incoming, CancellationToken stoppingToken)
    {
        var more = incoming.Deliveries.WaitToReadAsync(stoppingToken).AsTask();
        while (true)
        {
            health.Beat(Loop);
            try
            {
                return await more.WaitAsync(delivery.Value.BackStop, time, stoppingToken).ConfigureAwait(false);
            }
            catch (TimeoutException) when (!more.IsFaulted)
            {
                // Nothing came.
            }
        }
    }
}
