using System.Collections.Generic;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Xml;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Attributes;

/// <summary><c>[AclResource]</c> as an element of <c>acl.xml</c>.</summary>
internal static class AclElements
{
    public static AttributeElement Resource(AttributeArguments arguments, ISymbol target, List<DiagnosticInfo> diagnostics)
    {
        var resource = AttributeElement.Of(
            "resource",
            arguments.Position,
            arguments.At(0, "id"),
            arguments.Named("Title", "title"),
            arguments.Named("Parent", AclFile.Parent.Name),
            arguments.Named("SortOrder", "sortOrder"),
            arguments.Named("IsDisabled", "disabled"));
        return new AttributeElement("acl", arguments.Position).With(new AttributeElement("resources", arguments.Position).With(resource));
    }
}
