namespace Declarative.Storage;

/// <summary>What an attempt says of its endpoint.</summary>
public enum EndpointSign
{
    /// <summary>Nothing: none was made, or it failed for a reason of ours.</summary>
    None,

    /// <summary>It answered.</summary>
    Up,

    /// <summary>It could not be reached, did not answer in time, or said that it can't (408, 429, 5xx).</summary>
    Down,
}

/// <summary>
/// The circuit breaker of endpoints: after <see cref="Failures"/> signs of <see cref="EndpointSign.Down"/> in a row an endpoint is open until
/// <see cref="OpenFor"/> later, twice as long after each probe that fails, at most <see cref="OpenAtMost"/>; one sign of <see cref="EndpointSign.Up"/> closes it.
/// </summary>
/// <param name="Failures">How many in a row; 0 for never.</param>
/// <param name="OpenFor">How long the first time.</param>
/// <param name="OpenAtMost">How long at most.</param>
public sealed record BreakerRule(int Failures, TimeSpan OpenFor, TimeSpan OpenAtMost);

/// <summary>An endpoint that opened or closed.</summary>
/// <param name="EndpointId">The endpoint's row.</param>
/// <param name="OpenUntil">Until when it gets nothing; null if it closed.</param>
/// <param name="Failures">Failures in a row.</param>
public readonly record struct EndpointTurn(long EndpointId, DateTimeOffset? OpenUntil, int Failures);

/// <summary>What became of outcomes.</summary>
/// <param name="Stored">How many were stored; those whose lease no longer holds are left alone and say nothing of their endpoints.</param>
/// <param name="Turns">The endpoints that opened (also: stayed open after a probe) or closed.</param>
public sealed record CompletedDeliveries(int Stored, IReadOnlyList<EndpointTurn> Turns);

/// <summary>When a subscription is failing, and what follows: Adobe I/O Events' rule.</summary>
/// <param name="Window">What is looked at: the attempts since this long ago, in whole hours.</param>
/// <param name="MinAttempts">Fewer attempts say nothing.</param>
/// <param name="FailedShare">The share of failed attempts, 0 to 1, from which on it is unstable.</param>
/// <param name="UnstableFor">How long it may be unstable before it is switched off.</param>
public sealed record FailureRule(TimeSpan Window, int MinAttempts, double FailedShare, TimeSpan UnstableFor);

/// <summary>How a subscription stands by its failures.</summary>
public enum SubscriptionHealth
{
    /// <summary>It fails no longer.</summary>
    Recovered,

    /// <summary>It began to fail; it still gets everything.</summary>
    Unstable,

    /// <summary>It failed for too long and was switched off, its pending deliveries parked. Subscriptions that a module declares are never switched off.</summary>
    Disabled,
}

/// <summary>A subscription whose standing changed.</summary>
/// <param name="SubscriptionId">The subscription's row.</param>
/// <param name="Health">How it stands now.</param>
/// <param name="Attempts">The attempts that were looked at.</param>
/// <param name="Failures">Those of them that failed.</param>
public readonly record struct SubscriptionVerdict(long SubscriptionId, SubscriptionHealth Health, long Attempts, long Failures);
