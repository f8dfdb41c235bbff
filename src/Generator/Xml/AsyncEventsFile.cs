using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;

namespace Declarative.Generator.Xml;

/// <summary><c>async_events.xml</c>: the events that a module raises.</summary>
internal static class AsyncEventsFile
{
    public static readonly ValuePattern EventName = new(
        "an event name",
        "use letters, digits, '.', '_' and '-' only, e.g. sales.order.created",
        "[a-zA-Z0-9._-]*[a-zA-Z0-9][a-zA-Z0-9._-]*");

    public static readonly ElementRule Root = new("config")
    {
        Children =
        [
            new ElementRule("async_event")
            {
                Attributes = [new AttributeRule("name", Pattern: EventName)],
                OneOf = ["service", "payload"],
                OneOfNoun = "a <service class=\"…\" method=\"…\"/> that makes the payload, or a <payload class=\"…\"/> that publishers send",
                Children =
                [
                    ServiceElement.Rule,
                    new ElementRule("payload") { Attributes = [new AttributeRule("class", Pattern: ServiceElement.ClassName)] },
                    new ElementRule("resources")
                    {
                        Children = [new ElementRule("resource") { Text = new ValuePattern("a resource id", "write Vendor_Module::name, e.g. Shop_Sales::orders", ".+") }],
                    },
                ],
            },
            Catalogue.Include,
        ],
    };

    public static FileContent Read(XmlNode root, List<DiagnosticInfo> diagnostics)
    {
        var events = new List<AsyncEventDeclaration>();
        foreach (var element in root.Elements("async_event"))
        {
            if (element.Attribute("name") is not { } name)
                continue;
            var isNameValid = EventName.Matches(name.Value);
            var declaration = new AsyncEventDeclaration(name.Positioned, isNameValid, ServiceElement.Read(element, diagnostics), Payload(element, diagnostics), Resources(element, diagnostics));
            if (isNameValid && declaration.LowerName != name.Positioned.Value)
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.UpperCaseEventName, name.ValuePosition, declaration.LowerName));
            events.Add(declaration);
        }

        foreach (var catalogue in root.Elements(Catalogue.Include.Name).Select(include => include.Attribute("catalog")).OfType<XmlAttribute>())
            events.AddRange(Included(catalogue.Positioned, diagnostics));
        return new FileContent { AsyncEvents = events.ToEquatableArray() };
    }

    /// <summary>The catalogue's events, each carrying whatever JSON its publisher, or an ingestion route, is given.</summary>
    private static IEnumerable<AsyncEventDeclaration> Included(Positioned catalogue, List<DiagnosticInfo> diagnostics) =>
        from consumed in Catalogue.Find(catalogue, diagnostics)?.Elements("event") ?? []
        select new AsyncEventDeclaration(catalogue with { Value = consumed.Attribute("name")!.Value }, IsNameValid: true, null, catalogue with { Value = "System.Text.Json.JsonElement" }, EquatableArray<Positioned>.Empty) { IsIncluded = true };

    private static Positioned? Payload(XmlNode element, List<DiagnosticInfo> diagnostics)
    {
        var payloads = element.Elements("payload").ToList();
        if (payloads.Count == 0)
            return null;
        var hasService = element.Elements("service").Any();
        foreach (var repeated in payloads.Skip(hasService ? 0 : 1))
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.Repeated, repeated.Position, "The payload (a <service> makes it, or a <payload> names it)", "first"));
        return !hasService && payloads[0].Attribute("class") is { } type && ServiceElement.ClassName.Matches(type.Value) ? type.Positioned : null;
    }

    private static EquatableArray<Positioned> Resources(XmlNode element, List<DiagnosticInfo> diagnostics)
    {
        var resources = new List<Positioned>();
        foreach (var resource in element.Elements("resources").SelectMany(list => list.Elements("resource")))
        {
            if (resource.Text.Length == 0)
                continue;
            var position = resource.TextPosition ?? resource.Position;
            if (resources.Exists(known => known.Value == resource.Text))
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.Repeated, position, $"The resource '{resource.Text}'", "first"));
            else
                resources.Add(new Positioned(resource.Text, position));
        }

        return resources.ToEquatableArray();
    }
}
