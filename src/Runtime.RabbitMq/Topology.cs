using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Declarative.RabbitMq;

/// <summary>
/// Exchanges, queues and bindings. They are declared with each connection, and again when a message finds no queue: whoever deletes a
/// queue of a running system loses what was in it, but nothing that comes after.
/// </summary>
internal sealed class Topology(IOptions<RabbitMqOptions> options, ILogger<Topology> logger)
{
    private const ushort PreconditionFailed = 406;

    private readonly RabbitMqOptions _options = options.Value;
    private TaskCompletionSource _redeclared = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _hasWarned;

    /// <summary>Ends when something was missing and was declared anew. A broker doesn't always tell consumers of a queue that was made anew so fast.</summary>
    public Task Redeclared => Volatile.Read(ref _redeclared).Task;

    public async Task RedeclareAsync(IConnection connection)
    {
        await DeclareAsync(connection, CancellationToken.None).ConfigureAwait(false);
        Interlocked.Exchange(ref _redeclared, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    public async Task DeclareAsync(IConnection connection, CancellationToken cancellationToken)
    {
        var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        await using (channel.ConfigureAwait(false))
        {
            await channel.ExchangeDeclareAsync(_options.Exchange, ExchangeType.Topic, durable: true, cancellationToken: cancellationToken).ConfigureAwait(false);
            await channel.ExchangeDeclareAsync(_options.DeadLetterExchange, ExchangeType.Topic, durable: true, cancellationToken: cancellationToken).ConfigureAwait(false);
        }

        await DeclareQueueAsync(connection, _options.DeadLetterQueue, new(StringComparer.Ordinal) { ["x-queue-type"] = "quorum" }, cancellationToken).ConfigureAwait(false);

        // At least once: the broker removes a dead letter only when the other queue has it. That needs reject-publish.
        await DeclareQueueAsync(
            connection,
            _options.Queue,
            new(StringComparer.Ordinal)
            {
                ["x-queue-type"] = "quorum",
                ["x-delivery-limit"] = _options.DeliveryLimit,
                ["x-dead-letter-exchange"] = _options.DeadLetterExchange,
                ["x-dead-letter-routing-key"] = AmqpMessage.RoutingKey,
                ["x-dead-letter-strategy"] = "at-least-once",
                ["x-overflow"] = "reject-publish",
            },
            cancellationToken).ConfigureAwait(false);

        var binding = await connection.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        await using (binding.ConfigureAwait(false))
        {
            await binding.QueueBindAsync(_options.DeadLetterQueue, _options.DeadLetterExchange, AmqpMessage.RoutingKey, cancellationToken: cancellationToken).ConfigureAwait(false);
            await binding.QueueBindAsync(_options.Queue, _options.Exchange, AmqpMessage.RoutingKey, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A queue that somebody else made otherwise (Magento makes a classic one) is used as it is: the broker can't change it.</summary>
    private async Task DeclareQueueAsync(IConnection connection, string queue, Dictionary<string, object?> arguments, CancellationToken cancellationToken)
    {
        var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        await using (channel.ConfigureAwait(false))
        {
            try
            {
                await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken).ConfigureAwait(false);
            }
            catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == PreconditionFailed)
            {
                if (Interlocked.Exchange(ref _hasWarned, 1) == 0)
                    logger.QueueDiffers(queue, exception.ShutdownReason.ReplyText);
            }
        }
    }
}
