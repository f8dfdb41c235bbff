using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;

namespace Declarative.Generator.Xml;

/// <summary><c>acl.xml</c>: the permissions that a module declares, as a tree.</summary>
internal static class AclFile
{
    private const string Disabling = "true";

    public static readonly ValuePattern ResourceId = new(
        "a resource id",
        "write Vendor_Module::name, e.g. Shop_Sales::orders",
        "[A-Z][a-zA-Z0-9]+_[A-Z][A-Za-z0-9]+::[A-Za-z_0-9]+");

    /// <summary>How an attribute names what its resource stands under; in a file that is where the element stands.</summary>
    public static readonly AttributeRule Parent = new("parent", IsRequired: false, ResourceId);

    public static readonly ElementRule Root = Tree();

    /// <summary>The same for what attributes say.</summary>
    public static readonly ElementRule AttributeRoot = Tree(Parent);

    private static ElementRule Tree(params AttributeRule[] more) => new("config")
    {
        OneOf = ["acl"],
        OneOfNoun = "an <acl>",
        Children =
        [
            new ElementRule("acl")
            {
                HoldsUnfinished = true,
                OneOf = ["resources"],
                OneOfNoun = "<resources>",
                Children =
                [
                    new ElementRule("resources")
                    {
                        HoldsUnfinished = true,
                        Children =
                        [
                            new ElementRule("resource")
                            {
                                IsRecursive = true,
                                HoldsUnfinished = true,
                                Attributes =
                                [
                                    new AttributeRule("id", Pattern: ResourceId),
                                    new AttributeRule("title", IsRequired: false, new ValuePattern("a title", "write 3 to 50 characters", @"[\s\S]{3,50}")),
                                    new AttributeRule("translate", IsRequired: false),
                                    new AttributeRule("sortOrder", IsRequired: false, new ValuePattern("a sort order", "write a whole number of at most nine digits", "[+-]?[0-9]{1,9}")),
                                    new AttributeRule("disabled", IsRequired: false, new ValuePattern("a switch", "write true, or leave the attribute out", "true|false|1|0")),
                                    .. more,
                                ],
                            },
                        ],
                    },
                ],
            },
        ],
    };

    public static FileContent Read(XmlNode root, List<DiagnosticInfo> diagnostics)
    {
        var resources = new List<AclResourceDeclaration>();
        var stated = new HashSet<(string?, string)>();
        foreach (var element in root.Elements("acl").SelectMany(acl => acl.Elements("resources")).SelectMany(list => list.Elements("resource")))
            Read(element, parentId: null, resources, stated, diagnostics);
        return new FileContent { AclResources = resources.ToEquatableArray() };
    }

    private static void Read(XmlNode element, string? parentId, List<AclResourceDeclaration> resources, HashSet<(string?, string)> stated, List<DiagnosticInfo> diagnostics)
    {
        var (id, parent) = (element.Attribute("id"), element.Attribute(Parent.Name));
        if (id is not null)
        {
            var declaration = new AclResourceDeclaration(
                id.Positioned,
                ResourceId.Matches(id.Value),
                parent?.Positioned.Value ?? parentId,
                element.Attribute("title")?.Positioned.Value,
                int.TryParse(element.Attribute("sortOrder")?.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var sortOrder) ? sortOrder : null,
                IsDisabled(element.Attribute("disabled"), id.Positioned.Value, diagnostics))
            {
                ParentPosition = parent?.ValuePosition,
            };
            if (!stated.Add((declaration.ParentId, declaration.Id.Value)))
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.Repeated, id.ValuePosition, $"The resource '{declaration.Id.Value}'", "later"));
            resources.Add(declaration);
        }

        foreach (var child in element.Elements("resource"))
            Read(child, id?.Positioned.Value ?? "", resources, stated, diagnostics);
    }

    /// <summary>As in the originals, nothing but the plain word disables; what only looks like it is worth a word.</summary>
    private static bool? IsDisabled(XmlAttribute? disabled, string id, List<DiagnosticInfo> diagnostics)
    {
        if (disabled is null)
            return null;
        if (disabled.Value != Disabling && disabled.Value.Trim() is Disabling or "1")
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.NotDisabled, disabled.ValuePosition, disabled.Value, id));
        return disabled.Value == Disabling;
    }
}
