namespace Declarative.Subscriptions;

/// <summary>One statement of a subscription in one <c>io_events.xml</c>, written by the generator. What a file doesn't say is null.</summary>
/// <param name="Name">The subscription's name in lower case, without <c>com.adobe.commerce.</c>.</param>
/// <param name="DeclaredIn">The project-relative file.</param>
public sealed record SubscriptionDescriptor(string Name, string DeclaredIn)
{
    /// <summary>The event, if the subscription has a name of its own; null if its name is the event's.</summary>
    public string? Parent { get; init; }

    /// <summary>The destination's name in configuration; null for <c>default</c>.</summary>
    public string? Destination { get; init; }

    /// <summary>The event provider's id; null for the configured default.</summary>
    public string? ProviderId { get; init; }

    /// <summary>Whether its deliveries are claimed before others.</summary>
    public bool? IsPriority { get; init; }

    /// <summary>Whether its data is kept from logs, search and pages.</summary>
    public bool? IsHipaaAuditRequired { get; init; }

    /// <summary>What is sent.</summary>
    public IReadOnlyList<SubscriptionField> Fields { get; init; } = [];

    /// <summary>When it is sent.</summary>
    public IReadOnlyList<SubscriptionRule> Rules { get; init; } = [];

    /// <summary>What the data goes through, in order of declaration.</summary>
    public IReadOnlyList<SubscriptionProcessor> Processors { get; init; } = [];
}
