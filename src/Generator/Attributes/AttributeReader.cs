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

    /// <summary>Attributes that add to others on the same thing, each with the one that it adds to.</summary>
    private static readonly Dictionary<string, string> Additions = new(StringComparer.Ordinal)
    {
        ["RouteParameter"] = "RestRoute",
        ["SubscriptionField"] = "Subscription",
        ["SubscriptionRule"] = "Subscription",
        ["SubscriptionProcessor"] = "Subscription",
        ["EventLoop"] = "EventHandler",
    };

    private readonly string _name = name;

    /// <summary>
    /// Whether one of our attributes may stand on the node, by its name or by an alias of the same file. One look for all of them: Roslyn's own look-up by
    /// name keeps a table over all files for each attribute, and nine of them cost 3 ms on every keystroke in a project of 750 files.
    /// </summary>
    public static bool IsTarget(SyntaxNode node, CancellationToken cancellationToken) => node switch
    {
        TypeDeclarationSyntax type => type.AttributeLists.Any(HasOurs),
        MethodDeclarationSyntax method => method.AttributeLists.Any(HasOurs),
        CompilationUnitSyntax unit => unit.AttributeLists.Any(HasOurs),
        _ => false,
    };

    /// <summary>What stands on the node: a file for each reader that finds something. A partial class comes once for each part.</summary>
    public static EquatableArray<AttributeFile> Read(GeneratorSyntaxContext context, CancellationToken cancellationToken)
    {
        var (node, tree) = (context.Node, context.Node.SyntaxTree);
        if ((node is CompilationUnitSyntax ? context.SemanticModel.Compilation.Assembly : context.SemanticModel.GetDeclaredSymbol(node, cancellationToken)) is not { } target)
            return EquatableArray<AttributeFile>.Empty;
        var ours = target.GetAttributes().Select(one => (Data: one, Name: NameOf(one))).Where(one => one.Name is not null).ToList();
        var here = ours.Where(one => one.Data.ApplicationSyntaxReference is { } place && place.SyntaxTree == tree && node.FullSpan.Contains(place.Span)).ToList();
        return here.Where(one => All.ContainsKey(one.Name!)).GroupBy(one => one.Name!, one => one.Data, StringComparer.Ordinal)
            .Select(ofOne => All[ofOne.Key].Read(ofOne, target, tree, cancellationToken))
            .Concat(from one in here
                    where Additions.TryGetValue(one.Name!, out var main) && !ours.Exists(other => other.Name == main)
                    select All[Additions[one.Name!]].Lost(one.Name!, one.Data, cancellationToken))
            .ToEquatableArray();
    }

    /// <summary>The name of an attribute of ours, without its suffix; null for any other.</summary>
    private static string? NameOf(AttributeData attribute) =>
        attribute.AttributeClass is { ContainingNamespace: { Name: "Declarative", ContainingNamespace.IsGlobalNamespace: true } } type ? WithoutSuffix(type.Name) : null;

    private static bool HasOurs(AttributeListSyntax list)
    {
        foreach (var attribute in list.Attributes)
        {
            var name = LastOf(attribute.Name);
            if (IsOurs(name) || (list.SyntaxTree.GetRoot() is CompilationUnitSyntax unit && unit.Usings.Any(one => one.Alias?.Name.Identifier.ValueText == name && one.Name is { } meant && IsOurs(LastOf(meant)))))
                return true;
        }

        return false;
    }

    private static bool IsOurs(string name) => WithoutSuffix(name) is var shorter && (All.ContainsKey(shorter) || Additions.ContainsKey(shorter));

    private static string WithoutSuffix(string name) => name.EndsWith(Suffix, StringComparison.Ordinal) ? name.Substring(0, name.Length - Suffix.Length) : name;

    private static string LastOf(NameSyntax name) => name switch
    {
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        AliasQualifiedNameSyntax qualified => qualified.Name.Identifier.ValueText,
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        _ => "",
    };

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

    /// <summary>A file with nothing but what is wrong: an attribute that adds to one of this reader's, of which there is none.</summary>
    private AttributeFile Lost(string addition, AttributeData data, CancellationToken cancellationToken) => new(
        kind,
        "",
        EquatableArray<AttributeElement>.Empty,
        new([DiagnosticInfo.Create(Descriptors.AdditionToNothing, SourcePosition.Of(data.ApplicationSyntaxReference!.GetSyntax(cancellationToken).GetLocation()), addition, _name)]));

    /// <summary>What the attributes declare, as a file of their kind would.</summary>
    public static FileDeclarations Read(AttributeFile file)
    {
        var diagnostics = file.Diagnostics.ToList();
        var grammar = FileGrammar.OfAttributes(file.Kind);
        var root = new XmlNode(grammar.Root.Name, new SourcePosition("", default, default));
        root.Children.AddRange(file.Elements.Select(one => one.ToNode()));
        if (root.Children.Count > 0)
            grammar.Root.Check(root, diagnostics);
        var content = root.Children.Count > 0 ? grammar.Read(root, diagnostics) : FileContent.Nothing;

        // What several attributes have in common, as subscriptions of one class their rules, is wrong once.
        return new FileDeclarations(file.Source, file.Kind, content, diagnostics.Distinct().ToEquatableArray()) { IsOfAttributes = true };
    }

    private string Source(ISymbol symbol, SyntaxTree tree)
    {
        var display = symbol switch { IAssemblySymbol => "assembly", IMethodSymbol => symbol.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat), _ => symbol.ToDisplayString(Symbols.Plain) };
        var isInParts = symbol is IAssemblySymbol or INamedTypeSymbol { DeclaringSyntaxReferences.Length: > 1 };
        var path = tree.FilePath.Replace('\\', '/');
        return isInParts ? $"{display} [{_name}] in {path.Substring(path.LastIndexOf('/') + 1)}" : $"{display} [{_name}]";
    }
}
