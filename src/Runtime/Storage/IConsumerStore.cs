namespace Declarative.Storage;

/// <summary>
/// What consumers remember: ids of handled events, against repeats, and fingerprints of changes, against echoes. Each change is one transaction.
/// <c>cancellationToken</c> cancels only what was not handed to the database yet.
/// </summary>
public interface IConsumerStore
{
    /// <summary>What is remembered of an event, in one read. Rows whose time is over don't count.</summary>
    /// <param name="inbox">Consumer and id of the event; null not to ask.</param>
    /// <param name="echoKey">The key of a change; null not to ask.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<Recollection> RecallAsync(InboxKey? inbox, string? echoKey, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Stores that events were handled; a later fingerprint of a key replaces the earlier one.</summary>
    /// <param name="events">The events.</param>
    /// <param name="cancellationToken">See above.</param>
    Task RememberAsync(IReadOnlyList<HandledEvent> events, CancellationToken cancellationToken);

    /// <summary>Removes ids and fingerprints whose time is over.</summary>
    /// <param name="now">The time.</param>
    /// <param name="limit">Most rows of each, so that nobody waits long for the writer.</param>
    /// <param name="cancellationToken">See above.</param>
    /// <returns>Whether there may be more.</returns>
    Task<bool> ForgetAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);
}

/// <summary>An event of a consumer.</summary>
/// <param name="Consumer">The consumer's name.</param>
/// <param name="Id">The event's id, 1 to 255 characters.</param>
public sealed record InboxKey(string Consumer, string Id);

/// <summary>What is remembered of an event.</summary>
/// <param name="WasHandled">Whether its id is in the inbox.</param>
/// <param name="Fingerprint">The last fingerprint of its key; null if there is none.</param>
public readonly record struct Recollection(bool WasHandled, byte[]? Fingerprint);

/// <summary>An event that was handled.</summary>
/// <param name="Inbox">Its consumer and id; null if it isn't kept.</param>
/// <param name="InboxUntil">Until when its id is kept.</param>
/// <param name="EchoKey">The key of the change that it told of; null if it has none.</param>
/// <param name="Fingerprint">The change's fingerprint, SHA-256.</param>
/// <param name="EchoUntil">Until when an echo is expected.</param>
public sealed record HandledEvent(InboxKey? Inbox, DateTimeOffset InboxUntil, string? EchoKey, byte[]? Fingerprint, DateTimeOffset EchoUntil);
