using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Diagnostics;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Attributes;

/// <summary><c>[Subscription]</c>, with the fields, rules and processors beside it, as an element of <c>io_events.xml</c>.</summary>
internal static class SubscriptionElements
{
    private static readonly string[] RuleParts = ["field", "operator", "value"];

    public static AttributeElement Subscription(AttributeArguments arguments, ISymbol target, List<DiagnosticInfo> diagnostics)
    {
        var fields = arguments.Rest(1).Select(name => AttributeElement.Of("field", name.Position, name.As("name"))).Concat(target.Beside("SubscriptionField", diagnostics).Select(Field));
        return AttributeElement.Of(
            "event",
            arguments.Position,
            arguments.At(0, "name"),
            arguments.Named("Parent", "parent"),
            arguments.Named("Destination", "destination"),
            arguments.Named("ProviderId", "providerId"),
            arguments.Named("IsPriority", "priority"),
            arguments.Named("IsHipaaAuditRequired", "hipaaAuditRequired")).With(
            AttributeElement.List("fields", arguments.Position, fields),
            AttributeElement.List("rules", arguments.Position, target.Beside("SubscriptionRule", diagnostics).Select(Rule)),
            AttributeElement.List("processors", arguments.Position, target.Beside("SubscriptionProcessor", diagnostics).Select(Processor)));
    }

    private static AttributeElement Field(AttributeArguments arguments) =>
        AttributeElement.Of("field", arguments.Position, arguments.At(0, "name"), arguments.Named("Source", "source"), arguments.Named("Converter", "converter"));

    private static AttributeElement Rule(AttributeArguments arguments) =>
        new AttributeElement("rule", arguments.Position).With([.. RuleParts.Select((name, index) => new AttributeElement(name, arguments.Position) { Text = arguments.At(index, name).Positioned })]);

    private static AttributeElement Processor(AttributeArguments arguments) =>
        AttributeElement.Of("processor", arguments.Position, arguments.At(0, "class"), arguments.Named("Priority", "priority"));
}
