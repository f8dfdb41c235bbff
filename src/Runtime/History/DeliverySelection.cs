using Declarative.Delivery;
using Declarative.Events;

namespace Declarative.History;

/// <summary>Which deliveries are meant; what is null doesn't narrow.</summary>
public sealed record DeliverySelection
{
    /// <summary>The event's name.</summary>
    public string? EventName { get; init; }

    /// <summary>The subscription's id.</summary>
    public long? SubscriptionId { get; init; }

    /// <summary>Where their endpoint is: scheme, host and port such as <c>https://shop.example:443</c>, for other notifiers the recipient.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Where they are.</summary>
    public DeliveryState? State { get; init; }

    /// <summary>Made at or after this.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Made before this.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The same, with the event's name as deliveries have it.</summary>
    internal DeliverySelection Named(EventRegistry events) =>
        string.IsNullOrEmpty(EventName) ? this with { EventName = null } : this with { EventName = events.Find(EventName)?.Name ?? Merging.EventName.Stored(EventName) };
}
