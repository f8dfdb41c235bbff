using System.Data.Common;
using System.Runtime.CompilerServices;
using Declarative.Outbox;
using Declarative.Storage;
using Microsoft.EntityFrameworkCore;

namespace Declarative.EntityFrameworkCore;

/// <summary>
/// What was published with a context and is not committed yet. Stored as the last thing before a commit, since only then a transaction is sure to be there; kept until the
/// commit succeeded, since an execution strategy may repeat it.
/// </summary>
internal sealed class ContextOutbox(DbContext context) : IOutbox
{
    private static readonly ConditionalWeakTable<DbContext, ContextOutbox> Outboxes = [];

    private readonly List<Pending> _pending = [];
    private int _lease;

    public bool IsEmpty => _pending.Count == 0;

    public static ContextOutbox Of(DbContext context) => Outboxes.GetValue(context, static context => new ContextOutbox(context)).OfThisLease();

    public static ContextOutbox? Find(DbContext? context) => context is not null && Outboxes.TryGetValue(context, out var outbox) ? outbox.OfThisLease() : null;

    public Task<AppendResult> AddAsync(NewMessage message, StoreInTransaction store, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _pending.Add(new Pending(store, context.Database.CurrentTransaction?.TransactionId));
        return Task.FromResult(new AppendResult(message.Id, AppendOutcome.Stored));
    }

    public async Task StoreAsync(DbTransaction transaction, Guid id, CancellationToken cancellationToken)
    {
        // A transaction that is only disposed of tells nobody that it was rolled back.
        _pending.RemoveAll(pending => pending.Transaction is { } other && other != id);
        foreach (var pending in _pending)
            await pending.Store(transaction, cancellationToken).ConfigureAwait(false);
    }

    public void Committed() => _pending.Clear();

    /// <summary>What was published within the transaction never was; what waits for SaveChanges still does.</summary>
    public void RolledBack(Guid transaction) => _pending.RemoveAll(pending => pending.Transaction == transaction);

    /// <summary>A pooled context is used again by somebody else, who must not publish what was left.</summary>
    private ContextOutbox OfThisLease()
    {
        if (_lease == context.ContextId.Lease)
            return this;
        _lease = context.ContextId.Lease;
        _pending.Clear();
        return this;
    }

    /// <param name="Store">Stores it.</param>
    /// <param name="Transaction">The application's own transaction in which it was published; null if it waits for SaveChanges.</param>
    private sealed record Pending(StoreInTransaction Store, Guid? Transaction);
}
