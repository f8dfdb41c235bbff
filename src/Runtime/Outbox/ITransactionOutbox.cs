using System.Data.Common;
using Declarative.Storage;

namespace Declarative.Outbox;

/// <summary>Stores event messages in transactions of the application's; the package of a database registers one.</summary>
public interface ITransactionOutbox
{
    /// <summary>Whether the transaction is of this package's database.</summary>
    /// <param name="transaction">The transaction.</param>
    bool Takes(DbTransaction transaction);

    /// <summary>Stores a message; the worker finds it, or is woken, once the transaction is committed.</summary>
    /// <param name="transaction">The transaction, not ended yet.</param>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Cancels storing.</param>
    /// <exception cref="InvalidOperationException">The transaction has ended, or its database is not known as an outbox; the message says how to mend it.</exception>
    Task<AppendResult> AddAsync(DbTransaction transaction, NewMessage message, CancellationToken cancellationToken);
}
