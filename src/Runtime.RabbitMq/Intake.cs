using System.Threading.Channels;
using Declarative.Events;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Declarative.RabbitMq;

/// <summary>Reads what the broker hands over; the prefetch bounds how much waits here. Bytes are valid only while the client calls.</summary>
internal sealed class Intake(IChannel channel, EventIntake intake, int maxBytes, TimeProvider time) : AsyncDefaultBasicConsumer(channel)
{
    private readonly Channel<Delivery> _deliveries = System.Threading.Channels.Channel.CreateUnbounded<Delivery>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    /// <summary>What came, in order. It fails when the broker hands over nothing more.</summary>
    public ChannelReader<Delivery> Deliveries => _deliveries.Reader;

    /// <summary>Ends the reading of <see cref="Deliveries"/>.</summary>
    public void End(string reason) => _deliveries.Writer.TryComplete(new InvalidOperationException(reason));

    public override Task HandleBasicDeliverAsync(string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        _deliveries.Writer.TryWrite(Read(deliveryTag, properties, body.Span));
        return Task.CompletedTask;
    }

    /// <summary>The queue was deleted.</summary>
    public override Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        End("The queue was deleted.");
        return base.HandleBasicCancelAsync(consumerTag, cancellationToken);
    }

    public override Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason)
    {
        End("The channel ended: " + reason.ReplyText);
        return base.HandleChannelShutdownAsync(channel, reason);
    }

    private Delivery Read(ulong tag, IReadOnlyBasicProperties properties, ReadOnlySpan<byte> body)
    {
        try
        {
            return new Delivery(tag, AmqpMessage.Read(body, properties, intake.CarriesPayload, maxBytes, time.GetUtcNow()), Unreadable: null);
        }
        catch (Exception exception)
        {
            // Whatever is wrong with it: a message that is not written down here would be acknowledged with those behind it.
            return new Delivery(tag, Message: null, new Unreadable(exception.Message, new BasicProperties(properties), body.ToArray()));
        }
    }
}
