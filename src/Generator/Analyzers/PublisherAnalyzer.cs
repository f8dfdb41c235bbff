using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Declarative.Generator.Attributes;
using Declarative.Generator.Binding;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Emitting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Declarative.Generator.Analyzers;

/// <summary>
/// Finds events that the project declares and doesn't publish: no code mentions their publisher, nor their name. A library that publishes none of its
/// events is silent: it declares them for others.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PublisherAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptors.PublisherUnused);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        // What other generators make of the project's pages counts, too.
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            var events = new ConcurrentDictionary<string, Location>(StringComparer.Ordinal);
            foreach (var one in XmlFiles.Of(start.Options, start.CancellationToken, FileKind.AsyncEvents).SelectMany(file => file.Content.AsyncEvents).Where(one => one.IsNameValid && !one.IsIncluded))
                events.TryAdd(one.LowerName, one.Name.Position.ToLocation(start.Compilation));
            start.RegisterSymbolAction(
                symbol =>
                {
                    foreach (var attribute in symbol.Symbol.GetAttributes().Where(one => one.AttributeClass?.ToDisplayString() == AsyncEventAttributeReader.MetadataName))
                    {
                        if (attribute.Argument<string>(0) is { } name && attribute.ApplicationSyntaxReference?.GetSyntax(symbol.CancellationToken).GetLocation() is { } place)
                            events.TryAdd(name.Trim().ToLowerInvariant(), place);
                    }
                },
                SymbolKind.Method, SymbolKind.NamedType);

            var mentioned = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
            start.RegisterSyntaxTreeAction(tree => Collect(tree.Tree, mentioned, tree.CancellationToken));
            start.RegisterCompilationEndAction(end => Report(end, events, mentioned));
        });
    }

    /// <summary>Everything that may be a publisher or an event's name, but what attributes say.</summary>
    private static void Collect(SyntaxTree tree, ConcurrentDictionary<string, bool> mentioned, CancellationToken cancellationToken)
    {
        if (tree.FilePath.Replace('\\', '/').Contains("/Declarative.Generator.DeclarativeGenerator/"))
            return;
        foreach (var token in tree.GetRoot(cancellationToken).DescendantTokens())
        {
            if (token.IsKind(SyntaxKind.IdentifierToken) ? token.ValueText.EndsWith("Publisher", StringComparison.Ordinal) : token.IsKind(SyntaxKind.StringLiteralToken) && token.Parent?.Parent is not AttributeArgumentSyntax)
                mentioned.TryAdd(token.ValueText, true);
        }
    }

    private static void Report(CompilationAnalysisContext context, IReadOnlyDictionary<string, Location> events, ConcurrentDictionary<string, bool> mentioned)
    {
        var options = context.Options.AnalyzerConfigOptionsProvider.GlobalOptions;
        var space = ProjectModel.EventsNamespaceOf(ProjectModel.NamespaceOf(context.Compilation, options));

        // An override, or an event that something is wrong with, has no publisher here.
        var published = events.Select(one => (Event: one, Interface: PublisherEmitter.InterfaceName(Identifiers.Pascal(one.Key))))
            .Where(one => context.Compilation.Assembly.GetTypeByMetadataName($"{space}.{one.Interface}") is not null).ToList();
        var unused = published.FindAll(one => !mentioned.ContainsKey(one.Event.Key) && !mentioned.ContainsKey(one.Interface) && !mentioned.ContainsKey(one.Interface.Substring(1)));
        if (unused.Count == published.Count && !ProjectModel.IsApplication(context.Compilation, options))
            return;
        foreach (var (one, name) in unused)
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.PublisherUnused, one.Value, one.Key, name));
    }
}
