namespace Declarative.Generator.Binding;

/// <summary>A plugin event: a method of an interface that tells of its calls.</summary>
/// <param name="EventName">The event's name.</param>
/// <param name="DeclaredIn">The file whose subscription needs it.</param>
/// <param name="Decorator">The interface's decorator, the same for all events of one interface.</param>
/// <param name="Method">The method's name.</param>
/// <param name="Keys">The overloads that tell, by <see cref="DecoratedMethod.Key"/>.</param>
/// <param name="Payload">The method's result as <c>typeof</c> takes it; null if the arguments are told.</param>
/// <param name="Arguments">The arguments that are told; empty if the result is.</param>
internal sealed record PluginModel(
    string EventName,
    string DeclaredIn,
    DecoratorModel Decorator,
    string Method,
    EquatableArray<string> Keys,
    string? Payload,
    EquatableArray<ParameterModel> Arguments);

/// <summary>An interface with all that its decorator must forward, as text.</summary>
/// <param name="Service">The interface with <c>global::</c>.</param>
/// <param name="Name">The interface's name as an identifier, without what tells that it is one.</param>
/// <param name="Methods">Its methods and those of the interfaces that it extends.</param>
/// <param name="Properties">Its properties and indexers.</param>
/// <param name="Events">Its C# events.</param>
internal sealed record DecoratorModel(
    string Service,
    string Name,
    EquatableArray<DecoratedMethod> Methods,
    EquatableArray<DecoratedProperty> Properties,
    EquatableArray<DecoratedEvent> Events);

/// <summary>How a method's outcome is told.</summary>
internal enum MethodOutcome
{
    /// <summary>Nothing comes back.</summary>
    Nothing,

    /// <summary>A value comes back.</summary>
    Value,

    /// <summary>A task without a result.</summary>
    Task,

    /// <summary>A task with a result.</summary>
    TaskOfValue,
}

/// <summary>A method to forward.</summary>
/// <param name="Contract">The interface that declares it, with <c>global::</c>.</param>
/// <param name="Name">Its name without <c>@</c>.</param>
internal sealed record DecoratedMethod(string Contract, string Name)
{
    /// <summary>What tells it from its overloads.</summary>
    public required string Key { get; init; }

    public required string ReturnType { get; init; }

    public MethodOutcome Outcome { get; init; }

    /// <summary>Whether it gives a reference, so that the call must be one too.</summary>
    public bool ReturnsReference { get; init; }

    public EquatableArray<string> TypeParameters { get; init; } = EquatableArray<string>.Empty;

    /// <summary>The constraints that an explicit implementation must restate.</summary>
    public string Constraints { get; init; } = "";

    public EquatableArray<DecoratedParameter> Parameters { get; init; } = EquatableArray<DecoratedParameter>.Empty;

    /// <summary>Whether using it is an error that only an obsolete caller doesn't get.</summary>
    public bool IsObsolete { get; init; }
}

/// <summary>A parameter to pass on.</summary>
/// <param name="Name">Its name without <c>@</c>.</param>
/// <param name="Type">Its type with <c>global::</c>.</param>
/// <param name="Modifier">What stands before it where it is declared: <c>ref </c>, <c>scoped in </c>.</param>
/// <param name="Passed">What stands before it where it is passed on.</param>
/// <param name="WireName">Its name in a payload of arguments; null if it is not told.</param>
internal sealed record DecoratedParameter(string Name, string Type, string Modifier, string Passed, string? WireName);

/// <summary>A property to forward, or an indexer if it has parameters.</summary>
internal sealed record DecoratedProperty(string Contract, string Name, string Type, bool ReturnsReference, bool HasGet, bool HasSet, EquatableArray<DecoratedParameter> Parameters);

/// <summary>A C# event to forward.</summary>
internal sealed record DecoratedEvent(string Contract, string Name, string Type);
