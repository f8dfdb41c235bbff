using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Xml;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Attributes;

/// <summary><c>[Module]</c> and <c>[AsyncEventCatalog]</c> as elements of <c>module.xml</c> and <c>async_events.xml</c>.</summary>
internal static class ModuleElements
{
    public static AttributeElement Module(AttributeArguments arguments, ISymbol target, List<DiagnosticInfo> diagnostics) => new("module", arguments.Position)
    {
        Attributes = new([arguments.At(0, "name")]),
        Children = new([new AttributeElement("sequence", arguments.Position)
        {
            Children = arguments.Rest(1).Select(before => new AttributeElement("module", before.Position) { Attributes = new([new XmlAttribute("name", before.Value, before.Position, before.Position)]) }).ToEquatableArray(),
        }]),
    };

    public static AttributeElement Catalog(AttributeArguments arguments, ISymbol target, List<DiagnosticInfo> diagnostics) =>
        new(Catalogue.Include.Name, arguments.Position) { Attributes = new([arguments.At(0, "catalog")]) };
}
