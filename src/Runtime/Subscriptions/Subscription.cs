namespace Declarative.Subscriptions;

/// <summary>An event name and a destination: where a payload is to go. It never shows its verification token.</summary>
public sealed record Subscription
{
    /// <summary>The subscription's id.</summary>
    public required long Id { get; init; }

    /// <summary>The event's name in lower case.</summary>
    public required string EventName { get; init; }

    /// <summary>Where to: a URL, or what the notifier takes.</summary>
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
