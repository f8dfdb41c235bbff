using Declarative.Delivery;
using Declarative.Subscriptions;

namespace Declarative.Eventing;

/// <summary>A named place to deliver to. Bound from <c>Declarative:Destinations:&lt;name&gt;</c>; subscriptions without a name for theirs mean <c>default</c>.</summary>
public sealed class DestinationOptions
{
    /// <summary>The key of a registered notifier; <c>http</c> unless set.</summary>
    public string Notifier { get; set; } = "http";

    /// <summary>Where to: for <c>http</c> an absolute http or https URL, else what the notifier takes.</summary>
    public string Url { get; set; } = "";

    /// <summary>The secret that signs deliveries; <c>http</c> requires one. Belongs into the environment or a secret store.</summary>
    public string? Secret { get; set; }

    /// <summary>The form in which payloads are sent: <c>Aligent</c> (unless set), <c>CloudEvents</c>, <c>CloudEvents-Binary</c>, <c>Standard</c>, in any case.</summary>
    public string Format { get; set; } = "aligent";

    /// <summary>When failed deliveries are tried again; see <see cref="NewSubscription.Retry"/>.</summary>
    public string? Retry { get; set; }

    /// <summary>Which failing statuses are tried again; what fits the schedule unless set.</summary>
    public RetryOn? RetryOn { get; set; }

    internal static IReadOnlyList<string> Formats { get; } = ["aligent", "cloudevents", "cloudevents-binary", "standard"];

    internal DeliveryFormat? FormatOrNull => Format.ToLowerInvariant() switch
    {
        "aligent" => DeliveryFormat.Aligent,
        "cloudevents" => DeliveryFormat.CloudEvents,
        "cloudevents-binary" => DeliveryFormat.CloudEventsBinary,
        "standard" => DeliveryFormat.Standard,
        _ => null,
    };
}
