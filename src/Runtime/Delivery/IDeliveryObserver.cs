using Declarative.Storage;

namespace Declarative.Delivery;

/// <summary>
/// Sees attempts as they end, after they were stored, for a console or a page. Register it in DI; it must be quick, since
/// completions wait for it, and what it throws is logged and nothing else.
/// </summary>
public interface IDeliveryObserver
{
    /// <summary>An attempt ended and is logged.</summary>
    /// <param name="attempt">The attempt.</param>
    void AttemptFinished(DeliveryAttempt attempt);
}

/// <summary>One attempt and what follows from it.</summary>
public sealed record DeliveryAttempt
{
    /// <summary>The trace's id.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The event message's id.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>The event's name.</summary>
    public required string EventName { get; init; }

    /// <summary>The subscription's id.</summary>
    public required long SubscriptionId { get; init; }

    /// <summary>The notifier's key.</summary>
    public required string Notifier { get; init; }

    /// <summary>Where to.</summary>
    public required string Recipient { get; init; }

    /// <summary>Number, time, duration, status, reason, response.</summary>
    public required AttemptRecord Attempt { get; init; }

    /// <summary>Where the delivery is now: done, due (again), dead or parked.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>When it is tried again; null if it isn't.</summary>
    public DateTimeOffset? NextDue { get; init; }
}
