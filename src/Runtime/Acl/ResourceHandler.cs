using System.Security.Claims;
using Declarative.Merging;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Declarative.Acl;

/// <summary>
/// Decides <see cref="ResourceRequirement"/> and <see cref="CustomerRequirement"/> by the claims of whoever authenticated the
/// caller; our own identities answer from their role. One handler for both: each one more costs every request.
/// </summary>
internal sealed class ResourceHandler(AclResources resources, IOptions<AclOptions> options) : IAuthorizationHandler
{
    private readonly bool _inherit = options.Value.Inherit;

    public Task HandleAsync(AuthorizationHandlerContext context)
    {
        foreach (var requirement in context.Requirements)
        {
            var isMet = requirement switch
            {
                ResourceRequirement resource => IsAllowed(context.User, resource.Id),
                CustomerRequirement => CallerClaims.CustomerOf(context.User) is not null,
                _ => false,
            };
            if (isMet)
                context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }

    private bool IsAllowed(ClaimsPrincipal user, string id)
    {
        foreach (var identity in user.Identities)
        {
            if (identity.IsAuthenticated && (identity.HasClaim(CallerClaims.Resource, AclTree.Everything) || Holds(identity, id)))
                return true;
        }

        return false;
    }

    private bool Holds(ClaimsIdentity identity, string id)
    {
        var tree = resources.Tree;
        for (var node = tree.Find(id); node is not null; node = node.ParentId is { } parent ? tree.Find(parent) : null)
        {
            if (identity.HasClaim(CallerClaims.Resource, node.Id) || (AclTree.Former(node.Id) is { } former && identity.HasClaim(CallerClaims.Resource, former)))
                return true;

            // Integrations list what their resources stand under, by the originals' rule: to inherit from it would give them all.
            if (!_inherit || identity is CallerIdentity { Kind: CallerKind.Integration })
                return false;
        }

        return false;
    }
}
