using Declarative.Storage;

namespace Declarative.Events;

/// <summary>A way that event messages take to the store, if they aren't stored at once; a broker's package registers one.</summary>
public interface IMessageTransport
{
    /// <summary>Whether messages of the event go this way.</summary>
    /// <param name="eventName">The event's name in lower case.</param>
    bool Carries(string eventName);

    /// <summary>Hands messages over; when the task completes they survive a crash. Answers come in the order of the messages.</summary>
    /// <param name="messages">The messages, in the order in which they are to be sent.</param>
    /// <param name="cancellationToken">Cancels only what was not handed over yet.</param>
    Task<IReadOnlyList<AppendResult>> SendAsync(IReadOnlyList<NewMessage> messages, CancellationToken cancellationToken);
}
