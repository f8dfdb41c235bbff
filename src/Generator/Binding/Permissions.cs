using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Xml;
using Declarative.Merging;

namespace Declarative.Generator.Binding;

/// <summary>One statement of a resource and where it stands.</summary>
/// <param name="Statement">The statement.</param>
/// <param name="Where">Its file, or for a reference its module, assembly and file.</param>
/// <param name="Position">Its place; null in a reference.</param>
internal sealed record PlacedResource(AclStatement Statement, string Where, SourcePosition? Position);

/// <summary>
/// The permissions of all modules that this assembly sees, merged. Compares by reference: it holds positions, and only
/// rules look into it.
/// </summary>
internal sealed class Permissions
{
    // Looking for what was meant is for people; beyond this many wrong ids it would only take time.
    private const int MaxSuggestions = 100;

    private readonly List<PlacedResource> _statements;
    private readonly List<(PlacedResource Earlier, PlacedResource Later)> _conflicts = [];
    private readonly HashSet<string> _prefixes = new(StringComparer.Ordinal);
    private readonly Lazy<ILookup<string, string>> _idsByPrefix;
    private int _suggestions;

    private Permissions(List<PlacedResource> statements, ModuleSequence sequence, ReferencedModules references)
    {
        _statements = statements;
        Statements = statements.ToLookup(placed => placed.Statement.Id, StringComparer.Ordinal);
        PlacedResource? current = null;
        Tree = AclTree.Merge(
            statements.Select(placed =>
            {
                current = placed;
                return placed.Statement;
            }),
            (_, later) => _conflicts.Add((Statements[later.Id].First(), current!)));
        _idsByPrefix = new(() => Tree.Ids.ToLookup(Prefix, StringComparer.Ordinal));

        // An id that is only restated, as a place to hang something under, says nothing of its module's other ids.
        _prefixes.UnionWith(statements.Where(placed => placed.Statement.Title is not null).Select(placed => Prefix(placed.Statement.Id)));
        _prefixes.UnionWith(references.Readable.Select(module => module.Name));
        _prefixes.Add(sequence.OwnName);
    }

    /// <summary>The merged tree.</summary>
    public AclTree Tree { get; }

    /// <summary>All statements by id, in merge order.</summary>
    public ILookup<string, PlacedResource> Statements { get; }

    /// <summary>Statements that put a resource under another parent than its first statement does.</summary>
    public IReadOnlyList<(PlacedResource Earlier, PlacedResource Later)> Conflicts => _conflicts;

    public static Permissions Of(IEnumerable<FileDeclarations> files, ModuleSequence sequence, ReferencedModules references)
    {
        var own = files.OrderBy(file => file.LogicalPath, StringComparer.Ordinal)
            .SelectMany(file => file.Content.AclResources.Select(resource => new PlacedResource(resource.Statement, file.LogicalPath, resource.Id.Position)))
            .ToList();
        return new Permissions(
            sequence.Merge(references, own, module => module.Resources.Select(resource => new PlacedResource(resource.Statement, module.Where(resource.DeclaredIn), null))).ToList(),
            sequence,
            references);
    }

    /// <summary>The part of an id that names its module; empty if the id has none.</summary>
    public static string Prefix(string id)
    {
        var end = id.IndexOf("::", StringComparison.Ordinal);
        return end < 0 ? "" : id.Substring(0, end);
    }

    /// <summary>
    /// Whether a library can judge the id: it is of its own module or of one whose ids it knows. Any other may well be
    /// declared by a module that only the host sees.
    /// </summary>
    public bool IsOfKnownModule(string id) => _prefixes.Contains(Prefix(id)) || !AclFile.ResourceId.Matches(id);

    /// <summary>What is wrong with an id that something needs, as the end of a sentence; null if nothing is.</summary>
    public string? Fault(string id)
    {
        if (Tree.Find(id) is not null)
            return null;
        if (!AclFile.ResourceId.Matches(id))
            return $"no resource id: {AclFile.ResourceId.Form}" + (Nearest(id) is { } meant ? $"; did you mean '{meant}'?" : "");
        if (!Tree.IsDisabled(id))
            return "declared by no module known here" + (Nearest(id) is { } nearest ? $"; did you mean '{nearest}'?" : "");
        for (var ancestor = id; Statements[ancestor].FirstOrDefault() is { } first; ancestor = first.Statement.ParentId ?? "")
        {
            if (Statements[ancestor].LastOrDefault(placed => placed.Statement.IsDisabled is not null) is { Statement.IsDisabled: true } switchedOff)
                return $"switched off{(ancestor == id ? "" : $" with '{ancestor}'")} in {switchedOff.Where}";
        }

        return "switched off";
    }

    /// <summary>The id most likely meant: a similar one of the same module, or the same one of a similar module.</summary>
    public string? Nearest(string id)
    {
        if (++_suggestions > MaxSuggestions)
            return null;
        var prefix = Prefix(id);
        if (prefix.Length == 0)
            return NearestName.Find(id, Tree.Ids);
        var name = id.Substring(prefix.Length);
        return NearestName.Find(name, _idsByPrefix.Value[prefix].Where(other => other != id).Select(other => other.Substring(prefix.Length))) is { } nearName ? prefix + nearName
            : NearestName.Find(prefix, _idsByPrefix.Value.Where(ids => ids.Key != prefix && ids.Contains(ids.Key + name, StringComparer.Ordinal)).Select(ids => ids.Key)) is { } nearPrefix ? nearPrefix + name
            : null;
    }
}
