using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Xml;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Attributes;

/// <summary><c>[Subscription]</c>, with the fields, rules and processors beside it, as an element of <c>io_events.xml</c>.</summary>
internal static class SubscriptionElements
{
    private static readonly string[] RuleParts = ["field", "operator", "value"];

    public static AttributeElement Subscription(AttributeArguments arguments, ISymbol target, List<DiagnosticInfo> diagnostics)
    {
        var fields = arguments.Rest(1).Select(name => new AttributeElement("field", name.Position) { Attributes = new([new XmlAttribute("name", name.Value, name.Position, name.Position)]) })
            .Concat(target.Beside("SubscriptionField", diagnostics).Select(Field));
        return new AttributeElement("event", arguments.Position)
        {
            Attributes = new XmlAttribute?[]
            {
                arguments.At(0, "name"),
                arguments.Named("Parent", "parent"),
                arguments.Named("Destination", "destination"),
                arguments.Named("ProviderId", "providerId"),
                arguments.Named("IsPriority", "priority"),
                arguments.Named("IsHipaaAuditRequired", "hipaaAuditRequired"),
            }.OfType<XmlAttribute>().ToEquatableArray(),
            Children = new[]
            {
                List("fields", fields, arguments),
                List("rules", target.Beside("SubscriptionRule", diagnostics).Select(Rule), arguments),
                List("processors", target.Beside("SubscriptionProcessor", diagnostics).Select(Processor), arguments),
            }.OfType<AttributeElement>().ToEquatableArray(),
        };
    }

    private static AttributeElement? List(string name, IEnumerable<AttributeElement> elements, AttributeArguments arguments) =>
        elements.ToEquatableArray() is { Count: > 0 } children ? new AttributeElement(name, arguments.Position) { Children = children } : null;

    private static AttributeElement Field(AttributeArguments arguments) => new("field", arguments.Position)
    {
        Attributes = new XmlAttribute?[] { arguments.At(0, "name"), arguments.Named("Source", "source"), arguments.Named("Converter", "converter") }.OfType<XmlAttribute>().ToEquatableArray(),
    };

    private static AttributeElement Rule(AttributeArguments arguments) => new("rule", arguments.Position)
    {
        Children = RuleParts.Select((name, index) => new AttributeElement(name, arguments.Position) { Text = arguments.At(index, name).Positioned }).ToEquatableArray(),
    };

    private static AttributeElement Processor(AttributeArguments arguments) => new("processor", arguments.Position)
    {
        Attributes = new XmlAttribute?[] { arguments.At(0, "class"), arguments.Named("Priority", "priority") }.OfType<XmlAttribute>().ToEquatableArray(),
    };
}
