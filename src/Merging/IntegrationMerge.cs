using System;
using System.Collections.Generic;
using System.Linq;

namespace Declarative.Merging;

/// <summary>One statement of an integration in one file. What the file doesn't say is null, or no resource.</summary>
/// <param name="Name">The integration's name.</param>
/// <param name="DeclaredIn">Where it is stated, for messages.</param>
internal sealed record IntegrationStatement(string Name, string DeclaredIn)
{
    public string? Email { get; init; }

    public string? EndpointUrl { get; init; }

    public string? IdentityLinkUrl { get; init; }

    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>Whether it stands in an <c>integration.xml</c>, so that what its resources stand under is given with them.</summary>
    public bool IsConsolidated { get; init; }
}

/// <summary>
/// The integrations of all modules as one list, merged as the originals do: known by name, what a later statement says
/// wins and what it leaves out stays, resources add up in the order in which they are first stated.
/// </summary>
/// <remarks>Names differ by more than case, as where they are stored and configured; the first spelling counts.</remarks>
internal static class IntegrationMerge
{
    /// <summary>The resource that everything but <see cref="AclTree.Everything"/> stands under.</summary>
    public const string TopResource = "Magento_Backend::admin";

    /// <summary>Merges the statements; the result is in order of first appearance.</summary>
    /// <param name="statements">What the modules state, in merge order.</param>
    /// <param name="tree">The permissions of all modules.</param>
    public static List<IntegrationStatement> Merge(IEnumerable<IntegrationStatement> statements, AclTree tree) =>
        statements.GroupBy(static statement => statement.Name, StringComparer.OrdinalIgnoreCase).Select(ofOne => Merged(ofOne.ToList(), tree)).ToList();

    /// <summary>
    /// What the merged integration's resources stand under and it doesn't have, the topmost first; not <see cref="TopResource"/>,
    /// which the originals' own samples leave out. Who has everything lacks nothing.
    /// </summary>
    /// <param name="merged">The integration.</param>
    /// <param name="tree">The permissions of all modules.</param>
    public static List<string> MissingAncestors(IntegrationStatement merged, AclTree tree) =>
        merged.Resources.Contains(AclTree.Everything, StringComparer.Ordinal)
            ? []
            : merged.Resources.SelectMany(tree.Ancestors).Distinct(StringComparer.Ordinal).Except(merged.Resources, StringComparer.Ordinal).Where(static id => id != TopResource).ToList();

    /// <summary>
    /// What a statement gives. In an <c>integration.xml</c> that is more than it lists; only there, so that no file of the
    /// other form gives more because of a second statement.
    /// </summary>
    private static List<string> Granted(IntegrationStatement statement, AclTree tree)
    {
        var stated = statement.Resources.Select(AclTree.Canonical);
        if (statement.IsConsolidated && statement.Resources.Count > 0)
            stated = new[] { TopResource }.Concat(stated.SelectMany(id => tree.Ancestors(id).Concat([id])));
        return stated.Distinct(StringComparer.Ordinal).ToList();
    }

    private static IntegrationStatement Merged(List<IntegrationStatement> statements, AclTree tree) => statements[statements.Count - 1] with
    {
        Name = statements[0].Name,
        Email = statements.ConvertAll(static one => one.Email).FindLast(static value => value is not null),
        EndpointUrl = statements.ConvertAll(static one => one.EndpointUrl).FindLast(static value => value is not null),
        IdentityLinkUrl = statements.ConvertAll(static one => one.IdentityLinkUrl).FindLast(static value => value is not null),
        Resources = statements.SelectMany(one => Granted(one, tree)).Distinct(StringComparer.Ordinal).ToList(),
        IsConsolidated = statements.Exists(static one => one.IsConsolidated),
    };
}
