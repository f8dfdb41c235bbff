using Declarative.Storage;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace Declarative.RabbitMq;

/// <summary>Puts what can't be handled into the dead-letter queue, with its reason beside it. It is acknowledged only after the broker has it there.</summary>
internal sealed class DeadLetters(IChannel channel, RabbitMqOptions options, ILogger logger)
{
    public Task SendAsync(Unreadable unreadable) => SendAsync(unreadable.Properties, unreadable.Body, unreadable.Reason);

    public Task SendAsync(NewMessage message, string reason) => SendAsync(AmqpMessage.Properties(message), AmqpMessage.Body(message), reason);

    private async Task SendAsync(BasicProperties properties, byte[] body, string reason)
    {
        properties.Headers = new Dictionary<string, object?>(properties.Headers ?? new Dictionary<string, object?>(StringComparer.Ordinal), StringComparer.Ordinal) { [AmqpMessage.Reason] = reason };
        properties.DeliveryMode = DeliveryModes.Persistent;
        await channel.BasicPublishAsync(options.DeadLetterExchange, AmqpMessage.RoutingKey, mandatory: true, properties, body, CancellationToken.None).ConfigureAwait(false);
        logger.DeadLettered(properties.MessageId, options.Queue, options.DeadLetterQueue, reason);
    }
}
