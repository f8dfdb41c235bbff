using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Merging;

namespace Declarative.Generator.Xml;

/// <summary><c>io_events.xml</c>: the subscriptions that a module can't do without.</summary>
internal static class IoEventsFile
{
    private static readonly ValuePattern Switch = new("a switch", "write true or false", "true|false|1|0");

    private static readonly ValuePattern FieldName = new(
        "a field",
        "write a path, e.g. sku, customer.email or items[].sku, or * for everything",
        @"\*|[a-zA-Z0-9_-]+(?:\[\])?(?:\.[a-zA-Z0-9_-]+(?:\[\])?)*");

    private const string PathOrContext = @"context_[a-zA-Z0-9_]+\.[\s\S]+|(?!context_)";

    private static readonly ValuePattern Source = new(
        "a source",
        "write another path, e.g. items[].sku, or a context expression, e.g. context_store.get_store.get_id",
        PathOrContext + "(?:" + FieldName.Pattern + ")");

    private static readonly ValuePattern RuleField = new(
        "a rule's field",
        "write a path, e.g. customer.email, or a context expression, e.g. context_store.get_store.get_id",
        PathOrContext + @"(?!\*)(?:" + FieldName.Pattern + ")");

    private static readonly ValuePattern Priority = new("a priority", "write a whole number of at most nine digits", "[+-]?[0-9]{1,9}");

    private static readonly ValuePattern Value = new("a value", "write at most 1000 characters", @"[\s\S]*");

    public static readonly ElementRule Root = new("config")
    {
        Children =
        [
            new ElementRule("event")
            {
                Attributes =
                [
                    new AttributeRule("name", Pattern: AsyncEventsFile.EventName),
                    new AttributeRule("parent", IsRequired: false, AsyncEventsFile.EventName),
                    new AttributeRule("destination", IsRequired: false),
                    new AttributeRule("providerId", IsRequired: false),
                    new AttributeRule("priority", IsRequired: false, Switch),
                    new AttributeRule("hipaaAuditRequired", IsRequired: false, Switch),
                ],
                AllOf = ["fields"],
                Children =
                [
                    new ElementRule("fields")
                    {
                        AllOf = ["field"],
                        Children =
                        [
                            new ElementRule("field")
                            {
                                Attributes =
                                [
                                    new AttributeRule("name", Pattern: FieldName),
                                    new AttributeRule("converter", IsRequired: false, ServiceElement.ClassName),
                                    new AttributeRule("source", IsRequired: false, Source),
                                ],
                            },
                        ],
                    },
                    new ElementRule("rules")
                    {
                        AllOf = ["rule"],
                        Children =
                        [
                            new ElementRule("rule")
                            {
                                AllOf = ["field", "operator", "value"],
                                Children =
                                [
                                    new ElementRule("field") { Text = RuleField },
                                    new ElementRule("operator") { Text = new ValuePattern("an operator", "write " + string.Join(", ", RuleOperators.All), @"\S+") },
                                    new ElementRule("value") { Text = Value },
                                ],
                            },
                        ],
                    },
                    new ElementRule("processors")
                    {
                        AllOf = ["processor"],
                        Children =
                        [
                            new ElementRule("processor")
                            {
                                Attributes = [new AttributeRule("class", Pattern: ServiceElement.ClassName), new AttributeRule("priority", IsRequired: false, Priority)],
                            },
                        ],
                    },
                ],
            },
        ],
    };

