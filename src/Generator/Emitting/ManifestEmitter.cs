using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Binding;
using Declarative.Generator.Declarations;
using Microsoft.CodeAnalysis.Text;

namespace Declarative.Generator.Emitting;

/// <summary>One module's registry: which files' tables there are. Changes only when a file comes or goes.</summary>
/// <param name="ModuleName">The module's name.</param>
/// <param name="Sequence">What it comes after.</param>
/// <param name="Sources">The files (and <see cref="AttributeSource"/>) that have an output.</param>
/// <param name="HasErrors">Whether something is wrong with them, so that what they say now isn't all that they mean.</param>
internal sealed record ModuleModel(string ModuleName, EquatableArray<string> Sequence, ModuleSources Sources, bool HasErrors)
{
    /// <summary>Stands for the attributes among the files.</summary>
    public const string AttributeSource = "AsyncEventAttributes";

    /// <summary>The module, or null for an assembly that declares nothing.</summary>
    public static ModuleModel? Of(ModuleDeclaration? declaration, ModuleSources sources, ProjectModel project, bool hasErrors) =>
        declaration is null && sources.All.Count == 0
            ? null
            : new ModuleModel(
                declaration?.Name.Value ?? ModuleDeclaration.DefaultName(project.AssemblyName),
                declaration?.Sequence.Select(before => before.Value).ToEquatableArray() ?? EquatableArray<string>.Empty,
                sources,
                hasErrors);
}

/// <summary>The files (and <see cref="ModuleModel.AttributeSource"/>) that have an output.</summary>
/// <param name="All">Their names, in ordinal order.</param>
/// <param name="HasEvents">Whether events are among what they declare, so that there is a namespace of publishers.</param>
internal sealed record ModuleSources(EquatableArray<string> All, bool HasEvents)
{
    public static ModuleSources Of(IEnumerable<string> eventFiles, bool hasAttributes, IEnumerable<string> others)
    {
        var ofEvents = eventFiles.Concat(hasAttributes ? [ModuleModel.AttributeSource] : Enumerable.Empty<string>()).ToList();
        return new ModuleSources(ofEvents.Concat(others).OrderBy(source => source, StringComparer.Ordinal).ToEquatableArray(), ofEvents.Count > 0);
    }
}

/// <summary>
/// Writes the manifest: an attribute for the generators of other assemblies, and for the runtime
/// <code>
/// public static partial class Shop_Sales
/// {
///     public static ModuleManifest Create()
///     {
///         var module = new ModuleManifest("Shop_Sales", 1, "Shop.Sales", "0.1.0") { Sequence = … };
///         Add_1a2b3c4d(module);
///         return module;
///     }
/// }
/// </code>
/// The tables are methods, not fields, so that an edit under <c>dotnet watch</c> reaches them.
/// </summary>
internal static class ManifestEmitter
{
    public const string Namespace = "Declarative.Generated";

    public const string HintName = "DeclarativeManifest.g.cs";

    public static SourceText Emit(ModuleModel module, ProjectModel project)
    {
        var code = new CodeWriter();
        if (project.HasGlobalUsings && module.Sources.HasEvents)
            code.Line($"global using global::{project.EventsNamespace};");
        code.Line($"[assembly: global::{Manifest.ModuleAttribute.Replace("Attribute", "")}({CodeWriter.Literal(module.ModuleName)}, {Manifest.FormatVersion}, GeneratorVersion = \"{Manifest.GeneratorVersion}\", Manifest = typeof(global::{Namespace}.{project.ManifestClass}), Sequence = {CodeWriter.Literals(module.Sequence)})]");
        code.Line();
        code.Open($"namespace {Namespace}");
        code.Line($"/// <summary>What the module <c>{CodeWriter.Doc(module.ModuleName)}</c> declares.</summary>");
        code.Line($"[global::System.CodeDom.Compiler.GeneratedCode(\"Declarative\", \"{Manifest.GeneratorVersion}\")]");
        code.Line("[global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]");
        code.Open($"public static partial class {project.ManifestClass}");
        code.Line("/// <summary>States the declarations anew at each call.</summary>");
        code.Open("public static global::Declarative.Modules.ModuleManifest Create()");
        code.Open($"var module = new global::Declarative.Modules.ModuleManifest({CodeWriter.Literal(module.ModuleName)}, {Manifest.FormatVersion}, {CodeWriter.Literal(project.AssemblyName)}, \"{Manifest.GeneratorVersion}\")");
        code.Line($"Sequence = {CodeWriter.Literals(module.Sequence)},");
        if (project.IsHost)
            code.Line("IsHost = true,");
        if (module.HasErrors)
            code.Line("HasErrors = true,");
        code.Close("};");
        foreach (var source in module.Sources.All)
            code.Line($"{TableEmitter.MethodName(source)}(module);");
        code.Line("return module;");
        code.Close().Close().Close();
        return code.ToSource();
    }
}
