using Declarative.Subscriptions;

namespace Declarative.Storage;

/// <summary>Rows of subscriptions and their endpoints.</summary>
public interface ISubscriptionRecords
{
    /// <summary>All subscriptions that were not deleted.</summary>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<SubscriptionRecord>> LoadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Stores a subscription and its endpoint, or finds the one that is there: of the same name, or without a name for the
    /// same event, recipient, notifier and store.
    /// </summary>
    /// <param name="record">The subscription.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    /// <returns>The row as stored.</returns>
    Task<SubscriptionRecord> AddAsync(SubscriptionRecord record, CancellationToken cancellationToken);

    /// <summary>Stores a named subscription, or replaces the one of its id, or without an id that of its name, with its status, in one transaction.</summary>
    /// <param name="record">The subscription.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    Task PutAsync(SubscriptionRecord record, CancellationToken cancellationToken);

    /// <summary>Replaces a subscription and its endpoint by their id, all but status, reason and time of making.</summary>
    /// <param name="record">The subscription.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    /// <returns>False if there is no such subscription, or it was deleted.</returns>
    Task<bool> ReplaceAsync(SubscriptionRecord record, CancellationToken cancellationToken);

    /// <summary>
    /// Changes the status: disabling parks the due deliveries, enabling makes the parked ones due, deleting cancels
    /// all that is pending; one transaction each.
    /// </summary>
    /// <param name="id">The subscription.</param>
    /// <param name="status">The new status.</param>
    /// <param name="reason">Why it is disabled.</param>
    /// <param name="now">The time of the change.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    /// <returns>False if there is no such subscription.</returns>
    Task<bool> SetStatusAsync(long id, SubscriptionStatus status, string? reason, DateTimeOffset now, CancellationToken cancellationToken);
}
