using System;
using Declarative.Generator.Binding;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Declarative.Generator.Emitting;

/// <summary>What the emitters need to know of the project.</summary>
/// <param name="AssemblyName">The assembly's simple name.</param>
/// <param name="RootNamespace">MSBuild's root namespace, each part a valid identifier.</param>
/// <param name="IsHost">Whether the project gets <c>AddDeclarative()</c> and <c>MapDeclarative()</c>: an application, no test project, or as <c>DeclarativeHost</c> says.</param>
/// <param name="HasGlobalUsings">Whether the project takes global usings (<c>ImplicitUsings</c>).</param>
/// <param name="HasRuntime">Whether the runtime is referenced; without it nothing can be emitted.</param>
internal sealed record ProjectModel(string AssemblyName, string RootNamespace, bool IsHost, bool HasGlobalUsings, bool HasRuntime)
{
    private const string DefaultName = "Assembly";

    public string EventsNamespace { get; } = EventsNamespaceOf(RootNamespace);

    /// <summary>The manifest's class: the assembly's name in it keeps two assemblies with one root namespace apart.</summary>
    public string ManifestClass { get; } = Identifiers.OfAssembly(AssemblyName);

    public static ProjectModel Of(ReferencedModules references, Compilation compilation, AnalyzerConfigOptions options)
    {
        var usings = Property(options, "implicitusings");
        return new ProjectModel(
            compilation.AssemblyName ?? DefaultName,
            NamespaceOf(compilation, options),
            IsApplication(compilation, options),
            IsTrue(usings) || string.Equals(usings, "enable", StringComparison.OrdinalIgnoreCase),
            references.HasRuntime);
    }

    /// <summary>Whether the project is an application that hosts modules, or is said to be.</summary>
    public static bool IsApplication(Compilation compilation, AnalyzerConfigOptions options) => Property(options, "declarativehost") switch
    {
        { Length: > 0 } said => IsTrue(said),
        _ => compilation.Options.OutputKind is OutputKind.ConsoleApplication or OutputKind.WindowsApplication && !IsTrue(Property(options, "istestproject")) && !IsTrue(Property(options, "istestingplatformapplication")),
    };

    /// <summary>The project's root namespace.</summary>
    public static string NamespaceOf(Compilation compilation, AnalyzerConfigOptions options) =>
        Identifiers.Namespace(Property(options, "rootnamespace") is { Length: > 0 } given ? given : compilation.AssemblyName ?? DefaultName);

    /// <summary>Where publishers stand.</summary>
    public static string EventsNamespaceOf(string rootNamespace) => rootNamespace + ".Events";

    public static string? Property(AnalyzerConfigOptions options, string name) =>
        options.TryGetValue("build_property." + name, out var value) ? value.Trim() : null;

    public static bool IsTrue(string? value) => string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);
}
