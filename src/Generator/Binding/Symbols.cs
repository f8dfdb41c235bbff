using System;
using System.Globalization;
using System.Linq;
using Declarative.Generator.Emitting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Declarative.Generator.Binding;

/// <summary>Symbols as the text that generated code needs.</summary>
internal static class Symbols
{
    private static readonly SymbolDisplayFormat WithNullability =
        SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    /// <summary>A full name without <c>global::</c> and without <c>@</c>.</summary>
    public static readonly SymbolDisplayFormat Plain = SymbolDisplayFormat.FullyQualifiedFormat
        .WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted)
        .RemoveMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    public static string TypeName(ITypeSymbol type) => type.ToDisplayString(WithNullability);

    public static string TypeOf(ITypeSymbol type) =>
        type.TypeKind == TypeKind.Dynamic ? "object" : type.WithNullableAnnotation(NullableAnnotation.None).ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);

    /// <summary>The constructor argument at the index, if there is one of the type.</summary>
    public static T? Argument<T>(this AttributeData attribute, int index)
        where T : class => index < attribute.ConstructorArguments.Length ? attribute.ConstructorArguments[index].Value as T : null;

    /// <summary>The value of the named argument; without a value if it is not given.</summary>
    public static TypedConstant Named(this AttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(argument => argument.Key == name).Value;

    /// <summary>The text, or null where it is empty: an attribute's way of saying nothing.</summary>
    public static string? Text(this TypedConstant constant) => constant.Value is string { Length: > 0 } text ? text : null;

    public static EquatableArray<string> Texts(this TypedConstant constant) =>
        constant is { Kind: TypedConstantKind.Array, IsNull: false }
            ? constant.Values.Select(value => value.Value as string ?? "").ToEquatableArray()
            : EquatableArray<string>.Empty;

    public static ParameterModel Parameter(IParameterSymbol parameter)
    {
        var mayBeNull = parameter.NullableAnnotation == NullableAnnotation.Annotated || parameter.Type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T;
        var typeName = TypeName(parameter.Type);
        var typeOf = typeName.IndexOf('?') < 0 && parameter.Type.TypeKind != TypeKind.Dynamic ? typeName : TypeOf(parameter.Type);
        return new ParameterModel(parameter.Name, typeName, typeOf, Default(parameter), !parameter.HasExplicitDefaultValue && !mayBeNull);
    }

    /// <summary>What awaiting the type gives, and whether it is awaited at all; null for a task without a result.</summary>
    public static (ITypeSymbol? Result, bool IsAwaited) Awaited(ITypeSymbol type)
    {
        if (type is INamedTypeSymbol { Name: "Task" or "ValueTask" } task && task.ContainingNamespace.ToDisplayString() == "System.Threading.Tasks")
            return (task.TypeArguments.Length == 1 ? task.TypeArguments[0] : null, true);
        return (type, false);
    }

    private static string? Default(IParameterSymbol parameter)
    {
        if (!parameter.HasExplicitDefaultValue)
            return null;
        var value = parameter.ExplicitDefaultValue;
        if (value is null)
            return parameter.Type.IsReferenceType || parameter.Type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T ? "null" : "default";
        var type = parameter.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0] : parameter.Type;
        var literal = value switch
        {
            string text => SymbolDisplay.FormatLiteral(text, quote: true),
            char character => SymbolDisplay.FormatLiteral(character, quote: true),
            bool flag => flag ? "true" : "false",
            float number => float.IsNaN(number) || float.IsInfinity(number) ? Special(number, "float") : number.ToString("R", CultureInfo.InvariantCulture) + "F",
            double number => double.IsNaN(number) || double.IsInfinity(number) ? Special(number, "double") : number.ToString("R", CultureInfo.InvariantCulture) + "D",
            decimal number => number.ToString(CultureInfo.InvariantCulture) + "M",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => "default",
        };
        return type.TypeKind == TypeKind.Enum ? $"({TypeOf(type)})({literal})" : literal;
    }

    private static string Special(double number, string keyword) =>
        double.IsNaN(number) ? keyword + ".NaN" : number > 0 ? keyword + ".PositiveInfinity" : keyword + ".NegativeInfinity";
}
