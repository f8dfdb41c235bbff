using System.Data.Common;
using Declarative.Storage;

namespace Declarative.Outbox;

/// <summary>Takes event messages into something of the application's that is committed or rolled back as a whole.</summary>
public interface IOutbox
{
    /// <summary>Adds a message; it is published once the application commits.</summary>
    /// <param name="message">The message.</param>
    /// <param name="store">Stores it in the transaction that is to be committed; to be called when there is one.</param>
    /// <param name="cancellationToken">Cancels adding.</param>
    Task<AppendResult> AddAsync(NewMessage message, StoreInTransaction store, CancellationToken cancellationToken);
}

/// <summary>Stores a message in a transaction of the application's.</summary>
/// <param name="transaction">The transaction, not ended yet.</param>
/// <param name="cancellationToken">Cancels storing.</param>
/// <exception cref="Events.IdempotencyConflictException">The message's idempotency key was used with other content.</exception>
public delegate Task<AppendResult> StoreInTransaction(DbTransaction transaction, CancellationToken cancellationToken);
