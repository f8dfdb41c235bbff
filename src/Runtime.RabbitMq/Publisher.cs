using Declarative.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Declarative.RabbitMq;

/// <summary>
/// One connection that publishes, with confirms: a message counts as sent when the broker says that its queue has it on disk. All
/// messages of a batch are under way at once; nothing limits how many, since the client's limiter waits where it needn't.
/// </summary>
internal sealed class Publisher : IAsyncDisposable
{
    private static readonly CreateChannelOptions Confirmed = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null);

    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly Topology _topology;
    private readonly RabbitMqOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Publisher(IConnection connection, IChannel channel, Topology topology, RabbitMqOptions options, TimeProvider time, ILogger logger)
    {
        _connection = connection;
        _channel = channel;
        _topology = topology;
        _options = options;
        _time = time;
        _logger = logger;
        channel.ChannelShutdownAsync += (_, reason) => End(new InvalidOperationException("The channel ended: " + reason.ReplyText));
        connection.ConnectionBlockedAsync += (_, reason) => End(new InvalidOperationException("The broker takes no messages: " + reason.Reason));
    }

    /// <summary>Fails when nothing more can be sent by this connection.</summary>
    public Task Ended => _ended.Task;

    public static async Task<Publisher> OpenAsync(BrokerConnector connector, Topology topology, IOptions<RabbitMqOptions> options, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        var connection = await connector.OpenAsync("publish", cancellationToken).ConfigureAwait(false);
        try
        {
            var channel = await connection.CreateChannelAsync(Confirmed, cancellationToken).ConfigureAwait(false);
            return new Publisher(connection, channel, topology, options.Value, time, logger);
        }
        catch
        {
            await BrokerConnector.CloseAsync(connection).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Sends messages, in order, and waits for their confirms.</summary>
    /// <returns>Those that the broker may not have, in order; empty if all is well. Then this connection has ended.</returns>
    public async Task<IReadOnlyList<NewMessage>> PublishAsync(IReadOnlyList<NewMessage> messages)
    {
        var (left, failure) = await SendAsync(messages).ConfigureAwait(false);
        if (failure is PublishException { IsReturn: true })
        {
            // Somebody deleted the queue or its binding.
            failure = await RedeclareAsync().ConfigureAwait(false);
            if (failure is null)
                (left, failure) = await SendAsync(left).ConfigureAwait(false);
            if (failure is PublishException { IsReturn: true })
                _logger.Unroutable(left.Count, _options.Exchange);
        }

        if (failure is not null)
            _ = End(failure);
        return left;
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync().ConfigureAwait(false);
        await BrokerConnector.CloseAsync(_connection).ConfigureAwait(false);
    }

    private async Task<(IReadOnlyList<NewMessage> Left, Exception? Failure)> SendAsync(IReadOnlyList<NewMessage> messages)
    {
        // All are handed over before the first await: batches that are sent one after the other stay in this order.
        var confirms = new Task[messages.Count];
        for (var i = 0; i < confirms.Length; i++)
            confirms[i] = PublishAsync(messages[i]);
        var all = Task.WhenAll(confirms);
        try
        {
            await all.WaitAsync(_options.ConfirmTimeout, _time).ConfigureAwait(false);
            return ([], null);
        }
        catch (Exception exception)
        {
            var failure = exception is TimeoutException
                ? new TimeoutException($"The broker confirmed nothing for {_options.ConfirmTimeout.TotalSeconds:0.#} s (Declarative:RabbitMq:ConfirmTimeout).", exception)
                : Array.Find(confirms, static one => one.Exception?.InnerException is PublishException { IsReturn: true })?.Exception!.InnerException ?? exception;
            return ([.. messages.Where((_, i) => !confirms[i].IsCompletedSuccessfully)], failure);
        }
    }

    private async Task PublishAsync(NewMessage message) =>
        await _channel.BasicPublishAsync(_options.Exchange, AmqpMessage.RoutingKey, mandatory: true, AmqpMessage.Properties(message), AmqpMessage.Body(message), CancellationToken.None).ConfigureAwait(false);

    private async Task<Exception?> RedeclareAsync()
    {
        try
        {
            await _topology.RedeclareAsync(_connection).ConfigureAwait(false);
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private Task End(Exception reason)
    {
        _ended.TrySetException(reason);
        return Task.CompletedTask;
    }
}
