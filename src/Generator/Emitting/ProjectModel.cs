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
    public string EventsNamespace { get; } = RootNamespace + ".Events";

    /// <summary>The manifest's class: the assembly's name in it keeps two assemblies with one root namespace apart.</summary>
    public string ManifestClass { get; } = Identifiers.OfAssembly(AssemblyName);

    public static ProjectModel Of(ReferencedModules references, Compilation compilation, AnalyzerConfigOptions options)
    {
        var assemblyName = compilation.AssemblyName ?? "Assembly";
        var root = Property(options, "rootnamespace") is { Length: > 0 } given ? given : assemblyName;
        var isApplication = compilation.Options.OutputKind is OutputKind.ConsoleApplication or OutputKind.WindowsApplication;
        var isHost = Property(options, "declarativehost") switch
        {
            { Length: > 0 } said => IsTrue(said),
            _ => isApplication && !IsTrue(Property(options, "istestproject")) && !IsTrue(Property(options, "istestingplatformapplication")),
        };
        var usings = Property(options, "implicitusings");
        return new ProjectModel(
            assemblyName,
            Identifiers.Namespace(root),
            isHost,
            IsTrue(usings) || string.Equals(usings, "enable", StringComparison.OrdinalIgnoreCase),
            references.HasRuntime);
    }

    public static string? Property(AnalyzerConfigOptions options, string name) =>
        options.TryGetValue("build_property." + name, out var value) ? value.Trim() : null;

    public static bool IsTrue(string? value) => string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);
}
