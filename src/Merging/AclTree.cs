using System;
using System.Collections.Generic;
using System.Linq;

namespace Declarative.Merging;

/// <summary>One statement of an ACL resource in one file: a declaration, or a foreign parent restated by its id.</summary>
/// <param name="Id">The resource's id, <c>Vendor_Module::name</c>.</param>
/// <param name="ParentId">The id of the resource that it stands under in that file; null for a root.</param>
/// <param name="Title">Its title for people; null where it is not stated.</param>
/// <param name="SortOrder">Its place among its siblings; null where it is not stated.</param>
/// <param name="IsDisabled">Whether it is switched off with all below it; null where it is not stated.</param>
internal sealed record AclStatement(string Id, string? ParentId, string? Title, int? SortOrder, bool? IsDisabled)
{
    public string Id { get; } = AclTree.Canonical(Id);

    public string? ParentId { get; } = ParentId is null ? null : AclTree.Canonical(ParentId);
}

/// <summary>A resource of the merged tree.</summary>
internal sealed class AclNode(AclStatement statement, int depth, IReadOnlyList<AclNode> children)
{
    public string Id { get; } = statement.Id;

    public string? ParentId { get; } = statement.ParentId;

    public string? Title { get; } = statement.Title;

    public int SortOrder { get; } = statement.SortOrder ?? 0;

    /// <summary>0 for a root.</summary>
    public int Depth { get; } = depth;

    public IReadOnlyList<AclNode> Children { get; } = children;
}

/// <summary>
/// The permissions of all modules as one tree, merged as the originals do: what a later module states wins, what it leaves
/// out stays; a disabled resource goes with all below it; siblings stand by sort order, then as declared.
/// </summary>
internal sealed class AclTree
{
    /// <summary>The root that allows everything.</summary>
    public const string Everything = "Magento_Backend::all";

    // Real trees are 7 deep; files of ill will could make one that overflows the stack. What lies deeper is not there.
    private const int MaxDepth = 500;

    private const string AsyncEvents = "MageOS_AsyncEvents::";
    private const string FormerAsyncEvents = "Aligent_AsyncEvents::";

    private readonly Dictionary<string, AclNode> _nodes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _disabled = new(StringComparer.Ordinal);

    private AclTree(IReadOnlyList<AclNode> roots) => Roots = roots;

    public IReadOnlyList<AclNode> Roots { get; private set; }

    /// <summary>All resources that are not disabled.</summary>
    public IEnumerable<AclNode> Nodes => _nodes.Values;

    public IEnumerable<string> Ids => _nodes.Keys;

    /// <summary>Merges the statements of all files, in load order.</summary>
    /// <param name="statements">The statements, a parent before its children.</param>
    /// <param name="conflict">Told of a statement that puts a resource under another parent than <paramref name="statements"/> before; the earlier one stays.</param>
    public static AclTree Merge(IEnumerable<AclStatement> statements, Action<AclStatement, AclStatement>? conflict = null)
    {
        var merged = KeyedMerge.Merge(statements, statement => statement.Id, (earlier, later) =>
        {
            if (!string.Equals(earlier.ParentId, later.ParentId, StringComparison.Ordinal))
                conflict?.Invoke(earlier, later);
            return earlier with
            {
                Title = later.Title ?? earlier.Title,
                SortOrder = later.SortOrder ?? earlier.SortOrder,
                IsDisabled = later.IsDisabled ?? earlier.IsDisabled,
            };
        });
        var children = merged.ToLookup(statement => statement.ParentId ?? "", StringComparer.Ordinal);
        var tree = new AclTree([]);
        tree.Roots = tree.Build(children, "", 0, isDisabled: false);
        return tree;
    }

    /// <summary>
    /// The id that stands for an id: the async events module's are known by the name of its first maker too, which files and
    /// roles of that time hold.
    /// </summary>
    public static string Canonical(string id) =>
        id.StartsWith(FormerAsyncEvents, StringComparison.Ordinal) ? AsyncEvents + id.Substring(FormerAsyncEvents.Length) : id;

    /// <summary>The resource with the id; null if nothing declares it or it is disabled.</summary>
    public AclNode? Find(string id) => _nodes.TryGetValue(Canonical(id), out var node) ? node : null;

    /// <summary>The ids that a resource stands under, the topmost first; none if it is a root, or unknown here.</summary>
    public IEnumerable<string> Ancestors(string id)
    {
        var ancestors = new Stack<string>();
        for (var parent = Find(id)?.ParentId; parent is not null && Find(parent) is { } node; parent = node.ParentId)
            ancestors.Push(node.Id);
        return ancestors;
    }

    /// <summary>Whether the resource is declared but switched off, by itself or by what it stands under.</summary>
    public bool IsDisabled(string id) => _disabled.Contains(Canonical(id));

    /// <summary>The former name of an id; null if it has none.</summary>
    public static string? Former(string id) =>
        id.StartsWith(AsyncEvents, StringComparison.Ordinal) ? FormerAsyncEvents + id.Substring(AsyncEvents.Length) : null;

    private List<AclNode> Build(ILookup<string, AclStatement> children, string parent, int depth, bool isDisabled)
    {
        var nodes = new List<AclNode>();
        if (depth == MaxDepth)
            return nodes;
        foreach (var statement in children[parent].OrderBy(one => one.SortOrder ?? 0))
        {
            var isOff = isDisabled || statement.IsDisabled == true;
            var node = new AclNode(statement, depth, Build(children, statement.Id, depth + 1, isOff));
            if (isOff)
            {
                _disabled.Add(statement.Id);
                continue;
            }

            _nodes.Add(statement.Id, node);
            nodes.Add(node);
        }

        return nodes;
    }
}
