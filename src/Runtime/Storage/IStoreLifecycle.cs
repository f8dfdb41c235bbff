namespace Declarative.Storage;

/// <summary>Opening, closing and looking at a store as a whole.</summary>
public interface IStoreLifecycle
{
    /// <summary>
    /// Where a first run may put the key that encrypts secrets; null if the store is shared between nodes, so that a key
    /// made by one would be missing on the others.
    /// </summary>
    string? KeyFile { get; }

    /// <summary>
    /// Tells what processes change in a store that they share; called before <see cref="OpenAsync"/>. A store that one process has to itself never
    /// calls back. One that is shared calls for each commit, of any process, soon after it, from any thread, and with
    /// <see cref="StoreChanges.All"/> whenever it may have missed one, such as after a lost connection.
    /// </summary>
    /// <param name="changed">What to call; it returns at once.</param>
    void Listen(Action<StoreChanges> changed);

    /// <summary>
    /// Opens the store, brings its tables to this version or verifies them, and makes due again what a crashed process had leased
    /// if the store can know that it is gone.
    /// </summary>
    /// <param name="mode">Whether tables may be changed.</param>
    /// <param name="cancellationToken">Cancels opening.</param>
    /// <exception cref="StoreException">The store can't be opened; the message says what to do.</exception>
    Task OpenAsync(MigrationMode mode, CancellationToken cancellationToken);

    /// <summary>Counts what is pending, for metrics and health.</summary>
    /// <param name="cancellationToken">Cancels counting.</param>
    Task<StoreCounts> CountAsync(CancellationToken cancellationToken);

    /// <summary>Finishes what was handed over and closes.</summary>
    Task CloseAsync();
}

/// <summary>What is pending in a store.</summary>
/// <param name="MessagesDue">Event messages waiting or leased.</param>
/// <param name="DeliveriesDue">Deliveries waiting or leased.</param>
/// <param name="DeliveriesParked">Deliveries of disabled subscriptions.</param>
/// <param name="DeadLetters">Dead event messages and deliveries.</param>
/// <param name="OldestDue">Due time of the longest overdue or next row that waits; null if none does.</param>
/// <param name="Leased">Those of the event messages and deliveries that are under way.</param>
public sealed record StoreCounts(long MessagesDue, long DeliveriesDue, long DeliveriesParked, long DeadLetters, DateTimeOffset? OldestDue, long Leased);

/// <summary>Whether a start may change the tables.</summary>
public enum MigrationMode
{
    /// <summary>Missing migrations are applied at start.</summary>
    Auto,

    /// <summary>A start with missing migrations fails and names them.</summary>
    Verify,
}

/// <summary>A store can't be used as it is; the message says what to do.</summary>
/// <param name="message">What is wrong and how to mend it.</param>
/// <param name="innerException">What caused it.</param>
public sealed class StoreException(string message, Exception? innerException = null) : Exception(message, innerException);
