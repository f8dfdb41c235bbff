using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Merging;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Binding;

/// <summary>Looks up the class and the method that a declaration names and checks what holds for every service; what is wrong is added to the list.</summary>
internal sealed class ServiceLookup(Compilation compilation, List<DiagnosticInfo> diagnostics)
{
    public static string Display(INamedTypeSymbol type, IMethodSymbol method) => type.ToDisplayString() + "." + method.Name;

    public INamedTypeSymbol? Type(Positioned name)
    {
        if (TypeLookup.Find(compilation, name.Value) is not { } type)
        {
            var nearest = TypeLookup.Nearest(compilation, name.Value);
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.ClassNotFound, name.Position, ClassName.Of(name.Value), nearest is null ? "" : $"; did you mean '{nearest}'?"));
            return null;
        }

        return IsAccessible(type, name.Position) ? type : null;
    }

    /// <summary>The class; null if there is none, or none that the container can make and that implements the interface.</summary>
    public INamedTypeSymbol? Concrete(Positioned name, string contract, string noun)
    {
        if (Type(name) is not { } type)
            return null;
        var why = type.TypeKind != TypeKind.Class || type.IsAbstract ? "is abstract"
            : !type.AllInterfaces.Any(one => one.ToDisplayString() == contract) ? $"doesn't implement {contract}"
            : !type.InstanceConstructors.Any(one => one.DeclaredAccessibility == Accessibility.Public) ? "has no public constructor"
            : null;
        if (why is null)
            return type;
        diagnostics.Add(DiagnosticInfo.Create(Descriptors.WrongClass, name.Position, type.ToDisplayString(), noun, why));
        return null;
    }

    public IMethodSymbol? Method(INamedTypeSymbol type, Positioned method) => MethodLookup.Find(type, method, diagnostics);

    public bool IsAccessible(INamedTypeSymbol type, SourcePosition position)
    {
        if (type.IsUnboundGenericType || (type.IsGenericType && type.TypeArguments.Any(argument => argument.TypeKind == TypeKind.TypeParameter)))
        {
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.NotAccessible, position, type.ToDisplayString(), "an open generic type"));
            return false;
        }

        if (compilation.IsSymbolAccessibleWithin(type, compilation.Assembly))
            return true;
        diagnostics.Add(DiagnosticInfo.Create(Descriptors.NotAccessible, position, type.ToDisplayString(), "not visible to this assembly"));
        return false;
    }

    /// <summary>The parameters that are carried; null if one of them can't be.</summary>
    public IReadOnlyList<IParameterSymbol>? Parameters(INamedTypeSymbol type, IMethodSymbol method, SourcePosition position)
    {
        var carried = MethodLookup.Carried(method);
        var isWhole = true;
        foreach (var parameter in carried)
        {
            var reason = parameter.RefKind != RefKind.None ? "it is passed by reference"
                : CarriedTypes.WhyNotRead(parameter.Type) ?? (CarriedTypes.Accessibility(parameter.Type) is Accessibility.Public or Accessibility.Internal ? null : $"'{parameter.Type.ToDisplayString()}' is not visible to generated code");
            if (reason is null)
                continue;
            isWhole = false;
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.ParameterNotCarried, position, parameter.Name, Display(type, method), reason));
        }

        return isWhole ? carried : null;
    }

    /// <summary>Why what the method gives can't be sent; null if it can, as nothing at all can.</summary>
    public static string? WhyNotSent(IMethodSymbol method, ITypeSymbol? result) =>
        method.ReturnsByRef || method.ReturnsByRefReadonly ? "it returns a reference"
            : result is null || result.SpecialType == SpecialType.System_Void ? null
            : CarriedTypes.WhyNotWritten(result);
}
