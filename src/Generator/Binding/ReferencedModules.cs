using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Diagnostics;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Binding;

/// <summary>A module in a referenced assembly, as its assembly attributes tell.</summary>
internal sealed record ReferencedModule(
    string Assembly,
    string Name,
    string GeneratorVersion,
    int FormatVersion,
    string? Manifest,
    EquatableArray<string> Sequence,
    EquatableArray<ReferencedEvent> Events);

/// <summary>An async event that a referenced module declares.</summary>
internal sealed record ReferencedEvent(string Name, string DeclaredIn, EquatableArray<string> ParameterNames, EquatableArray<string> ParameterTypes)
{
    /// <summary>The parameters as people read them, and as overrides are compared.</summary>
    public string Parameters => string.Join(", ", ParameterTypes.Zip(ParameterNames, (type, name) => type + " " + name));
}

/// <summary>All modules among the references. Only attributes are read, never the manifests' code.</summary>
/// <param name="HasRuntime">Whether the runtime is referenced; without it nothing can be emitted.</param>
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
                assemblies.Any(assembly => assembly.Name == Manifest.RuntimeAssembly),
                assemblies.Where(UsesRuntime).Select(Read).OfType<ReferencedModule>().ToEquatableArray());
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

    private static bool UsesRuntime(IAssemblySymbol assembly) =>
        assembly.Modules.Any(module => module.ReferencedAssemblies.Any(reference => reference.Name == Manifest.RuntimeAssembly));

    private static ReferencedModule? Read(IAssemblySymbol assembly)
    {
        var attributes = assembly.GetAttributes();
        var module = attributes.FirstOrDefault(attribute => attribute.AttributeClass?.ToDisplayString() == Manifest.ModuleAttribute);
        if (module?.Argument<string>(0) is not { } name || module.ConstructorArguments.Length != 2 || module.ConstructorArguments[1].Value is not int formatVersion)
            return null;
        var events = formatVersion == Manifest.FormatVersion
            ? attributes.Where(attribute => attribute.AttributeClass?.ToDisplayString() == Manifest.AsyncEventAttribute).Select(ReadEvent).OfType<ReferencedEvent>().ToEquatableArray()
            : EquatableArray<ReferencedEvent>.Empty;
        var manifest = Named(module, "Manifest").Value as INamedTypeSymbol;
        return new ReferencedModule(
            assembly.Name,
            name,
            Named(module, "GeneratorVersion").Value as string ?? "",
            formatVersion,
            manifest?.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
            Texts(Named(module, "Sequence")),
            events);
    }

    private static ReferencedEvent? ReadEvent(AttributeData attribute)
    {
        if (attribute.Argument<string>(0) is not { } name || attribute.Argument<string>(1) is not { } declaredIn)
            return null;
        var types = Named(attribute, "ParameterTypes");
        var typeNames = types is { Kind: TypedConstantKind.Array, IsNull: false }
            ? types.Values.Select(value => (value.Value as ITypeSymbol)?.ToDisplayString() ?? "?").ToEquatableArray()
            : EquatableArray<string>.Empty;
        return new ReferencedEvent(name, declaredIn, Texts(Named(attribute, "ParameterNames")), typeNames);
    }

    private static TypedConstant Named(AttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(argument => argument.Key == name).Value;

    private static EquatableArray<string> Texts(TypedConstant constant) =>
        constant is { Kind: TypedConstantKind.Array, IsNull: false }
            ? constant.Values.Select(value => value.Value as string ?? "").ToEquatableArray()
            : EquatableArray<string>.Empty;
}
