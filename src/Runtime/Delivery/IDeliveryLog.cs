using Declarative.History;

namespace Declarative.Delivery;

/// <summary>Looks back: what became of a delivery, of a publish, and what is dead.</summary>
public interface IDeliveryLog
{
    /// <summary>The delivery with this uuid and its replays, each with all attempts; empty if there is none.</summary>
    /// <param name="uuid">The uuid, as receivers see it in <c>webhook-id</c>.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<DeliveryTrace>> TraceAsync(Guid uuid, CancellationToken cancellationToken = default);

    /// <summary>What became of one publish itself: whether it is resolved yet, and if not, why; null if there is none of the id.</summary>
    /// <param name="messageId">What <c>PublishAsync</c> gave.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<MessageTrace?> FindMessageAsync(Guid messageId, CancellationToken cancellationToken = default);

    /// <summary>The deliveries that one publish led to, each with all attempts; empty before it was resolved and if nobody got it.</summary>
    /// <param name="messageId">What <c>PublishAsync</c> gave.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<DeliveryTrace>> OfMessageAsync(Guid messageId, CancellationToken cancellationToken = default);

    /// <summary>Deliveries, newest first, without their attempts.</summary>
    /// <param name="selection">Which; null for all.</param>
    /// <param name="before">The <see cref="DeliveryTrace.Id"/> of the last one on the page before; null for the first page.</param>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<DeliveryTrace>> ListAsync(DeliverySelection? selection = null, long? before = null, int limit = 100, CancellationToken cancellationToken = default);

    /// <summary>What a search finds, newest first, without attempts. Values of payloads are found only where search is switched on.</summary>
    /// <param name="expression">The search.</param>
    /// <param name="before">As in <see cref="ListAsync"/>.</param>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<DeliveryTrace>> SearchAsync(SearchExpression expression, long? before = null, int limit = 100, CancellationToken cancellationToken = default);

    /// <summary>The newest dead letters, event messages and deliveries alike.</summary>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(int limit = 100, CancellationToken cancellationToken = default);
}
