using Declarative.Delivery;
using Declarative.History;

namespace Declarative.Storage;

/// <summary>Replays, the search index and the removal of what is old. Everything goes in batches.</summary>
public interface IHistoryStore
{
    /// <summary>What was sent under the uuid; null if there is no such delivery.</summary>
    /// <param name="uuid">The delivery's uuid.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<StoredPayload?> FindPayloadAsync(Guid uuid, CancellationToken cancellationToken);

    /// <summary>The first and the last delivery that there is; null if there is none.</summary>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<DeliveryBounds?> BoundsAsync(CancellationToken cancellationToken);

    /// <summary>When the first delivery from a row on was made; null if there is none.</summary>
    /// <param name="from">The row.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<DateTimeOffset?> MadeAtAsync(long from, CancellationToken cancellationToken);

    /// <summary>The selected deliveries of a range of rows, newest first, without their attempts.</summary>
    /// <param name="selection">Which.</param>
    /// <param name="search">What they must meet besides; null for nothing.</param>
    /// <param name="from">The first row of the range.</param>
    /// <param name="before">The row behind the last one.</param>
    /// <param name="limit">The most deliveries.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<DeliveryTrace>> LookAsync(DeliverySelection selection, SearchExpression? search, long from, long before, int limit, CancellationToken cancellationToken);

    /// <summary>Makes the payload of the uuid's first delivery due once more, as its next replay. A dead letter of the uuid is one no more.</summary>
    /// <param name="uuid">The delivery's uuid.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    Task<ReplayResult> ReplayAsync(Guid uuid, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The newest dead event messages.</summary>
    /// <param name="limit">The most.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<DeadLetter>> DeadMessagesAsync(int limit, CancellationToken cancellationToken);

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

    /// <summary>The messages of a delivery's uuid or of a message's id; empty if there is neither.</summary>
    /// <param name="id">The id.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<long>> FindMessagesAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>What is stored of messages, in order, without those whose data was erased.</summary>
    /// <param name="after">The message after which to begin; 0 for the first.</param>
    /// <param name="rows">How many messages to look at.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <returns>Null if there are no more.</returns>
    Task<StoredData?> LoadStoredAsync(long after, int rows, CancellationToken cancellationToken);

    /// <summary>
    /// Erases the data of messages: what was published and sent, what receivers answered, and what is searched by. What is still to be resolved or delivered
    /// of it is not.
    /// </summary>
    /// <param name="messages">Their rows.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    /// <returns>How many had not been erased before.</returns>
    Task<int> EraseAsync(IReadOnlyList<long> messages, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Messages that were finished before a time and of whose deliveries none is pending, with data that was not erased yet, in order.</summary>
    /// <param name="before">The time.</param>
    /// <param name="after">The message after which to look; 0 for the first.</param>
    /// <param name="rows">How many messages to look at.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <returns>The last message looked at, and those found; null if no older one is left.</returns>
    Task<(long Last, IReadOnlyList<long> Found)?> FindFinishedAsync(DateTimeOffset before, long after, int rows, CancellationToken cancellationToken);

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

    /// <summary>Payloads after the last indexed one, in order; without bytes where a subscription wants audits.</summary>
    /// <param name="limit">The most payloads.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<UnindexedPayload>> LoadUnindexedAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Stores the values of payloads, and up to which payload they go.</summary>
    /// <param name="values">The values.</param>
    /// <param name="upTo">The last payload.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    Task IndexAsync(IReadOnlyList<IndexedValue> values, long upTo, CancellationToken cancellationToken);

    /// <summary>Removes messages that were finished before a time, with deliveries, attempts, payloads and index, unless one of their deliveries is pending.</summary>
    /// <param name="before">The time.</param>
    /// <param name="after">The message after which to look; 0 for the first.</param>
    /// <param name="rows">How many messages to look at.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    /// <returns>The last message looked at, and how many were removed; null if no older one is left.</returns>
    Task<(long Last, int Removed)?> DeleteFinishedAsync(DateTimeOffset before, long after, int rows, CancellationToken cancellationToken);
}

/// <summary>What was sent.</summary>
/// <param name="Bytes">UTF-8 JSON.</param>
/// <param name="IsHipaaAuditRequired">Whether it must not be shown.</param>
/// <param name="ErasedAt">When it was erased; null if it was not.</param>
public sealed record StoredPayload(byte[] Bytes, bool IsHipaaAuditRequired, DateTimeOffset? ErasedAt = null);

/// <summary>The rows that deliveries have.</summary>
/// <param name="First">The first one.</param>
/// <param name="Last">The last one.</param>
public sealed record DeliveryBounds(long First, long Last);

/// <summary>A payload that the search index doesn't know yet.</summary>
/// <param name="Seq">Its row.</param>
/// <param name="Bytes">UTF-8 JSON; null if it must not be indexed.</param>
public sealed record UnindexedPayload(long Seq, byte[]? Bytes);

/// <summary>One value of a payload.</summary>
/// <param name="PayloadSeq">The payload's row.</param>
/// <param name="Path">Its path.</param>
/// <param name="Value">The value in lower case.</param>
public readonly record struct IndexedValue(long PayloadSeq, string Path, string Value);

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

/// <summary>What is stored of some messages.</summary>
/// <param name="Last">The last message looked at.</param>
/// <param name="Data">Each piece with its message's row.</param>
public sealed record StoredData(long Last, IReadOnlyList<(long Message, byte[] Json)> Data);

/// <summary>A step of the replays.</summary>
/// <param name="Made">How many deliveries it made due.</param>
/// <param name="IsMore">Whether there is more to do.</param>
/// <param name="IsWaiting">Whether that has to wait for deliveries made before.</param>
public readonly record struct ReplayStep(int Made, bool IsMore, bool IsWaiting);
