using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Declarative.Generator.Binding;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Xml;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Attributes;

/// <summary>Reads the attributes of one class as elements of the file that they stand for. <c>[AsyncEvent]</c> is read by itself: it names a symbol, not a text.</summary>
/// <param name="name">The attribute's name without its suffix.</param>
/// <param name="kind">The kind of file.</param>
/// <param name="element">The element for an attribute on the symbol.</param>
internal sealed class AttributeReader(string name, FileKind kind, Func<AttributeArguments, ISymbol, List<DiagnosticInfo>, AttributeElement?> element)
{
    /// <summary>All readers, in the order of the kinds.</summary>
    public static readonly IReadOnlyList<AttributeReader> All =
    [
        new("Module", FileKind.Module, ModuleElements.Module),
        new("AsyncEventCatalog", FileKind.AsyncEvents, ModuleElements.Catalog),
        new("AclResource", FileKind.Acl, AclElements.Resource),
        new("RestRoute", FileKind.WebApi, RouteElements.Route),
        new("Subscription", FileKind.IoEvents, SubscriptionElements.Subscription),
        new("Integration", FileKind.Integration, IntegrationElements.Integration),
        new("EventConsumer", FileKind.EventConsumers, ConsumerElements.Consumer),
        new("EventHandler", FileKind.EventConsumers, ConsumerElements.Handler),
        new("Ingestion", FileKind.EventConsumers, ConsumerElements.Ingestion),
    ];

    public FileKind Kind { get; } = kind;

    public string MetadataName { get; } = $"Declarative.{name}Attribute";

    public AttributeFile Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken)
    {
        var diagnostics = new List<DiagnosticInfo>();
        var elements = new List<AttributeElement>();

        // A partial class comes once for each part; what stands on another part is read there.
        foreach (var attribute in context.Attributes.Where(one => one.ApplicationSyntaxReference is { } place && place.SyntaxTree == context.TargetNode.SyntaxTree && context.TargetNode.FullSpan.Contains(place.Span)))
        {
            if (AttributeArguments.Of(attribute, diagnostics, cancellationToken) is { } arguments && element(arguments, context.TargetSymbol, diagnostics) is { } one)
                elements.Add(one);
        }

        return new AttributeFile(Kind, Source(context), elements.ToEquatableArray(), diagnostics.ToEquatableArray());
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

    private string Source(GeneratorAttributeSyntaxContext context)
    {
        var symbol = context.TargetSymbol;
        var display = symbol is IAssemblySymbol ? "assembly" : symbol.ToDisplayString(Symbols.Plain);
        var isInParts = symbol is IAssemblySymbol or INamedTypeSymbol { DeclaringSyntaxReferences.Length: > 1 };
        var path = context.TargetNode.SyntaxTree.FilePath.Replace('\\', '/');
        return isInParts ? $"{display} [{name}] in {path.Substring(path.LastIndexOf('/') + 1)}" : $"{display} [{name}]";
    }
}
