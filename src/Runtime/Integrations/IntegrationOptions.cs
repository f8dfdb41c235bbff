namespace Declarative.Integrations;

/// <summary>
/// What an environment says otherwise than the XML of a declared integration. Options are named by the integration, and
/// bound from <c>Declarative:Integrations:&lt;name&gt;</c>; what is null or empty leaves the XML as it is.
/// </summary>
public sealed class IntegrationOptions
{
    /// <summary>Whom to write to about it, at most 254 characters.</summary>
    public string? Email { get; set; }

    /// <summary>Where OAuth credentials are posted: an absolute URL with http or https, without user or fragment.</summary>
    public string? EndpointUrl { get; set; }

    /// <summary>Where the administrator is sent to log in to the third party: an absolute URL with http or https, without user or fragment.</summary>
    public string? IdentityLinkUrl { get; set; }

    /// <summary>The section of the configuration for an integration.</summary>
    internal static string Section(string name) => "Declarative:Integrations:" + name;
}