    public static FileContent Read(XmlNode root, List<DiagnosticInfo> diagnostics)
    {
        var subscriptions = new List<SubscriptionDeclaration>();
        var stated = new HashSet<string>(StringComparer.Ordinal);
        foreach (var element in root.Elements("event"))
        {
            if (element.Attribute("name") is not { } name)
                continue;
            var parent = element.Attribute("parent");
            var isValid = Name(name, diagnostics) & (parent is null || Name(parent, diagnostics));
            if (isValid && !stated.Add(EventName.Key(name.Value)))
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.Repeated, name.ValuePosition, $"The event '{EventName.Stored(name.Value)}'", "later"));
            var fields = Fields(element, diagnostics);
            var rules = Rules(element, diagnostics);
            var processors = Processors(element, diagnostics);
            subscriptions.Add(new SubscriptionDeclaration(name.Positioned, isValid && fields is { Count: > 0 } && rules is not null && processors is not null)
            {
                Parent = parent?.Positioned,
                Destination = Text(element.Attribute("destination")),
                ProviderId = Text(element.Attribute("providerId")),
                IsPriority = Bool(element.Attribute("priority")),
                IsHipaaAuditRequired = Bool(element.Attribute("hipaaAuditRequired")),
                Fields = (fields ?? []).ToEquatableArray(),
                Rules = (rules ?? []).ToEquatableArray(),
                Processors = (processors ?? []).ToEquatableArray(),
            });
        }

        return new FileContent { Subscriptions = subscriptions.ToEquatableArray() };
    }

    private static bool Name(XmlAttribute name, List<DiagnosticInfo> diagnostics)
    {
        if (!AsyncEventsFile.EventName.Matches(name.Value))
            return false;
        if (name.Value.Any(char.IsUpper))
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.UpperCaseEventName, name.ValuePosition, EventName.Stored(name.Value)));
        return true;
    }

    /// <summary>The fields; null if one of them is malformed, which was reported.</summary>
    private static List<FieldDeclaration>? Fields(XmlNode element, List<DiagnosticInfo> diagnostics)
    {
        var fields = new List<FieldDeclaration>();
        var isWhole = true;
        foreach (var field in element.Elements("fields").SelectMany(list => list.Elements("field")))
        {
            var (name, source, converter) = (field.Attribute("name"), field.Attribute("source"), field.Attribute("converter"));
            if (name is null || !FieldName.Matches(name.Value) || source is not null && !Source.Matches(source.Value) || converter is not null && !ServiceElement.ClassName.Matches(converter.Value))
            {
                isWhole = false;
                continue;
            }

            var known = fields.FindIndex(one => one.Name.Value == name.Positioned.Value);
            if (known >= 0)
            {
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.Repeated, name.ValuePosition, $"The field '{name.Positioned.Value}'", "later"));
                fields.RemoveAt(known);
            }

            fields.Add(new FieldDeclaration(name.Positioned, source?.Positioned, converter?.Positioned));
        }

        return isWhole ? fields : null;
    }

    private static List<RuleDeclaration>? Rules(XmlNode element, List<DiagnosticInfo> diagnostics)
    {
        var rules = new List<RuleDeclaration>();
        var isWhole = true;
        foreach (var rule in element.Elements("rules").SelectMany(list => list.Elements("rule")))
        {
            if (Part(rule, "field", diagnostics) is not { } field || Part(rule, "operator", diagnostics) is not { } operation || Part(rule, "value", diagnostics) is not { } value || !RuleField.Matches(field.Value) || operation.Value.Length == 0 || !Value.Matches(value.Value))
            {
                isWhole = false;
                continue;
            }

            var known = rules.FindIndex(one => one.Field.Value == field.Value && one.Operator.Value == operation.Value);
            if (known >= 0)
            {
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.Repeated, field.Position, $"The rule '{field.Value} {operation.Value}'", "later"));
                rules.RemoveAt(known);
            }

            rules.Add(new RuleDeclaration(field, operation, value));
        }

        return isWhole ? rules : null;
    }

    private static Positioned? Part(XmlNode rule, string name, List<DiagnosticInfo> diagnostics)
    {
        var parts = rule.Elements(name).ToList();
        foreach (var repeated in parts.Skip(1))
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.Repeated, repeated.Position, $"<{name}>", "first"));
        return parts.Count == 0 ? null : new Positioned(parts[0].Text, parts[0].TextPosition ?? parts[0].Position);
    }

    private static List<ProcessorDeclaration>? Processors(XmlNode element, List<DiagnosticInfo> diagnostics)
    {
        var processors = new List<ProcessorDeclaration>();
        var isWhole = true;
        foreach (var processor in element.Elements("processors").SelectMany(list => list.Elements("processor")))
        {
            if (processor.Attribute("class") is not { } type || !ServiceElement.ClassName.Matches(type.Value))
            {
                isWhole = false;
                continue;
            }

            // A PHP class may be written with a leading separator or without one.
            var known = processors.FindIndex(one => ClassName.Of(one.Class.Value) == ClassName.Of(type.Value));
            if (known >= 0)
            {
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.Repeated, type.ValuePosition, $"The processor '{type.Positioned.Value}'", "later"));
                processors.RemoveAt(known);
            }

            processors.Add(new ProcessorDeclaration(type.Positioned, int.TryParse(processor.Attribute("priority")?.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var priority) ? priority : null));
        }

        return isWhole ? processors : null;
    }

    private static string? Text(XmlAttribute? attribute) => attribute?.Value.Trim() is { Length: > 0 } text ? text : null;

    private static bool? Bool(XmlAttribute? attribute) => attribute?.Value.Trim() switch
    {
        "true" or "1" => true,
        "false" or "0" => false,
        _ => null,
    };
}
