namespace Declarative.Consumers;

/// <summary>What a declared field of a payload is.</summary>
public enum FieldKind
{
    /// <summary>Text.</summary>
    String,

    /// <summary>A whole number of 32 bits.</summary>
    Int,

    /// <summary>A whole number of 64 bits.</summary>
    Long,

    /// <summary>A decimal number.</summary>
    Decimal,

    /// <summary>A floating-point number.</summary>
    Double,

    /// <summary>True or false.</summary>
    Bool,

    /// <summary>A day, <c>2026-01-31</c>.</summary>
    Date,

    /// <summary>A moment: RFC 3339, or <c>2026-01-31 10:00:00</c> in UTC as Adobe Commerce writes it.</summary>
    DateTime,

    /// <summary>A UUID.</summary>
    Uuid,

    /// <summary>One of the stated texts.</summary>
    Enum,

    /// <summary>An object with declared fields.</summary>
    Object,

    /// <summary>A list.</summary>
    List,
}

/// <summary>A declared field of a payload, and what holds of it. Written by the generator.</summary>
/// <param name="Name">Its name in the JSON; empty for the element of a list.</param>
/// <param name="Kind">What it is.</param>
public sealed record PayloadField(string Name, FieldKind Kind)
{
    /// <summary>Whether it must be there.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether it may be <c>null</c>.</summary>
    public bool IsNullable { get; init; }

    /// <summary>The fewest characters of a text, or elements of a list.</summary>
    public int? MinLength { get; init; }

    /// <summary>The most characters of a text, or elements of a list.</summary>
    public int? MaxLength { get; init; }

    /// <summary>A regular expression that a part of the text must match, as JSON Schema has it.</summary>
    public string? Pattern { get; init; }

    /// <summary>The least value of a number.</summary>
    public decimal? Minimum { get; init; }

    /// <summary>The greatest value of a number.</summary>
    public decimal? Maximum { get; init; }

    /// <summary>The texts of an enum, in the order of the generated C# enum.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>What a list holds.</summary>
    public PayloadField? Element { get; init; }

    /// <summary>What an object holds.</summary>
    public PayloadShape? Shape { get; init; }
}
