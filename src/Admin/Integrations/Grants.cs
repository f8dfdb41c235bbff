using System.Security.Claims;
using Declarative.Acl;
using Declarative.Integrations;
using Microsoft.AspNetCore.Authorization;

namespace Declarative.Admin.Integrations;

/// <summary>
/// Who gives permissions to an integration, or gets its tokens to see, must hold them: else the permission to manage integrations
/// would be the permission to do everything.
/// </summary>
internal sealed class Grants(IAuthorizationService authorization)
{
    private const string Everything = "Magento_Backend::all";

    /// <summary>Those of the resources that the user doesn't hold.</summary>
    public async Task<IReadOnlyList<string>> MissingAsync(ClaimsPrincipal user, bool everything, IEnumerable<string> resources)
    {
        if (await HoldsAsync(user, Everything).ConfigureAwait(false))
            return [];
        if (everything)
            return [Everything];
        var missing = new List<string>();
        foreach (var id in resources)
        {
            if (!await HoldsAsync(user, id).ConfigureAwait(false))
                missing.Add(id);
        }

        return missing;
    }

    /// <inheritdoc cref="MissingAsync(ClaimsPrincipal, bool, IEnumerable{string})"/>
    public Task<IReadOnlyList<string>> MissingAsync(ClaimsPrincipal user, Integration integration) =>
        MissingAsync(user, integration.HoldsEverything, integration.Resources);

    private async Task<bool> HoldsAsync(ClaimsPrincipal user, string id) =>
        (await authorization.AuthorizeAsync(user, null, [new ResourceRequirement(id)]).ConfigureAwait(false)).Succeeded;
}
