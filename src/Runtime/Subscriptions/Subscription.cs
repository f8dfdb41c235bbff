using Declarative.Delivery;

namespace Declarative.Subscriptions;

/// <summary>An event name and a destination: where a payload is to go. It never shows its verification token.</summary>
public sealed record Subscription
{
    /// <summary>The subscription's id.</summary>
    public required long Id { get; init; }

    /// <summary>The event's name in lower case.</summary>
    public required string EventName { get; init; }

    /// <summary>Its name, if it is one of eventing's; null otherwise.</summary>
    public string? Name { get; init; }

    /// <summary>The event that a subscription with a name of its own is derived from; null otherwise.</summary>
    public string? Parent { get; init; }

    /// <summary>What is sent; empty for the payload unchanged.</summary>
    public IReadOnlyList<SubscriptionField> Fields { get; init; } = [];

    /// <summary>When it is sent; empty for always.</summary>
    public IReadOnlyList<SubscriptionRule> Rules { get; init; } = [];

    /// <summary>The destination's name in configuration; null if the subscription names its recipient itself.</summary>
    public string? Destination { get; init; }

    /// <summary>The event provider's id; null for the default one.</summary>
    public string? ProviderId { get; init; }

    /// <summary>Whether its deliveries are claimed before others.</summary>
    public bool IsPriority { get; init; }

    /// <summary>Whether a module declares it, so that it can't be changed.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether its data is kept from logs, search and pages.</summary>
    public bool IsHipaaAuditRequired { get; init; }

    /// <summary>The form in which payloads are sent.</summary>
    public DeliveryFormat Format { get; init; }

    /// <summary>Where to: a URL, or what the notifier takes. Empty while its destination is not configured.</summary>
    public required string Recipient { get; init; }

    /// <summary>The notifier's key (<c>metadata</c> in the original systems).</summary>
    public required string Notifier { get; init; }

    /// <summary>The store whose events it gets; 0 gets those of all stores.</summary>
    public required int StoreId { get; init; }

    /// <summary>Whether it gets deliveries, and if not, why.</summary>
    public required SubscriptionStatus Status { get; init; }

    /// <summary>When failed deliveries are tried again; see <see cref="NewSubscription.Retry"/>.</summary>
    public required string Retry { get; init; }

    /// <summary>Which failing statuses are tried again.</summary>
    public required RetryOn RetryOn { get; init; }

    /// <summary>Why it is disabled; null while it is active.</summary>
    public string? DisabledReason { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset ModifiedAt { get; init; }
}

/// <summary>Whether a subscription gets deliveries. The numbers are stored.</summary>
public enum SubscriptionStatus
{
    /// <summary>Switched off by somebody; pending deliveries are parked.</summary>
    Disabled = 0,

    /// <summary>It gets deliveries.</summary>
    Active = 1,

    /// <summary>Switched off by a rule on failures; pending deliveries are parked.</summary>
    AutoDisabled = 2,

    /// <summary>Its receiver answered 410; pending deliveries are parked.</summary>
    Gone = 3,

    /// <summary>Deleted; kept only for the log of its deliveries, which are cancelled.</summary>
    Deleted = 4,
}

/// <summary>Which failing statuses are tried again. Transport errors and time-outs always are. The numbers are stored.</summary>
public enum RetryOn
{
    /// <summary>Every status but 2xx, as the async events module does.</summary>
    All = 0,

    /// <summary>429 and 5xx but 505, as Adobe I/O Events does.</summary>
    Adobe = 1,
}
