using System.Globalization;
using Declarative.Delivery;

namespace Declarative.History;

/// <summary>All that happened under a uuid: the delivery, its replays, every attempt, what was sent. Secrets and redacted fields are hidden.</summary>
public sealed record DeliveryStory
{
    /// <summary>The uuid, as receivers see it in <c>webhook-id</c>.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The delivery and its replays, in order, each with its attempts.</summary>
    public required IReadOnlyList<DeliveryTrace> Deliveries { get; init; }

    /// <summary>The payload, UTF-8 JSON without its envelope; null if it must not be shown or was erased.</summary>
    public byte[]? Payload { get; init; }

    /// <summary>Whether the subscription wants audits: then neither data nor answers are shown.</summary>
    public bool IsHidden { get; init; }

    /// <summary>When the data was erased; null if it was not.</summary>
    public DateTimeOffset? ErasedAt { get; init; }

    /// <summary>What became of it, in the words of the async events module: <c>Delivered</c>, <c>Dead Lettered with 3 retries</c>.</summary>
    public string Outcome
    {
        get
        {
            var outcome = Deliveries[^1].State switch
            {
                DeliveryState.Done => "Delivered",
                DeliveryState.Dead => "Dead Lettered",
                DeliveryState.Parked => "Parked",
                DeliveryState.Cancelled => "Cancelled",
                DeliveryState.Discarded => "Discarded",
                _ => "Pending",
            };
            var retries = Deliveries.Sum(static one => Math.Max(0, one.Attempts.Count - 1));
            return retries > 0 ? string.Create(CultureInfo.InvariantCulture, $"{outcome} with {retries} {(retries == 1 ? "retry" : "retries")}") : outcome;
        }
    }
}
