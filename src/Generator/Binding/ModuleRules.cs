using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Emitting;

namespace Declarative.Generator.Binding;

/// <summary>What a host takes of all modules, and what is wrong among them.</summary>
internal sealed record ModulesVerdict(HostModel Host, EquatableArray<DiagnosticInfo> Diagnostics);

/// <summary>
/// Rules over modules. A library checks itself against its references; what only the sum of all modules shows is reported
/// by the host.
/// </summary>
internal static class ModuleRules
{
    public static ModulesVerdict Check(ModuleDeclaration? declaration, ModuleSequence sequence, ProjectModel project, bool hasOwnManifest, ReferencedModules references)
    {
        var diagnostics = references.Unreadable().ToList();
        var manifests = new Dictionary<string, string?>(StringComparer.Ordinal);
        var assemblies = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var module in references.Readable)
            Add(module.Name, module.Assembly, module.IsRuntime ? null : module.Manifest);
        if (hasOwnManifest)
            Add(sequence.OwnName, project.AssemblyName, $"global::{ManifestEmitter.Namespace}.{project.ManifestClass}");

        if (sequence.Cycle.Count > 0)
        {
            var place = hasOwnManifest && sequence.Cycle.Contains(sequence.OwnName, StringComparer.Ordinal)
                ? declaration?.Sequence.FirstOrDefault(before => sequence.Cycle.Contains(before.Value, StringComparer.Ordinal))?.Position
                : null;
            if (place is not null || project.IsHost)
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.CircularSequence, place, string.Join(" → ", sequence.Cycle.Concat([sequence.Cycle[0]]))));
        }

        if (project.IsHost)
            diagnostics.AddRange(Mismatches(sequence, references));
        return new ModulesVerdict(new HostModel(sequence.Names.Select(name => manifests[name]).OfType<string>().ToEquatableArray()), diagnostics.ToEquatableArray());

        void Add(string name, string assembly, string? manifest)
        {
            if (manifests.ContainsKey(name))
            {
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.SameModuleTwice, assembly == project.AssemblyName ? declaration?.Name.Position : null, assemblies[name], assembly, name));
                return;
            }

            manifests.Add(name, manifest);
            assemblies.Add(name, assembly);
        }
    }

    /// <summary>Overrides among referenced modules that don't know each other.</summary>
    private static IEnumerable<DiagnosticInfo> Mismatches(ModuleSequence sequence, ReferencedModules references)
    {
        var first = new Dictionary<string, (ReferencedModule Module, ReferencedEvent Event)>(StringComparer.Ordinal);
        foreach (var (module, declared) in sequence.Merge(references, [], module => module.Events.Select(declared => (module, declared))))
        {
            if (!first.TryGetValue(declared.Name, out var known))
                first.Add(declared.Name, (module, declared));
            else if (known.Event.Parameters.Replace("?", "") != declared.Parameters.Replace("?", ""))
                yield return DiagnosticInfo.Create(Descriptors.OverrideMismatch, null, declared.Name, known.Event.Parameters, known.Module.Where(known.Event.DeclaredIn), declared.Parameters, module.Where(declared.DeclaredIn));
        }
    }
}
