namespace Declarative.Consumers;

/// <summary>An event as its sender wrote it.</summary>
/// <param name="Type">Its name.</param>
/// <param name="Payload">Its payload, UTF-8 JSON.</param>
internal sealed record IncomingEvent(string Type, ReadOnlyMemory<byte> Payload)
{
    /// <summary>A CloudEvent's id.</summary>
    public string? Id { get; init; }

    /// <summary>A CloudEvent's source.</summary>
    public string? Source { get; init; }

    /// <summary>A CloudEvent's time.</summary>
    public string? Time { get; init; }
}

/// <summary>The events of one request, or what is wrong with it.</summary>
/// <param name="Events">One event; of a batch any number.</param>
/// <param name="IsBatch">Whether the request was in CloudEvents' batched mode, and is answered so.</param>
/// <param name="Problem">Why the request can't be read; null if it can.</param>
/// <param name="Status">What the sender gets if it can't.</param>
internal readonly record struct IncomingEvents(IReadOnlyList<IncomingEvent> Events, bool IsBatch = false, string? Problem = null, int Status = 200)
{
    public static IncomingEvents Refused(string problem, int status = 400) => new([], Problem: problem, Status: status);
}
