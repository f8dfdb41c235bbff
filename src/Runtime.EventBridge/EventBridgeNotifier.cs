using System.Globalization;
using System.Text;
using Declarative.Delivery;
using Microsoft.Extensions.Options;

namespace Declarative.EventBridge;

/// <summary>
/// Delivers to an event bus as the original EventBridge module does: <c>Detail</c> is <c>{"data": payload}</c>, <c>DetailType</c> the
/// event's name, <c>Source</c> of the configuration. <c>Time</c> is when the event was published, the same in each attempt.
/// </summary>
internal sealed class EventBridgeNotifier(EntryGatherer gatherer, IOptions<EventBridgeOptions> options) : INotifier
{
    public const string Key = "event_bridge";

    private const int MaxDetailType = 128;

    public string? Validate(string recipient) => BusName.ProblemOf(recipient, options.Value.Region);

    public Task<NotifierResult> NotifyAsync(Notification notification, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(notification);
        var entry = new EventEntry(
            BusName.Of(notification.Recipient, options.Value.Bus),
            options.Value.Source!,
            notification.EventCode,
            $$"""{"data":{{Encoding.UTF8.GetString(notification.Payload.Span)}}}""",
            notification.PublishedAt);
        if (entry.Size > EventEntry.MaxBytes)
            return Task.FromResult(NotifierResult.Failure("too_large", string.Create(CultureInfo.InvariantCulture, $"The entry has {entry.Size} bytes, EventBridge takes {EventEntry.MaxBytes}. Select fewer fields in the subscription, or send a reference instead of the data."), isRetryable: false));
        if (entry.DetailType.Length > MaxDetailType)
            return Task.FromResult(NotifierResult.Failure("too_large", string.Create(CultureInfo.InvariantCulture, $"The event's name has {entry.DetailType.Length} characters, EventBridge takes {MaxDetailType} as DetailType."), isRetryable: false));
        return gatherer.PutAsync(entry, cancellationToken);
    }
}
