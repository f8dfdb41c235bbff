using Declarative.Integrations;
using Declarative.Merging;
using Microsoft.Extensions.Options;

namespace Declarative.Acl;

/// <summary>Who holds which permission: the tree of the declared ones, with the admin users and integrations that hold each.</summary>
public sealed class PermissionHolders
{
    private readonly AclResourceTree _tree;
    private readonly AdminUsers _users;
    private readonly IntegrationService _integrations;
    private readonly bool _isInherited;

    internal PermissionHolders(AclResourceTree tree, AdminUsers users, IntegrationService integrations, IOptions<AclOptions> options)
    {
        _isInherited = options.Value.Inherit;
        _tree = tree;
        _users = users;
        _integrations = integrations;
    }

    /// <summary>The resources at the root, in their order.</summary>
    /// <param name="cancellationToken">Cancels reading.</param>
    public async Task<IReadOnlyList<HeldPermission>> ListAsync(CancellationToken cancellationToken = default)
    {
        var holders = new List<(PermissionHolder Holder, HashSet<string> Resources)>();
        var roles = (await _users.ListRolesAsync(cancellationToken).ConfigureAwait(false)).ToDictionary(static role => role.Name, static role => role.ResourceIds.Select(AclTree.Canonical).ToHashSet(StringComparer.Ordinal), StringComparer.OrdinalIgnoreCase);
        foreach (var user in await _users.ListAsync(cancellationToken).ConfigureAwait(false))
            holders.Add((new PermissionHolder("admin", user.Name, user.Role, user.IsActive), roles.GetValueOrDefault(user.Role) ?? []));
        foreach (var integration in await _integrations.ListAsync(cancellationToken).ConfigureAwait(false))
            holders.Add((new PermissionHolder("integration", integration.Name, null, integration.Status == IntegrationStatus.Active), integration.Resources.Select(AclTree.Canonical).ToHashSet(StringComparer.Ordinal)));
        return [.. _tree.Roots.Select(root => Of(root, []))];

        HeldPermission Of(AclResource resource, IReadOnlyList<PermissionHolder> above)
        {
            var holding = holders.Where(one => one.Resources.Contains(resource.Id) || one.Resources.Contains(AclTree.Everything) || above.Contains(one.Holder)).Select(static one => one.Holder).ToList();

            // Integrations don't inherit, whatever is set: theirs are listed with all that they stand under.
            var inherited = _isInherited ? holding.Where(static one => one.Role is not null).ToList() : [];
            return new HeldPermission(resource.Id, resource.Title, holding, [.. resource.Children.Select(child => Of(child, inherited))]);
        }
    }
}

/// <summary>A permission of the tree.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Holders">Who holds it, or everything.</param>
/// <param name="Children">What stands below it.</param>
public sealed record HeldPermission(string Id, string Title, IReadOnlyList<PermissionHolder> Holders, IReadOnlyList<HeldPermission> Children);

/// <summary>Somebody who holds a permission.</summary>
/// <param name="Kind"><c>admin</c> or <c>integration</c>.</param>
/// <param name="Name">The user's or integration's name.</param>
/// <param name="Role">The user's role; null for an integration.</param>
/// <param name="IsActive">Whether they may use it: a user that is switched off, or an integration without tokens, may not.</param>
public sealed record PermissionHolder(string Kind, string Name, string? Role, bool IsActive);
