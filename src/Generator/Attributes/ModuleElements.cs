using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Xml;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Attributes;

/// <summary><c>[Module]</c> and <c>[AsyncEventCatalog]</c> as elements of <c>module.xml</c> and <c>async_events.xml</c>.</summary>
internal static class ModuleElements
{
    public static AttributeElement Module(AttributeArguments arguments, ISymbol target, List<DiagnosticInfo> diagnostics) =>
        AttributeElement.Of("module", arguments.Position, arguments.At(0, "name"))
            .With(AttributeElement.List("sequence", arguments.Position, arguments.Rest(1).Select(before => AttributeElement.Of("module", before.Position, before.As("name")))));

    public static AttributeElement Catalog(AttributeArguments arguments, ISymbol target, List<DiagnosticInfo> diagnostics) =>
        AttributeElement.Of(Catalogue.Include.Name, arguments.Position, arguments.At(0, "catalog"));
}
