using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Xml;

namespace Declarative.Generator.Attributes;

/// <summary>An attribute written as the element that it stands for, so that it is checked and read as that. Compares by value, unlike a node of XML.</summary>
/// <param name="Name">The element's name.</param>
/// <param name="Position">Where the attribute's name stands.</param>
internal sealed record AttributeElement(string Name, SourcePosition Position)
{
    public EquatableArray<XmlAttribute> Attributes { get; init; } = EquatableArray<XmlAttribute>.Empty;

    public EquatableArray<AttributeElement> Children { get; init; } = EquatableArray<AttributeElement>.Empty;

    public Positioned? Text { get; init; }

    /// <summary>An element with those of the attributes that are stated.</summary>
    public static AttributeElement Of(string name, SourcePosition position, params XmlAttribute?[] attributes) =>
        new(name, position) { Attributes = attributes.OfType<XmlAttribute>().ToEquatableArray() };

    /// <summary>An element that holds others; null if there are none.</summary>
    public static AttributeElement? List(string name, SourcePosition position, IEnumerable<AttributeElement> children) =>
        children.ToEquatableArray() is { Count: > 0 } all ? new(name, position) { Children = all } : null;

    /// <summary>This element, with those of the others in it that there are.</summary>
    public AttributeElement With(params AttributeElement?[] children) => this with { Children = children.OfType<AttributeElement>().ToEquatableArray() };

    public XmlNode ToNode()
    {
        var node = new XmlNode(Name, Position) { Text = Text?.Value.Trim() ?? "", TextPosition = Text?.Position };
        node.Attributes.AddRange(Attributes);
        node.Children.AddRange(Children.Select(child => child.ToNode()));
        return node;
    }
}

internal static class PositionedText
{
    /// <summary>The text as an attribute of an element.</summary>
    public static XmlAttribute As(this Positioned text, string name) => new(name, text.Value, text.Position, text.Position);
}

/// <summary>The attributes of one kind that stand on one thing: what a file of the kind would hold.</summary>
/// <param name="Kind">The kind of file that they stand for.</param>
/// <param name="Source">What they stand on, e.g. <c>Shop.Sales.IOrders.Get [RestRoute]</c>; told apart from any other's and from paths.</param>
/// <param name="Elements">What stands in the file's root.</param>
/// <param name="Diagnostics">What is wrong with how they are written.</param>
internal sealed record AttributeFile(FileKind Kind, string Source, EquatableArray<AttributeElement> Elements, EquatableArray<DiagnosticInfo> Diagnostics);
