namespace Declarative.Matching;

internal enum StepKind
{
    /// <summary>The text alone.</summary>
    Text,

    /// <summary>A value of the payload, null if it is missing.</summary>
    Value,

    /// <summary>What a context gave.</summary>
    Context,

    /// <summary>The other steps for each element of a list.</summary>
    List,
}

/// <summary>
/// One step of writing a projection: <see cref="Text"/> as it is, then a value. <c>{"sku":</c> value, <c>,"qty":</c>
/// value, <c>}</c> are three.
/// </summary>
internal sealed record ProjectionStep(byte[] Text, StepKind Kind)
{
    /// <summary>How many lists are around the value where it comes from.</summary>
    public int Depth { get; init; }

    /// <summary>Where the value, or the list, is in its row.</summary>
    public int Slot { get; init; }

    /// <summary>The number of the context expression.</summary>
    public int Context { get; init; }

    public ProjectionStep[] Each { get; init; } = [];

    /// <summary>A missing list is <c>null</c> if it was asked for as a whole, else <c>[]</c>.</summary>
    public bool IsNullIfMissing { get; init; }

    /// <summary>What the value goes through.</summary>
    public FieldBinding? Converted { get; init; }
}
