using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Binding;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Xml;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Attributes;

/// <summary><c>[RestRoute]</c>, with the <c>[RouteParameter]</c>s beside it, as an element of <c>webapi.xml</c>.</summary>
internal static class RouteElements
{
    public static AttributeElement? Route(AttributeArguments arguments, ISymbol target, List<DiagnosticInfo> diagnostics)
    {
        var method = (IMethodSymbol)target;
        if (method.Implemented() is { } contract)
        {
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.AttributeOnImplementation, arguments.Position, ServiceLookup.Display(method.ContainingType, method), contract.ToDisplayString(), "RestRoute"));
            return null;
        }

        var resources = arguments.Rest(2).Select(id => Element("resource", id.Position, [Attribute("ref", id)])).ToEquatableArray();
        var parameters = target.Beside("RouteParameter", diagnostics).Select(Parameter).ToEquatableArray();
        var limit = arguments.Named("InputArraySizeLimit", "input-array-size-limit");
        return new AttributeElement("route", arguments.Position)
        {
            Attributes = new XmlAttribute?[] { arguments.At(1, "url"), arguments.At(0, "method"), arguments.Named("IsSecure", "secure") }.OfType<XmlAttribute>().ToEquatableArray(),
            Children = new AttributeElement?[]
            {
                Element("service", arguments.Position, [new XmlAttribute("class", method.ContainingType.ToDisplayString(Symbols.Plain), arguments.Position, arguments.Position), new XmlAttribute("method", Name(method), arguments.Position, arguments.Position)]),
                resources.Count == 0 ? null : new AttributeElement("resources", arguments.Position) { Children = resources },
                limit is null && parameters.Count == 0 ? null : new AttributeElement("data", arguments.Position) { Attributes = new(limit is null ? [] : [limit]), Children = parameters },
            }.OfType<AttributeElement>().ToEquatableArray(),
        };
    }

    private static AttributeElement Parameter(AttributeArguments arguments)
    {
        var value = arguments.At(1, "value");
        return new AttributeElement("parameter", arguments.Position)
        {
            Attributes = new XmlAttribute?[] { arguments.At(0, "name"), arguments.Named("IsForced", "force") }.OfType<XmlAttribute>().ToEquatableArray(),
            Text = value.Positioned,
        };
    }

    /// <summary>The method as a file names it: with its parameters where it is one of several.</summary>
    private static string Name(IMethodSymbol method) =>
        method.ContainingType.GetMembers(method.Name).OfType<IMethodSymbol>().Count() == 1 ? method.Name : $"{method.Name}({string.Join(", ", method.Parameters.Select(one => one.Type.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat)))})";

    private static AttributeElement Element(string name, SourcePosition position, XmlAttribute[] attributes) => new(name, position) { Attributes = new(attributes) };

    private static XmlAttribute Attribute(string name, Positioned value) => new(name, value.Value, value.Position, value.Position);
}
