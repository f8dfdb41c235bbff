using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;

namespace Declarative.Generator.Xml;

/// <summary>The <c>service</c> element, the same wherever a class and a method are named.</summary>
internal static class ServiceElement
{
    public static readonly ValuePattern ClassName = new(
        "a class name",
        @"write a full C# type name, e.g. Shop.Sales.IOrderRepository ('\' may stand for '.')",
        @"\\?[\p{L}_][\p{L}\p{Nd}_]*(?:[.\\+][\p{L}_][\p{L}\p{Nd}_]*)*(?:<.+>)?");

    private static readonly ValuePattern MethodName = new(
        "a method name",
        "write a name, e.g. Get, or a name with parameter types, e.g. Get(int)",
        @"[\p{L}_][\p{L}\p{Nd}_]*\s*(?:\(.*\))?");

    public static readonly ElementRule Rule = new("service")
    {
        Attributes = [new AttributeRule("class", Pattern: ClassName), new AttributeRule("method", Pattern: MethodName)],
    };

    /// <summary>The first service in the element; null if there is none or it is malformed, which was reported.</summary>
    public static ServiceDeclaration? Read(XmlNode element, List<DiagnosticInfo> diagnostics)
    {
        var services = element.Elements("service").ToList();
        foreach (var repeated in services.Skip(1))
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.Repeated, repeated.Position, "<service>", "first"));
        if (services.FirstOrDefault() is not { } service || service.Attribute("class") is not { } type || service.Attribute("method") is not { } method)
            return null;

        // What is malformed was reported as that; looking it up would only say so again.
        return ClassName.Matches(type.Value) && MethodName.Matches(method.Value) ? new ServiceDeclaration(type.Positioned, method.Positioned) : null;
    }
}
