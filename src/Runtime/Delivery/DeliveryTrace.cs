namespace Declarative.Delivery;

/// <summary>Where a delivery is. The numbers are stored.</summary>
public enum DeliveryState
{
    /// <summary>It waits for its due time.</summary>
    Due = 0,

    /// <summary>A worker holds it.</summary>
    Leased = 1,

    /// <summary>The receiver accepted it.</summary>
    Done = 2,

    /// <summary>Its attempts are exhausted, or trying again can't help.</summary>
    Dead = 3,

    /// <summary>It waits for its subscription to be enabled.</summary>
    Parked = 4,

    /// <summary>Its subscription was deleted, or its data was erased before it was sent.</summary>
    Cancelled = 5,

    /// <summary>It was a dead letter until it was replayed; the replay says what became of it.</summary>
    Replayed = 6,

    /// <summary>It was a dead letter that somebody discarded; the audit log says who, and why.</summary>
    Discarded = 7,
}

/// <summary>One delivery and all its attempts.</summary>
public sealed record DeliveryTrace
{
    /// <summary>The delivery's own id; a replay has another.</summary>
    public required long Id { get; init; }

    /// <summary>The trace's id, shared by replays.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>0, or which replay it is.</summary>
    public required int ReplayNo { get; init; }

    /// <summary>The event message's id, as <c>PublishAsync</c> gave it.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>The event's name.</summary>
    public required string EventName { get; init; }

    /// <summary>The subscription's id.</summary>
    public required long SubscriptionId { get; init; }

    /// <summary>Where its subscription's deliveries go now.</summary>
    public required string Recipient { get; init; }

    /// <summary>The name of its subscription's destination; null if the subscription names its recipient itself.</summary>
    public string? Destination { get; init; }

    /// <summary>Where it is.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>When it is tried next; null unless it is due.</summary>
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>Why the last attempt failed; null if it did not.</summary>
    public string? Reason { get; init; }

    /// <summary>The last attempt's status.</summary>
    public int? Status { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ended; null while it is pending.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The attempts, first to last. Empty in lists.</summary>
    public IReadOnlyList<Storage.AttemptRecord> Attempts { get; init; } = [];
}

/// <summary>What can't go on by itself: an event message that could not be resolved, or a delivery that was not accepted.</summary>
public sealed record DeadLetter
{
    /// <summary>True for an event message, false for a delivery.</summary>
    public required bool IsMessage { get; init; }

    /// <summary>The message's id, or the delivery's uuid.</summary>
    public required Guid Id { get; init; }

    /// <summary>The event's name.</summary>
    public required string EventName { get; init; }

    /// <summary>The subscription; null for a message.</summary>
    public long? SubscriptionId { get; init; }

    /// <summary>How often it was tried.</summary>
    public required int Attempts { get; init; }

    /// <summary>Why it is dead: for a delivery the last attempt's reason code, for a message the error in words.</summary>
    public required string Reason { get; init; }

    /// <summary>The last attempt's status; null for a message, and if no status came.</summary>
    public int? Status { get; init; }

    /// <summary>When it died.</summary>
    public required DateTimeOffset FinishedAt { get; init; }
}
