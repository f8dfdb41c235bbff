using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Xml;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Attributes;

/// <summary><c>[Integration]</c> as an element of <c>integration.xml</c>.</summary>
internal static class IntegrationElements
{
    public static AttributeElement Integration(AttributeArguments arguments, ISymbol target, List<DiagnosticInfo> diagnostics) =>
        AttributeElement.Of("integration", arguments.Position, arguments.At(0, "name")).With(
            Text(arguments.Named("Email", "email")),
            Text(arguments.Named("EndpointUrl", "endpoint_url")),
            Text(arguments.Named("IdentityLinkUrl", "identity_link_url")),
            AttributeElement.List("resources", arguments.Position, arguments.Rest(1).Select(id => AttributeElement.Of("resource", id.Position, id.As("name")))));

    private static AttributeElement? Text(XmlAttribute? stated) =>
        stated is null ? null : new AttributeElement(stated.Name, stated.NamePosition) { Text = stated.Positioned };
}
