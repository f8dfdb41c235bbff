namespace Declarative.Storage;

/// <summary>
/// A wish for due rows, taken fairly: the store goes round the keys (event names of messages, endpoints of deliveries)
/// from where the last claim stopped and takes at most each key's slots, so that no backlog delays another key.
/// </summary>
/// <typeparam name="TKey">What fairness is between.</typeparam>
/// <param name="Now">Rows due at or before this are taken.</param>
/// <param name="LeaseUntil">When the rows become due again if nobody completes them, on the clock of <see cref="LeaseNow"/>.</param>
/// <param name="LeaseToken">Names the lease; every later change of the rows must show it.</param>
/// <param name="Limit">Most rows in all.</param>
/// <param name="SlotsPerKey">Most rows of a key that <paramref name="Slots"/> doesn't name.</param>
/// <param name="Slots">Most rows of the named keys; 0 leaves a key out.</param>
public sealed record Claim<TKey>(
    DateTimeOffset Now,
    DateTimeOffset LeaseUntil,
    long LeaseToken,
    int Limit,
    int SlotsPerKey,
    IReadOnlyDictionary<TKey, int> Slots)
    where TKey : notnull
{
    /// <summary>
    /// The time by which leases end: <c>Now</c>, or one that goes by what has passed and that nobody can set. Due times are of the day's clock, since they outlive the process.
    /// </summary>
    public DateTimeOffset LeaseNow { get; init; } = Now;

    /// <summary>How long the lease is.</summary>
    public TimeSpan Lease => LeaseUntil - LeaseNow;
}

/// <summary>What a claim took.</summary>
/// <typeparam name="TRow">A claimed row.</typeparam>
/// <param name="Rows">The rows, each under the claim's lease.</param>
/// <param name="NextDue">When the next row of the keys that had slots left is due; null if there is none.</param>
public sealed record Claimed<TRow>(IReadOnlyList<TRow> Rows, DateTimeOffset? NextDue);
