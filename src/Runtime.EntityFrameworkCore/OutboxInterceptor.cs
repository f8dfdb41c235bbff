using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace Declarative.EntityFrameworkCore;

/// <summary>Stores what was published with a context in the transaction that it commits: its own of a SaveChanges, or the application's.</summary>
internal sealed class OutboxInterceptor : DbTransactionInterceptor, ISaveChangesInterceptor
{
    public static OutboxInterceptor Instance { get; } = new();

    public InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        if (Prepare(eventData.Context) is { } context)
        {
            context.Database.CreateExecutionStrategy().Execute(() =>
            {
                using var transaction = context.Database.BeginTransaction();
                transaction.Commit();
            });
        }

        return result;
    }

    public async ValueTask<InterceptionResult<int>> SavingChangesAsync(DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (Prepare(eventData.Context) is { } context)
        {
            await context.Database.CreateExecutionStrategy().ExecuteAsync(CommitNothingAsync, cancellationToken).ConfigureAwait(false);

            async Task CommitNothingAsync(CancellationToken cancellation)
            {
                var transaction = await context.Database.BeginTransactionAsync(cancellation).ConfigureAwait(false);
                await using (transaction.ConfigureAwait(false))
                    await transaction.CommitAsync(cancellation).ConfigureAwait(false);
            }
        }

        return result;
    }

    /// <summary>Published before the application began its transaction: it goes with this save into that.</summary>
    public int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        // Microsoft.Data.Sqlite does nothing asynchronously anyway; who saves without await on PostgreSQL waits here as he does for the save.
        SavedAsync(eventData.Context, CancellationToken.None).GetAwaiter().GetResult();
        return result;
    }

    public async ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        await SavedAsync(eventData.Context, cancellationToken).ConfigureAwait(false);
        return result;
    }

    public override InterceptionResult TransactionCommitting(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
    {
        if (ContextOutbox.Find(eventData.Context) is { IsEmpty: false } outbox)
            outbox.StoreAsync(transaction, CancellationToken.None).GetAwaiter().GetResult();
        return result;
    }

    public override async ValueTask<InterceptionResult> TransactionCommittingAsync(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        if (ContextOutbox.Find(eventData.Context) is { IsEmpty: false } outbox)
            await outbox.StoreAsync(transaction, cancellationToken).ConfigureAwait(false);
        return result;
    }

    public override void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => ContextOutbox.Find(eventData.Context)?.Committed();

    public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        TransactionCommitted(transaction, eventData);
        return Task.CompletedTask;
    }

    private static async Task SavedAsync(DbContext? context, CancellationToken cancellationToken)
    {
        if (ContextOutbox.Find(context) is not { IsEmpty: false } outbox)
            return;
        if (context!.Database.CurrentTransaction is not { } transaction)
            throw new InvalidOperationException($"{context.GetType().Name} was saved without a transaction, so what was published with it is not stored. Use db.Database.BeginTransactionAsync().");
        await outbox.StoreAsync(transaction.GetDbTransaction(), cancellationToken).ConfigureAwait(false);
        outbox.Committed();
    }

    /// <summary>
    /// Makes sure that the save has a transaction: Entity Framework leaves it out where one statement is all there is. The context, if there is nothing to save but what was
    /// published, so that no transaction would come about at all.
    /// </summary>
    private static DbContext? Prepare(DbContext? context)
    {
        if (ContextOutbox.Find(context) is not { IsEmpty: false } || context!.Database.CurrentTransaction is not null)
            return null;
        if (!context.ChangeTracker.HasChanges())
            return context;
        if (context.Database.AutoTransactionBehavior == AutoTransactionBehavior.WhenNeeded)
            context.Database.AutoTransactionBehavior = AutoTransactionBehavior.Always;
        return context.Database.AutoTransactionBehavior == AutoTransactionBehavior.Never
            ? throw new InvalidOperationException($"An event was published with {context.GetType().Name}, whose AutoTransactionBehavior is Never: SaveChanges would not store both together. Begin a transaction first, or leave the behavior as it is by default.")
            : null;
    }
}
