namespace Declarative.Integrations;

/// <summary>What a person says of an integration that is made by hand.</summary>
public sealed record IntegrationData
{
    /// <summary>Its name, 2 to 255 characters, unique ignoring case.</summary>
    public required string Name { get; init; }

    /// <summary>Whom to write to; null or empty for nobody.</summary>
    public string? Email { get; init; }

    /// <summary>The third party's callback page, an absolute http or https URL; null or empty for none.</summary>
    public string? EndpointUrl { get; init; }

    /// <summary>The third party's log-in page, an absolute http or https URL; null or empty for none.</summary>
    public string? IdentityLinkUrl { get; init; }

    /// <summary>Whether it holds every ACL resource; <see cref="Resources"/> counts for nothing then.</summary>
    public bool AllResources { get; init; }

    /// <summary>The ids of the ACL resources that it holds, each one: a parent doesn't give its children.</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];
}
