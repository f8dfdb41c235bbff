using Declarative.Storage;
using Declarative.Work;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Declarative.Events;

/// <summary>
/// Makes durable what was published: in the store, or through a broker. Each has its own lane, so that a broker that hangs holds up only what goes through it.
/// </summary>
internal sealed class QueueWriter(EventQueue queue, IMessageStore store, IEnumerable<IMessageTransport> transports, MessageSignal signal, LoopHealth health, ILogger<QueueWriter> logger) : BackgroundService
{
    private const int MaxUnderWayToBroker = 8;

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var stored = new PublishLane("publish", 1, queue.Pending, store.AppendAsync, signal, health, new Outage("publish", logger)).RunAsync();
        return transports.SingleOrDefault() is { } transport
            ? Task.WhenAll(stored, new PublishLane("publish through the broker", MaxUnderWayToBroker, queue.Carried, transport.SendAsync, signal, health, new Outage("publish through the broker", logger)).RunAsync())
            : stored;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Complete();
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
    }
}
