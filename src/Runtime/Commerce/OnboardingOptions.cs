namespace Declarative.Commerce;

/// <summary>What <c>onboard</c> sets up at the commerce side, <see cref="CommerceOptions.BaseUrl"/>. Bound from <c>Declarative:Onboarding</c>.</summary>
public sealed class OnboardingOptions
{
    /// <summary>The access token of an administrator or an integration there. Belongs into the environment.</summary>
    public string? Token { get; set; }

    /// <summary>The address at which the commerce side reaches this application, e.g. <c>https://backoffice.example.com</c>.</summary>
    public string? BaseUrl { get; set; }

    /// <summary>Names of this application's consumers whose events the commerce side is to send here.</summary>
    public IList<string> Consumers { get; } = [];

    /// <summary>Event providers that must be there.</summary>
    public IList<OnboardingProvider> Providers { get; } = [];

    /// <summary>The default event provider, also that of events which name none; null leaves it as it is.</summary>
    public string? ProviderId { get; set; }

    /// <summary>The default provider's instance; null leaves it as it is.</summary>
    public string? InstanceId { get; set; }

    /// <summary>The merchant; null leaves it as it is.</summary>
    public string? MerchantId { get; set; }

    /// <summary>The environment; null leaves it as it is.</summary>
    public string? EnvironmentId { get; set; }

    /// <summary>A JSON file with events to subscribe to by name, in the form of the starter kit's <c>commerce-event-subscribe.json</c>; null for none.</summary>
    public string? Events { get; set; }

    /// <summary>The commerce side's destination for events that name none; its <c>default</c> unless set.</summary>
    public string? Destination { get; set; }
}

/// <summary>An event provider that must be there.</summary>
public sealed class OnboardingProvider
{
    /// <summary>Its id.</summary>
    public string? ProviderId { get; set; }

    /// <summary>Its instance; letters, digits, <c>_</c> and <c>-</c>.</summary>
    public string? InstanceId { get; set; }

    /// <summary>Its label. One of the same label and instance is used as it is, whatever its id.</summary>
    public string? Label { get; set; }

    /// <summary>Its description.</summary>
    public string? Description { get; set; }
}
