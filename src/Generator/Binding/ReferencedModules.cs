using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Diagnostics;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Binding;

/// <summary>All modules among the references. Only attributes are read, never the manifests' code.</summary>
/// <param name="HasRuntime">Whether the runtime is referenced, or is what is being compiled; without it nothing can be emitted.</param>
/// <param name="Modules">The modules.</param>
internal sealed record ReferencedModules(bool HasRuntime, EquatableArray<ReferencedModule> Modules)
{
    private static readonly object Key = new();

    /// <summary>The modules whose manifests this version can read.</summary>
    public IEnumerable<ReferencedModule> Readable => Modules.Where(module => module.FormatVersion == Manifest.FormatVersion);

    /// <summary>Reads the references, once for each state of them.</summary>
    public static ReferencedModules Of(DeclarationHash hash, Compilation compilation) =>
        hash.Bound(Key, () =>
        {
            var assemblies = compilation.SourceModule.ReferencedAssemblySymbols;
            return new ReferencedModules(
                compilation.AssemblyName == Manifest.RuntimeAssembly || assemblies.Any(IsRuntime),
                assemblies.Where(assembly => IsRuntime(assembly) || UsesRuntime(assembly)).Select(ReferencedModule.Of).OfType<ReferencedModule>().ToEquatableArray());
        });

    /// <summary>Where an event of the name was declared before, by the module that comes last.</summary>
    public (ReferencedModule Module, ReferencedEvent Event)? Find(string name)
    {
        (ReferencedModule, ReferencedEvent)? found = null;
        foreach (var module in Readable)
        {
            foreach (var declared in module.Events)
            {
                if (declared.Name == name)
                    found = (module, declared);
            }
        }

        return found;
    }

    public IEnumerable<DiagnosticInfo> Unreadable() =>
        Modules.Where(module => module.FormatVersion != Manifest.FormatVersion).Select(module => DiagnosticInfo.Create(
            Descriptors.UnknownManifest, null, module.Assembly, module.GeneratorVersion, Text(module.FormatVersion), Manifest.GeneratorVersion, Text(Manifest.FormatVersion)));

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Whether the reference is the runtime, by what the compiler calls it: a file, or in an editor a project.</summary>
    public static bool IsRuntime(MetadataReference reference) =>
        reference.Display is { } name && (name == Manifest.RuntimeAssembly || name.Substring(name.LastIndexOfAny(['/', '\\']) + 1) == Manifest.RuntimeAssembly + ".dll");

    private static bool IsRuntime(IAssemblySymbol assembly) => assembly.Name == Manifest.RuntimeAssembly;

    private static bool UsesRuntime(IAssemblySymbol assembly) =>
        assembly.Modules.Any(module => module.ReferencedAssemblies.Any(reference => reference.Name == Manifest.RuntimeAssembly));
}
