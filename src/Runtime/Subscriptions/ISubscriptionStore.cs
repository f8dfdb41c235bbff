namespace Declarative.Subscriptions;

/// <summary>Makes, finds and changes subscriptions.</summary>
public interface ISubscriptionStore
{
    /// <summary>
    /// Makes a subscription, active at once. If there is one for the same event, recipient, notifier and store it is
    /// returned as it is, so that a repeated call does no harm.
    /// </summary>
    /// <param name="subscription">What to make.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <exception cref="InvalidSubscriptionException">Something in it can't work; all of it is named.</exception>
    Task<Subscription> CreateAsync(NewSubscription subscription, CancellationToken cancellationToken = default);

    /// <summary>The subscription, or null.</summary>
    /// <param name="id">Its id.</param>
    Subscription? Find(long id);

    /// <summary>All subscriptions, or those of one event, by id.</summary>
    /// <param name="eventName">The event; null for all.</param>
    IReadOnlyList<Subscription> List(string? eventName = null);

    /// <summary>
    /// Enables or disables a subscription. Disabling parks its pending deliveries, enabling makes the parked ones due.
    /// </summary>
    /// <param name="id">The subscription.</param>
    /// <param name="isActive">Whether it gets deliveries.</param>
    /// <param name="reason">Why it is disabled, for people.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>False if there is no such subscription.</returns>
    Task<bool> SetStatusAsync(long id, bool isActive, string? reason = null, CancellationToken cancellationToken = default);

    /// <summary>Gives a subscription another notifier.</summary>
    /// <param name="id">The subscription.</param>
    /// <param name="notifier">The key of a registered notifier that can deliver to the subscription's recipient.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>False if there is no such subscription.</returns>
    /// <exception cref="InvalidSubscriptionException">The notifier isn't registered, or can't deliver there.</exception>
    Task<bool> SetNotifierAsync(long id, string notifier, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives a subscription another verification token. Until the overlap is over, <c>webhook-signature</c> carries the signatures
    /// of both and <c>x-magento-signature</c> stays the old token's, so that receivers can change theirs in between.
    /// </summary>
    /// <param name="id">The subscription.</param>
    /// <param name="verificationToken">The new token.</param>
    /// <param name="overlap">How long the old token signs too, up to 30 days; zero ends it at once.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>False if there is no such subscription.</returns>
    /// <exception cref="InvalidSubscriptionException">The token can't be used.</exception>
    Task<bool> RotateSecretAsync(long id, string verificationToken, TimeSpan overlap, CancellationToken cancellationToken = default);

    /// <summary>Deletes a subscription and cancels its pending deliveries; its log stays.</summary>
    /// <param name="id">The subscription.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>False if there is no such subscription.</returns>
    Task<bool> DeleteAsync(long id, CancellationToken cancellationToken = default);
}

/// <summary>A subscription can't be made as it is.</summary>
/// <param name="problems">All that is wrong, one sentence each.</param>
public sealed class InvalidSubscriptionException(IReadOnlyList<string> problems) : Exception(string.Join(' ', problems))
{
    /// <summary>All that is wrong.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
