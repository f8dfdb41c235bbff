namespace Declarative;

/// <summary>
/// Declares an integration, a third party with permissions of its own: the counterpart of an <c>integration</c> element in <c>etc/integration.xml</c>,
/// checked by the same rules. What it stands on says nothing.
/// </summary>
/// <param name="name">Its name, 2 to 255 characters.</param>
/// <param name="resources">Ids of the ACL resources that it may use, each with those that it stands under.</param>
[AttributeUsage(AttributeTargets.Assembly | AttributeTargets.Class | AttributeTargets.Interface | AttributeTargets.Struct, AllowMultiple = true, Inherited = false)]
public sealed class IntegrationAttribute(string name, params string[] resources) : Attribute
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>What it may do.</summary>
    public string[] Resources { get; } = resources;

    /// <summary>Whom to ask about it.</summary>
    public string? Email { get; set; }

    /// <summary>Where its credentials are sent when it is activated.</summary>
    public string? EndpointUrl { get; set; }

    /// <summary>Where an administrator logs in with it when it is activated.</summary>
    public string? IdentityLinkUrl { get; set; }
}
