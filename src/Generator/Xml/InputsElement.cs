using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Emitting;

namespace Declarative.Generator.Xml;

/// <summary>The <c>inputs</c> of an event's handlers: values of the configuration, each with its type.</summary>
internal static class InputsElement
{
    /// <summary>Members that each generated record has already.</summary>
    private static readonly string[] Taken = ["Declared", .. PayloadElement.TakenByRecords];

    private static readonly ValuePattern Name = new("an input's name", "use letters, digits and '_' only, e.g. apiBase", "[A-Za-z_][A-Za-z0-9_]*");

    private static readonly Regex Moment = new(
        @"^\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d(?:\.\d+)?|[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d))\z", RegexOptions.CultureInvariant | RegexOptions.ECMAScript, TimeSpan.FromSeconds(1));

    private static readonly ElementRule Input = new("input")
    {
        Attributes =
        [
            new AttributeRule("name", Pattern: Name),
            new AttributeRule("type"),
            new AttributeRule("key"),
            new AttributeRule("required", IsRequired: false, EventConsumersFile.Switch),
            new AttributeRule("default", IsRequired: false),
        ],
    };

    public static readonly ElementRule Rule = new("inputs") { OneOf = ["input"], OneOfNoun = "an <input>", Children = [Input] };

    /// <param name="element">The element.</param>
    /// <param name="records">Names of the classes that are generated for it.</param>
    /// <param name="diagnostics">Where to report.</param>
    public static EquatableArray<InputDeclaration> Read(XmlNode element, IEnumerable<string> records, List<DiagnosticInfo> diagnostics)
    {
        var reserved = Taken.Concat(records).ToList();
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var inputs = new List<InputDeclaration>();
        foreach (var child in element.Elements(Input.Name))
        {
            var key = EventConsumersFile.Key(child, "key", "BackOffice:ErpUrl", diagnostics);
            var kind = PayloadElement.Kind(child.Attribute("type"), "input type", PayloadElement.Scalars, diagnostics);
            var fallback = child.Attribute("default");
            var isRequired = EventConsumersFile.IsTrue(child.Attribute("required"));
            if (isRequired && fallback is not null)
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.Contradiction, fallback.NamePosition, "default=\"…\"", "required=\"true\", with which the configuration must state the value"));
            if (fallback is not null && Expected(kind, fallback.Value.Trim()) is var (noun, form))
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.MalformedValue, fallback.ValuePosition, fallback.Value, noun, form));
            if (child.Attribute("name") is not { } name || !Name.Matches(name.Value))
                continue;
            var property = Identifiers.Property(name.Value.Trim());
            while (reserved.Contains(property, StringComparer.Ordinal))
                property += "_";
            if (names.TryGetValue(property, out var first))
            {
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.FieldCollision, name.ValuePosition, "The inputs", first, name.Value.Trim(), property, ""));
                continue;
            }

            // One whose key is wrong stays, so that code which uses it shows no second mistake.
            names.Add(property, name.Value.Trim());
            inputs.Add(new InputDeclaration(property, key?.Value ?? "", kind) { IsRequired = isRequired, Default = isRequired ? null : fallback?.Value.Trim() });
        }

        return inputs.ToEquatableArray();
    }

    /// <summary>What the text should be, and its form; null if it is that.</summary>
    private static (string Noun, string Form)? Expected(FieldKind kind, string text)
    {
        const NumberStyles Whole = NumberStyles.AllowLeadingSign, Decimals = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        var culture = CultureInfo.InvariantCulture;
        return kind switch
        {
            FieldKind.Int when !int.TryParse(text, Whole, culture, out _) => ("an int", "write a whole number, e.g. 30"),
            FieldKind.Long when !long.TryParse(text, Whole, culture, out _) => ("a long", "write a whole number, e.g. 30"),
            FieldKind.Decimal when !decimal.TryParse(text, Decimals, culture, out _) => ("a decimal", "write digits, with a '.' before the decimals, e.g. 9.95"),
            FieldKind.Double when !double.TryParse(text, Decimals | NumberStyles.AllowExponent, culture, out var number) || double.IsInfinity(number) || double.IsNaN(number) => ("a double", "write digits, with a '.' before the decimals, e.g. 0.5"),
            FieldKind.Bool when text is not ("true" or "false") => ("a bool", "write true or false"),
            FieldKind.Date when !DateTime.TryParseExact(text, "yyyy-MM-dd", culture, DateTimeStyles.None, out _) => ("a date", "write a day, e.g. 2026-01-31"),
            FieldKind.DateTime when !Moment.IsMatch(text) || !DateTimeOffset.TryParse(text, culture, DateTimeStyles.AssumeUniversal, out _) => ("a datetime", "write a moment, e.g. 2026-01-31T10:00:00Z"),
            FieldKind.Uuid when !Guid.TryParseExact(text, "D", out _) => ("a uuid", "write one with hyphens, e.g. 0195a1b2-0000-7000-8000-000000000000"),
            _ => null,
        };
    }
}
