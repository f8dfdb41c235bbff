using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Declarative.Generator.Binding;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Declarative.Generator.Analyzers;

/// <summary>
/// Finds the method that a file may mean by one which is not there: what is left of a method after it was renamed in C#. The error itself stands
/// in the file, where no editor can tell what the method is called now.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MethodAnalyzer : DiagnosticAnalyzer
{
    // Of many methods each is as unlikely as the other.
    private const int MaxCandidates = 3;

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptors.MethodRenamed);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            var services = Services(start.Compilation, start.Options, start.CancellationToken);
            if (services.Values.Any(one => one.Missing.Count > 0))
                start.RegisterSymbolAction(symbol => Report(symbol, services), SymbolKind.NamedType);
        });
    }

    /// <summary>Each class of the project that files name as a service.</summary>
    private static Dictionary<INamedTypeSymbol, Service> Services(Compilation compilation, AnalyzerOptions options, CancellationToken cancellationToken)
    {
        var services = new Dictionary<INamedTypeSymbol, Service>(SymbolEqualityComparer.Default);
        foreach (var file in XmlFiles.Of(options, cancellationToken, FileKind.AsyncEvents, FileKind.WebApi))
        {
            foreach (var declaration in file.Content.AsyncEvents.Select(one => one.Service).Concat(file.Content.Routes.Select(one => one.Service)))
            {
                if (declaration is null || TypeLookup.Find(compilation, declaration.Class.Value) is not { } type || !SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly))
                    continue;
                if (!services.TryGetValue(type, out var service))
                    services.Add(type, service = new Service());
                var diagnostics = new List<DiagnosticInfo>();
                if (MethodLookup.Find(type, declaration.Method, diagnostics) is { } method)
                    service.Declared.Add(method);
                else if (diagnostics.Any(one => one.Descriptor.Equals(Descriptors.MethodNotFound)))
                    service.Missing.Add((declaration.Method, file.LogicalPath));
                else
                    service.Ambiguous.Add(MethodLookup.NameIn(declaration.Method.Value));
            }
        }

        return services;
    }

    private static void Report(SymbolAnalysisContext context, Dictionary<INamedTypeSymbol, Service> services)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (!services.TryGetValue(type, out var service))
            return;
        var free = MethodLookup.Methods(type).FindAll(method => SymbolEqualityComparer.Default.Equals(method.ContainingType, type) && service.IsFree(method));
        foreach (var (name, path) in service.Missing)
        {
            // A similar name is likelier than any other; where there is none, the only one that is left, or each of a few.
            var nearest = MethodLookup.Nearest(MethodLookup.NameIn(name.Value), free);
            var meant = nearest is null ? free : free.FindAll(method => method.Name == nearest);
            if (meant.Count is 0 or > MaxCandidates)
                continue;
            foreach (var method in meant)
            {
                var written = MethodLookup.NameOf(method);
                var edit = new SuggestedEdit($"Write '{written}' in {path} instead of '{name.Value}'", name.Position.Path, name.Position.Span, written.Replace("<", "&lt;"));
                context.ReportDiagnostic(Diagnostic.Create(Descriptors.MethodRenamed, method.Locations[0], SuggestedEdit.ToProperties([edit]), method.Name, name.Position.In(path), type.Name, name.Value));
            }
        }
    }

    /// <summary>A class with what files name of it.</summary>
    private sealed class Service
    {
        public HashSet<IMethodSymbol> Declared { get; } = new(SymbolEqualityComparer.Default);

        public HashSet<string> Ambiguous { get; } = new(StringComparer.OrdinalIgnoreCase);

        public List<(Positioned Method, string Path)> Missing { get; } = [];

        /// <summary>Whether neither a file nor an attribute declares anything of the method.</summary>
        public bool IsFree(IMethodSymbol method) =>
            !Declared.Contains(method) && !Ambiguous.Contains(method.Name)
            && !method.GetAttributes().Any(one => one.AttributeClass?.ContainingNamespace?.ToDisplayString() == "Declarative");
    }
}
