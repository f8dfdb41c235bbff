using System.Globalization;
using Declarative.Secrets;

namespace Declarative.Delivery;

/// <summary>One attempt of one delivery, as a notifier gets it.</summary>
public sealed class Notification
{
    /// <summary>The trace's id, shared by the delivery's retries and replays.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>0, or which deliberate replay this is.</summary>
    public int ReplayNo { get; init; }

    /// <summary>The event message's id, as <c>PublishAsync</c> gave it.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>The event's name in lower case.</summary>
    public required string EventName { get; init; }

    /// <summary>
    /// What the receiver is told the event is: its name, or for one of eventing's subscriptions <c>com.adobe.commerce.</c> and
    /// the subscription's name.
    /// </summary>
    public required string EventCode { get; init; }

    /// <summary>When the event was published.</summary>
    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>The form to send the payload in, where the notifier sends more than the payload.</summary>
    public DeliveryFormat Format { get; init; }

    /// <summary>The event provider of one of eventing's subscriptions; null otherwise.</summary>
    public string? ProviderId { get; init; }

    /// <summary>Whether it is of one of eventing's subscriptions.</summary>
    public bool IsNamed { get; init; }

    /// <summary>The store the event belongs to.</summary>
    public required int StoreId { get; init; }

    /// <summary>The subscription's id.</summary>
    public required long SubscriptionId { get; init; }

    /// <summary>Where to.</summary>
    public required string Recipient { get; init; }

    /// <summary>The payload's JSON in UTF-8, without an envelope.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>1, 2, ….</summary>
    public required int Attempt { get; init; }

    /// <summary>The subscription's token; null if it has none.</summary>
    public SubscriptionSecret? Secret { get; init; }

    /// <summary>W3C trace context to pass on.</summary>
    public string? TraceParent { get; init; }

    /// <summary>W3C trace state to pass on.</summary>
    public string? TraceState { get; init; }

    /// <summary>
    /// What a receiver tells repeats by: the same for all retries, another for each deliberate replay (<c>uuid.r1</c>).
    /// Sent as <c>webhook-id</c>.
    /// </summary>
    public string WebhookId => ReplayNo == 0
        ? Uuid.ToString("D")
        : string.Create(CultureInfo.InvariantCulture, $"{Uuid:D}.r{ReplayNo}");
}
