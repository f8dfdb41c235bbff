namespace Declarative.Generator.Declarations;

/// <summary>One <c>async_event</c> element or <c>[AsyncEvent]</c> attribute, before any symbol is looked up.</summary>
/// <param name="Name">The event's name as written.</param>
/// <param name="IsNameValid">False if the name breaks the pattern; such an event gets a public shape that throws.</param>
/// <param name="Service">The service, if the event has one.</param>
/// <param name="PayloadClass">The payload's type, if the event carries it.</param>
/// <param name="Resources">ACL resource ids, in order, each once.</param>
internal sealed record AsyncEventDeclaration(
    Positioned Name,
    bool IsNameValid,
    ServiceDeclaration? Service,
    Positioned? PayloadClass,
    EquatableArray<Positioned> Resources)
{
    /// <summary>Whether a catalogue states it, so that any other statement replaces it.</summary>
    public bool IsIncluded { get; init; }

    /// <summary>The event's name as it is stored and looked up.</summary>
    public string LowerName => Name.Value.ToLowerInvariant();
}

/// <summary>A <c>service</c> element: the class and the method that resolve the event.</summary>
internal sealed record ServiceDeclaration(Positioned Class, Positioned Method);
