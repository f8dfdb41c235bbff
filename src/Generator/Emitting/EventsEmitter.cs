using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Binding;
using Microsoft.CodeAnalysis.Text;

namespace Declarative.Generator.Emitting;

/// <summary>One output for one file of events (or for all attributes): their publishers, and their table.</summary>
internal static class EventsEmitter
{
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
                EventRowEmitter.EmitAttribute(code, model);
            code.Line();
        }

        code.Open($"namespace {project.EventsNamespace}");
        PublisherEmitter.EmitUsings(code);
        foreach (var model in models.Where(PublisherEmitter.HasPublisher))
            PublisherEmitter.Emit(code, model);
        code.Close();
        code.Line();

        TableEmitter.Emit(
            code,
            source,
            project,
            sound.Select(model => EventRowEmitter.Row(model, model.DeclaredIn == source ? TableEmitter.File : CodeWriter.Literal(model.DeclaredIn))),
            sound.Exists(model => model.DeclaredIn == source),
            project.EventsNamespace);
        return code.ToSource();
    }
}
