using System.ComponentModel;
using Declarative.Storage;
using Declarative.Work;

namespace Declarative.Events;

/// <summary>Where event messages come in that were accepted elsewhere: by a broker, or by an outbox. Used by the packages of these.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class EventIntake
{
    private readonly IMessageStore _store;
    private readonly EventRegistry _registry;
    private readonly MessageSignal _signal;

    internal EventIntake(IMessageStore store, EventRegistry registry, MessageSignal signal)
    {
        _store = store;
        _registry = registry;
        _signal = signal;
    }

    /// <summary>Whether the event's messages carry its payload; false as well for an event that no active module declares, whose messages become dead letters.</summary>
    /// <param name="eventName">The event's name; case does not matter.</param>
    public bool CarriesPayload(string eventName) => _registry.Find(eventName) is { CarriesPayload: true };

    /// <summary>Stores messages and wakes the worker. When the task completes they are durable and may be acknowledged.</summary>
    /// <param name="messages">The messages; one whose id is stored already is answered as repeated.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    public async Task<IReadOnlyList<AppendResult>> AppendAsync(IReadOnlyList<NewMessage> messages, CancellationToken cancellationToken)
    {
        var results = await _store.AppendAsync(messages, cancellationToken).ConfigureAwait(false);
        _signal.Set();
        return results;
    }
}
