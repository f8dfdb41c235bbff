namespace Declarative.Delivery;

/// <summary>Looks back: what became of a delivery, of a publish, and what is dead.</summary>
public interface IDeliveryLog
{
    /// <summary>The delivery with this uuid and its replays, each with all attempts; empty if there is none.</summary>
    /// <param name="uuid">The uuid, as receivers see it in <c>webhook-id</c>.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<DeliveryTrace>> TraceAsync(Guid uuid, CancellationToken cancellationToken = default);

    /// <summary>The deliveries that one publish led to, each with all attempts; empty before it was resolved and if nobody got it.</summary>
    /// <param name="messageId">What <c>PublishAsync</c> gave.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<DeliveryTrace>> OfMessageAsync(Guid messageId, CancellationToken cancellationToken = default);

    /// <summary>The newest deliveries, without their attempts.</summary>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="state">Only those in this state.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<DeliveryTrace>> RecentAsync(int limit = 100, DeliveryState? state = null, CancellationToken cancellationToken = default);

    /// <summary>The newest dead letters, event messages and deliveries alike.</summary>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(int limit = 100, CancellationToken cancellationToken = default);
}
