using System.Linq;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Binding;

/// <summary>Which types System.Text.Json can carry, as far as a compiler can tell.</summary>
internal static class CarriedTypes
{
    /// <summary>Why values of the type can't be read from JSON; null if nothing speaks against it.</summary>
    public static string? WhyNotRead(ITypeSymbol type) =>
        WhyNotWritten(type) ?? (NeedsConcreteType(type) ? $"'{type.ToDisplayString()}' is abstract; take a concrete type, or give it a JsonConverter or JsonDerivedType" : null);

    /// <summary>Why values of the type can't be written as JSON; null if nothing speaks against it.</summary>
    public static string? WhyNotWritten(ITypeSymbol type)
    {
        // Most types by far are plain; their names are only written out for a message.
        if (type.SpecialType is not (SpecialType.None or SpecialType.System_IntPtr or SpecialType.System_UIntPtr or SpecialType.System_Delegate or SpecialType.System_MulticastDelegate))
            return null;
        return type switch
        {
            { TypeKind: TypeKind.Error } => $"the type '{type.ToDisplayString()}' is not known",
            { TypeKind: TypeKind.Pointer or TypeKind.FunctionPointer } => $"'{type.ToDisplayString()}' is a pointer",
            { IsRefLikeType: true } => $"'{type.ToDisplayString()}' lives on the stack only",
            { TypeKind: TypeKind.Delegate } => $"'{type.ToDisplayString()}' is a delegate",
            { TypeKind: TypeKind.TypeParameter } => $"'{type.ToDisplayString()}' is a type parameter",
            _ when IsOneOf(type, "System.Type", "System.Reflection.Assembly", "System.Reflection.MemberInfo", "System.IntPtr", "System.UIntPtr", "System.Threading.CancellationToken") => $"System.Text.Json doesn't carry '{type.ToDisplayString()}'",
            _ when Derives(type, "System.IO.Stream") => $"'{type.ToDisplayString()}' is a stream; take bytes or text",
            _ when type is INamedTypeSymbol { Name: "IAsyncEnumerable" } => $"'{type.ToDisplayString()}' arrives piece by piece; give a list",
            IArrayTypeSymbol { Rank: > 1 } => $"'{type.ToDisplayString()}' has several dimensions",
            IArrayTypeSymbol array => WhyNotWritten(array.ElementType),
            _ => null,
        };
    }

    /// <summary>The lowest accessibility among the type and all it is made of.</summary>
    public static Accessibility Accessibility(ITypeSymbol type)
    {
        var lowest = Microsoft.CodeAnalysis.Accessibility.Public;
        if (type is IArrayTypeSymbol array)
            return Accessibility(array.ElementType);
        for (var one = type; one is not null; one = one.ContainingType)
        {
            if (one is INamedTypeSymbol)
                lowest = Lower(lowest, one.DeclaredAccessibility);
        }

        if (type is INamedTypeSymbol { IsGenericType: true } generic)
            lowest = generic.TypeArguments.Aggregate(lowest, (sum, argument) => Lower(sum, Accessibility(argument)));
        return lowest;
    }

    private static Accessibility Lower(Accessibility a, Accessibility b)
    {
        static int Rank(Accessibility one) => one switch
        {
            Microsoft.CodeAnalysis.Accessibility.Public or Microsoft.CodeAnalysis.Accessibility.NotApplicable => 2,
            Microsoft.CodeAnalysis.Accessibility.Internal or Microsoft.CodeAnalysis.Accessibility.ProtectedOrInternal => 1,
            _ => 0,
        };
        return Rank(a) <= Rank(b) ? a : b;
    }

    private static bool NeedsConcreteType(ITypeSymbol type)
    {
        if (type.SpecialType is SpecialType.System_Object || !(type.TypeKind == TypeKind.Interface || type.IsAbstract))
            return false;
        if (type.ContainingNamespace?.ToDisplayString() is "System.Collections" or "System.Collections.Generic" or "System.Collections.Immutable" or "System.Text.Json.Nodes")
            return false;
        return !type.GetAttributes().Any(attribute => attribute.AttributeClass?.Name is "JsonConverterAttribute" or "JsonPolymorphicAttribute" or "JsonDerivedTypeAttribute");
    }

    private static bool IsOneOf(ITypeSymbol type, params string[] names) => type.ContainingNamespace?.Name is "System" or "Reflection" or "Threading" && names.Any(name => Derives(type, name));

    /// <summary>Whether the type stands for JSON of any shape.</summary>
    public static bool IsAnyJson(ITypeSymbol type) =>
        type.SpecialType == SpecialType.System_Object
        || type.TypeKind == TypeKind.Dynamic
        || Derives(type, "System.Text.Json.JsonElement")
        || Derives(type, "System.Text.Json.JsonDocument")
        || Derives(type, "System.Text.Json.Nodes.JsonNode");

    /// <summary>Whether the type is the one of the full name, or derives from it.</summary>
    public static bool Derives(ITypeSymbol type, string name)
    {
        for (var one = type; one is not null; one = one.BaseType)
        {
            if (one.SpecialType is SpecialType.System_Object or SpecialType.System_ValueType)
                return false;
            if (one.Name == name.Substring(name.LastIndexOf('.') + 1) && one.ContainingNamespace?.ToDisplayString() + "." + one.Name == name)
                return true;
        }

        return false;
    }
}
