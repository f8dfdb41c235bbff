using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Emitting;
using Declarative.Merging;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Binding;

/// <summary>The C# class of an integration: what all files of this assembly say of it together.</summary>
/// <param name="Source">The file whose output declares it: the first that states the integration.</param>
/// <param name="Container">The class around it.</param>
/// <param name="Class">Its name without <c>@</c>.</param>
/// <param name="Model">The integration, with all resources that its files give as far as the build can tell.</param>
/// <param name="Files">The files that state it.</param>
internal sealed record IntegrationClass(string Source, string Container, string Class, IntegrationModel Model, EquatableArray<string> Files)
{
    /// <summary>The members of each class, whose names the class can't have.</summary>
    public const string Name = "Name", Section = "Section", Email = "Email", EndpointUrl = "EndpointUrl", IdentityLinkUrl = "IdentityLinkUrl", Resources = "Resources", Configure = "Configure";

    private static readonly string[] Members = [Name, Section, Email, EndpointUrl, IdentityLinkUrl, Resources, Configure];

    /// <summary>The classes of all integrations that this assembly states.</summary>
    /// <param name="tables">Its files.</param>
    /// <param name="permissions">The permissions that it sees.</param>
    /// <param name="container">The class around them.</param>
    public static EquatableArray<IntegrationClass> Of(IEnumerable<IntegrationTable> tables, Permissions permissions, string container)
    {
        var ordered = tables.OrderBy(table => table.Source, StringComparer.Ordinal).ToList();
        var merged = IntegrationMerge.Merge(ordered.SelectMany(table => table.Rows.Select(row => row.Statement(table.Source))), permissions.Tree);
        var names = MemberNames.Of(merged.ConvertAll(one => one.Name), name => name, Members.Concat([container]));
        return merged.Select(one =>
        {
            var files = ordered.Where(table => table.Rows.Any(row => string.Equals(row.Name, one.Name, StringComparison.OrdinalIgnoreCase))).Select(table => table.Source).ToEquatableArray();
            var model = new IntegrationModel(one.Name, one.Email, one.EndpointUrl, one.IdentityLinkUrl, one.Resources.ToEquatableArray(), one.IsConsolidated);
            return new IntegrationClass(files[0], container, names[one.Name], model, files);
        }).ToEquatableArray();
    }

    /// <summary>
    /// The name of the class around them. Where code for integrations lies in a folder of that name, the root namespace has
    /// it already, and a second thing of the name would not compile.
    /// </summary>
    public static string ContainerName(DeclarationHash hash, Compilation compilation, ProjectModel project) =>
        hash.Bound(project, () => IsTaken(compilation, project.RootNamespace) ? "DeclaredIntegrations" : "Integrations");

    private static bool IsTaken(Compilation compilation, string rootNamespace)
    {
        INamespaceOrTypeSymbol? root = compilation.GlobalNamespace;
        foreach (var part in rootNamespace.Split('.'))
            root = root?.GetMembers(part.TrimStart('@')).OfType<INamespaceSymbol>().FirstOrDefault();

        // A static class of the project's own is a part that somebody adds to ours.
        return root?.GetMembers("Integrations").Any(member => !(member is INamedTypeSymbol { IsStatic: true } && SymbolEqualityComparer.Default.Equals(member.ContainingAssembly, compilation.Assembly))) == true;
    }
}
