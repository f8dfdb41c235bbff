namespace Declarative.Storage;

/// <summary>Deliveries: queue, retry clock and log in one. Everything goes in batches.</summary>
public interface IDeliveryStore
{
    /// <summary>
    /// Takes due deliveries under a lease, fairly between endpoints, and counts an attempt for each. An endpoint whose breaker is open gives none before
    /// <c>open_until</c>, then one at a time, the probe: taking it sets <c>open_until</c> to the lease's end, so that no other process probes meanwhile,
    /// and <c>probe_token</c> to the lease's token.
    /// </summary>
    /// <param name="claim">What is wanted.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    Task<Claimed<ClaimedDelivery>> ClaimAsync(Claim<long> claim, CancellationToken cancellationToken);

    /// <summary>
    /// Ends attempts and logs them in one transaction. A delivery that would be due again is parked if its subscription
    /// was disabled meanwhile, and cancelled if it was deleted. Attempts are counted per subscription and hour, and move the breakers of their endpoints.
    /// </summary>
    /// <param name="outcomes">How each ended.</param>
    /// <param name="breaker">When endpoints open.</param>
    /// <param name="now">The time of the end.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    Task<CompletedDeliveries> CompleteAsync(IReadOnlyList<DeliveryOutcome> outcomes, BreakerRule breaker, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Counts what the subscriptions' attempts of late say of them, marks those that fail, and switches off those that failed for too long.</summary>
    /// <param name="rule">What failing means.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    /// <returns>The subscriptions that changed. Each change is told once, to one process.</returns>
    Task<IReadOnlyList<SubscriptionVerdict>> JudgeAsync(FailureRule rule, DateTimeOffset now, CancellationToken cancellationToken);
}
