namespace Declarative.Consumers;

/// <summary>Handles one kind of incoming event. One class per event; made by the container for each event, so that its constructor takes what it needs.</summary>
/// <typeparam name="TPayload">What the event carries: the class generated from the declared fields, a class that the declaration names, or <see cref="System.Text.Json.JsonElement"/>.</typeparam>
public interface IEventHandler<in TPayload>
{
    /// <summary>Handles an event. It may come more than once: make the second time harmless.</summary>
    /// <param name="payload">What the event carries, read and checked as declared.</param>
    /// <param name="context">Which event it is, and how it came.</param>
    /// <param name="cancellationToken">Cancelled when the sender is gone or the host stops.</param>
    /// <returns>
    /// What the sender is told. Its status decides whether the sender tries again: by the contract of Adobe I/O Events after 429 and 5xx,
    /// but not after 505. An exception is 500; what it says goes to the log only.
    /// </returns>
    Task<EventResult> HandleAsync(TPayload payload, EventContext context, CancellationToken cancellationToken);
}
