using System.Collections.Generic;
using Declarative.Generator.Declarations;

namespace Declarative.Generator.Xml;

/// <summary>An element with the places of its parts. Namespaces don't count: the originals' files have none.</summary>
internal sealed class XmlNode(string name, SourcePosition position)
{
    public string Name { get; } = name;

    /// <summary>Where the element's name stands.</summary>
    public SourcePosition Position { get; } = position;

    /// <summary>Whether the file breaks off inside it.</summary>
    public bool IsUnfinished { get; set; }

    public List<XmlAttribute> Attributes { get; } = [];

    public List<XmlNode> Children { get; } = [];

    /// <summary>The element's own text, trimmed; empty if it has none.</summary>
    public string Text { get; set; } = "";

    public SourcePosition? TextPosition { get; set; }

    public XmlAttribute? Attribute(string name) => Attributes.Find(attribute => attribute.Name == name);

    /// <summary>The same element and all in it, every part of it at one place: where a file takes in what stands elsewhere.</summary>
    public XmlNode At(SourcePosition place)
    {
        var copy = new XmlNode(Name, place) { Text = Text, TextPosition = TextPosition is null ? null : place };
        copy.Attributes.AddRange(Attributes.ConvertAll(attribute => attribute with { NamePosition = place, ValuePosition = place }));
        copy.Children.AddRange(Children.ConvertAll(child => child.At(place)));
        return copy;
    }

    public IEnumerable<XmlNode> Elements(string name) => Children.FindAll(child => child.Name == name);
}

/// <summary>An attribute: where its name and its value (without quotes) stand.</summary>
internal sealed record XmlAttribute(string Name, string Value, SourcePosition NamePosition, SourcePosition ValuePosition)
{
    public Positioned Positioned => new(Value.Trim(), ValuePosition);

    /// <summary>The parts of the value between the separators, trimmed, each with its own place; empty ones are left out.</summary>
    public IEnumerable<Positioned> Split(char separator)
    {
        var start = 0;
        foreach (var part in Value.Split(separator))
        {
            var trimmed = part.Trim();
            if (trimmed.Length > 0)
                yield return new Positioned(trimmed, ValuePosition.Part(start + part.IndexOf(trimmed, System.StringComparison.Ordinal), trimmed.Length, Value.Length));
            start += part.Length + 1;
        }
    }
}
