using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Emitting;
using Declarative.Merging;

namespace Declarative.Generator.Binding;

/// <summary>
/// Rules over the merged integrations. A library reports what its own lists lack, and not what a module that it doesn't
/// see may complete; a host reports everything.
/// </summary>
internal static class IntegrationRules
{
    private const string IntegrationModule = "Magento_Integration";

    public static EquatableArray<DiagnosticInfo> Check(IReadOnlyCollection<FileDeclarations> files, ModuleDeclaration? module, Permissions permissions, ModuleSequence sequence, ReferencedModules references, ProjectModel project)
    {
        var own = files.OrderBy(file => file.LogicalPath, StringComparer.Ordinal)
            .SelectMany(file => file.Content.Integrations.Where(one => one.IsNameValid).Select(one => PlacedIntegration.Of(one, file.LogicalPath)))
            .ToList();
        var placed = sequence.Merge(references, own, one => one.Integrations.Select(integration => PlacedIntegration.Of(integration, one))).ToList();
        var byName = placed.ToLookup(one => one.Statement.Name, StringComparer.OrdinalIgnoreCase);
        var diagnostics = NotAfter(own, module, sequence).ToList();

        // What a file that can't be read would have said is not missing.
        if (!files.Any(file => file.HasErrors))
        {
            foreach (var merged in IntegrationMerge.Merge(placed.Select(one => one.Statement), permissions.Tree))
            {
                var statements = byName[merged.Name].ToList();
                diagnostics.AddRange(MissingAncestors(merged, statements, permissions.Tree));
                if (project.IsHost)
                    diagnostics.AddRange(Incomplete(merged, statements));
            }
        }

        return diagnostics.Where(diagnostic => project.IsHost || diagnostic.Position is not null).ToEquatableArray();
    }

    private static IEnumerable<DiagnosticInfo> NotAfter(List<PlacedIntegration> own, ModuleDeclaration? module, ModuleSequence sequence)
    {
        if (own.Count > 0 && module?.Sequence.Any(before => before.Value == IntegrationModule) != true)
            yield return DiagnosticInfo.Create(Descriptors.NotAfterIntegration, module?.Name.Position ?? own[0].Position, sequence.OwnName);
    }

    private static IEnumerable<DiagnosticInfo> MissingAncestors(IntegrationStatement merged, List<PlacedIntegration> statements, AclTree tree)
    {
        var missing = IntegrationMerge.MissingAncestors(merged, tree);
        if (missing.Count == 0)
            yield break;
        var lacking = statements.FindAll(one => one.Statement.Resources.SelectMany(tree.Ancestors).Intersect(missing, StringComparer.Ordinal).Any());
        var place = lacking.Find(one => one.Position is not null) ?? lacking[0];
        yield return DiagnosticInfo.Create(Descriptors.MissingAncestors, place.Position, merged.Name, place.Aside, string.Join(", ", missing)) with
        {
            Edit = place.List is { } list
                ? new SuggestedEdit($"Add {string.Join(", ", missing)} to '{merged.Name}' in {place.Where}", list.Path, list.Span, string.Join("\n", missing.Select(id => $"<resource name=\"{id}\"/>"))) { Parent = "resources", IsFirst = true }
                : null,
        };
    }

    private static IEnumerable<DiagnosticInfo> Incomplete(IntegrationStatement merged, List<PlacedIntegration> statements)
    {
        var place = statements.Find(one => one.Position is not null) ?? statements[0];
        var isDescribed = merged.IsConsolidated || statements.Exists(one => one.Statement.Resources.Count == 0);
        if (!isDescribed)
            yield return DiagnosticInfo.Create(Descriptors.HalfIntegration, place.Position, merged.Name, place.Aside, "config.xml", "it has no e-mail address and no URLs");
        else if (!merged.IsConsolidated && merged.Resources.Count == 0)
            yield return DiagnosticInfo.Create(Descriptors.HalfIntegration, place.Position, merged.Name, place.Aside, "api.xml", "it may do nothing");
        if (isDescribed && merged.Email is null && !statements.Exists(one => one.StatesEmail))
            yield return DiagnosticInfo.Create(Descriptors.NoEmail, place.Position, merged.Name, place.Aside);
    }

    /// <summary>One statement of an integration and where it stands.</summary>
    /// <param name="Statement">The statement.</param>
    /// <param name="Where">Its file, or for a reference its module, assembly and file.</param>
    /// <param name="Position">The place of its name; null in a reference.</param>
    /// <param name="StatesEmail">Whether an e-mail address was meant to be stated; what is wrong with it was reported.</param>
    private sealed record PlacedIntegration(IntegrationStatement Statement, string Where, SourcePosition? Position, bool StatesEmail)
    {
        /// <summary>A place in its list of resources; null in a reference, and where it has none.</summary>
        public SourcePosition? List { get; init; }

        /// <summary>The place as a part of a sentence, where no position tells it.</summary>
        public string Aside => Position is null ? $" of {Where}" : "";

        public static PlacedIntegration Of(IntegrationDeclaration declaration, string path) =>
            new(declaration.Statement(path), path, declaration.Name.Position, declaration.StatesEmail) { List = declaration.Resources.Count > 0 ? declaration.Resources[0].Position : null };

        public static PlacedIntegration Of(ReferencedIntegration integration, ReferencedModule module) =>
            new(integration.Statement, module.Where(integration.DeclaredIn), null, integration.HasEmail);
    }
}
