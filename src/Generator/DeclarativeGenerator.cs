using System.Collections.Immutable;
using System.Linq;
using Declarative.Generator.Attributes;
using Declarative.Generator.Binding;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Emitting;
using Declarative.Generator.Xml;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator;

/// <summary>The pipeline: read, bind, check together, emit. Wiring only, in the order in which data flows.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class DeclarativeGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        // Read: each file's text and each attribute to declarations.
        var files = context.AdditionalTextsProvider.Combine(context.AnalyzerConfigOptionsProvider)
            .Select(static (pair, _) => DeclarationFile.Of(pair.Left, pair.Right)).Where(static file => file is not null)
            .WithTrackingName(TrackingNames.Files);
        var read = files.Select(static (file, token) => DeclarationReader.Read(file!, token)).WithTrackingName(TrackingNames.Read);
        var placed = context.SyntaxProvider.ForAttributeWithMetadataName(AsyncEventAttributeReader.MetadataName, AsyncEventAttributeReader.IsTarget, AsyncEventAttributeReader.Read)
            .SelectMany(static (attributes, _) => attributes).WithTrackingName(TrackingNames.Attributes);
        var attributes = placed.Select(static (one, _) => one.Declaration).Collect()
            .Select(static (all, _) => new AttributeDeclarations(all.ToEquatableArray()));
        var attributePositions = placed.Select(static (one, _) => one.Position).Collect().Select(static (all, _) => all.ToEquatableArray());

        // What the look-up of symbols depends on.
        var declarations = context.CompilationProvider.Select(static (compilation, token) => DeclarationHash.Of(compilation, token))
            .WithTrackingName(TrackingNames.Declarations);
        var symbols = declarations.Combine(context.CompilationProvider);
        var references = symbols.Select(static (pair, _) => ReferencedModules.Of(pair.Left, pair.Right)).WithTrackingName(TrackingNames.References);
        var project = references.Combine(context.CompilationProvider).Combine(context.AnalyzerConfigOptionsProvider)
            .Select(static (pair, _) => ProjectModel.Of(pair.Left.Left, pair.Left.Right, pair.Right.GlobalOptions)).WithTrackingName(TrackingNames.Project);

        // Bind: file by file.
        var bound = read.Where(static file => file.Kind == FileKind.AsyncEvents).Combine(symbols)
            .Select(static (pair, token) => EventBinder.Bind(pair.Left, pair.Right.Left, pair.Right.Right, token)).WithTrackingName(TrackingNames.Bound);
        var boundAttributes = attributes.Combine(symbols)
            .Select(static (pair, token) => EventBinder.Bind(pair.Left, pair.Right.Left, pair.Right.Right, token)).WithTrackingName(TrackingNames.BoundAttributes);

        // Check together: what only all files, or all modules, show.
        var verdict = bound.Collect().Combine(boundAttributes).Combine(attributePositions)
            .Select(static (all, _) => AssemblyRules.Check(all.Left.Left, all.Left.Right, all.Right)).WithTrackingName(TrackingNames.Verdict);
        var superseded = verdict.Select(static (one, _) => one.Superseded);
        var models = bound.Select(static (one, _) => new EventTable(one.LogicalPath, one.Models)).Combine(superseded)
            .Select(static (pair, _) => pair.Left.Without(pair.Right)).Where(static table => table.Models.Count > 0).WithTrackingName(TrackingNames.Models);
        var attributeModels = boundAttributes.Combine(superseded)
            .Select(static (pair, _) => new EventTable("", pair.Left.Models).Without(pair.Right)).WithTrackingName(TrackingNames.AttributeModels);
        var moduleDeclaration = read.Where(static file => file.Kind == FileKind.Module).Collect()
            .Select(static (all, _) => all.Select(file => file.Module).FirstOrDefault(module => module is not null));
        var sources = models.Select(static (table, _) => table.Source).Collect().Combine(attributeModels.Select(static (table, _) => table.Models.Count > 0))
            .Select(static (pair, _) => Sources(pair.Left, pair.Right));
        var modules = moduleDeclaration.Combine(sources).Combine(project).Combine(references)
            .Select(static (all, _) => ModuleRules.Check(all.Left.Left.Left, all.Left.Right, all.Left.Left.Left is not null || all.Left.Left.Right.Count > 0, all.Right));
        var module = moduleDeclaration.Combine(sources).Combine(project)
            .Select(static (all, _) => ModuleModel.Of(all.Left.Left, all.Left.Right, all.Right)).WithTrackingName(TrackingNames.Module);
        var host = modules.Select(static (one, _) => one.Host).WithTrackingName(TrackingNames.Host);

        // Report.
        context.RegisterSourceOutput(read, static (output, file) => Report(output, file.Diagnostics));
        context.RegisterSourceOutput(bound, static (output, file) => Report(output, file.Diagnostics));
        context.RegisterSourceOutput(boundAttributes.Combine(attributePositions), static (output, pair) => Report(output, pair.Left.Placed(pair.Right)));
        context.RegisterSourceOutput(verdict, static (output, one) => Report(output, one.Diagnostics));
        context.RegisterSourceOutput(modules, static (output, one) => Report(output, one.Diagnostics));

        // Emit: one output per file, one for all attributes, the manifest, and a host's extensions.
        context.RegisterSourceOutput(models.Combine(project), static (output, pair) => EmitEvents(output, pair.Left, pair.Right));
        context.RegisterSourceOutput(attributeModels.Combine(project), static (output, pair) => EmitEvents(output, pair.Left with { Source = ModuleModel.AttributeSource }, pair.Right));
        context.RegisterSourceOutput(module.Combine(project), static (output, pair) =>
        {
            if (pair.Left is { } one && pair.Right.HasRuntime)
                output.AddSource(ManifestEmitter.HintName, ManifestEmitter.Emit(one, pair.Right));
        });
        context.RegisterSourceOutput(host.Combine(project), static (output, pair) =>
        {
            if (pair.Right is { IsHost: true, HasRuntime: true })
                output.AddSource(HostEmitter.HintName, HostEmitter.Emit(pair.Left, pair.Right));
        });
    }

    private static EquatableArray<string> Sources(ImmutableArray<string> files, bool hasAttributes) =>
        files.Concat(hasAttributes ? [ModuleModel.AttributeSource] : Enumerable.Empty<string>()).OrderBy(source => source, System.StringComparer.Ordinal).ToEquatableArray();

    private static void EmitEvents(SourceProductionContext output, EventTable table, ProjectModel project)
    {
        if (table.Models.Count > 0 && project.HasRuntime)
            output.AddSource(EventsEmitter.HintName(table.Source), EventsEmitter.Emit(table.Source, table.Models, project));
    }

    private static void Report(SourceProductionContext output, EquatableArray<DiagnosticInfo> diagnostics)
    {
        foreach (var diagnostic in diagnostics)
            output.ReportDiagnostic(diagnostic.ToDiagnostic());
    }
}
