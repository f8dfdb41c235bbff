using System.Text.Json;

namespace Declarative.Events;

/// <summary>Publishes async events by name, for callers that don't know the event at build time.</summary>
public interface IEventPublisher
{
    /// <summary>Stores the event durably and gives its id; delivery follows in the background.</summary>
    /// <param name="name">The event's name; case does not matter, <c>com.adobe.commerce.</c> before it is removed.</param>
    /// <param name="json">The service method's named arguments, or the payload, as the event's declaration says.</param>
    /// <param name="options">Store, idempotency key, original state.</param>
    /// <param name="cancellationToken">Cancels waiting; a message that was already handed over stays published.</param>
    /// <exception cref="UnknownEventException">No active module declares the event.</exception>
    /// <exception cref="EventArgumentsException">The JSON doesn't fit the event.</exception>
    /// <exception cref="IdempotencyConflictException">The key was used with other content.</exception>
    /// <exception cref="EventQueueFullException">The queue stayed full.</exception>
    Task<Guid> PublishAsync(string name, JsonElement json, PublishOptions? options = null, CancellationToken cancellationToken = default);
}
