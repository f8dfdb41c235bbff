using Declarative.Delivery;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace Declarative.RabbitMq;

/// <summary>
/// Sees that a queue, deleted and made anew, has a consumer again. RabbitMQ tells a consumer that its queue is gone, but not always if
/// another of the same name is there at once; then it would wait for ever.
/// </summary>
internal sealed class QueueWatch(Topology topology, IOptions<RabbitMqOptions> options, IOptions<DeliveryOptions> delivery, TimeProvider time)
{
    /// <summary>Ends <paramref name="incoming"/> when nothing can come any more; runs until <paramref name="cancellationToken"/>.</summary>
    public async Task RunAsync(IConnection connection, Intake incoming, CancellationToken cancellationToken)
    {
        var redeclared = topology.Redeclared;
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                await Task.WhenAny(redeclared, Task.Delay(delivery.Value.BackStop, time, cancellationToken)).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                if (redeclared.IsCompleted || await IsForgottenAsync(connection, cancellationToken).ConfigureAwait(false))
                {
                    incoming.End("The queue was deleted and made anew.");
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The connection ends, and the watch with it.
        }
        catch (Exception exception)
        {
            incoming.End("The queue can't be looked at: " + exception.Message);
        }
    }

    /// <summary>Whether nobody consumes, although we should.</summary>
    private async Task<bool> IsForgottenAsync(IConnection connection, CancellationToken cancellationToken)
    {
        var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        await using (channel.ConfigureAwait(false))
            return (await channel.QueueDeclarePassiveAsync(options.Value.Queue, cancellationToken).ConfigureAwait(false)).ConsumerCount == 0;
    }
}
