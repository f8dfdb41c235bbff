using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Binding;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Attributes;

/// <summary><c>[RestRoute]</c>, with the <c>[RouteParameter]</c>s beside it, as an element of <c>webapi.xml</c>.</summary>
internal static class RouteElements
{
    public static AttributeElement? Route(AttributeArguments arguments, ISymbol target, List<DiagnosticInfo> diagnostics)
    {
        var (method, place) = ((IMethodSymbol)target, arguments.Position);
        if (method.Implemented() is { } contract)
        {
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.AttributeOnImplementation, place, ServiceLookup.Display(method.ContainingType, method), contract.ToDisplayString(), "RestRoute"));
            return null;
        }

        var type = new Positioned(method.ContainingType.ToDisplayString(Symbols.Plain), place);
        var limit = arguments.Named("InputArraySizeLimit", "input-array-size-limit");
        var parameters = target.Beside("RouteParameter", diagnostics).Select(Parameter).ToArray();
        return AttributeElement.Of("route", place, arguments.At(1, "url"), arguments.At(0, "method"), arguments.Named("IsSecure", "secure")).With(
            AttributeElement.Of("service", place, type.As("class"), new Positioned(MethodLookup.NameOf(method), place).As("method")),
            AttributeElement.List("resources", place, arguments.Rest(2).Select(id => AttributeElement.Of("resource", id.Position, id.As("ref")))),
            limit is null && parameters.Length == 0 ? null : AttributeElement.Of("data", place, limit).With(parameters));
    }

    private static AttributeElement Parameter(AttributeArguments arguments) =>
        AttributeElement.Of("parameter", arguments.Position, arguments.At(0, "name"), arguments.Named("IsForced", "force")) with { Text = arguments.At(1, "value").Positioned };
}
