using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Merging;

namespace Declarative.Generator.Binding;

/// <summary>Checks fields and rules of a subscription against the payload of its event.</summary>
internal sealed class PayloadFields(JsonShape payload, bool isPlugin, List<DiagnosticInfo> diagnostics, string aside = "")
{
    // What publishers may add beside the payload.
    private static readonly string[] Original = ["_origData", "_isNew"];

    private static readonly SourcePosition Nowhere = new("", default, default);

    public void Check(FieldDeclaration field)
    {
        if (field.From.Value != FieldPath.All)
            Follow(field.From);
    }

    /// <summary>The same for a statement of a referenced module, which only its paths are known of.</summary>
    public void Check(ReferencedSubscription subscription)
    {
        foreach (var field in subscription.Fields)
            Follow(new Positioned(field, Nowhere));
        foreach (var (field, operation) in subscription.RuleFields.Zip(subscription.RuleOperators, (field, operation) => (field, operation)))
        {
            if (WhyNot(operation, Follow(new Positioned(field, Nowhere))) is { } why)
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.OperatorNotApplicable, null, operation, field, why + aside));
        }
    }

    /// <summary>False if the rule can't work; a field that isn't there is only unwise.</summary>
    public bool Check(RuleDeclaration rule)
    {
        if (!RuleOperators.All.Contains(rule.Operator.Value, StringComparer.Ordinal))
        {
            var nearest = NearestName.Find(rule.Operator.Value, RuleOperators.All);
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.UnknownOperator, rule.Operator.Position, rule.Operator.Value, nearest is null ? "known are " + string.Join(", ", RuleOperators.All) : $"did you mean '{nearest}'?"));
            return false;
        }

        var field = Follow(rule.Field);
        if (WhyNot(rule.Operator.Value, field) is { } why)
        {
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.OperatorNotApplicable, rule.Operator.Position, rule.Operator.Value, rule.Field.Value, why));
            return false;
        }

        if (Fault(rule.Operator.Value, rule.Value.Value, field) is not { } fault)
            return true;
        diagnostics.Add(DiagnosticInfo.Create(Descriptors.ValueNotComparable, rule.Value.Position, rule.Operator.Value, rule.Value.Value, fault));
        return false;
    }

    private string? WhyNot(string operation, JsonShape field)
    {
        if (operation == RuleOperators.OnChange)
            return isPlugin ? "a plugin event has no original data to compare with" : null;
        var isOrdering = operation is RuleOperators.GreaterThan or RuleOperators.LessThan;
        return field.Kind switch
        {
            JsonKind.Object => $"it is an object, '{field.Display}'",
            JsonKind.List => "it is a list",
            JsonKind.Boolean when isOrdering => "it is true or false",
            JsonKind.Formatted when isOrdering => $"'{field.Display}' is no number",
            _ => null,
        };
    }

    /// <summary>What is wrong with the value; null if it can be compared.</summary>
    private static string? Fault(string operation, string value, JsonShape field) => operation switch
    {
        RuleOperators.GreaterThan or RuleOperators.LessThan => IsNumber(value) ? null : "write a number, e.g. 20 or 9.95",
        RuleOperators.Equal => Fault(value, field),
        RuleOperators.In => value.Split(',').Select(part => Fault(part, field)).FirstOrDefault(fault => fault is not null),
        RuleOperators.Regex => RegexFault(value),
        _ => null,
    };

    private static string? Fault(string value, JsonShape field)
    {
        // Nothing equals null.
        if (field.IsNullable && value.Trim().Length == 0)
            return null;
        return field.Kind switch
        {
            JsonKind.Number when !IsNumber(value) => $"'{value.Trim()}' is no number, and the field is '{field.Display}'",
            JsonKind.Boolean when value.Trim() is not ("0" or "1") => "the field is true or false; write 1 or 0, as its values are compared here",
            _ => null,
        };
    }

    private static bool IsNumber(string value) => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static string? RegexFault(string value)
    {
        if (!RegexText.TryRead(value, out var pattern, out var options, out var problem))
            return problem.TrimEnd('.');
        try
        {
            // Made only to see whether it can be; nothing is matched here.
            _ = new Regex(pattern, options, TimeSpan.FromSeconds(1));
            return null;
        }
        catch (ArgumentException exception)
        {
            return exception.Message.TrimEnd('.');
        }
    }

    /// <summary>What the path leads to; reports a step that leads nowhere.</summary>
    private JsonShape Follow(Positioned field)
    {
        if (field.Value.StartsWith(FieldPath.ContextPrefix, StringComparison.Ordinal) || !FieldPath.TryParse(field.Value, out var path) || Original.Contains(path.Segments[0].Name, StringComparer.Ordinal))
            return JsonShape.Unknown;
        var shape = payload;
        var isInList = false;
        var start = 0;
        foreach (var segment in path.Segments)
        {
            // A payload that is a list by itself has no names to select by; what it means is the engine's matter.
            if (shape.Kind == JsonKind.Open || start == 0 && shape.Kind == JsonKind.List)
                return JsonShape.Unknown;
            if (!shape.Members.TryGetValue(segment.Name, out var next))
            {
                if (shape.Members.ContainsKey(JsonShape.Anything))
                    return JsonShape.Unknown;
                Report(field, start, segment.Name, shape);
                return JsonShape.Unknown;
            }

            start += segment.Name.Length;
            if (segment.IsList)
            {
                isInList = true;
                if (next.Kind is not (JsonKind.List or JsonKind.Object or JsonKind.Open))
                {
                    diagnostics.Add(DiagnosticInfo.Create(Descriptors.NoSuchField, Place(field, start, 2), segment.Name + "[]", $"'{shape.Display}'", $": '{next.Display}' is no list{aside}"));
                    return JsonShape.Unknown;
                }

                next = next.Element;
                start += 2;
            }

            shape = next;
            start++;
        }

        return isInList ? JsonShape.SomeList : shape;
    }

    private void Report(Positioned field, int start, string name, JsonShape shape)
    {
        var mend = "";
        if (shape.Kind == JsonKind.List)
            mend = $"; write {field.Value.Substring(0, start - 1)}[]{field.Value.Substring(start - 1)} for each element";
        else if (NearestName.Find(name, shape.Members.Keys) is { } nearest)
            mend = $"; did you mean '{nearest}'?";
        else if (shape.Members.Keys.FirstOrDefault(member => WireName.AreAlike(member.AsSpan(), name.AsSpan())) is { } alike)
            mend = $"; did you mean '{alike}'?";
        else if (shape.Members.Count > 0)
            mend = $"; it has {string.Join(", ", shape.Members.Keys.Take(8))}{(shape.Members.Count > 8 ? ", …" : "")}";
        diagnostics.Add(DiagnosticInfo.Create(Descriptors.NoSuchField, Place(field, start, name.Length), name, $"'{shape.Display}'", mend + aside));
    }

    private static SourcePosition? Place(Positioned field, int start, int length) => ReferenceEquals(field.Position, Nowhere) ? null : field.Position.Part(start, length, field.Value.Length);
}
