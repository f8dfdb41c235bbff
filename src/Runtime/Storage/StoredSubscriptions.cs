using Declarative.Delivery;
using Declarative.Subscriptions;

namespace Declarative.Storage;

/// <summary>A subscription's row. Unlike <see cref="Subscription"/> it holds the encrypted tokens; it never leaves the engine.</summary>
public sealed record SubscriptionRecord
{
    /// <summary>The row; 0 before it is stored.</summary>
    public long Id { get; init; }

    /// <summary>Unique name of an eventing subscription; null otherwise.</summary>
    public string? Name { get; init; }

    /// <summary>The event's name in lower case.</summary>
    public required string EventName { get; init; }

    /// <summary>The event that <see cref="EventName"/> is derived from by rules, if it is.</summary>
    public string? Parent { get; init; }

    /// <summary>What is sent, as JSON; null for the payload unchanged.</summary>
    public string? Fields { get; init; }

    /// <summary>When it is sent, as JSON; null for always.</summary>
    public string? Rules { get; init; }

    /// <summary>What the data goes through, as JSON; null for nothing.</summary>
    public string? Processors { get; init; }

    /// <summary>The destination's name in configuration; null for a subscription that names its recipient itself.</summary>
    public string? Destination { get; init; }

    /// <summary>The event provider's id; null for the default one.</summary>
    public string? ProviderId { get; init; }

    /// <summary>Whether its deliveries are claimed before others.</summary>
    public bool IsPriority { get; init; }

    /// <summary>Whether a module declares it, so that nobody may change it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether its data is kept from logs, search and pages.</summary>
    public bool IsHipaaAuditRequired { get; init; }

    /// <summary>The form in which payloads are sent.</summary>
    public DeliveryFormat Format { get; init; }

    /// <summary>Where to: a URL, or what the notifier takes. Empty while its destination is not configured.</summary>
    public required string Recipient { get; init; }

    /// <summary>The notifier's key.</summary>
    public required string Notifier { get; init; }

    /// <summary>The store whose events it gets; 0 gets those of all stores.</summary>
    public required int StoreId { get; init; }

    /// <summary>Its status.</summary>
    public required SubscriptionStatus Status { get; init; }

    /// <summary>A preset's name or a list of seconds.</summary>
    public required string Retry { get; init; }

    /// <summary>Which failing statuses are retried.</summary>
    public required RetryOn RetryOn { get; init; }

    /// <summary>The encrypted verification token; null if there is none.</summary>
    public byte[]? Secret { get; init; }

    /// <summary>The encrypted token before the last rotation.</summary>
    public byte[]? PreviousSecret { get; init; }

    /// <summary>Until when the previous token signs too.</summary>
    public DateTimeOffset? PreviousSecretUntil { get; init; }

    /// <summary>The endpoint's row; 0 before it is stored.</summary>
    public long EndpointId { get; init; }

    /// <summary>What the endpoint is known by.</summary>
    public required string EndpointKey { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset ModifiedAt { get; init; }

    /// <summary>Why it is disabled.</summary>
    public string? DisabledReason { get; init; }
}
