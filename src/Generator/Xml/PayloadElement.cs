using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Emitting;

namespace Declarative.Generator.Xml;

/// <summary>A <c>payload</c> that is declared by its <c>field</c>s.</summary>
internal static class PayloadElement
{
    private static readonly Dictionary<string, FieldKind> Kinds = Enum.GetValues(typeof(FieldKind)).Cast<FieldKind>().ToDictionary(kind => kind.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    /// <summary>Members that each record has.</summary>
    public static readonly string[] TakenByRecords = ["Clone", "EqualityContract", "Equals", "Finalize", "GetHashCode", "GetType", "MemberwiseClone", "PrintMembers", "ReferenceEquals", "ToString"];

    /// <summary>What mends two names that give one, besides another name.</summary>
    public const string OrOwnClass = ", or name a class of your own as the payload";

    private static readonly ValuePattern FieldName = new("a field's name", "write 1 to 255 characters", @"[^\p{Cc}]{1,255}");

    private static readonly ValuePattern Length = new("a length", "write a whole number of at most nine digits", "[0-9]{1,9}");

    private static readonly ValuePattern Number = new("a number", "write digits, with a '.' before the decimals, e.g. -0.5", @"-?[0-9]{1,28}(?:\.[0-9]{1,28})?");

    private static readonly ValuePattern PayloadType = new("a payload's type", "write object or list", "object|list");

    private static readonly AttributeRule AdditionalFields = new("additionalFields", IsRequired: false, EventConsumersFile.Switch);

    private static readonly ElementRule Field = new("field")
    {
        IsRecursive = true,
        Attributes =
        [
            new AttributeRule("name", Pattern: FieldName),
            new AttributeRule("type"),
            new AttributeRule("required", IsRequired: false, EventConsumersFile.Switch),
            new AttributeRule("nullable", IsRequired: false, EventConsumersFile.Switch),
            new AttributeRule("minLength", IsRequired: false, Length),
            new AttributeRule("maxLength", IsRequired: false, Length),
            new AttributeRule("pattern", IsRequired: false),
            new AttributeRule("minimum", IsRequired: false, Number),
            new AttributeRule("maximum", IsRequired: false, Number),
            new AttributeRule("values", IsRequired: false),
            new AttributeRule("of", IsRequired: false),
            AdditionalFields,
        ],
    };

    public static readonly ElementRule Rule = new("payload")
    {
        OneOf = ["field"],
        OneOfNoun = "a <field>",
        Attributes = [new AttributeRule("type", IsRequired: false, PayloadType), AdditionalFields],
        Children = [Field],
    };

    /// <param name="element">The element.</param>
    /// <param name="records">Names of the classes that are generated for it.</param>
    /// <param name="diagnostics">Where to report.</param>
    public static PayloadDeclaration Read(XmlNode element, IEnumerable<string> records, List<DiagnosticInfo> diagnostics) =>
        new(element.Attribute("type")?.Value.Trim() == "list", RefusesOthers(element), Fields(element, records, diagnostics));

    private static bool RefusesOthers(XmlNode element) => element.Attribute(AdditionalFields.Name)?.Value.Trim() == "false";

    private static EquatableArray<PayloadFieldDeclaration> Fields(XmlNode element, IEnumerable<string> records, List<DiagnosticInfo> diagnostics)
    {
        var reserved = TakenByRecords.Concat(["Shape"]).Concat(records).ToList();
        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        var fields = new List<PayloadFieldDeclaration>();
        foreach (var child in element.Elements(Field.Name))
        {
            if (child.Attribute("name") is not { } attribute || !FieldName.Matches(attribute.Value))
                continue;
            var name = attribute.Value.Trim();
            var kind = Kind(child.Attribute("type"), "field type", Kinds.Keys, diagnostics);
            var pascal = Identifiers.Property(name);
            var suffix = kind switch { FieldKind.Object => "Object", FieldKind.List when child.Attribute("of") is null => "Item", FieldKind.Enum => "Value", _ => "" };
            var property = Free(pascal);
            var nested = suffix.Length == 0 ? "" : Free(pascal + suffix);
            if (new[] { property, nested }.FirstOrDefault(members.ContainsKey) is { } taken)
            {
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.FieldCollision, attribute.ValuePosition, "The fields", members[taken], name, taken, OrOwnClass));
                continue;
            }

            members.Add(property, name);
            if (nested.Length > 0)
                members.Add(nested, name);
            var field = new PayloadFieldDeclaration(name, kind)
            {
                Property = property,
                NestedType = nested,
                IsRequired = EventConsumersFile.IsTrue(child.Attribute("required")),
                IsNullable = EventConsumersFile.IsTrue(child.Attribute("nullable")),
                RefusesOthers = RefusesOthers(child),
                Fields = kind is FieldKind.Object or FieldKind.List ? Fields(child, [nested], diagnostics) : EquatableArray<PayloadFieldDeclaration>.Empty,
            };
            fields.Add(new FieldLimits(child, field, diagnostics).Read());
        }

        return fields.ToEquatableArray();

        string Free(string name)
        {
            while (reserved.Contains(name, StringComparer.Ordinal))
                name += "_";
            return name;
        }
    }

    /// <summary>The kind of the name; the one most likely meant where there is none of it, so that what uses the class has one mistake to see.</summary>
    public static FieldKind Kind(XmlAttribute? attribute, string noun, IEnumerable<string> known, List<DiagnosticInfo> diagnostics)
    {
        if (attribute is null)
            return FieldKind.String;
        var (name, names) = (attribute.Value.Trim(), known.ToList());
        if (names.Contains(name, StringComparer.Ordinal))
            return Kinds[name];
        diagnostics.Add(DiagnosticInfo.Create(Descriptors.UnknownKind, attribute.ValuePosition, noun, name, ElementRule.Suggest(name, names)));
        return Merging.NearestName.Find(name, names) is { } nearest ? Kinds[nearest] : FieldKind.String;
    }

    /// <summary>What a list of scalars may hold.</summary>
    public static IEnumerable<string> Scalars => Kinds.Where(pair => pair.Value is not (FieldKind.Enum or FieldKind.Object or FieldKind.List)).Select(pair => pair.Key);

    /// <summary>The attribute's number, if it is one.</summary>
    public static decimal? NumberOf(XmlAttribute? attribute, bool isLength) =>
        attribute is not null && (isLength ? Length : Number).Matches(attribute.Value) && decimal.TryParse(attribute.Value.Trim(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}
