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
public sealed partial class DeclarativeGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        // Read: each file's text and each attribute to declarations.
        var files = context.AdditionalTextsProvider.Combine(context.AnalyzerConfigOptionsProvider)
            .Select(static (pair, _) => DeclarationFile.Of(pair.Left, pair.Right)).Where(static file => file is not null)
            .WithTrackingName(TrackingNames.Files);
        var read = files.Select(static (file, token) => DeclarationReader.Read(file!, token)).WithTrackingName(TrackingNames.Read);
        var written = context.SyntaxProvider.ForAttributeWithMetadataName(AsyncEventAttributeReader.MetadataName, AsyncEventAttributeReader.IsTarget, AsyncEventAttributeReader.Read)
            .SelectMany(static (attributes, _) => attributes).WithTrackingName(TrackingNames.Attributes);
        var placed = written.Where(static one => one.Declaration is not null);
        var attributes = placed.Select(static (one, _) => one.Declaration!).Collect()
            .Select(static (all, _) => new AttributeDeclarations(all.ToEquatableArray()));
        var attributePositions = placed.Select(static (one, _) => one.Position).Collect().Select(static (all, _) => all.ToEquatableArray());
        var attributeFiles = context.SyntaxProvider.CreateSyntaxProvider(AttributeReader.IsTarget, AttributeReader.Read).SelectMany(static (files, _) => files)
            .Select(static (file, _) => AttributeReader.Read(file)).WithTrackingName(TrackingNames.AttributeFiles);
        Declared<FileDeclarations> Of(params FileKind[] kinds) =>
            new([read.Where(file => kinds.Contains(file.Kind)), attributeFiles.Where(file => kinds.Contains(file.Kind))]);
        var eventFiles = Of(FileKind.AsyncEvents);
        var aclFiles = Of(FileKind.Acl);
        var routeFiles = Of(FileKind.WebApi);
        var subscriptionFiles = Of(FileKind.IoEvents);
        var integrationFiles = Of(FileKind.IntegrationConfig, FileKind.IntegrationApi, FileKind.Integration);
        var consumerFiles = Of(FileKind.EventConsumers);
        var moduleFiles = Of(FileKind.Module);
        var everything = new Declared<FileDeclarations>([read, attributeFiles]).Collect();
        var moduleDeclaration = moduleFiles.Collect()
            .Select(static (all, _) => all.Select(file => file.Content.Module).FirstOrDefault(module => module is not null));

        // What other generators are to see of it, where the compiler offers that; told from files and options alone.
        var early = Early(context, read);

        // What the look-up of symbols depends on.
        var declarations = context.CompilationProvider.Select(static (compilation, token) => DeclarationHash.Of(compilation, token))
            .WithTrackingName(TrackingNames.Declarations);
        var symbols = declarations.Combine(context.CompilationProvider);
        var references = symbols.Select(static (pair, _) => ReferencedModules.Of(pair.Left, pair.Right)).WithTrackingName(TrackingNames.References);
        var project = references.Combine(context.CompilationProvider).Combine(context.AnalyzerConfigOptionsProvider)
            .Select(static (pair, _) => ProjectModel.Of(pair.Left.Left, pair.Left.Right, pair.Right.GlobalOptions)).WithTrackingName(TrackingNames.Project);

        // Bind: file by file. Permissions name nothing in C#.
        var bound = eventFiles.Combine(symbols)
            .Select(static (pair, token) => EventBinder.Bind(pair.Left, pair.Right.Left, pair.Right.Right, token)).WithTrackingName(TrackingNames.Bound);
        var boundAttributes = attributes.Combine(symbols)
            .Select(static (pair, token) => EventBinder.Bind(pair.Left, pair.Right.Left, pair.Right.Right, token)).WithTrackingName(TrackingNames.BoundAttributes);
        var boundRoutes = routeFiles.Combine(symbols)
            .Select(static (pair, token) => RouteBinder.Bind(pair.Left, pair.Right.Left, pair.Right.Right, token)).WithTrackingName(TrackingNames.BoundRoutes);

        var subscriptionContext = bound.Collect().Combine(boundAttributes).Combine(subscriptionFiles.Collect()).Combine(project)
            .Select(static (all, _) => SubscriptionContext.Of(all.Left.Left.Left, all.Left.Left.Right, all.Left.Right, all.Right.IsHost)).WithTrackingName(TrackingNames.SubscriptionContext);
        var boundSubscriptions = subscriptionFiles.Combine(subscriptionContext).Select(static (pair, _) => new SubscriptionFile(pair.Left, pair.Right)).Combine(symbols)
            .Select(static (pair, token) => SubscriptionBinder.Bind(pair.Left, pair.Right.Left, pair.Right.Right, token)).WithTrackingName(TrackingNames.BoundSubscriptions);

        var foreignSubscriptions = subscriptionContext.Combine(symbols)
            .Select(static (pair, _) => SubscriptionBinder.CheckReferences(pair.Left, pair.Right.Left, pair.Right.Right)).WithTrackingName(TrackingNames.ForeignSubscriptions);

        var consumerContext = consumerFiles.Collect().Combine(project).Combine(early)
            .Select(static (all, _) => ConsumerContext.Of(all.Left.Left, all.Left.Right.RootNamespace) with { Early = all.Right }).WithTrackingName(TrackingNames.ConsumerContext);
        var boundConsumers = consumerFiles.Combine(consumerContext).Select(static (pair, _) => new ConsumerFile(pair.Left, pair.Right)).Combine(symbols)
            .Select(static (pair, token) => ConsumerBinder.Bind(pair.Left, pair.Right.Left, pair.Right.Right, token)).WithTrackingName(TrackingNames.BoundConsumers);

        // What each output is made of.
        var verdict = bound.Collect().Combine(boundAttributes).Combine(attributePositions)
            .Select(static (all, _) => AssemblyRules.Check(all.Left.Left, all.Left.Right, all.Right)).WithTrackingName(TrackingNames.Verdict);
        var superseded = verdict.Select(static (one, _) => one.Superseded);
        var models = bound.Select(static (one, _) => new EventTable(one.LogicalPath, one.Models)).Combine(superseded)
            .Select(static (pair, _) => pair.Left.Without(pair.Right)).Where(static table => table.Models.Count > 0).WithTrackingName(TrackingNames.Models);
        var attributeModels = boundAttributes.Combine(superseded)
            .Select(static (pair, _) => new EventTable("", pair.Left.Models).Without(pair.Right)).WithTrackingName(TrackingNames.AttributeModels);
        var aclRows = aclFiles.Select(static (file, _) => AclTable.Of(file)).Where(static table => table.Rows.Count > 0).WithTrackingName(TrackingNames.AclRows);
        var routes = boundRoutes.Select(static (one, _) => one.Table).Where(static table => table.Models.Count > 0).WithTrackingName(TrackingNames.Routes);
        var subscriptions = boundSubscriptions.Select(static (one, _) => one.Table).Where(static table => table.Models.Count > 0).WithTrackingName(TrackingNames.Subscriptions);
        var plugins = boundSubscriptions.Collect().Select(static (all, _) => PluginTable.Of(all)).WithTrackingName(TrackingNames.Plugins);
        var subscriptionSources = subscriptions.Select(static (table, _) => table.Source).Collect().Combine(plugins.Select(static (table, _) => table.Models.Count > 0))
            .Select(static (pair, _) => (pair.Right ? pair.Left.Add(PluginTable.Source) : pair.Left).ToEquatableArray());
        var integrationRows = integrationFiles.Select(static (file, _) => IntegrationTable.Of(file)).Where(static table => table.Rows.Count > 0).WithTrackingName(TrackingNames.IntegrationRows);
        var payloadVerdict = boundConsumers.Collect().Select(static (all, _) => ConsumerRules.CheckPayloads(all)).WithTrackingName(TrackingNames.PayloadVerdict);
        var consumers = boundConsumers.Select(static (one, _) => one.Table).Combine(payloadVerdict.Select(static (one, _) => one.Superseded))
            .Select(static (pair, _) => pair.Left.Without(pair.Right)).Where(static table => !table.IsEmpty).WithTrackingName(TrackingNames.Consumers);
        var sources = models.Select(static (table, _) => table.Source).Collect()
            .Combine(attributeModels.Select(static (table, _) => table.Models.Count > 0))
            .Combine(aclRows.Select(static (table, _) => table.Source).Collect())
            .Combine(routes.Select(static (table, _) => table.Source).Collect())
            .Combine(subscriptionSources)
            .Combine(integrationRows.Select(static (table, _) => table.Source).Collect().Combine(consumers.Select(static (table, _) => table.Source).Collect()))
            .Select(static (all, _) => ModuleSources.Of(all.Left.Left.Left.Left.Left, all.Left.Left.Left.Left.Right, all.Left.Left.Left.Right.Concat(all.Left.Left.Right).Concat(all.Left.Right).Concat(all.Right.Left).Concat(all.Right.Right))).WithTrackingName(TrackingNames.Sources);

        // Check together: what only all files, or all modules, show.
        var sequence = moduleDeclaration.Combine(sources).Combine(project).Combine(references)
            .Select(static (all, _) => ModuleSequence.Of(all.Left.Left.Left, all.Left.Right.AssemblyName, all.Left.Left.Left is not null || all.Left.Left.Right.All.Count > 0, all.Right)).WithTrackingName(TrackingNames.Sequence);
        var merge = sequence.Combine(references).Combine(project);
        var modules = moduleDeclaration.Combine(sources).Combine(merge)
            .Select(static (all, _) => ModuleRules.Check(all.Left.Left, all.Right.Left.Left, all.Right.Right, all.Left.Left is not null || all.Left.Right.All.Count > 0, all.Right.Left.Right));
        var host = modules.Select(static (one, _) => one.Host).WithTrackingName(TrackingNames.Host);
        var permissions = aclFiles.Collect().Combine(merge).Select(static (all, _) => Permissions.Of(all.Left, all.Right.Left.Left, all.Right.Left.Right)).WithTrackingName(TrackingNames.Permissions);
        var aclVerdict = permissions.Combine(merge).Select(static (all, _) => AclRules.Check(all.Left, all.Right.Left.Left, all.Right.Right));
        var resourceVerdict = permissions.Combine(everything).Combine(attributes).Combine(attributePositions).Combine(merge)
            .Select(static (all, _) => ResourceRules.Check(all.Left.Left.Left.Left, all.Left.Left.Left.Right, all.Left.Left.Right, all.Left.Right, all.Right.Left.Right, all.Right.Right));
        var routeVerdict = routeFiles.Collect().Combine(merge).Select(static (all, _) => RouteRules.Check(all.Left, all.Right.Left.Left, all.Right.Left.Right, all.Right.Right));
        var subscriptionVerdict = subscriptionFiles.Collect().Combine(subscriptionContext).Combine(plugins).Combine(merge)
            .Select(static (all, _) => SubscriptionRules.Check(all.Left.Left.Left, all.Left.Left.Right, all.Left.Right.Models, all.Right.Left.Left, all.Right.Left.Right, all.Right.Right));
        var integrationVerdict = integrationFiles.Collect().Combine(moduleDeclaration).Combine(permissions).Combine(merge)
            .Select(static (all, _) => IntegrationRules.Check(all.Left.Left.Left, all.Left.Left.Right, all.Left.Right, all.Right.Left.Left, all.Right.Left.Right, all.Right.Right));
        var consumerVerdict = consumerFiles.Collect().Combine(merge).Select(static (all, _) => ConsumerRules.Check(all.Left, all.Right.Left.Left, all.Right.Left.Right, all.Right.Right));
        var constants = aclRows.Collect().Combine(sequence).Combine(references).Select(static (all, _) => AclConstant.Of(all.Left.Left, all.Left.Right.OwnName, all.Right)).WithTrackingName(TrackingNames.Constants);
        var acl = aclRows.Combine(constants).Select(static (pair, _) => pair.Left.With(pair.Right)).WithTrackingName(TrackingNames.Acl);
        var integrationContainer = integrationRows.Collect().Select(static (all, _) => all.Length > 0).Combine(symbols).Combine(project)
            .Select(static (all, _) => all.Left.Left ? IntegrationClass.ContainerName(all.Left.Right.Left, all.Left.Right.Right, all.Right) : "").WithTrackingName(TrackingNames.IntegrationContainer);
        var integrationClasses = integrationRows.Collect().Combine(permissions).Combine(integrationContainer)
            .Select(static (all, _) => IntegrationClass.Of(all.Left.Left, all.Left.Right, all.Right)).WithTrackingName(TrackingNames.IntegrationClasses);
        var integrations = integrationRows.Combine(integrationClasses).Select(static (pair, _) => pair.Left.With(pair.Right)).WithTrackingName(TrackingNames.Integrations);

        // Report. Of no value alone: an output for each would be one more for Roslyn to look at on every keystroke.
        IncrementalValueProvider<EquatableArray<DiagnosticInfo>>[] reports =
        [
            Together(everything, static file => file.Diagnostics),
            Together(written.Where(static one => one.Fault is not null).Collect(), static one => [one.Fault!]),
            Together(bound.Collect(), static file => file.Diagnostics),
            boundAttributes.Combine(attributePositions).Select(static (pair, _) => pair.Left.Placed(pair.Right)),
            Together(boundRoutes.Collect(), static file => file.Diagnostics),
            Together(boundSubscriptions.Collect(), static file => file.Diagnostics),
            Together(boundConsumers.Collect(), static file => file.Diagnostics),
            foreignSubscriptions,
            verdict.Select(static (one, _) => one.Diagnostics),
            modules.Select(static (one, _) => one.Diagnostics),
            everything.Select(static (files, _) => AgreementRules.Check(files)),
            aclVerdict,
            resourceVerdict,
            routeVerdict,
            subscriptionVerdict,
            integrationVerdict,
            consumerVerdict,
            payloadVerdict.Select(static (one, _) => one.Diagnostics),
        ];
        foreach (var report in reports)
            Report(context, report);
        var hasErrors = reports.Select(static report => report.Select(static (all, _) => all.Any(one => one.IsError)))
            .Aggregate(static (before, next) => before.Combine(next).Select(static (pair, _) => pair.Left || pair.Right));
        var module = moduleDeclaration.Combine(sources).Combine(project).Combine(hasErrors)
            .Select(static (all, _) => ModuleModel.Of(all.Left.Left.Left, all.Left.Left.Right, all.Left.Right, all.Right)).WithTrackingName(TrackingNames.Module);

        // Emit: one output per file or thing with attributes, one for all [AsyncEvent], the manifest, and a host's extensions.
        models.Combine(project).Register(context, static (output, pair) => EmitEvents(output, pair.Left, pair.Right));
        context.RegisterSourceOutput(attributeModels.Combine(project), static (output, pair) => EmitEvents(output, pair.Left with { Source = ModuleModel.AttributeSource }, pair.Right));
        acl.Combine(project).Register(context, static (output, pair) => EmitAcl(output, pair.Left, pair.Right));
        routes.Combine(project).Register(context, static (output, pair) => EmitRoutes(output, pair.Left, pair.Right));
        subscriptions.Combine(project).Register(context, static (output, pair) => EmitSubscriptions(output, pair.Left, pair.Right));
        context.RegisterSourceOutput(plugins.Combine(project), static (output, pair) => EmitPlugins(output, pair.Left, pair.Right));
        integrations.Combine(project).Register(context, static (output, pair) => EmitIntegrations(output, pair.Left, pair.Right));
        consumers.Combine(project).Register(context, static (output, pair) => EmitConsumers(output, pair.Left, pair.Right));
        context.RegisterSourceOutput(module.Combine(project), static (output, pair) => EmitManifest(output, pair.Left, pair.Right));
        context.RegisterSourceOutput(host.Combine(project), static (output, pair) => EmitHost(output, pair.Left, pair.Right));
    }
}
