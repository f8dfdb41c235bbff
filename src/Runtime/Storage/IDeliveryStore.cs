namespace Declarative.Storage;

/// <summary>Deliveries: queue, retry clock and log in one. Everything goes in batches.</summary>
public interface IDeliveryStore
{
    /// <summary>Takes due deliveries under a lease, fairly between endpoints, and counts an attempt for each.</summary>
    /// <param name="claim">What is wanted.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    Task<Claimed<ClaimedDelivery>> ClaimAsync(Claim<long> claim, CancellationToken cancellationToken);

    /// <summary>
    /// Ends attempts and logs them in one transaction. A delivery that would be due again is parked if its subscription
    /// was disabled meanwhile, and cancelled if it was deleted.
    /// </summary>
    /// <param name="outcomes">How each ended.</param>
    /// <param name="now">The time of the end.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    /// <returns>How many were stored; those whose lease no longer holds are left alone.</returns>
    Task<int> CompleteAsync(IReadOnlyList<DeliveryOutcome> outcomes, DateTimeOffset now, CancellationToken cancellationToken);
}
