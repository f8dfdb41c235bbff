using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Declarative.Generator.Binding;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Xml;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Declarative.Generator.Attributes;

/// <summary>Reads the attributes of one class as elements of the file that they stand for. <c>[AsyncEvent]</c> is read by itself: it names a symbol, not a text.</summary>
/// <param name="name">The attribute's name without its suffix.</param>
/// <param name="kind">The kind of file.</param>
/// <param name="element">The element for an attribute on the symbol.</param>
internal sealed class AttributeReader(string name, FileKind kind, Func<AttributeArguments, ISymbol, List<DiagnosticInfo>, AttributeElement?> element)
{
    private const string Suffix = "Attribute";

    /// <summary>All readers by the attribute's name.</summary>
    private static readonly Dictionary<string, AttributeReader> All = new AttributeReader[]
    {
        new("Module", FileKind.Module, ModuleElements.Module),
        new("AsyncEventCatalog", FileKind.AsyncEvents, ModuleElements.Catalog),
        new("AclResource", FileKind.Acl, AclElements.Resource),
        new("RestRoute", FileKind.WebApi, RouteElements.Route),
        new("Subscription", FileKind.IoEvents, SubscriptionElements.Subscription),
        new("Integration", FileKind.Integration, IntegrationElements.Integration),
        new("EventConsumer", FileKind.EventConsumers, ConsumerElements.Consumer),
        new("EventHandler", FileKind.EventConsumers, ConsumerElements.Handler),
        new("Ingestion", FileKind.EventConsumers, ConsumerElements.Ingestion),
    }.ToDictionary(reader => reader._name, StringComparer.Ordinal);

    private readonly string _name = name;

    /// <summary>
    /// Whether one of our attributes may stand on the node, by its name; by any name where the file has aliases. One look for all of them: Roslyn's own
    /// look-up by name keeps a table over all files for each attribute, and nine of them cost 3 ms on every keystroke in a project of 750 files.
    /// </summary>
    public static bool IsTarget(SyntaxNode node, CancellationToken cancellationToken) => node switch
    {
        TypeDeclarationSyntax type => HasOurs(type.AttributeLists),
        MethodDeclarationSyntax method => HasOurs(method.AttributeLists),
        CompilationUnitSyntax unit => HasOurs(unit.AttributeLists),
        _ => false,
    };

    /// <summary>What stands on the node: a file for each reader that finds something. A partial class comes once for each part.</summary>
    public static EquatableArray<AttributeFile> Read(GeneratorSyntaxContext context, CancellationToken cancellationToken)
    {
        if ((context.Node is CompilationUnitSyntax ? context.SemanticModel.Compilation.Assembly : context.SemanticModel.GetDeclaredSymbol(context.Node, cancellationToken)) is not { } target)
            return EquatableArray<AttributeFile>.Empty;
        return target.GetAttributes()
            .Where(one => one.ApplicationSyntaxReference is { } place && place.SyntaxTree == context.Node.SyntaxTree && context.Node.FullSpan.Contains(place.Span))
            .GroupBy(ReaderOf)
            .Where(ofOne => ofOne.Key is not null)
            .Select(ofOne => ofOne.Key!.Read(ofOne, target, context.Node.SyntaxTree, cancellationToken))
            .ToEquatableArray();
    }

    private static AttributeReader? ReaderOf(AttributeData attribute) =>
        attribute.AttributeClass is { ContainingNamespace: { Name: "Declarative", ContainingNamespace.IsGlobalNamespace: true } } type
            && type.Name.EndsWith(Suffix, StringComparison.Ordinal) && All.TryGetValue(type.Name.Substring(0, type.Name.Length - Suffix.Length), out var reader) ? reader : null;

    private static bool HasOurs(SyntaxList<AttributeListSyntax> lists)
    {
        foreach (var attribute in lists.SelectMany(list => list.Attributes))
        {
            var name = attribute.Name switch { QualifiedNameSyntax qualified => qualified.Right, AliasQualifiedNameSyntax qualified => qualified.Name, var simple => simple as SimpleNameSyntax };
            var text = name?.Identifier.ValueText ?? "";
            if (All.ContainsKey(text.EndsWith(Suffix, StringComparison.Ordinal) ? text.Substring(0, text.Length - Suffix.Length) : text))
                return true;
        }

        return lists.Count > 0 && lists[0].SyntaxTree.GetRoot() is CompilationUnitSyntax unit && unit.Usings.Any(one => one.Alias is not null);
    }

    private AttributeFile Read(IEnumerable<AttributeData> attributes, ISymbol target, SyntaxTree tree, CancellationToken cancellationToken)
    {
        var diagnostics = new List<DiagnosticInfo>();
        var elements = new List<AttributeElement>();
        foreach (var attribute in attributes)
        {
            if (AttributeArguments.Of(attribute, diagnostics, cancellationToken) is { } arguments && element(arguments, target, diagnostics) is { } one)
                elements.Add(one);
        }

        return new AttributeFile(kind, Source(target, tree), elements.ToEquatableArray(), diagnostics.ToEquatableArray());
    }

    /// <summary>What the attributes declare, as a file of their kind would.</summary>
    public static FileDeclarations Read(AttributeFile file)
    {
        var diagnostics = file.Diagnostics.ToList();
        var grammar = FileGrammar.OfAttributes(file.Kind);
        var root = new XmlNode(grammar.Root.Name, new SourcePosition("", default, default));
        var parent = root;
        foreach (var step in file.Kind == FileKind.Acl ? AclElements.Path : [])
        {
            var inner = new XmlNode(step, root.Position);
            parent.Children.Add(inner);
            parent = inner;
        }

        parent.Children.AddRange(file.Elements.Select(one => one.ToNode()));
        grammar.Root.Check(root, diagnostics);
        var content = grammar.Read(root, diagnostics);
        return new FileDeclarations(file.Source, file.Kind, content, diagnostics.ToEquatableArray()) { IsOfAttributes = true };
    }

    private string Source(ISymbol symbol, SyntaxTree tree)
    {
        var display = symbol switch { IAssemblySymbol => "assembly", IMethodSymbol => symbol.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat), _ => symbol.ToDisplayString(Symbols.Plain) };
        var isInParts = symbol is IAssemblySymbol or INamedTypeSymbol { DeclaringSyntaxReferences.Length: > 1 };
        var path = tree.FilePath.Replace('\\', '/');
        return isInParts ? $"{display} [{_name}] in {path.Substring(path.LastIndexOf('/') + 1)}" : $"{display} [{_name}]";
    }
}
