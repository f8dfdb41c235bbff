using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Emitting;
using Declarative.Generator.Xml;

namespace Declarative.Generator.Binding;

/// <summary>Every resource that something needs must be declared, and not switched off.</summary>
internal static class ResourceRules
{
    /// <summary>What stands among a route's resources without being one: a signed-in customer, and anybody.</summary>
    public const string Self = "self";

    public const string Anonymous = "anonymous";

    public static EquatableArray<DiagnosticInfo> Check(
        Permissions permissions,
        IReadOnlyCollection<FileDeclarations> files,
        AttributeDeclarations attributes,
        EquatableArray<SourcePosition> attributePositions,
        ReferencedModules references,
        ProjectModel project)
    {
        // What a file that can't be read would have declared is not missing.
        if (files.Any(file => file.Kind == FileKind.Acl && file.HasErrors))
            return EquatableArray<DiagnosticInfo>.Empty;
        var own = files.SelectMany(Needed).Concat(attributes.Events.SelectMany((one, number) => Needed(one, number < attributePositions.Count ? attributePositions[number] : null)))
            .Where(needed => project.IsHost || permissions.IsOfKnownModule(needed.Id));
        var foreign = project.IsHost ? references.Readable.SelectMany(Needed) : [];
        return own.Concat(foreign)
            .Select(needed => permissions.Fault(needed.Id) is { } fault ? DiagnosticInfo.Create(Descriptors.UnknownResource, needed.Position, needed.Id, needed.By, fault) : null)
            .OfType<DiagnosticInfo>().ToEquatableArray();
    }

    private static IEnumerable<Need> Needed(FileDeclarations file) =>
        file.Content.AsyncEvents.SelectMany(declared => declared.Resources.Select(id => new Need(id.Value, Event(declared.LowerName), id.Position)))
            .Concat(file.Content.AclResources.Where(resource => resource.ParentPosition is not null && AclFile.ResourceId.Matches(resource.ParentId!)).Select(resource => new Need(resource.ParentId!, $"the resource '{resource.Id.Value}'", resource.ParentPosition)))
            .Concat(file.Content.Routes.SelectMany(route => route.Resources.Where(id => IsResource(id.Value)).Select(id => new Need(id.Value, Route(route.Key), id.Position))))
            .Concat(file.Content.Integrations.Where(integration => integration.IsNameValid).SelectMany(integration => integration.Resources.Select(id => new Need(id.Value, Integration(integration.Name.Value), id.Position))))
            .Concat(file.Content.Ingestions.Where(ingestion => ingestion.Resource is not null).Select(ingestion => new Need(ingestion.Resource!.Value, ingestion.Display, ingestion.Resource.Position)));

    private static IEnumerable<Need> Needed(AttributeDeclaration declared, SourcePosition? position) =>
        declared.Resources.Select(id => new Need(id, Event(declared.Name), position));

    private static IEnumerable<Need> Needed(ReferencedModule module) =>
        module.Events.SelectMany(declared => declared.Resources.Select(id => new Need(id, $"{Event(declared.Name)} of {module.Where(declared.DeclaredIn)}", null)))
            .Concat(module.Routes.SelectMany(route => route.Resources.Where(IsResource).Select(id => new Need(id, $"{Route($"{route.Method} {route.Url}")} of {module.Where(route.DeclaredIn)}", null))))
            .Concat(module.Integrations.SelectMany(integration => integration.Resources.Select(id => new Need(id, $"{Integration(integration.Name)} of {module.Where(integration.DeclaredIn)}", null))));

    private static bool IsResource(string id) => id is not (Self or Anonymous);

    private static string Event(string name) => $"the event '{name}'";

    private static string Route(string key) => $"the route '{key}'";

    private static string Integration(string name) => $"the integration '{name}'";

    /// <summary>A resource that something needs.</summary>
    private sealed record Need(string Id, string By, SourcePosition? Position);
}
