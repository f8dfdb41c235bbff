using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Xml;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Attributes;

/// <summary><c>[Integration]</c> as an element of <c>integration.xml</c>.</summary>
internal static class IntegrationElements
{
    private static readonly (string Property, string Element)[] Texts = [("Email", "email"), ("EndpointUrl", "endpoint_url"), ("IdentityLinkUrl", "identity_link_url")];

    public static AttributeElement Integration(AttributeArguments arguments, ISymbol target, List<DiagnosticInfo> diagnostics)
    {
        var resources = arguments.Rest(1).Select(id => new AttributeElement("resource", id.Position) { Attributes = new([new XmlAttribute("name", id.Value, id.Position, id.Position)]) }).ToEquatableArray();
        var texts = Texts.Select(one => arguments.Named(one.Property, one.Element)).OfType<XmlAttribute>().Select(one => new AttributeElement(one.Name, one.NamePosition) { Text = one.Positioned });
        return new AttributeElement("integration", arguments.Position)
        {
            Attributes = new([arguments.At(0, "name")]),
            Children = texts.Concat(resources.Count == 0 ? [] : [new AttributeElement("resources", arguments.Position) { Children = resources }]).ToEquatableArray(),
        };
    }
}
