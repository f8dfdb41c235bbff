namespace Declarative.Generator.Declarations;

/// <summary>What a field may be; the names of the runtime's enum.</summary>
internal enum FieldKind
{
    String,
    Int,
    Long,
    Decimal,
    Double,
    Bool,
    Date,
    DateTime,
    Uuid,
    Enum,
    Object,
    List,
}

/// <summary>A <c>payload</c> element: a payload that is declared by its fields.</summary>
/// <param name="IsList">Whether the event carries a list of such objects.</param>
/// <param name="RefusesOthers">Whether fields that aren't declared are refused.</param>
/// <param name="Fields">The fields; no two have one name, or would get one C# name.</param>
internal sealed record PayloadDeclaration(bool IsList, bool RefusesOthers, EquatableArray<PayloadFieldDeclaration> Fields);

/// <summary>A <c>field</c> of a payload. No position: what is wrong with it was reported, and left out.</summary>
/// <param name="Name">Its JSON name.</param>
/// <param name="Kind">What it is.</param>
internal sealed record PayloadFieldDeclaration(string Name, FieldKind Kind)
{
    /// <summary>The C# property's name, without <c>@</c>.</summary>
    public string Property { get; init; } = "";

    /// <summary>The C# type that is nested for it: an object's, a list's element's, or an enum's; empty if it needs none.</summary>
    public string NestedType { get; init; } = "";

    public bool IsRequired { get; init; }

    public bool IsNullable { get; init; }

    public int? MinLength { get; init; }

    public int? MaxLength { get; init; }

    public string? Pattern { get; init; }

    public decimal? Minimum { get; init; }

    public decimal? Maximum { get; init; }

    /// <summary>An enum's texts, each with its C# name.</summary>
    public EquatableArray<PayloadValueDeclaration> Values { get; init; } = EquatableArray<PayloadValueDeclaration>.Empty;

    /// <summary>What a list of scalars holds; null for anything else.</summary>
    public FieldKind? Of { get; init; }

    /// <summary>The fields of an object, or of a list's elements.</summary>
    public EquatableArray<PayloadFieldDeclaration> Fields { get; init; } = EquatableArray<PayloadFieldDeclaration>.Empty;

    /// <summary>Whether fields that aren't declared are refused in it.</summary>
    public bool RefusesOthers { get; init; }
}

/// <summary>A text of an enum.</summary>
/// <param name="Text">The text.</param>
/// <param name="Member">Its C# name, without <c>@</c>.</param>
internal sealed record PayloadValueDeclaration(string Text, string Member);
