using Declarative.Delivery;
using Declarative.History;

namespace Declarative.Storage;

/// <summary>Looking back at deliveries, the search index, and the removal of what is old. Everything goes in batches.</summary>
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

    /// <summary>The newest dead event messages.</summary>
    /// <param name="limit">The most.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<DeadLetter>> DeadMessagesAsync(int limit, CancellationToken cancellationToken);

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
