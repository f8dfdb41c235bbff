using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Binding;
using Microsoft.CodeAnalysis.Text;

namespace Declarative.Generator.Emitting;

/// <summary>
/// One output for one file of events (or for all attributes): their publishers, and a method of the manifest's class that
/// adds their rows.
/// </summary>
internal static class EventsEmitter
{
    /// <summary>The output's name among the generated files.</summary>
    public static string HintName(string source)
    {
        var readable = new string(source.Select(character => char.IsLetterOrDigit(character) && character < 128 || character is '.' or '-' or '_' ? character : '_').ToArray());
        if (readable.Length > 80)
            readable = readable.Substring(readable.Length - 80);
        return $"{readable.TrimStart('.')}.{Fnv.ShortHash(source)}.g.cs";
    }

    /// <summary>The manifest class's method for the file.</summary>
    public static string MethodName(string source) => $"Add_{Fnv.ShortHash(source)}";

    public static SourceText Emit(string source, IReadOnlyList<EventModel> models, ProjectModel project)
    {
        var code = new CodeWriter();
        var sound = models.Where(model => !model.IsBroken).ToList();

        // Nobody's generator reads an application's attributes, and adding one would make `dotnet watch` restart it.
        if (!project.IsHost)
        {
            code.Line($"using DeclaredAsyncEvent = global::{Manifest.AsyncEventAttribute};");
            code.Line();
            foreach (var model in sound)
                DescriptorEmitter.EmitAttribute(code, model);
            code.Line();
        }

        code.Open($"namespace {project.EventsNamespace}");
        PublisherEmitter.EmitUsings(code);
        foreach (var model in models.Where(PublisherEmitter.HasPublisher))
            PublisherEmitter.Emit(code, model);
        code.Close();
        code.Line();

        code.Open($"namespace {ManifestEmitter.Namespace}");
        code.Line($"using global::{project.EventsNamespace};");
        code.Line();
        code.Open($"partial class {project.ManifestClass}");
        code.Open($"private static void {MethodName(source)}(global::Declarative.Modules.ModuleManifest module)");
        if (sound.Exists(model => model.DeclaredIn == source))
            code.Line($"const string File = {CodeWriter.Literal(source)};");
        foreach (var model in sound)
            DescriptorEmitter.Emit(code, model, model.DeclaredIn == source ? "File" : CodeWriter.Literal(model.DeclaredIn));
        code.Close().Close().Close();
        return code.ToSource();
    }
}
