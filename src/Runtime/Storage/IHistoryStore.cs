using Declarative.History;

namespace Declarative.Storage;

/// <summary>Replays, the search index and the removal of what is old. Everything goes in batches.</summary>
public interface IHistoryStore
{
    /// <summary>What was sent under the uuid; null if there is no such delivery.</summary>
    /// <param name="uuid">The delivery's uuid.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<StoredPayload?> FindPayloadAsync(Guid uuid, CancellationToken cancellationToken);

    /// <summary>Makes the payload of the uuid's first delivery due once more, as its next replay.</summary>
    /// <param name="uuid">The delivery's uuid.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    Task<ReplayResult> ReplayAsync(Guid uuid, DateTimeOffset now, CancellationToken cancellationToken);

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
public sealed record StoredPayload(byte[] Bytes, bool IsHipaaAuditRequired);

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
public sealed record ReplayProgress(long Id, int Made, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, bool IsCancelled = false);

/// <summary>A step of the replays.</summary>
/// <param name="Made">How many deliveries it made due.</param>
/// <param name="IsMore">Whether there is more to do.</param>
/// <param name="IsWaiting">Whether that has to wait for deliveries made before.</param>
public readonly record struct ReplayStep(int Made, bool IsMore, bool IsWaiting);
