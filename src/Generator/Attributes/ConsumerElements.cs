using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Binding;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Xml;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Attributes;

/// <summary><c>[EventConsumer]</c>, <c>[EventHandler]</c> with <c>[EventLoop]</c>, and <c>[Ingestion]</c> as elements of <c>event_consumers.xml</c>.</summary>
internal static class ConsumerElements
{
    private const string HandlerContract = "Declarative.Consumers.IEventHandler<TPayload>";

    public static AttributeElement Consumer(AttributeArguments arguments, ISymbol target, List<DiagnosticInfo> diagnostics)
    {
        var handlers = arguments.Named("CatalogHandlers", "handlers");
        return new AttributeElement("consumer", arguments.Position)
        {
            Attributes = new XmlAttribute?[]
            {
                arguments.At(0, "name"),
                arguments.Named("Path", "path"),
                arguments.Named("Signature", "signature"),
                arguments.Named("Secret", "secret"),
                arguments.Named("Keys", "keys"),
                arguments.Named("Client", "client"),
                arguments.Named("Prefix", "prefix"),
                arguments.Named("IsAcknowledged", "acknowledged"),
            }.OfType<XmlAttribute>().ToEquatableArray(),
            Children = arguments.Many("Catalogs").Select(catalogue => new AttributeElement(Catalogue.Include.Name, catalogue.Position)
            {
                Attributes = new XmlAttribute?[] { new("catalog", catalogue.Value, catalogue.Position, catalogue.Position), handlers }.OfType<XmlAttribute>().ToEquatableArray(),
            }).ToEquatableArray(),
        };
    }

    public static AttributeElement Handler(AttributeArguments arguments, ISymbol target, List<DiagnosticInfo> diagnostics)
    {
        var type = (INamedTypeSymbol)target;
        var name = type.ToDisplayString(Symbols.Plain);
        var split = Split(arguments, name);
        var children = target.Beside("EventLoop", diagnostics).Select(Loop).Concat(split is null ? [] : [split]);
        return new AttributeElement("consumer", arguments.Position)
        {
            Attributes = new([arguments.At(0, "name")]),
            Children = new([new AttributeElement("event", arguments.Position)
            {
                Attributes = new XmlAttribute?[]
                {
                    arguments.At(1, "name"),
                    split is null ? new XmlAttribute("handler", name, arguments.Position, arguments.Position) : null,
                    arguments.Named("Payload", "payload") ?? Payload(type, arguments),
                }.OfType<XmlAttribute>().ToEquatableArray(),
                Children = children.ToEquatableArray(),
            }]),
        };
    }

    public static AttributeElement Ingestion(AttributeArguments arguments, ISymbol target, List<DiagnosticInfo> diagnostics) => new("ingestion", arguments.Position)
    {
        Attributes = new XmlAttribute?[]
        {
            arguments.At(0, "path"),
            arguments.At(1, "authentication"),
            arguments.Named("Secret", "secret"),
            arguments.Named("Header", "header"),
            arguments.Named("Resource", "resource"),
            arguments.Named("IsAcknowledged", "acknowledged"),
        }.OfType<XmlAttribute>().ToEquatableArray(),
    };

    /// <summary>The half of a split event that is not the class's own is named by the attribute.</summary>
    private static AttributeElement? Split(AttributeArguments arguments, string name)
    {
        var parts = new[] { arguments.Named("First", "first"), arguments.Named("Second", "second"), arguments.Named("Otherwise", "updated") }.OfType<XmlAttribute>().ToList();
        return parts.Count == 0 ? null : new AttributeElement("split", arguments.Position)
        {
            Attributes = parts.Append(new XmlAttribute("created", name, arguments.Position, arguments.Position)).ToEquatableArray(),
        };
    }

    private static AttributeElement Loop(AttributeArguments arguments) => new("loop", arguments.Position)
    {
        Attributes = new XmlAttribute?[]
        {
            arguments.At(0, "key"),
            new("fingerprint", string.Join(",", arguments.Rest(1).Select(path => path.Value)), arguments.Position, arguments.Position),
            arguments.Named("Group", "group"),
            arguments.Named("Seconds", "ttl"),
        }.OfType<XmlAttribute>().ToEquatableArray(),
    };

    /// <summary>What the class handles; null where that is any JSON, or can't be told, which is reported where the class is looked at.</summary>
    private static XmlAttribute? Payload(INamedTypeSymbol type, AttributeArguments arguments)
    {
        var handled = type.AllInterfaces.Where(one => one.OriginalDefinition.ToDisplayString() == HandlerContract).Select(one => one.TypeArguments[0]).ToList();
        return handled.Count == 1 && handled[0] is INamedTypeSymbol { TypeKind: not TypeKind.Error } payload && payload.ToDisplayString() != "System.Text.Json.JsonElement"
            ? new XmlAttribute("payload", payload.WithNullableAnnotation(NullableAnnotation.None).ToDisplayString(Symbols.Plain), arguments.Position, arguments.Position)
            : null;
    }
}
