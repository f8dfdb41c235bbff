using System.Globalization;

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
/// The circuit breaker of endpoints, so that a receiver which is down costs no attempts. What many attempts at once say while an endpoint is open counts
/// for nothing, but for its probe's.
/// </summary>
/// <param name="Failures">After so many signs of <see cref="EndpointSign.Down"/> in a row an endpoint is open; 0 for never.</param>
/// <param name="OpenFor">How long before its first probe; twice as long after each probe that fails.</param>
/// <param name="OpenAtMost">How long at most.</param>
public sealed record BreakerRule(int Failures, TimeSpan OpenFor, TimeSpan OpenAtMost)
{
    /// <summary>What an attempt makes of its endpoint.</summary>
    /// <param name="state">The endpoint before.</param>
    /// <param name="sign">What the attempt says.</param>
    /// <param name="leaseToken">The lease of the attempt, by which a probe is known.</param>
    /// <param name="now">The time.</param>
    public EndpointState Next(EndpointState state, EndpointSign sign, long leaseToken, DateTimeOffset now)
    {
        var isProbe = state.OpenUntil is not null && state.ProbeToken == leaseToken;
        switch (sign)
        {
            case EndpointSign.Up when isProbe || state.OpenUntil is null:
                return default;
            case EndpointSign.Down when Failures > 0 && (isProbe || state.OpenUntil is null):
                var failures = state.Failures + 1;
                return failures < Failures ? new EndpointState(failures, null, null) : new EndpointState(failures, now + Pause(failures - Failures), null);
            case EndpointSign.None when isProbe:
                return new EndpointState(state.Failures, now, null);
            default:
                return state;
        }
    }

    private TimeSpan Pause(int doublings) =>
        doublings > 20 || OpenFor * (1 << doublings) > OpenAtMost ? OpenAtMost : OpenFor * (1 << doublings);
}

/// <summary>An endpoint's breaker.</summary>
/// <param name="Failures">Signs of <see cref="EndpointSign.Down"/> in a row.</param>
/// <param name="OpenUntil">Before this it gets nothing, afterwards a probe; null while it is closed.</param>
/// <param name="ProbeToken">The lease of the probe under way.</param>
public readonly record struct EndpointState(int Failures, DateTimeOffset? OpenUntil, long? ProbeToken);

/// <summary>An endpoint that is open, or has just closed.</summary>
/// <param name="EndpointId">The endpoint's row.</param>
/// <param name="OpenUntil">Until when it gets nothing; null if it closed.</param>
/// <param name="Failures">Failures in a row.</param>
public readonly record struct EndpointTurn(long EndpointId, DateTimeOffset? OpenUntil, int Failures);

/// <summary>What became of outcomes.</summary>
/// <param name="Stored">How many were stored; those whose lease no longer holds are left alone and say nothing of their endpoints.</param>
/// <param name="Turns">Those of their endpoints that are open now or were before.</param>
/// <param name="SwitchedOff">The subscriptions that were switched off, since their receivers are gone.</param>
public sealed record CompletedDeliveries(int Stored, IReadOnlyList<EndpointTurn> Turns, IReadOnlyList<long> SwitchedOff);

/// <summary>When a subscription is failing, and what follows: Adobe I/O Events' rule.</summary>
/// <param name="Window">What is looked at: the attempts since this long ago, in whole hours.</param>
/// <param name="MinAttempts">Fewer attempts say nothing.</param>
/// <param name="FailedShare">The share of failed attempts, 0 to 1, from which on it is unstable.</param>
/// <param name="UnstableFor">How long it may be unstable before it is switched off.</param>
public sealed record FailureRule(TimeSpan Window, int MinAttempts, double FailedShare, TimeSpan UnstableFor)
{
    /// <summary>What becomes of an active subscription; null for no change.</summary>
    /// <param name="attempts">Its attempts in the window.</param>
    /// <param name="failures">Those of them that failed.</param>
    /// <param name="failingSince">Since when it has been unstable; null if it isn't.</param>
    /// <param name="isRequired">Whether a module declares it.</param>
    /// <param name="now">The time.</param>
    public SubscriptionHealth? Of(long attempts, long failures, DateTimeOffset? failingSince, bool isRequired, DateTimeOffset now)
    {
        // While one is unstable its breaker lets few attempts through: any that there are tell, and none tell nothing.
        if (attempts < (failingSince is null ? MinAttempts : 1))
            return null;
        var isFailing = failures >= attempts * FailedShare;
        return (isFailing, failingSince) switch
        {
            (true, null) => SubscriptionHealth.Unstable,
            (false, not null) => SubscriptionHealth.Recovered,
            (true, { } since) when since + UnstableFor <= now && !isRequired => SubscriptionHealth.Disabled,
            _ => null,
        };
    }
}

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
public readonly record struct SubscriptionVerdict(long SubscriptionId, SubscriptionHealth Health, long Attempts, long Failures)
{
    /// <summary>Why it is switched off.</summary>
    public string Reason => string.Create(CultureInfo.InvariantCulture, $"{Failures} of {Attempts} attempts failed of late");
}
