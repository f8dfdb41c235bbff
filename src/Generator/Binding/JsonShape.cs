using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Merging;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Binding;

/// <summary>What a value is in JSON, as far as a rule can compare it.</summary>
internal enum JsonKind
{
    /// <summary>Nobody can tell: a converter, a dictionary, JSON of any shape.</summary>
    Open,
    Number,
    Boolean,
    Text,

    /// <summary>Text of a form of its own: a date, an id, bytes.</summary>
    Formatted,
    Object,
    List,
}

/// <summary>
/// What a type is in JSON by the runtime's own contract: snake case, <c>[JsonPropertyName]</c>, <c>[JsonIgnore]</c>,
/// <c>[JsonInclude]</c>. Where that can't be known at build time it is open, and nothing is said of it.
/// </summary>
internal sealed class JsonShape
{
    /// <summary>Stands among the members of an object that may hold others too; no JSON name is empty.</summary>
    public const string Anything = "";

    private static readonly string[] FormattedTypes = ["DateTimeOffset", "DateOnly", "TimeOnly", "TimeSpan", "Guid", "Uri", "Version"];
    private static readonly string[] NumericTypes = ["Half", "Int128", "UInt128"];

    private readonly Lazy<IReadOnlyDictionary<string, JsonShape>> _members;

    private JsonShape(JsonKind kind, string display, bool isNullable, Func<IReadOnlyDictionary<string, JsonShape>>? members = null, ITypeSymbol? element = null)
    {
        Kind = kind;
        Display = display;
        IsNullable = isNullable;
        ElementType = element;
        _members = new(members ?? (static () => new Dictionary<string, JsonShape>(StringComparer.Ordinal)));
    }

    public static JsonShape Unknown { get; } = new(JsonKind.Open, "", isNullable: true);

    /// <summary>A list, whatever it holds.</summary>
    public static JsonShape SomeList { get; } = new(JsonKind.List, "", isNullable: true);

    public JsonKind Kind { get; }

    /// <summary>The type as messages name it.</summary>
    public string Display { get; }

    public bool IsNullable { get; }

    /// <summary>The members by JSON name.</summary>
    public IReadOnlyDictionary<string, JsonShape> Members => _members.Value;

    /// <summary>What a list holds.</summary>
    public JsonShape Element => ElementType is null ? Unknown : Of(ElementType);

    private ITypeSymbol? ElementType { get; }

    public static JsonShape Of(ITypeSymbol type)
    {
        var isNullable = type.NullableAnnotation == NullableAnnotation.Annotated || type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T;
        type = QueryTypes.Unwrapped(type).WithNullableAnnotation(NullableAnnotation.None);
        var kind = KindOf(type);
        return kind switch
        {
            JsonKind.Object => new JsonShape(kind, type.ToDisplayString(), isNullable, () => MembersOf(type)),
            JsonKind.List => new JsonShape(kind, type.ToDisplayString(), isNullable, element: QueryTypes.ElementOf(type)),
            _ => new JsonShape(kind, type.ToDisplayString(), isNullable),
        };
    }

    /// <summary>An object of a method's arguments.</summary>
    public static JsonShape Of(string display, IEnumerable<IParameterSymbol> arguments) => new(
        JsonKind.Object,
        display,
        isNullable: false,
        () => arguments.ToDictionary(one => SnakeCase.Of(one.Name), one => Of(one.Type), StringComparer.Ordinal));

    private static JsonKind KindOf(ITypeSymbol type)
    {
        if (type.TypeKind is TypeKind.Error or TypeKind.TypeParameter || CarriedTypes.IsAnyJson(type) || Has(type, "JsonConverterAttribute", "JsonPolymorphicAttribute", "JsonDerivedTypeAttribute"))
            return JsonKind.Open;
        switch (type.SpecialType)
        {
            case SpecialType.System_Boolean:
                return JsonKind.Boolean;
            case >= SpecialType.System_SByte and <= SpecialType.System_Double:
                return JsonKind.Number;
            case SpecialType.System_String or SpecialType.System_Char:
                return JsonKind.Text;
            case SpecialType.System_DateTime:
                return JsonKind.Formatted;
        }

        if (type.TypeKind == TypeKind.Enum)
            return JsonKind.Number;
        if (type.ContainingNamespace?.ToDisplayString() == "System")
        {
            if (FormattedTypes.Contains(type.Name, StringComparer.Ordinal))
                return JsonKind.Formatted;
            if (NumericTypes.Contains(type.Name, StringComparer.Ordinal))
                return JsonKind.Number;
            if (type.Name is "Memory" or "ReadOnlyMemory")
                return JsonKind.Open;
        }

        if (type is IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Byte })
            return JsonKind.Formatted;
        if (QueryTypes.ElementOf(type) is { } element)
            return element is INamedTypeSymbol { Name: "KeyValuePair" } ? JsonKind.Open : JsonKind.List;
        return type.AllInterfaces.Any(contract => contract.SpecialType == SpecialType.System_Collections_IEnumerable || contract.Name == "IAsyncEnumerable") ? JsonKind.Open : JsonKind.Object;
    }

    private static Dictionary<string, JsonShape> MembersOf(ITypeSymbol type)
    {
        var members = new Dictionary<string, JsonShape>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        IEnumerable<ITypeSymbol> types = type.TypeKind == TypeKind.Interface ? new[] { type }.Concat(type.AllInterfaces) : WithBases(type);
        foreach (var member in types.SelectMany(one => one.GetMembers()).Where(member => member is { IsStatic: false } and (IPropertySymbol { IsIndexer: false, GetMethod: not null } or IFieldSymbol { IsImplicitlyDeclared: false })))
        {
            // What a derived type hides or overrides, its base no longer shows.
            if (!seen.Add(member.Name))
                continue;
            var isIncluded = Has(member, "JsonIncludeAttribute");
            var isPublic = member is IPropertySymbol { DeclaredAccessibility: Accessibility.Public, GetMethod.DeclaredAccessibility: Accessibility.Public };
            if (!(isPublic || isIncluded) || IsIgnored(member))
                continue;
            if (Has(member, "JsonExtensionDataAttribute"))
                members[Anything] = Unknown;
            else
                members[NameOf(member)] = Has(member, "JsonConverterAttribute") ? Unknown : Of(member is IPropertySymbol property ? property.Type : ((IFieldSymbol)member).Type);
        }

        return members;
    }

    private static IEnumerable<ITypeSymbol> WithBases(ITypeSymbol type)
    {
        for (var one = type; one is not null && one.SpecialType is not (SpecialType.System_Object or SpecialType.System_ValueType); one = one.BaseType)
            yield return one;
    }

    private static string NameOf(ISymbol member) =>
        Attribute(member, "JsonPropertyNameAttribute")?.Argument<string>(0) ?? SnakeCase.Of(member.Name);

    /// <summary>Whether it never appears; a condition other than Always lets it appear at times.</summary>
    private static bool IsIgnored(ISymbol member) =>
        Attribute(member, "JsonIgnoreAttribute") is { } ignore && ignore.Named("Condition").Value is null or 1;

    private static bool Has(ISymbol symbol, params string[] names) => symbol.GetAttributes().Any(attribute => names.Contains(attribute.AttributeClass?.Name ?? "", StringComparer.Ordinal));

    private static AttributeData? Attribute(ISymbol symbol, string name) => symbol.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass?.Name == name);
}
