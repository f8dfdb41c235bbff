using Declarative.Storage;

namespace Declarative.Outbox;

/// <summary>Takes event messages into something of the application's that is committed or rolled back as a whole.</summary>
public interface IOutbox
{
    /// <summary>Adds a message; it is published once the application commits.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Cancels adding.</param>
    Task<AppendResult> AddAsync(NewMessage message, CancellationToken cancellationToken);
}
