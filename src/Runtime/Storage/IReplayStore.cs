using Declarative.History;

namespace Declarative.Storage;

/// <summary>Sending again: one delivery, many, or events of the past; and letting dead letters be. Everything goes in batches.</summary>
public interface IReplayStore
{
    /// <summary>Makes the payload of the uuid's first delivery due once more, as its next replay. A dead letter of the uuid is one no more.</summary>
    /// <param name="uuid">The delivery's uuid.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    Task<ReplayResult> ReplayAsync(Guid uuid, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Makes dead letters none: they stay in the log, and are not replayed with others any more.</summary>
    /// <param name="ids">Uuids of dead deliveries, ids of dead event messages.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    /// <returns>How many dead letters there were of these.</returns>
    Task<int> DiscardAsync(IReadOnlyList<Guid> ids, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Makes a dead event message due again, its attempts counted anew.</summary>
    /// <param name="id">The message's id.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    /// <returns>False if there is no dead message of that id.</returns>
    Task<bool> ReviveMessageAsync(Guid id, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Notes a replay of many deliveries, of those that are there now; <see cref="ContinueReplaysAsync"/> makes them.</summary>
    /// <param name="selection">Which.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    Task<ReplayProgress> StartReplayAsync(DeliverySelection selection, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Notes a replay of the events that were published in a time, for one subscription; <see cref="LoadArchivedAsync"/> gives them.</summary>
    /// <param name="selection">The subscription, the event's name, and from when to when.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    Task<ReplayProgress> StartArchiveReplayAsync(DeliverySelection selection, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The newest replays of many, newest first.</summary>
    /// <param name="limit">The most.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<ReplayProgress>> ListReplaysAsync(int limit, CancellationToken cancellationToken);

    /// <summary>How far a replay of many is; null if there is none of that id.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<ReplayProgress?> FindReplayAsync(long id, CancellationToken cancellationToken);

    /// <summary>Ends a replay of many: what it has made is still delivered, no more is made.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    /// <returns>False if there is no unfinished replay of that id.</returns>
    Task<bool> CancelReplayAsync(long id, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Looks at the next rows of the oldest unfinished replay, and makes those selected, in one transaction.</summary>
    /// <param name="rows">How many rows to look at.</param>
    /// <param name="maxWaiting">
    /// Nothing is made while so many replayed deliveries are due or leased at endpoints that are not open: a large replay follows the pace of its receivers, and can
    /// still be cancelled.
    /// </param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    Task<ReplayStep> ContinueReplaysAsync(int rows, int maxWaiting, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The events of the oldest unfinished replay of events that are to be matched next, and the mark behind them; null if there is no such replay.</summary>
    /// <param name="rows">How many event messages to look at.</param>
    /// <param name="maxWaiting">As for <see cref="ContinueReplaysAsync"/>.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<ArchiveStep?> LoadArchivedAsync(int rows, int maxWaiting, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Stores what a step of a replay of events made, and how far it is, in one transaction. Nothing is made for a message of which the subscription
    /// has a delivery already, or whose data was erased meanwhile; nothing at all if the replay was cancelled, or another process went on with it.
    /// </summary>
    /// <param name="step">The step.</param>
    /// <param name="made">The payloads, each with its message's row.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    /// <returns>How many deliveries were made.</returns>
    Task<int> StoreArchivedAsync(ArchiveStep step, IReadOnlyList<(long MessageSeq, NewPayload Payload)> made, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>How a replay of one delivery went.</summary>
public enum ReplayOutcome
{
    /// <summary>The replay is due, or parked while its subscription is disabled.</summary>
    Made,

    /// <summary>There is no such delivery.</summary>
    Unknown,

    /// <summary>Its subscription was deleted.</summary>
    Unsubscribed,

    /// <summary>It was never ready to be sent: its data could not be processed.</summary>
    NeverReady,

    /// <summary>Its data was erased.</summary>
    Erased,
}

/// <summary>A replay of one delivery.</summary>
/// <param name="Outcome">How it went.</param>
/// <param name="ReplayNo">Which replay it is; 0 if none was made.</param>
public readonly record struct ReplayResult(ReplayOutcome Outcome, int ReplayNo);

/// <summary>How far a replay of many deliveries is.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Made">How many deliveries were made due again.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="FinishedAt">When the last one was made, or it was cancelled; null while there are more.</param>
/// <param name="IsCancelled">Whether it was cancelled.</param>
/// <param name="Looked">How much of it was looked at, 0 to 1.</param>
public sealed record ReplayProgress(long Id, int Made, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, bool IsCancelled = false, double Looked = 0);

/// <summary>A step of the replays.</summary>
/// <param name="Made">How many deliveries it made due.</param>
/// <param name="IsMore">Whether there is more to do.</param>
/// <param name="IsWaiting">Whether that has to wait for deliveries made before.</param>
public readonly record struct ReplayStep(int Made, bool IsMore, bool IsWaiting);

/// <summary>A step of a replay of events.</summary>
/// <param name="ReplayId">The replay.</param>
/// <param name="SubscriptionId">Whom it is for.</param>
/// <param name="From">The row it begins at.</param>
/// <param name="Next">The row behind those looked at.</param>
/// <param name="IsLast">Whether there are no more.</param>
/// <param name="Events">The events.</param>
/// <param name="IsWaiting">Whether that has to wait for deliveries made before; there are no events then.</param>
public sealed record ArchiveStep(long ReplayId, long SubscriptionId, long From, long Next, bool IsLast, IReadOnlyList<ArchivedEvent> Events, bool IsWaiting = false);

/// <summary>An event as it was before anybody got it.</summary>
/// <param name="Seq">Its message's row.</param>
/// <param name="Id">Its message's id.</param>
/// <param name="Name">Its name.</param>
/// <param name="StoreId">Its store.</param>
/// <param name="Payload">The whole payload; null if it was not archived.</param>
/// <param name="Original">State before the change.</param>
public sealed record ArchivedEvent(long Seq, Guid Id, string Name, int StoreId, byte[]? Payload, byte[]? Original);
