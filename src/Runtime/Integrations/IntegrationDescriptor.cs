namespace Declarative.Integrations;

/// <summary>One statement of an integration in one file, written by the generator. What a file doesn't say is null, or no resource.</summary>
/// <param name="Name">The integration's name, 2 to 255 characters.</param>
/// <param name="DeclaredIn">The project-relative file.</param>
public sealed record IntegrationDescriptor(string Name, string DeclaredIn)
{
    /// <summary>Whom to write to about it.</summary>
    public string? Email { get; init; }

    /// <summary>Where OAuth credentials are posted when it is activated: an absolute URL with http or https.</summary>
    public string? EndpointUrl { get; init; }

    /// <summary>Where the administrator is sent to log in to the third party: an absolute URL with http or https.</summary>
    public string? IdentityLinkUrl { get; init; }

    /// <summary>Ids of the ACL resources that it is given.</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>
    /// Whether it stands in an <c>integration.xml</c>: what its resources stand under is then given with them. In
    /// <c>etc/integration/api.xml</c> the author lists everything.
    /// </summary>
    public bool IsConsolidated { get; init; }
}
