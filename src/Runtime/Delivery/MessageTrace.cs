namespace Declarative.Delivery;

/// <summary>Where an event message is. The numbers are stored.</summary>
public enum MessageState
{
    /// <summary>It waits for its due time.</summary>
    Due = 0,

    /// <summary>A worker holds it.</summary>
    Leased = 1,

    /// <summary>It is resolved, and its deliveries are made.</summary>
    Resolved = 2,

    /// <summary>Its service gave null, or nobody is subscribed.</summary>
    NothingToDeliver = 3,

    /// <summary>Its attempts are exhausted.</summary>
    Dead = 4,

    /// <summary>It was dead, and somebody discarded it; the audit log says who, and why.</summary>
    Discarded = 5,
}

/// <summary>One event message: what a publish stored, before there are deliveries.</summary>
public sealed record MessageTrace
{
    /// <summary>What <c>PublishAsync</c> gave.</summary>
    public required Guid Id { get; init; }

    /// <summary>The event's name.</summary>
    public required string EventName { get; init; }

    /// <summary>Where it is.</summary>
    public required MessageState State { get; init; }

    /// <summary>How often resolving it was tried.</summary>
    public required int Attempts { get; init; }

    /// <summary>Why the last attempt failed, in words; null if none did.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was published.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is tried next; null unless it waits.</summary>
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>When it was resolved, or died.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
}
