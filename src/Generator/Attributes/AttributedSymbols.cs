using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Declarative.Generator.Diagnostics;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Attributes;

/// <summary>What readers of attributes ask of what these stand on.</summary>
internal static class AttributedSymbols
{
    /// <summary>The other attributes of the name on the same thing.</summary>
    public static IEnumerable<AttributeArguments> Beside(this ISymbol target, string name, List<DiagnosticInfo> diagnostics) =>
        target.GetAttributes().Where(one => one.AttributeClass?.ToDisplayString() == $"Declarative.{name}Attribute")
            .Select(one => AttributeArguments.Of(one, diagnostics, CancellationToken.None)).OfType<AttributeArguments>().ToList();

    /// <summary>The interface's method that a class's method implements; null if it implements none.</summary>
    public static IMethodSymbol? Implemented(this IMethodSymbol method) =>
        method.ContainingType.TypeKind == TypeKind.Interface
            ? null
            : method.ContainingType.AllInterfaces
                .SelectMany(contract => contract.GetMembers().OfType<IMethodSymbol>())
                .FirstOrDefault(member => SymbolEqualityComparer.Default.Equals(method.ContainingType.FindImplementationForInterfaceMember(member), method));
}
