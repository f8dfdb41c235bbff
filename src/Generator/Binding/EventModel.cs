namespace Declarative.Generator.Binding;

/// <summary>
/// One event, bound: everything the emitters need as text, and no position, so that moving a declaration in its file
/// emits nothing anew.
/// </summary>
internal sealed record EventModel
{
    /// <summary>The event's name, in lower case unless it is malformed.</summary>
    public required string Name { get; init; }

    /// <summary>The project-relative file, or the C# type or method with the attribute.</summary>
    public required string DeclaredIn { get; init; }

    /// <summary>The event's name as a C# identifier, e.g. <c>SalesOrderCreated</c>; empty if nothing of it can be one.</summary>
    public required string Identifier { get; init; }

    /// <summary>The service call, or null.</summary>
    public ServiceModel? Service { get; init; }

    /// <summary>The payload's type with <c>global::</c>; null while the event is broken.</summary>
    public string? PayloadType { get; init; }

    /// <summary>The payload's type as a documentation reference id, by which it is found again; null while it is not known.</summary>
    public string? PayloadId { get; init; }

    /// <summary>What a publisher takes: the service's parameters, or the payload.</summary>
    public EquatableArray<ParameterModel> Parameters { get; init; } = EquatableArray<ParameterModel>.Empty;

    public EquatableArray<string> Resources { get; init; } = EquatableArray<string>.Empty;

    /// <summary>False if a parameter's type is internal.</summary>
    public bool IsPublic { get; init; } = true;

    /// <summary>Whether a catalogue states it, so that any other statement of this assembly replaces it.</summary>
    public bool IsIncluded { get; init; }

    /// <summary>True if something is wrong: the publisher's shape is emitted with a body that throws, and nothing else.</summary>
    public bool IsBroken { get; init; }

    /// <summary>The module that declared the event first, if this is an override; such a one has no publisher of its own.</summary>
    public string? Overrides { get; init; }
}
