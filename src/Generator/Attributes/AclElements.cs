using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Xml;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Attributes;

/// <summary><c>[AclResource]</c> as an element of <c>acl.xml</c>.</summary>
internal static class AclElements
{
    /// <summary>Where resources lie in the file.</summary>
    public static readonly string[] Path = ["acl", "resources"];

    public static AttributeElement Resource(AttributeArguments arguments, ISymbol target, List<DiagnosticInfo> diagnostics) => new("resource", arguments.Position)
    {
        Attributes = new XmlAttribute?[]
        {
            arguments.At(0, "id"),
            arguments.Named("Title", "title"),
            arguments.Named("Parent", AclFile.Parent.Name),
            arguments.Named("SortOrder", "sortOrder"),
            arguments.Named("IsDisabled", "disabled"),
        }.OfType<XmlAttribute>().ToEquatableArray(),
    };
}
