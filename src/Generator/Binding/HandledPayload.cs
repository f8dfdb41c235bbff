using System;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Binding;

/// <summary>What an event carries, and whether a handler's payload is that. A generated record is told by its name: mostly it isn't there yet.</summary>
internal sealed class HandledPayload
{
    private readonly ITypeSymbol? _type;
    private readonly string _record;
    private readonly bool _isList;

    private HandledPayload(ITypeSymbol? type, string record, bool isList)
    {
        (_type, _record, _isList) = (type, record, isList);
        Display = type?.ToDisplayString() ?? (isList ? $"IReadOnlyList<{record}>" : record);
        TypeName = type is not null ? Symbols.TypeOf(type) : isList ? $"global::System.Collections.Generic.IReadOnlyList<{Escaped}>" : Escaped;
        Shape = type is not null ? null : Escaped + (isList ? ".Shape.List()" : ".Shape");
    }

    /// <summary>The payload as a message names it.</summary>
    public string Display { get; }

    /// <summary>The payload with <c>global::</c>.</summary>
    public string TypeName { get; }

    /// <summary>What reads it, as C#; null for a class that exists.</summary>
    public string? Shape { get; }

    private string Escaped => "global::" + Emitting.Identifiers.Qualified(_record);

    public static HandledPayload Of(ITypeSymbol type) => new(type, "", isList: false);

    public static HandledPayload Of(PayloadModel record) => new(null, record.FullName, record.Declaration.IsList);

    /// <summary>Whether a handler that takes this type can be given the payload.</summary>
    public bool IsTaken(ITypeSymbol handled, INamedTypeSymbol contract, Compilation compilation)
    {
        if (_type is not null)
            return compilation.ClassifyCommonConversion(contract.Construct(handled), contract.Construct(_type)) is { Exists: true, IsImplicit: true };
        if (handled.SpecialType == SpecialType.System_Object)
            return true;
        if (!_isList)
            return IsRecord(handled, compilation);
        return handled is INamedTypeSymbol { TypeArguments.Length: 1 } list && IsRecord(list.TypeArguments[0], compilation)
            && list.OriginalDefinition.SpecialType is SpecialType.System_Collections_Generic_IReadOnlyList_T or SpecialType.System_Collections_Generic_IReadOnlyCollection_T or SpecialType.System_Collections_Generic_IEnumerable_T;
    }

    /// <summary>Whether the type is the record, which the compilation has early, or an unknown one of its name, with as much of its namespace as it states.</summary>
    private bool IsRecord(ITypeSymbol type, Compilation compilation)
    {
        if (type.TypeKind != TypeKind.Error)
            return SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly) && type.ToDisplayString(Symbols.Plain) == _record;
        var name = type.WithNullableAnnotation(NullableAnnotation.None).ToDisplayString();
        return _record == name || _record.EndsWith("." + name, StringComparison.Ordinal);
    }
}
