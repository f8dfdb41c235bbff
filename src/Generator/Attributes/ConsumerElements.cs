using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Binding;
using Declarative.Generator.Declarations;
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
        return AttributeElement.Of(
            "consumer",
            arguments.Position,
            arguments.At(0, "name"),
            arguments.Named("Path", "path"),
            arguments.Named("Signature", "signature"),
            arguments.Named("Secret", "secret"),
            arguments.Named("Keys", "keys"),
            arguments.Named("Client", "client"),
            arguments.Named("Prefix", "prefix"),
            arguments.Named("IsAcknowledged", "acknowledged"))
            .With([.. arguments.Many("Catalogs").Select(catalogue => AttributeElement.Of(Catalogue.Include.Name, catalogue.Position, catalogue.As("catalog"), handlers))]);
    }

    public static AttributeElement Handler(AttributeArguments arguments, ISymbol target, List<DiagnosticInfo> diagnostics)
    {
        var (type, place) = ((INamedTypeSymbol)target, arguments.Position);
        var name = new Positioned(type.ToDisplayString(Symbols.Plain), place);
        var split = Split(arguments, name);
        var handled = AttributeElement.Of("event", place, arguments.At(1, "name"), split is null ? name.As("handler") : null, arguments.Named("Payload", "payload") ?? Payload(type, place))
            .With([split, .. target.Beside("EventLoop", diagnostics).Select(Loop)]);
        return AttributeElement.Of("consumer", place, arguments.At(0, "name")).With(handled);
    }

    public static AttributeElement Ingestion(AttributeArguments arguments, ISymbol target, List<DiagnosticInfo> diagnostics) => AttributeElement.Of(
        "ingestion",
        arguments.Position,
        arguments.At(0, "path"),
        arguments.At(1, "authentication"),
        arguments.Named("Secret", "secret"),
        arguments.Named("Header", "header"),
        arguments.Named("Resource", "resource"),
        arguments.Named("IsAcknowledged", "acknowledged"));

    /// <summary>The half of a split event that is not the class's own is named by the attribute; null where nothing of a split is stated.</summary>
    private static AttributeElement? Split(AttributeArguments arguments, Positioned name)
    {
        var (first, second, otherwise) = (arguments.Named("First", "first"), arguments.Named("Second", "second"), arguments.Named("Otherwise", "updated"));
        return (first ?? second ?? otherwise) is null ? null : AttributeElement.Of("split", arguments.Position, first, second, otherwise, name.As("created"));
    }

    private static AttributeElement Loop(AttributeArguments arguments) => AttributeElement.Of(
        "loop",
        arguments.Position,
        arguments.At(0, "key"),
        new Positioned(string.Join(",", arguments.Rest(1).Select(path => path.Value)), arguments.Position).As("fingerprint"),
        arguments.Named("Group", "group"),
        arguments.Named("Seconds", "ttl"));

    /// <summary>What the class handles; null where that is any JSON, or can't be told, which is reported where the class is looked at.</summary>
    private static XmlAttribute? Payload(INamedTypeSymbol type, SourcePosition place)
    {
        var handled = type.AllInterfaces.Where(one => one.OriginalDefinition.ToDisplayString() == HandlerContract).Select(one => one.TypeArguments[0]).ToList();
        return handled.Count == 1 && handled[0] is INamedTypeSymbol { TypeKind: not TypeKind.Error } payload && payload.ToDisplayString() != "System.Text.Json.JsonElement"
            ? new Positioned(payload.WithNullableAnnotation(NullableAnnotation.None).ToDisplayString(Symbols.Plain), place).As("payload")
            : null;
    }
}
