using Declarative.Modules;

namespace Declarative.Events;

/// <summary>
/// One declared async event: how its messages are bound, how its payload comes about, and what a subscriber needs.
/// Written by the generator, one per declaration.
/// </summary>
/// <param name="name">The event's name in lower case.</param>
/// <param name="declaredIn">The project-relative file, or the C# type or method that carries the attribute.</param>
public sealed class AsyncEventDescriptor(string name, string declaredIn)
{
    /// <summary>The event's name in lower case.</summary>
    public string Name { get; } = name;

    /// <summary>Where the event is declared, for messages and pages.</summary>
    public string DeclaredIn { get; } = declaredIn;

    /// <summary>The service whose method resolves the event, or whose calls a plugin event tells of; null if publishers send the payload.</summary>
    public Type? Service { get; init; }

    /// <summary>The service method's name; null if publishers send the payload.</summary>
    public string? Method { get; init; }

    /// <summary>The arguments of the service method, in its order; of a plugin event those that make its payload. Empty otherwise.</summary>
    public IReadOnlyList<ServiceParameter> Parameters { get; init; } = [];

    /// <summary>The C# type of the payload: the service method's result, or the declared payload type.</summary>
    public required Type Payload { get; init; }

    /// <summary>Ids of the ACL resources that a subscriber needs, all of them.</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>
    /// Calls the service method with the bound arguments and gives the payload's JSON as UTF-8 bytes, or null when there
    /// is nothing to deliver. Null if the event carries its payload.
    /// </summary>
    public Func<EventCall, ValueTask<byte[]?>>? Resolve { get; init; }

    /// <summary>True for a plugin event: a generated decorator publishes it after each call of the method.</summary>
    public bool IsPlugin => Decorator is not null;

    /// <summary>The decorator that tells of a plugin event.</summary>
    internal Type? Decorator { get; init; }

    /// <summary>True if messages hold the payload itself, false if they hold the service method's arguments.</summary>
    public bool CarriesPayload => Resolve is null;
}
