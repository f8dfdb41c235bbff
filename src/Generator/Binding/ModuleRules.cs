using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Emitting;
using Declarative.Merging;

namespace Declarative.Generator.Binding;

/// <summary>The order of all modules this assembly sees, and what is wrong among them.</summary>
internal sealed record ModulesVerdict(HostModel Host, EquatableArray<DiagnosticInfo> Diagnostics);

/// <summary>
/// Rules over modules. A library checks itself against its references; what only the sum of all modules shows is reported
/// by the host.
/// </summary>
internal static class ModuleRules
{
    public static ModulesVerdict Check(ModuleDeclaration? declaration, ProjectModel project, bool hasOwnManifest, ReferencedModules references)
    {
        var diagnostics = references.Unreadable().ToList();
        var ownName = declaration?.Name.Value ?? ModuleDeclaration.DefaultName(project.AssemblyName);
        var manifests = new Dictionary<string, string?>(StringComparer.Ordinal);
        var assemblies = new Dictionary<string, string>(StringComparer.Ordinal);
        var sequences = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var module in references.Readable)
            Add(module.Name, module.Assembly, module.Manifest, module.Sequence);
        if (hasOwnManifest)
            Add(ownName, project.AssemblyName, $"global::{ManifestEmitter.Namespace}.{project.ManifestClass}", declaration?.Sequence.Select(before => before.Value).ToList() ?? []);

        List<string> order;
        try
        {
            order = ModuleOrder.Sort(sequences);
        }
        catch (CircularSequenceException exception)
        {
            var place = hasOwnManifest && exception.Cycle.Contains(ownName, StringComparer.Ordinal)
                ? declaration?.Sequence.FirstOrDefault(before => exception.Cycle.Contains(before.Value, StringComparer.Ordinal))?.Position
                : null;
            if (place is not null || project.IsHost)
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.CircularSequence, place, string.Join(" → ", exception.Cycle.Concat([exception.Cycle[0]]))));
            order = sequences.Keys.OrderBy(name => name, StringComparer.Ordinal).ToList();
        }

        if (project.IsHost)
            diagnostics.AddRange(Mismatches(order, references));
        return new ModulesVerdict(new HostModel(order.Select(name => manifests[name]).OfType<string>().ToEquatableArray()), diagnostics.ToEquatableArray());

        void Add(string name, string assembly, string? manifest, IReadOnlyList<string> sequence)
        {
            if (manifests.ContainsKey(name))
            {
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.SameModuleTwice, assembly == project.AssemblyName ? declaration?.Name.Position : null, assemblies[name], assembly, name));
                return;
            }

            manifests.Add(name, manifest);
            assemblies.Add(name, assembly);
            sequences.Add(name, sequence);
        }
    }

    /// <summary>Overrides among referenced modules that don't know each other.</summary>
    private static IEnumerable<DiagnosticInfo> Mismatches(List<string> order, ReferencedModules references)
    {
        var first = new Dictionary<string, (ReferencedModule Module, ReferencedEvent Event)>(StringComparer.Ordinal);
        foreach (var module in references.Readable.OrderBy(module => order.IndexOf(module.Name)))
        {
            foreach (var declared in module.Events)
            {
                if (!first.TryGetValue(declared.Name, out var known))
                    first.Add(declared.Name, (module, declared));
                else if (known.Event.Parameters.Replace("?", "") != declared.Parameters.Replace("?", ""))
                    yield return DiagnosticInfo.Create(Descriptors.OverrideMismatch, null, declared.Name, known.Event.Parameters, Where(known.Module, known.Event), declared.Parameters, Where(module, declared));
            }
        }
    }

    private static string Where(ReferencedModule module, ReferencedEvent declared) => $"the module {module.Name} (assembly {module.Assembly}, {declared.DeclaredIn})";
}
