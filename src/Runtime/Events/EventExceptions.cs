namespace Declarative.Events;

/// <summary>The arguments of an event can't be bound to its service method, now or ever: retrying would not help.</summary>
public sealed class EventArgumentsException : Exception
{
    /// <summary>Names the event and every problem found.</summary>
    /// <param name="eventName">The event.</param>
    /// <param name="problems">One sentence part per problem, all of them.</param>
    /// <param name="innerException">What caused it, if anything did.</param>
    public EventArgumentsException(string eventName, IReadOnlyList<string> problems, Exception? innerException = null)
        : base($"Event '{eventName}': {string.Join("; ", problems)}.", innerException)
    {
        EventName = eventName;
        Problems = problems;
    }

    /// <summary>The event.</summary>
    public string EventName { get; }

    /// <summary>All that is wrong, one entry per problem.</summary>
    public IReadOnlyList<string> Problems { get; }
}

/// <summary>No active module declares the event.</summary>
/// <param name="eventName">The name as given.</param>
/// <param name="message">What is wrong and how to mend it.</param>
public sealed class UnknownEventException(string eventName, string message) : Exception(message)
{
    /// <summary>The name as given.</summary>
    public string EventName { get; } = eventName;
}

/// <summary>An idempotency key was used before for the same event with other content.</summary>
/// <param name="eventName">The event.</param>
/// <param name="idempotencyKey">The key.</param>
public sealed class IdempotencyConflictException(string eventName, string idempotencyKey)
    : Exception($"Event '{eventName}' was already published with the idempotency key '{idempotencyKey}' and other content. Use a new key, or repeat exactly the first publish.")
{
    /// <summary>The event.</summary>
    public string EventName { get; } = eventName;

    /// <summary>The key.</summary>
    public string IdempotencyKey { get; } = idempotencyKey;
}

/// <summary>The queue stayed full for as long as a publish may wait; nothing was stored. Try again later.</summary>
/// <param name="message">What is full, and for how long it was waited.</param>
public sealed class EventQueueFullException(string message) : Exception(message);
