namespace Declarative.Consumers;

/// <summary>Which event is handled, and how it came.</summary>
public sealed record EventContext
{
    /// <summary>The consumer's name.</summary>
    public required string Consumer { get; init; }

    /// <summary>The event's name as <c>event_consumers.xml</c> declares it.</summary>
    public required string EventName { get; init; }

    /// <summary>The event's name as the sender wrote it, with whatever stands before the declared one.</summary>
    public required string Type { get; init; }

    /// <summary>
    /// The same for every attempt of one delivery: the header <c>webhook-id</c>, or else source and id of a CloudEvent. Null if the sender
    /// gives neither.
    /// </summary>
    public string? Id { get; init; }

    /// <summary>The <c>source</c> of a CloudEvent.</summary>
    public string? Source { get; init; }

    /// <summary>The <c>time</c> of a CloudEvent, as it came.</summary>
    public string? Time { get; init; }

    /// <summary>
    /// How often the sender tried before: Adobe's <c>x-adobe-retry-count</c>, or <c>x-attempt</c> less one. 0 for a first attempt, and where
    /// the sender doesn't say.
    /// </summary>
    public int RetryCount { get; init; }

    /// <summary>The payload's JSON as it came, UTF-8. Valid until the handler has returned.</summary>
    public ReadOnlyMemory<byte> Json { get; init; }
}
