namespace Declarative.Storage;

/// <summary>A delivery under a lease.</summary>
public sealed class ClaimedDelivery
{
    /// <summary>The row, which is the delivery's own id.</summary>
    public required long Seq { get; init; }

    /// <summary>The trace's id, shared by replays.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>0, or which replay it is.</summary>
    public required int ReplayNo { get; init; }

    /// <summary>The event message's id.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>The event's name.</summary>
    public required string EventName { get; init; }

    /// <summary>The store the event belongs to.</summary>
    public required int StoreId { get; init; }

    /// <summary>The subscription.</summary>
    public required long SubscriptionId { get; init; }

    /// <summary>The endpoint.</summary>
    public required long EndpointId { get; init; }

    /// <summary>The payload's UTF-8 JSON.</summary>
    public required byte[] Payload { get; init; }

    /// <summary>How often it was claimed, this claim included: the attempt's number.</summary>
    public required int Attempts { get; init; }

    /// <summary>The lease under which it may be completed.</summary>
    public required long LeaseToken { get; init; }

    /// <summary>W3C trace context of the publisher.</summary>
    public string? TraceParent { get; init; }

    /// <summary>W3C trace state of the publisher.</summary>
    public string? TraceState { get; init; }

    /// <summary>When the event was published.</summary>
    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>When the lease ends, on the clock of the claim's leases.</summary>
    public required DateTimeOffset LeaseUntil { get; init; }
}

/// <summary>How an attempt of a delivery ended.</summary>
public enum DeliveryEnd
{
    /// <summary>The receiver accepted it.</summary>
    Done,

    /// <summary>It is tried again at its due time.</summary>
    Retry,

    /// <summary>It is a dead letter.</summary>
    Dead,

    /// <summary>The receiver is gone for good (HTTP 410): the subscription is disabled, its pending deliveries are parked.</summary>
    Gone,

    /// <summary>No attempt was made; it is due again and the claim doesn't count.</summary>
    Released,
}

/// <summary>The end of one attempt, to be stored if the lease still holds.</summary>
/// <param name="row">The delivery as it was claimed.</param>
/// <param name="end">How it ended.</param>
public sealed class DeliveryOutcome(ClaimedDelivery row, DeliveryEnd end)
{
    /// <summary>The row.</summary>
    public long Seq { get; } = row.Seq;

    /// <summary>The lease it was claimed under.</summary>
    public long LeaseToken { get; } = row.LeaseToken;

    /// <summary>The subscription.</summary>
    public long SubscriptionId { get; } = row.SubscriptionId;

    /// <summary>The endpoint at which it was tried.</summary>
    public long EndpointId { get; } = row.EndpointId;

    /// <summary>How it ended.</summary>
    public DeliveryEnd End { get; } = end;

    /// <summary>When a retry is due.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>What the attempt says of the endpoint.</summary>
    public EndpointSign Sign { get; init; }

    /// <summary>The attempt's row in the log; null if none was made.</summary>
    public AttemptRecord? Attempt { get; init; }
}

/// <summary>One attempt, as logged.</summary>
/// <param name="Number">1, 2, ….</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Status">The HTTP status, or what a notifier has in its place.</param>
/// <param name="IsSuccess">Whether the receiver accepted it.</param>
/// <param name="Reason">Why it failed: a code such as <c>timeout</c>, <c>connect</c>, <c>status</c>; null on success.</param>
/// <param name="Response">What the receiver answered, at most 16 KiB.</param>
/// <param name="IsTruncated">Whether the answer was longer.</param>
public sealed record AttemptRecord(
    int Number,
    DateTimeOffset StartedAt,
    TimeSpan Duration,
    int? Status,
    bool IsSuccess,
    string? Reason,
    string? Response,
    bool IsTruncated)
{
    /// <summary>The headers that were sent, one <c>name: value</c> a line, secrets hidden; null where the notifier doesn't tell them.</summary>
    public string? RequestHeaders { get; init; }

    /// <summary>The headers of the answer, likewise; null without an answer.</summary>
    public string? ResponseHeaders { get; init; }
}
