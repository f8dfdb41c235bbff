using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Emitting;

namespace Declarative.Generator.Xml;

/// <summary>Reads what a <c>field</c> says of its values, and reports what makes no sense for its type.</summary>
internal sealed class FieldLimits(XmlNode element, PayloadFieldDeclaration field, List<DiagnosticInfo> diagnostics)
{
    private const int MaxPatternLength = 1_000;

    public PayloadFieldDeclaration Read()
    {
        var kind = field.Kind;
        var isNumber = kind is FieldKind.Int or FieldKind.Long or FieldKind.Decimal or FieldKind.Double;
        var hasLength = kind is FieldKind.String or FieldKind.List;
        foreach (var (name, fits, belongs) in new[]
        {
            ("minLength", hasLength, "a string or a list"), ("maxLength", hasLength, "a string or a list"), ("pattern", kind == FieldKind.String, "a string"),
            ("minimum", isNumber, "a number"), ("maximum", isNumber, "a number"), ("values", kind == FieldKind.Enum, "an enum"), ("of", kind == FieldKind.List, "a list"),
            ("additionalFields", field.NestedType.Length > 0 && kind != FieldKind.Enum, "an object, or a list of objects"),
        })
        {
            if (!fits && element.Attribute(name) is { } attribute)
                Report(attribute, $"it belongs to {belongs}, and this is {Article(kind)}");
        }

        var (minLength, maxLength) = Range("minLength", "maxLength", hasLength, isLength: true);
        var (minimum, maximum) = Range("minimum", "maximum", isNumber, isLength: false);
        CheckChildren(kind);
        return field with
        {
            MinLength = (int?)minLength,
            MaxLength = (int?)maxLength,
            Minimum = minimum,
            Maximum = maximum,
            Pattern = kind == FieldKind.String ? Pattern() : null,
            Values = kind == FieldKind.Enum ? Values().ToEquatableArray() : EquatableArray<PayloadValueDeclaration>.Empty,
            Of = kind == FieldKind.List && element.Attribute("of") is { } of ? PayloadElement.Kind(of, "type of a list's elements", PayloadElement.Scalars, diagnostics) : null,
        };
    }

    private (decimal? Least, decimal? Most) Range(string least, string most, bool fits, bool isLength)
    {
        var (from, to) = fits ? (Limit(least, isLength), Limit(most, isLength)) : (null, null);
        if (from <= to || from is null || to is null)
            return (from, to);
        Report(element.Attribute(least)!, $"it is more than {most}=\"{element.Attribute(most)!.Value}\"");
        return (null, null);
    }

    private decimal? Limit(string name, bool isLength)
    {
        var attribute = element.Attribute(name);
        if (PayloadElement.NumberOf(attribute, isLength) is not { } number)
            return null;
        var (least, most, what) = field.Kind switch
        {
            FieldKind.Int => (int.MinValue, int.MaxValue, "an int"),
            FieldKind.Long => (long.MinValue, (decimal)long.MaxValue, "a long"),
            _ => (decimal.MinValue, decimal.MaxValue, ""),
        };
        if (number >= least && number <= most)
            return number;
        Report(attribute!, $"{what} is never so {(number < 0 ? "small" : "great")}");
        return null;
    }

    private string? Pattern()
    {
        if (element.Attribute("pattern") is not { } attribute)
            return null;
        var why = attribute.Value.Length > MaxPatternLength ? $"it has more than {MaxPatternLength} characters" : LinearPattern.Fault(attribute.Value);
        if (why is null)
            return attribute.Value;
        Report(attribute, why);
        return null;
    }

    private List<PayloadValueDeclaration> Values()
    {
        var values = new List<PayloadValueDeclaration>();
        if (element.Attribute("values") is not { } attribute)
        {
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.MissingAttribute, element.Position, element.Name, "values", ": an enum is one of stated texts"));
            return values;
        }

        foreach (var text in attribute.Split(','))
        {
            var member = Identifiers.Property(text.Value);
            if (values.Find(known => known.Member == member) is { } known)
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.FieldCollision, text.Position, "The values", known.Text, text.Value, member, PayloadElement.OrOwnClass));
            else
                values.Add(new PayloadValueDeclaration(text.Value, member));
        }

        if (values.Count == 0)
            Report(attribute, "it names no text");
        return values;
    }

    private void CheckChildren(FieldKind kind)
    {
        var child = element.Elements(element.Name).FirstOrDefault();
        var of = element.Attribute("of");
        if (child is not null && kind is not (FieldKind.Object or FieldKind.List))
            Report(element.Attribute("type"), $"{Article(kind)} holds no fields; write type=\"object\" or type=\"list\", or take them out");
        else if (child is not null && kind == FieldKind.List && of is not null)
            Report(of, "a list holds either that or the objects whose fields stand in it");
        else if (child is null && kind == FieldKind.Object)
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.MissingElement, element.Position, element.Name, "a <field>", ": an object holds fields"));
        else if (child is null && kind == FieldKind.List && of is null)
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.MissingElement, element.Position, element.Name, "of=\"…\" or a <field>", ": a list says what it holds"));
    }

    private void Report(XmlAttribute? attribute, string why)
    {
        if (attribute is not null)
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.PatternOrRange, attribute.ValuePosition, attribute.Name, attribute.Value, field.Name, why));
    }

    private static string Article(FieldKind kind) => kind switch
    {
        FieldKind.Int or FieldKind.Enum or FieldKind.Object => "an ",
        _ => "a ",
    } + kind.ToString().ToLowerInvariant();
}
