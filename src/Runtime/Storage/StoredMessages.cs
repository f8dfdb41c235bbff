namespace Declarative.Storage;

/// <summary>An event message to be stored.</summary>
public sealed class NewMessage
{
    /// <summary>The message's id, a UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The event's name in lower case.</summary>
    public required string Name { get; init; }

    /// <summary>The store the event belongs to; 0 reaches the subscriptions of all stores.</summary>
    public required int StoreId { get; init; }

    /// <summary>True if <see cref="Json"/> is the payload itself, false if it is the service method's named arguments.</summary>
    public required bool CarriesPayload { get; init; }

    /// <summary>UTF-8 JSON: arguments or payload.</summary>
    public required byte[] Json { get; init; }

    /// <summary>UTF-8 JSON of the entity's state before the change, if it was published.</summary>
    public byte[]? Original { get; init; }

    /// <summary>Unique per event name for 24 hours; null if repeats are different events.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>SHA-256 of what was published under the key; null without a key.</summary>
    public byte[]? RequestHash { get; init; }

    /// <summary>W3C trace context of the publisher.</summary>
    public string? TraceParent { get; init; }

    /// <summary>W3C trace state of the publisher.</summary>
    public string? TraceState { get; init; }

    /// <summary>When it was published.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What became of an append.</summary>
public enum AppendOutcome
{
    /// <summary>The message is stored durably.</summary>
    Stored,

    /// <summary>The id is stored already, or the idempotency key was used before with the same content: nothing was stored, the id is the first one's.</summary>
    Repeated,

    /// <summary>The idempotency key was used before with other content: nothing was stored.</summary>
    Conflict,
}

/// <summary>The answer to one appended message.</summary>
/// <param name="Id">The id of the stored message, or of the earlier one with the same key.</param>
/// <param name="Outcome">What became of it.</param>
public readonly record struct AppendResult(Guid Id, AppendOutcome Outcome);

/// <summary>An event message under a lease.</summary>
public sealed class ClaimedMessage
{
    /// <summary>The row.</summary>
    public required long Seq { get; init; }

    /// <summary>The message's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The event's name.</summary>
    public required string Name { get; init; }

    /// <summary>The store the event belongs to.</summary>
    public required int StoreId { get; init; }

    /// <summary>Whether <see cref="Json"/> is the payload.</summary>
    public required bool CarriesPayload { get; init; }

    /// <summary>Arguments or payload.</summary>
    public required byte[] Json { get; init; }

    /// <summary>State before the change.</summary>
    public byte[]? Original { get; init; }

    /// <summary>W3C trace context of the publisher.</summary>
    public string? TraceParent { get; init; }

    /// <summary>W3C trace state of the publisher.</summary>
    public string? TraceState { get; init; }

    /// <summary>How often it was claimed, this claim included.</summary>
    public required int Attempts { get; init; }

    /// <summary>The lease under which it may be completed.</summary>
    public required long LeaseToken { get; init; }
}

/// <summary>How the handling of an event message ended.</summary>
public enum MessageEnd
{
    /// <summary>Deliveries were made for the matching subscriptions.</summary>
    FannedOut,

    /// <summary>The service gave null, or no subscription matched.</summary>
    NothingToDeliver,

    /// <summary>It is tried again at its due time.</summary>
    Retry,

    /// <summary>It is a dead letter.</summary>
    Dead,

    /// <summary>It was not handled; it is due again and the claim doesn't count as an attempt.</summary>
    Released,
}

/// <summary>The end of one message's handling, to be stored if the lease still holds.</summary>
/// <param name="Seq">The row.</param>
/// <param name="LeaseToken">The lease it was claimed under.</param>
/// <param name="End">How it ended.</param>
public sealed record MessageOutcome(long Seq, long LeaseToken, MessageEnd End)
{
    /// <summary>When a retry is due.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>Why it is retried or dead.</summary>
    public string? Reason { get; init; }

    /// <summary>The whole payload, to be kept for replays of events; null if it is not to be kept, or is what was published.</summary>
    public byte[]? Archived { get; init; }

    /// <summary>The payloads and whom they go to, if it fanned out.</summary>
    public IReadOnlyList<NewPayload> Payloads { get; init; } = [];
}

/// <summary>One payload, stored once, for all subscriptions that get these bytes.</summary>
/// <param name="Json">UTF-8 JSON as it is sent.</param>
/// <param name="Deliveries">Whom it goes to.</param>
/// <param name="IsHipaaAuditRequired">Whether it must never be shown or searched, whatever its subscriptions say later.</param>
public sealed record NewPayload(byte[] Json, IReadOnlyList<NewDelivery> Deliveries, bool IsHipaaAuditRequired = false);

/// <summary>A delivery to be made.</summary>
/// <param name="Uuid">The trace's id, a UUIDv7.</param>
/// <param name="SubscriptionId">The subscription.</param>
/// <param name="EndpointId">The subscription's endpoint.</param>
/// <param name="DeadReason">Why it is a dead letter from the start; null for one that is due.</param>
public readonly record struct NewDelivery(Guid Uuid, long SubscriptionId, long EndpointId, string? DeadReason = null);
