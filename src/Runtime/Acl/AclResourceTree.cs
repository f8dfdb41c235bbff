using Declarative.Merging;

namespace Declarative.Acl;

/// <summary>The permissions that the active modules declare, as a tree for people to choose from. What is disabled is not in it.</summary>
public sealed class AclResourceTree
{
    private readonly AclResources _resources;

    internal AclResourceTree(AclResources resources) => _resources = resources;

    /// <summary>
    /// The resources at the root, in their order; <c>Magento_Backend::all</c>, which holds everything, is one of them. They are read
    /// anew each time, since declarations may be reloaded.
    /// </summary>
    public IReadOnlyList<AclResource> Roots => Build(_resources.Tree.Roots);

    /// <summary>The title of a resource; its id where no module states one or nothing declares it.</summary>
    /// <param name="id">The resource's id.</param>
    public string TitleOf(string id) => _resources.TitleOf(id);

    private static List<AclResource> Build(IReadOnlyList<AclNode> nodes) =>
        [.. nodes.Select(static node => new AclResource(node.Id, node.Title ?? node.Id, Build(node.Children)))];
}

/// <summary>One permission of the tree.</summary>
/// <param name="Id">Its id, e.g. <c>Shop_Sales::orders</c>.</param>
/// <param name="Title">What people call it; the id where no module states a title.</param>
/// <param name="Children">What stands below it, in its order. To hold it does not give these.</param>
public sealed record AclResource(string Id, string Title, IReadOnlyList<AclResource> Children);
