using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Declarative.Generator.Binding;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Emitting;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator;

/// <summary>The pipeline's ends. Without the runtime nothing that could be emitted would compile.</summary>
public sealed partial class DeclarativeGenerator
{
    private static void Report(IncrementalGeneratorInitializationContext context, IncrementalValueProvider<EquatableArray<DiagnosticInfo>> diagnostics) =>
        context.RegisterSourceOutput(diagnostics.Combine(context.CompilationProvider).Select(static (pair, _) => Placed(pair.Left, pair.Right)), Report);

    private static IncrementalValueProvider<EquatableArray<DiagnosticInfo>> Together<T>(IncrementalValueProvider<ImmutableArray<T>> values, Func<T, IEnumerable<DiagnosticInfo>> of) =>
        values.Select((all, _) => all.SelectMany(of).ToEquatableArray());

    private static void Report(SourceProductionContext output, EquatableArray<Diagnostic> diagnostics)
    {
        foreach (var diagnostic in diagnostics)
            output.ReportDiagnostic(diagnostic);
    }

    /// <summary>Emits records before the compilation, and gives their full names.</summary>
    private static IncrementalValueProvider<EquatableArray<string>> Early(IncrementalGeneratorInitializationContext context, IncrementalValuesProvider<FileDeclarations> read)
    {
        var hasRuntime = context.MetadataReferencesProvider.Where(static one => ReferencedModules.IsRuntime(one)).Collect().Select(static (all, _) => all.Length > 0);
        var payloads = read.Where(static file => file.Kind == FileKind.EventConsumers).Collect()
            .Combine(context.AnalyzerConfigOptionsProvider.Combine(hasRuntime).Select(static (pair, _) => RoslynLightUp.HasPreCompilation ? EarlyProject.Of(pair.Left.GlobalOptions, pair.Right) : EarlyProject.Off))
            .Select(static (pair, _) => EarlyPayloads.Of(pair.Left, pair.Right)).WithTrackingName(TrackingNames.EarlyPayloads);
        if (RoslynLightUp.HasPreCompilation)
            context.RegisterPreCompilation(payloads.SelectMany(static (all, _) => all), ConsumersEmitter.EarlyHintName, ConsumersEmitter.Emit);
        return payloads.Select(static (all, _) => all.SelectMany(file => file.Records).Select(one => one.Record.FullName).ToEquatableArray());
    }

    private static EquatableArray<Diagnostic> Placed(EquatableArray<DiagnosticInfo> diagnostics, Compilation compilation) =>
        diagnostics.Select(one => one.ToDiagnostic(compilation)).ToEquatableArray();

    private static void EmitEvents(SourceProductionContext output, EventTable table, ProjectModel project)
    {
        if (table.Models.Count > 0 && project.HasRuntime)
            output.AddSource(TableEmitter.HintName(table.Source), EventsEmitter.Emit(table.Source, table.Models, project));
    }

    private static void EmitAcl(SourceProductionContext output, AclTable table, ProjectModel project)
    {
        if (project.HasRuntime)
            output.AddSource(TableEmitter.HintName(table.Source), AclEmitter.Emit(table, project));
    }

    private static void EmitRoutes(SourceProductionContext output, RouteTable table, ProjectModel project)
    {
        if (project.HasRuntime)
            output.AddSource(TableEmitter.HintName(table.Source), RoutesEmitter.Emit(table, project));
    }

    private static void EmitSubscriptions(SourceProductionContext output, SubscriptionTable table, ProjectModel project)
    {
        if (project.HasRuntime)
            output.AddSource(TableEmitter.HintName(table.Source), SubscriptionsEmitter.Emit(table, project));
    }

    private static void EmitPlugins(SourceProductionContext output, PluginTable table, ProjectModel project)
    {
        if (table.Models.Count > 0 && project.HasRuntime)
            output.AddSource(TableEmitter.HintName(PluginTable.Source), PluginsEmitter.Emit(table, project));
    }

    private static void EmitIntegrations(SourceProductionContext output, IntegrationTable table, ProjectModel project)
    {
        if (project.HasRuntime)
            output.AddSource(TableEmitter.HintName(table.Source), IntegrationsEmitter.Emit(table, project));
    }

    private static void EmitConsumers(SourceProductionContext output, ConsumerTable table, ProjectModel project)
    {
        if (project.HasRuntime)
            output.AddSource(TableEmitter.HintName(table.Source), ConsumersEmitter.Emit(table, project));
    }

    private static void EmitManifest(SourceProductionContext output, ModuleModel? module, ProjectModel project)
    {
        if (module is not null && project.HasRuntime)
            output.AddSource(ManifestEmitter.HintName, ManifestEmitter.Emit(module, project));
    }

    private static void EmitHost(SourceProductionContext output, HostModel host, ProjectModel project)
    {
        if (project is { IsHost: true, HasRuntime: true })
            output.AddSource(HostEmitter.HintName, HostEmitter.Emit(host, project));
    }
}
