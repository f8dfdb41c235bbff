using Declarative.Integrations;
using Microsoft.AspNetCore.Http;

namespace Declarative.Admin.Integrations;

/// <summary>What stands in the form of an integration that is made by hand, right or wrong.</summary>
public sealed class IntegrationDraft
{
    /// <summary>The name.</summary>
    public string Name { get; init; } = "";

    /// <summary>The e-mail address.</summary>
    public string Email { get; init; } = "";

    /// <summary>The callback URL.</summary>
    public string EndpointUrl { get; init; } = "";

    /// <summary>The identity link URL.</summary>
    public string IdentityLinkUrl { get; init; } = "";

    /// <summary>Whether it shall hold everything.</summary>
    public bool AllResources { get; init; }

    /// <summary>The ids of the ticked permissions.</summary>
    public IReadOnlySet<string> Resources { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    internal static IntegrationDraft From(Integration integration) => new()
    {
        Name = integration.Name,
        Email = integration.Email ?? "",
        EndpointUrl = integration.EndpointUrl ?? "",
        IdentityLinkUrl = integration.IdentityLinkUrl ?? "",
        AllResources = integration.HoldsEverything,
        Resources = integration.Resources.ToHashSet(StringComparer.Ordinal),
    };

    internal static IntegrationDraft From(IFormCollection values) => new()
    {
        Name = values["name"].ToString().Trim(),
        Email = values["email"].ToString().Trim(),
        EndpointUrl = values["endpoint_url"].ToString().Trim(),
        IdentityLinkUrl = values["identity_link_url"].ToString().Trim(),
        AllResources = values["all_resources"] == "1",
        Resources = values["resource"].OfType<string>().Where(static id => id.Length > 0).ToHashSet(StringComparer.Ordinal),
    };

    internal IntegrationData ToData() => new()
    {
        Name = Name,
        Email = Email,
        EndpointUrl = EndpointUrl,
        IdentityLinkUrl = IdentityLinkUrl,
        AllResources = AllResources,
        Resources = AllResources ? [] : [.. Resources],
    };
}
