using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Declarative.Generator.Binding;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Emitting;
using Declarative.Merging;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Declarative.Generator.Analyzers;

/// <summary>
/// Finds classes that handle events of which no consumer of the project knows. A library without a consumer is silent: the handlers in it are for
/// whoever refers to it.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HandlerAnalyzer : DiagnosticAnalyzer
{
    private const string Attribute = "Declarative.EventHandlerAttribute";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptors.HandlerUncalled);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(HandlerLookup.Contract) is not { } contract)
                return;
            var options = start.Options.AnalyzerConfigOptionsProvider.GlobalOptions;
            var files = XmlFiles.Of(start.Options, start.CancellationToken, FileKind.EventConsumers).ToList();
            var consumers = files.SelectMany(file => file.Content.Consumers.Select(one => (Declaration: one, file.LogicalPath))).ToList();

            // What a file that can't be read would have named is named.
            if (files.Exists(file => file.HasErrors))
                return;
            if (consumers.Count == 0 && !ProjectModel.IsApplication(start.Compilation, options))
                return;
            var rootNamespace = ProjectModel.NamespaceOf(start.Compilation, options);
            var named = consumers.SelectMany(one => one.Declaration.Events).SelectMany(one => one.Classes(rootNamespace)).Select(name => TypeLookup.Find(start.Compilation, name.Value));
            var known = new HashSet<INamedTypeSymbol>(named.OfType<INamedTypeSymbol>(), SymbolEqualityComparer.Default);
            start.RegisterSymbolAction(
                symbol =>
                {
                    if (symbol.Symbol is INamedTypeSymbol { TypeKind: TypeKind.Class, IsAbstract: false, IsGenericType: false } type && !known.Contains(type)
                        && HandlerLookup.Handled(type, contract).FirstOrDefault() is { } payload && !type.GetAttributes().Any(one => one.AttributeClass?.ToDisplayString() == Attribute))
                    {
                        symbol.ReportDiagnostic(Diagnostic.Create(Descriptors.HandlerUncalled, type.Locations[0], SuggestedEdit.ToProperties(Edits(type, payload, consumers)), type.Name));
                    }
                },
                SymbolKind.NamedType);
        });
    }

    /// <summary>The event added to each of the consumers, the one whose handlers lie beside the class before the others.</summary>
    private static IEnumerable<SuggestedEdit> Edits(INamedTypeSymbol type, ITypeSymbol payload, List<(ConsumerDeclaration Declaration, string Path)> consumers)
    {
        if (payload.TypeKind == TypeKind.Error)
            return [];
        var name = type.ToDisplayString(Symbols.Plain);
        var payloadName = payload.ToDisplayString(Symbols.Plain);
        var element = $"<event name=\"{EventName(type.Name)}\" handler=\"{name}\"{(payloadName == "System.Text.Json.JsonElement" ? "" : $" payload=\"{payloadName.Replace("<", "&lt;")}\"")}/>";
        var space = type.ContainingNamespace.ToDisplayString(Symbols.Plain) + ".";
        return consumers.OrderByDescending(one => one.Declaration.Events.Count(stated => stated.Handler?.Value.StartsWith(space, StringComparison.Ordinal) == true))
            .Select(one => new SuggestedEdit($"Add {element} to the consumer '{one.Declaration.Name.Value}' in {one.Path}", one.Declaration.Name.Position.Path, one.Declaration.Name.Position.Span, element) { Parent = "consumer" });
    }

    /// <summary>An event's name after the class: <c>shipment.created</c> after <c>ShipmentCreatedHandler</c>.</summary>
    private static string EventName(string type)
    {
        const string Suffix = "Handler";
        var name = type.EndsWith(Suffix, StringComparison.Ordinal) && type.Length > Suffix.Length ? type.Substring(0, type.Length - Suffix.Length) : type;
        return SnakeCase.Of(name).Trim('_').Replace('_', '.');
    }
}
