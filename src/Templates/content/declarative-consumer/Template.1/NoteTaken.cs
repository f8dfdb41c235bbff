using System.Collections.Concurrent;
using Declarative.Consumers;

namespace Template._1;

/// <summary>Handles note.taken. The payload's class is made of etc/event_consumers.xml, and checked before.</summary>
public sealed class NoteTaken(NotesTold notes) : IEventHandler<NoteTakenPayload>
{
    public Task<EventResult> HandleAsync(NoteTakenPayload payload, EventContext context, CancellationToken cancellationToken)
    {
        // An event may come more than once: the second time changes nothing.
        notes.Texts[payload.Id] = payload.Text;
        return Task.FromResult(EventResult.Success("The note is known."));
    }
}

/// <summary>The notes that we were told of, until a database of yours keeps them.</summary>
public sealed class NotesTold
{
    public ConcurrentDictionary<int, string> Texts { get; } = new();
}
