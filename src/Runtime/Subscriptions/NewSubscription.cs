using Declarative.Delivery;

namespace Declarative.Subscriptions;

/// <summary>A subscription to be made. A class, not a record, so that no <c>ToString</c> shows the token.</summary>
public sealed class NewSubscription
{
    /// <summary>The event; it must be declared by an active module.</summary>
    public required string EventName { get; init; }

    /// <summary>Where to: for <c>http</c> an absolute http or https URL without user name, else what the notifier takes.</summary>
    public required string Recipient { get; init; }

    /// <summary>The key of a registered notifier; <c>http</c> by default.</summary>
    public string Notifier { get; init; } = "http";

    /// <summary>
    /// The secret that signs deliveries. Stored encrypted, never shown. A <c>whsec_</c> secret signs
    /// <c>webhook-signature</c> with its decoded bytes (Standard Webhooks); <c>x-magento-signature</c> always takes the
    /// characters as typed. <c>http</c> requires one.
    /// </summary>
    public string? VerificationToken { get; init; }

    /// <summary>The store whose events it gets; 0, the default, gets those of all stores.</summary>
    public int StoreId { get; init; }

    /// <summary>
    /// When a failed delivery is tried again: <c>standard</c> (5 s to 20 h, 10 attempts), <c>aligent</c> (1, 4, 9, 16,
    /// 25 s), <c>adobe</c> (1, 2, 4, 8, 15, 15 … minutes for 24 hours), <c>adobe-commerce</c> (1, 2, 4 … 64 minutes), or
    /// a list of seconds such as <c>1,2,3</c>. Null takes <c>Declarative:Delivery:DefaultRetry</c>.
    /// </summary>
    public string? Retry { get; init; }

    /// <summary>Which failing statuses are tried again; null takes what fits the preset (<c>adobe</c>: Adobe, else all).</summary>
    public RetryOn? RetryOn { get; init; }

    /// <summary>The form in which payloads are sent; as the async events module does by default.</summary>
    public DeliveryFormat Format { get; init; }
}
