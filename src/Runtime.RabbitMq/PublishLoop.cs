using Declarative.Delivery;
using Declarative.Storage;
using Declarative.Work;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.RabbitMq;

/// <summary>
/// Keeps the publishing connection: opens it, sends what was kept while it failed, oldest first, and then lets publishes through.
/// While it is open the buffer is looked at now and then, for what a process left that ended.
/// </summary>
internal sealed class PublishLoop(
    BrokerConnector connector,
    Topology topology,
    SendGate gate,
    RabbitMqTransport transport,
    IBrokerBuffer buffer,
    BrokerStatus status,
    LoopHealth health,
    IOptions<RabbitMqOptions> options,
    IOptions<DeliveryOptions> delivery,
    TimeProvider time,
    ILogger<PublishLoop> logger) : BackgroundService
{
    private const string What = "publishing";
    private const string Loop = "RabbitMQ " + What;

    /// <summary>More than a batch of publishes has, so that the buffer grows emptier with each.</summary>
    private const int Batch = 1_000;

    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan OthersTurn = TimeSpan.FromSeconds(1);

    private readonly Guid _holder = Guid.CreateVersion7(time.GetUtcNow());
    private readonly GrowingPause _pause = new(time);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ended = new LoopEnd(health, Loop);
        while (!stoppingToken.IsCancellationRequested)
        {
            health.Beat(Loop);
            try
            {
                var publisher = await Publisher.OpenAsync(connector, topology, options, time, logger, stoppingToken).ConfigureAwait(false);
                await using (publisher.ConfigureAwait(false))
                    await RunAsync(publisher, stoppingToken).ConfigureAwait(false);
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

    private async Task RunAsync(Publisher publisher, CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await DrainAsync(publisher, stoppingToken).ConfigureAwait(false);
                if (gate.IsOpen)
                {
                    status.Works(What);
                    _pause.Reset();
                }

                await WaitAsync(publisher, gate.IsOpen ? delivery.Value.BackStop : OthersTurn, stoppingToken).ConfigureAwait(false);
            }
        }
        finally
        {
            gate.Close();

            // What is under way may still be confirmed; what isn't is kept.
            await transport.LastAsync.ConfigureAwait(false);
        }
    }

    /// <summary>Sends what is kept. Where several processes share a store only one of them does, so that the order stays.</summary>
    private async Task DrainAsync(Publisher publisher, CancellationToken stoppingToken)
    {
        var sent = 0;
        while (true)
        {
            health.Beat(Loop);
            gate.Reading();
            var kept = await buffer.ReadAsync(Batch, stoppingToken).ConfigureAwait(false);
            if (kept.Count == 0)
            {
                if (sent > 0)
                    logger.BufferSent(sent);
                if (sent > 0)
                    await buffer.HoldAsync(_holder, time.GetUtcNow(), time.GetUtcNow(), stoppingToken).ConfigureAwait(false);
                if (publisher.Ended.IsCompleted)
                    await publisher.Ended.ConfigureAwait(false);
                if (gate.IsOpen || gate.TryOpen(publisher))
                    return;
                await Task.WhenAny(gate.QuietAsync(), publisher.Ended).WaitAsync(stoppingToken).ConfigureAwait(false);
                continue;
            }

            var now = time.GetUtcNow();
            if (!await buffer.HoldAsync(_holder, now, now + Hold, stoppingToken).ConfigureAwait(false))
            {
                gate.LetGo();
                return;
            }

            if (sent == 0)
                kept = await buffer.ReadAsync(Batch, stoppingToken).ConfigureAwait(false);
            gate.HoldBack();
            sent += await SendAsync(publisher, kept).ConfigureAwait(false);
            if (kept.Count == Batch)
                gate.LetOne();
        }
    }

    /// <summary>A crash between sending and removing sends again; the id keeps the repeat out where it is stored.</summary>
    private async Task<int> SendAsync(Publisher publisher, IReadOnlyList<NewMessage> kept)
    {
        var left = await publisher.PublishAsync(kept).ConfigureAwait(false);
        var missing = left.Select(static one => one.Id).ToHashSet();
        await buffer.RemoveAsync([.. kept.Where(one => !missing.Contains(one.Id)).Select(static one => one.Id)], CancellationToken.None).ConfigureAwait(false);
        if (left.Count > 0)
            await publisher.Ended.ConfigureAwait(false);
        return kept.Count;
    }

    private async Task WaitAsync(Publisher publisher, TimeSpan limit, CancellationToken stoppingToken)
    {
        try
        {
            await publisher.Ended.WaitAsync(limit, time, stoppingToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!publisher.Ended.IsCompleted)
        {
            // Time to look at the buffer.
        }
    }
}
