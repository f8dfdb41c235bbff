using System.Linq;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Binding;

/// <summary>Which types a request without a body can carry, in its path and its query.</summary>
internal static class QueryTypes
{
    private const string SearchCriteria = "Declarative.Rest.SearchCriteria";

    /// <summary>Whether values of the type come naturally: plain ones, lists of plain ones, search criteria.</summary>
    public static bool IsNatural(ITypeSymbol type) =>
        IsPlain(type) || (ElementOf(type) is { } element && IsPlain(element)) || CarriedTypes.Derives(type, SearchCriteria);

    /// <summary>Whether values of the type are JSON of any shape, or bytes, which only a body holds.</summary>
    public static bool NeedsBody(ITypeSymbol type)
    {
        if (type is IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Byte })
            return true;
        return CarriedTypes.IsAnyJson(Unwrapped(type)) || (ElementOf(type) is { } element && CarriedTypes.IsAnyJson(Unwrapped(element)));
    }

    /// <summary>Whether one text makes a value of the type.</summary>
    public static bool IsPlain(ITypeSymbol type)
    {
        type = Unwrapped(type);
        return type.TypeKind == TypeKind.Enum
            || type.SpecialType is (>= SpecialType.System_Boolean and <= SpecialType.System_String) or SpecialType.System_DateTime
            || type.ToDisplayString() is "System.Uri" or "System.Version"
            || type.AllInterfaces.Any(contract => contract is { Name: "IParsable", ContainingNamespace.Name: "System" } && SymbolEqualityComparer.Default.Equals(contract.TypeArguments[0], type))
            || type.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "JsonConverterAttribute");
    }

    /// <summary>What a list is a list of; null if the type is none.</summary>
    public static ITypeSymbol? ElementOf(ITypeSymbol type)
    {
        if (type is IArrayTypeSymbol array)
            return array.ElementType;
        if (type.SpecialType == SpecialType.System_String || type is not INamedTypeSymbol named)
            return null;
        return new[] { named }.Concat(named.AllInterfaces)
            .FirstOrDefault(contract => contract.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T)?.TypeArguments[0];
    }

    public static ITypeSymbol Unwrapped(ITypeSymbol type) =>
        type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0] : type;
}
