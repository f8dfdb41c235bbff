using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Transactions;
using Declarative.Outbox;
using Declarative.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Declarative.EntityFrameworkCore;

/// <summary>
/// What was published with a context. In a transaction of the application's it is stored at once; else it waits for that of the next <c>SaveChanges</c>, and is kept until that is
/// committed, since an execution strategy may repeat it.
/// </summary>
internal sealed class ContextOutbox(DbContext context) : IOutbox
{
    private static readonly ConditionalWeakTable<DbContext, ContextOutbox> Outboxes = [];

    private readonly List<StoreInTransaction> _pending = [];
    private int _lease;

    public bool IsEmpty => _pending.Count == 0;

    public static ContextOutbox Of(DbContext context) => Outboxes.GetValue(context, static context => new ContextOutbox(context)).OfThisLease();

    public static ContextOutbox? Find(DbContext? context) => context is not null && Outboxes.TryGetValue(context, out var outbox) ? outbox.OfThisLease() : null;

    public async Task<AppendResult> AddAsync(NewMessage message, StoreInTransaction store, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Transaction.Current is not null || context.Database.GetEnlistedTransaction() is not null)
            throw new NotSupportedException($"{context.GetType().Name} is in a TransactionScope or an enlisted transaction, whose commit can't be joined. Use db.Database.BeginTransactionAsync() instead.");
        if (context.Database.CurrentTransaction is { } transaction)
            return await store(transaction.GetDbTransaction(), cancellationToken).ConfigureAwait(false);
        _pending.Add(store);
        return new AppendResult(message.Id, AppendOutcome.Stored);
    }

    public async Task StoreAsync(DbTransaction transaction, CancellationToken cancellationToken)
    {
        foreach (var store in _pending)
            await store(transaction, cancellationToken).ConfigureAwait(false);
    }

    public void Committed() => _pending.Clear();

    /// <summary>A pooled context is used again by somebody else, who must not publish what was left.</summary>
    private ContextOutbox OfThisLease()
    {
        if (_lease == context.ContextId.Lease)
            return this;
        _lease = context.ContextId.Lease;
        _pending.Clear();
        return this;
    }
}
