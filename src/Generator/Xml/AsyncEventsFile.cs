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

    private static readonly ValuePattern ClassName = new(
        "a class name",
        @"write a full C# type name, e.g. Shop.Sales.IOrderRepository ('\' may stand for '.')",
        @"\\?[\p{L}_][\p{L}\p{Nd}_]*(?:[.\\+][\p{L}_][\p{L}\p{Nd}_]*)*(?:<.+>)?");

    private static readonly ValuePattern MethodName = new(
        "a method name",
        "write a name, e.g. Get, or a name with parameter types, e.g. Get(int)",
        @"[\p{L}_][\p{L}\p{Nd}_]*\s*(?:\(.*\))?");

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
                    new ElementRule("service")
                    {
                        Attributes = [new AttributeRule("class", Pattern: ClassName), new AttributeRule("method", Pattern: MethodName)],
                    },
                    new ElementRule("payload") { Attributes = [new AttributeRule("class", Pattern: ClassName)] },
                    new ElementRule("resources")
                    {
                        Children = [new ElementRule("resource") { Text = new ValuePattern("a resource id", "write Vendor_Module::name, e.g. Shop_Sales::orders", ".+") }],
                    },
                ],
            },
        ],
    };

    public static EquatableArray<AsyncEventDeclaration> Read(XmlNode root, List<DiagnosticInfo> diagnostics)
    {
        var events = new List<AsyncEventDeclaration>();
        foreach (var element in root.Elements("async_event"))
        {
            if (element.Attribute("name") is not { } name)
                continue;
            var isNameValid = EventName.Matches(name.Value);
            var declaration = new AsyncEventDeclaration(name.Positioned, isNameValid, Service(element, diagnostics), Payload(element, diagnostics), Resources(element, diagnostics));
            if (isNameValid && declaration.LowerName != name.Positioned.Value)
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.UpperCaseEventName, name.ValuePosition, declaration.LowerName));
            events.Add(declaration);
        }

        return events.ToEquatableArray();
    }

    private static ServiceDeclaration? Service(XmlNode element, List<DiagnosticInfo> diagnostics)
    {
        var services = element.Elements("service").ToList();
        foreach (var repeated in services.Skip(1))
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.Repeated, repeated.Position, "<service>", "first"));
        if (services.FirstOrDefault() is not { } service || service.Attribute("class") is not { } type || service.Attribute("method") is not { } method)
            return null;

        // What is malformed was reported as that; looking it up would only say so again.
        return ClassName.Matches(type.Value) && MethodName.Matches(method.Value) ? new ServiceDeclaration(type.Positioned, method.Positioned) : null;
    }

    private static Positioned? Payload(XmlNode element, List<DiagnosticInfo> diagnostics)
    {
        var payloads = element.Elements("payload").ToList();
        if (payloads.Count == 0)
            return null;
        var hasService = element.Elements("service").Any();
        foreach (var repeated in payloads.Skip(hasService ? 0 : 1))
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.Repeated, repeated.Position, "The payload (a <service> makes it, or a <payload> names it)", "first"));
        return !hasService && payloads[0].Attribute("class") is { } type && ClassName.Matches(type.Value) ? type.Positioned : null;
    }

    private static EquatableArray<string> Resources(XmlNode element, List<DiagnosticInfo> diagnostics)
    {
        var resources = new List<string>();
        foreach (var resource in element.Elements("resources").SelectMany(list => list.Elements("resource")))
        {
            if (resource.Text.Length == 0)
                continue;
            if (resources.Contains(resource.Text))
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.Repeated, resource.TextPosition ?? resource.Position, $"The resource '{resource.Text}'", "first"));
            else
                resources.Add(resource.Text);
        }

        return resources.ToEquatableArray();
    }
}
