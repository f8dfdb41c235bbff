namespace Declarative.Storage;

/// <summary>What operators look at besides deliveries: counts by minute, endpoints in trouble, and who changed what.</summary>
public interface IOperationsStore
{
    /// <summary>Adds to the counts.</summary>
    /// <param name="counts">What was counted since the last call.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    Task AddCountsAsync(IReadOnlyList<MinuteCount> counts, CancellationToken cancellationToken);

    /// <summary>The counts of each minute from one on, in order; minutes in which nothing happened are left out.</summary>
    /// <param name="from">The first minute.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<MinuteCount>> CountsAsync(DateTimeOffset from, CancellationToken cancellationToken);

    /// <summary>Endpoints whose breaker is open, those that open again last first; at most 100.</summary>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<OpenEndpoint>> OpenEndpointsAsync(CancellationToken cancellationToken);

    /// <summary>Active subscriptions whose attempts mostly fail, and since when.</summary>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<(long SubscriptionId, DateTimeOffset Since)>> UnstableAsync(CancellationToken cancellationToken);

    /// <summary>Stores what somebody did.</summary>
    /// <param name="entry">What; its number is given by the store.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    Task AuditAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>What was done, newest first.</summary>
    /// <param name="selection">Which.</param>
    /// <param name="before">The number of the last one on the page before; null for the first page.</param>
    /// <param name="limit">The most entries.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<AuditEntry>> ListAuditAsync(AuditSelection selection, long? before, int limit, CancellationToken cancellationToken);

    /// <summary>Removes counts and audit entries that are older than their times.</summary>
    /// <param name="counts">Counts of minutes before this go.</param>
    /// <param name="audit">Entries made before this go; null to keep all.</param>
    /// <param name="rows">The most rows of each.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    /// <returns>Whether there may be more.</returns>
    Task<bool> ForgetAsync(DateTimeOffset counts, DateTimeOffset? audit, int rows, CancellationToken cancellationToken);
}

/// <summary>What is counted by minute. The numbers are stored.</summary>
public enum MinuteKind
{
    /// <summary>Events published durably.</summary>
    Published = 0,

    /// <summary>Attempts that the receiver accepted.</summary>
    Delivered = 1,

    /// <summary>Attempts that failed and are made again.</summary>
    Retried = 2,

    /// <summary>Attempts after which a delivery was a dead letter.</summary>
    Dead = 3,

    /// <summary>Attempts by which a receiver said that it is gone.</summary>
    Gone = 4,
}

/// <summary>How often something happened in a minute.</summary>
/// <param name="Minute">The minute's beginning.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Count">How often.</param>
public readonly record struct MinuteCount(DateTimeOffset Minute, MinuteKind Kind, long Count);

/// <summary>An endpoint that gets no deliveries for now.</summary>
/// <param name="Address">Where it is: scheme, host and port, or the recipient.</param>
/// <param name="Failures">How many attempts failed in a row.</param>
/// <param name="OpenUntil">When it is tried again.</param>
/// <param name="Waiting">How many deliveries wait for it, counted up to 10,001.</param>
public sealed record OpenEndpoint(string Address, int Failures, DateTimeOffset OpenUntil, int Waiting);

/// <summary>Something that somebody did.</summary>
/// <param name="Number">Its number; later ones are higher.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who: a user's or an integration's name, or what the change came from.</param>
/// <param name="Action">What, as a word with a dot: <c>delivery.replay</c>.</param>
/// <param name="Subject">To what: an id or a name.</param>
/// <param name="Detail">What else there is to know: a reason, a number.</param>
public sealed record AuditEntry(long Number, DateTimeOffset At, string Actor, string Action, string Subject, string? Detail);

/// <summary>Which entries of the audit log are meant; what is null doesn't narrow.</summary>
/// <param name="Actor">Who did it.</param>
/// <param name="Action">What was done, or how that begins: <c>delivery</c> for all that was done to deliveries.</param>
/// <param name="Subject">To what.</param>
public sealed record AuditSelection(string? Actor = null, string? Action = null, string? Subject = null);
