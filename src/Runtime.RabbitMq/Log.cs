using Microsoft.Extensions.Logging;

namespace Declarative.RabbitMq;

/// <summary>All log messages of the package. Event ids are never reused; no message holds a password or a payload.</summary>
internal static partial class Log
{
    [LoggerMessage(200, LogLevel.Error, "RabbitMQ at {Address} fails ({What}); trying again until it answers. Events that are published meanwhile are kept in the store and sent afterwards.")]
    public static partial void BrokerFailed(this ILogger logger, string address, string what, Exception exception);

    [LoggerMessage(201, LogLevel.Information, "RabbitMQ at {Address} answers again after {Duration}.")]
    public static partial void BrokerRecovered(this ILogger logger, string address, TimeSpan duration);

    [LoggerMessage(202, LogLevel.Warning, "The queue '{Queue}' was made otherwise than this application would make it and is used as it is: {Difference} A message that can't be stored may be delivered again without limit. To have it made anew, empty and delete it.")]
    public static partial void QueueDiffers(this ILogger logger, string queue, string difference);

    [LoggerMessage(203, LogLevel.Error, "A message ({MessageId}) of the queue '{Queue}' can't be handled and went to '{DeadLetterQueue}': {Reason}")]
    public static partial void DeadLettered(this ILogger logger, string? messageId, string queue, string deadLetterQueue, string reason);

    [LoggerMessage(204, LogLevel.Warning, "{Count} events found no queue behind the exchange '{Exchange}' although it was declared anew; they are kept in the store and sent again.")]
    public static partial void Unroutable(this ILogger logger, int count, string exchange);

    [LoggerMessage(205, LogLevel.Error, "The store can't take the messages of the queue '{Queue}'; they stay unacknowledged, and storing is tried again until it works.")]
    public static partial void StoreFailed(this ILogger logger, string queue, Exception exception);

    [LoggerMessage(206, LogLevel.Information, "The store takes the messages of the queue '{Queue}' again after {Failures} failures.")]
    public static partial void StoreRecovered(this ILogger logger, string queue, int failures);

    [LoggerMessage(207, LogLevel.Warning, "The message {MessageId} of event '{EventName}' can't be stored while others can ({Reason}); it goes back to the queue '{Queue}' until its deliveries are used up.")]
    public static partial void MessageRefused(this ILogger logger, Guid messageId, string eventName, string reason, string queue);

    [LoggerMessage(208, LogLevel.Information, "{Count} events that were kept while RabbitMQ failed are sent.")]
    public static partial void BufferSent(this ILogger logger, int count);
}
